"""Other rules in the place of those that are there: the one way in which `rules promote` and `rules rollback` do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailgate import rulefolder
from mailgate.app.parts import now
from mailgate.core.rulebook import revision_of
from mailgate.rulefiles import read_texts
from mailgate.store.facade import Store
from mailgate.trouble import Permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What was put where."""

    # The revision that was in the folder.
    before: str
    # The one that is there now.
    revision: str


def present_texts(folder: Path) -> Mapping[str, str]:
    """The texts of the rules that are in the folder, with mistakes or without.

    Raises:
        Permanent: one of them cannot be read, or there is none.
    """
    texts, problems = read_texts(folder)
    if problems:
        raise Permanent(f"{folder}: {problems[0]}")
    return texts


def install_rules(
    store: Store,
    folder: Path,
    texts: Mapping[str, str],
    *,
    how: str,
    operator: str,
    also: Mapping[str, bytes] | None = None,
) -> Installed:
    """Swap the rules of a folder, at a stroke. A running daemon takes them over by itself.

    Those that are there now are kept as a revision first, so that one can come back to them whatever they are. Whether
    the new ones are sound is for the caller to see to.

    Args:
        store: where revisions are kept.
        folder: the folder of rules.
        texts: the new rules by file name.
        how: "promote" or "rollback", for the audit trail.
        operator: who does it.
        also: other files that go along: golden mails.

    Raises:
        Temporary: the database is ill, or somebody else is changing the rules; nothing was changed.
        Permanent: the folder cannot be read or written to.
    """
    rulefolder.mend(folder)
    present = present_texts(folder)
    before, revision = revision_of(present), revision_of(texts)
    store.rulebooks.keep_aside(before, present, now())
    with store.rulebooks.taking(revision, texts, now(), operator=operator, how=how):
        rulefolder.swap(folder, texts, also=also)
    return Installed(before=before, revision=revision)
