"""What of the rules decides what is found in a mail, and not what follows from it.

Two rulebooks of one sight find the same services, matters and cues in every mail; they differ at most in what they
make of them. So what one has found need not be found again for the other.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

from mailgate.core.rulebook.book import POLICY
from mailgate.core.tables import read_tables

# Tables that are asked when a mail has been understood.
_AFTERWARDS = frozenset({"rule", "detail", "desk", "handling"})


def sight_of(texts: Mapping[str, str]) -> str:
    """The name of what these texts see: 16 hex digits. Comments, blanks and line numbers make no difference.

    Args:
        texts: the rule files, by name.
    """
    digest = sha256()
    for file in sorted(texts, key=lambda name: (name != POLICY, name)):
        for table in read_tables(file, texts[file])[0]:
            if table.name not in _AFTERWARDS:
                digest.update(json.dumps([table.name, table.values], default=str).encode())
    return digest.hexdigest()[:16]
