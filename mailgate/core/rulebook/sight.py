"""What of the rules decides what is found in a mail, and what of them decides what follows from it.

Two rulebooks of one sight find the same services, matters and cues in every mail; two with the same consequences make
the same of what is found. So nothing need be found twice, or decided twice, that must come out the same.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from mailgate.core.rulebook.book import POLICY
from mailgate.core.tables import Table, read_tables

# Tables that are asked when a mail has been understood.
_AFTERWARDS = frozenset({"rule", "detail", "desk", "handling"})
# Tables that are asked before, and never again.
_BEFORE = frozenset({"recognition", "words", "same", "cue", "negation", "saying"})
# Tables of what can be named. A mail's wish is heard without them.
_NAMED = frozenset({"service", "system"})
# What of a service or a system is only there for it to be found.
_FOR_FINDING = frozenset({"names", "hints", "about"})


def sight_of(texts: Mapping[str, str]) -> str:
    """The name of what these texts see: 16 hex digits. Comments, blanks and line numbers make no difference.

    Args:
        texts: the rule files, by name.
    """
    return _digest(texts, lambda table: None if table.name in _AFTERWARDS else table.values)


def hearing_of(texts: Mapping[str, str]) -> str:
    """The name of the part of the sight by which kind, matter and language of a mail are heard in its words."""
    return _digest(texts, lambda table: None if table.name in _AFTERWARDS | _NAMED else table.values)


def consequences_of(texts: Mapping[str, str]) -> str:
    """The name of all that these texts make of what was found."""
    return _digest(texts, _consequences)


def _consequences(table: Table) -> Mapping[str, Any] | None:
    if table.name in _BEFORE:
        return None
    if table.name in _NAMED:
        return {name: value for name, value in table.values.items() if name not in _FOR_FINDING}
    return table.values


def _digest(texts: Mapping[str, str], part: Callable[[Table], Mapping[str, Any] | None]) -> str:
    digest = sha256()
    for file in sorted(texts, key=lambda name: (name != POLICY, name)):
        for table in read_tables(file, texts[file])[0]:
            values = part(table)
            if values is not None:
                digest.update(json.dumps([table.name, values], default=str).encode())
    return digest.hexdigest()[:16]
