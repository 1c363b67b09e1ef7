"""Promote a folder of rules: only what is sound, in the place of what it was compared with, and one at a time."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailgate import rulefolder
from mailgate.app.house import BadRules, Folders, folders_of, placed, read_house, rehearsed
from mailgate.app.rules import Installed, install_rules, present_texts
from mailgate.config import Config
from mailgate.core.problem import Problem
from mailgate.core.rulebook import revision_of
from mailgate.core.service import audit
from mailgate.golden import golden_files, read_golden, run_golden
from mailgate.store.facade import Store
from mailgate.trouble import Temporary


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A folder of rules that is to take the place of those that decide."""

    folder: Path
    texts: Mapping[str, str]
    # Its golden mails, which go along: file name relative to the folder, content.
    golden: Mapping[str, bytes]
    # The rules that it is compared with.
    present: Mapping[str, str]
    # Whether there is nothing to promote: neither rules nor golden mails differ.
    is_equal: bool

    @property
    def revision(self) -> str:
        """Its name."""
        return revision_of(self.texts)

    @property
    def before(self) -> str:
        """The name of what it is compared with."""
        return revision_of(self.present)


@contextmanager
def promoting(config: Config) -> Iterator[None]:
    """Be the only one who promotes rules of this installation; the lock goes with the process.

    Raises:
        Temporary: somebody else does.
    """
    handle = os.open(config.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Temporary("somebody else is promoting rules here right now; try again when that is done") from None
        yield
    finally:
        os.close(handle)


def read_candidate(config: Config, folder: Path) -> Candidate:
    """The folder, with every check passed.

    Raises:
        BadRules: with every mistake, as `mailgate check` finds them; nothing was changed.
        Permanent: a folder cannot be read.
    """
    live = folders_of(config).rules
    rulefolder.mend(live)
    present, texts, golden = present_texts(live), present_texts(folder), golden_files(folder)
    is_equal = texts == present and golden.items() <= golden_files(live).items()
    candidate = Candidate(folder=folder, texts=texts, golden=golden, present=present, is_equal=is_equal)
    if not is_equal:
        _check(config, candidate, live)
    return candidate


def promote(config: Config, store: Store, candidate: Candidate, operator: str) -> Installed:
    """Put a candidate in the place of the rules that decide. A running daemon takes it over by itself.

    Raises:
        Temporary: the rules were changed since it was compared with them, or the database is ill; nothing was changed.
        Permanent: the folder cannot be written to.
    """
    live = folders_of(config).rules
    if revision_of(present_texts(live)) != candidate.before:
        raise Temporary(f"the rules in {live} were changed meanwhile; promote again, to compare with those")
    return install_rules(store, live, candidate.texts, how="promote", operator=operator, also=candidate.golden)


def _check(config: Config, candidate: Candidate, live: Path) -> None:
    """Make sure that the candidate loads, and does what its examples and all golden mails say."""
    folders = Folders(rules=candidate.folder, templates=folders_of(config).templates)
    try:
        house = read_house(config, folders, candidate.texts)
    except BadRules as error:
        raise _refusal(error.problems) from None
    own = {golden.name for golden in read_golden(candidate.folder)[0]}
    kept = tuple(each.problem for each in run_golden(house, live) if each.name not in own)
    problems = (
        *placed(candidate.folder, audit(house.book.catalogue, house.book.recogniser).problems),
        *placed(candidate.folder, tuple(each.problem for each in run_golden(house, candidate.folder))),
        *placed(live, kept),
        *rehearsed(house, folders),
    )
    if problems:
        raise _refusal(problems)


def _refusal(problems: tuple[Problem, ...]) -> BadRules:
    last = Problem(file="rules promote", line=0, message="these keep the rules from going live; nothing was changed")
    return BadRules((*problems, last))
