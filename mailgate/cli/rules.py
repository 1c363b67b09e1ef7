"""`mailgate rules`."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.house import BadRules, folders_of, read_house, rehearsed
from mailgate.app.rules import install_rules, present_texts
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Operator, Yes, by, command_group, confirm, read
from mailgate.cli.promote import promote
from mailgate.cli.screen import say, say_json, say_table
from mailgate.config import Config
from mailgate.core.problem import Problem
from mailgate.core.rulebook import revision_of
from mailgate.core.rulebook.changes import changes_in_short, differences
from mailgate.golden import run_golden
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.rulebooks import RevisionLine
from mailgate.trouble import Permanent

command = command_group()

# What stands for the folder of rules in the heads of a diff.
_FOLDER = "folder"
# Changes that a list names one by one.
_TOLD = 3


@command.callback()
def rules() -> None:
    """Revisions of the rules: promote new ones, list and compare the former, go back to one."""


command.command("promote")(promote)


@command.command()
def log(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List every revision of the rules that was ever in force, the newest first.

    Each is kept whole. "by" is whoever promoted it or went back to it; "mailgate" is a daemon that found the files
    changed. "mails" is how many it has decided about.

    Example: mailgate rules log
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        found = store.rulebooks.log()
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("revision", "in force", "by", "mails", "what changed"),
        [_cells(line) for line in found],
        cut=("by", "what changed"),
        empty="no rules have decided anything yet",
    )
    folder = folders_of(settings).rules
    present = revision_of(present_texts(folder))
    if found and not any(line.in_force and line.revision == present for line in found):
        say(f"The folder holds {present}, which is not in force: mailgate check, mailgate rules diff")


def _cells(line: RevisionLine) -> tuple[object, ...]:
    since = "now" if line.in_force else (line.taken_at or "never")
    who = f"{line.operator or ''}{f' ({line.how})' if line.how else ''}"
    return line.revision, since, who, line.messages, _in_short(line.changes)


def _in_short(changes: tuple[str, ...]) -> str:
    more = f", and {len(changes) - _TOLD} more" if len(changes) > _TOLD else ""
    return f"{', '.join(changes[:_TOLD])}{more}"


@command.command()
def diff(
    one: Annotated[
        str | None, typer.Argument(metavar="[A]", help="A revision or its beginning, or a folder of rules.")
    ] = None,
    other: Annotated[str | None, typer.Argument(metavar="[B]", help="The same; else the folder of rules.")] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Show what differs between two revisions of the rules, or between one and the folder.

    Without A it is the revision in force, without B the folder: what you have changed, and no daemon has taken yet.

    Example: mailgate rules diff 0f3a2b
    """
    settings = read(config)
    folder = folders_of(settings).rules
    with closing(open_store(settings)) as store:
        first = one or store.rulebooks.in_force()
        if first is None:
            raise Permanent("no rules have decided anything yet; name a folder to compare with")
        before, after = _texts(store, first), _texts(store, other) if other else (_FOLDER, present_texts(folder))
    found = list(differences(before[1], after[1], (before[0], after[0])))
    if as_json:
        say_json([{"file": name, "diff": text} for name, text in found])
        return
    for _, text in found:
        say(text.rstrip("\n"))
    if not found:
        say(f"no difference between {before[0]} and {after[0]}")


@command.command()
def rollback(
    revision: Annotated[
        str | None, typer.Argument(metavar="[REVISION]", help="The revision or its beginning; else the one before.")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Put a former revision of the rules back into the folder, at a stroke; a running daemon takes it over by itself.

    It is checked first, with its examples; with a mistake in it nothing is changed. Golden mails that end elsewhere by
    it are named. What is in the folder now is kept as a revision, so that you can come back to it too.

    Example: mailgate rules rollback --yes
    """
    settings = read(config)
    folders = folders_of(settings)
    with closing(open_store(settings)) as store:
        present = present_texts(folders.rules)
        name = _find(store, revision) if revision else _former(store, revision_of(present))
        texts = _stored(store, name)
        if revision_of(present) == name:
            raise Permanent(f"the folder holds revision {name} already; see: mailgate rules log")
        elsewhere = _check(settings, texts, name)
        if not as_json:
            _tell(name, changes_in_short(present, texts))
            for golden in elsewhere:
                say(f"  golden mail {golden} ends elsewhere then: mailgate golden show {golden}")
        confirm(f"Go back to revision {name}?", yes=yes)
        done = install_rules(store, folders.rules, texts, how="rollback", operator=by(operator))
    if as_json:
        say_json({"before": done.before, "revision": done.revision, "golden_elsewhere": elsewhere})
        return
    say(f"The rules are those of revision {done.revision} now. Back again: mailgate rules rollback {done.before}")


def _tell(name: str, changes: tuple[str, ...]) -> None:
    entries = "1 entry" if len(changes) == 1 else f"{len(changes)} entries"
    say(f"Going back to {name} changes {entries}:")
    for each in changes:
        say(f"  {each}")


def _check(settings: Config, texts: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Make sure that a former revision still loads, and does what its examples say.

    Returns:
        The golden mails that end elsewhere by it. They keep nobody from going back: they were accepted since.

    Raises:
        BadRules: with every mistake.
    """
    folders = folders_of(settings)
    house = read_house(settings, folders, texts)
    if problems := rehearsed(house, folders):
        last = Problem(file=f"revision {name}", line=0, message="these keep it from going live; nothing was changed")
        raise BadRules((*problems, last))
    return tuple(failure.name for failure in run_golden(house, folders.rules) if failure.name)


def _texts(store: Store, name: str) -> tuple[str, Mapping[str, str]]:
    """What a set of rules is called in a diff, and its texts."""
    if Path(name).is_dir():
        return name.rstrip("/"), present_texts(Path(name))
    found = _find(store, name)
    return found, _stored(store, found)


def _stored(store: Store, revision: str) -> Mapping[str, str]:
    files = store.rulebooks.files(revision)
    if files is None:
        raise Permanent(f"revision {revision} is not kept here; see: mailgate rules log")
    return files


def _find(store: Store, name: str) -> str:
    """The one revision of that name.

    Raises:
        Permanent: there is none, or several.
    """
    found = store.rulebooks.find(name)
    if len(found) > 1:
        raise Permanent(f'"{name}" is the beginning of several revisions ({", ".join(found)}); write more of it')
    if not found:
        raise Permanent(f'there is no revision "{name}", and no such folder; see: mailgate rules log')
    return found[0]


def _former(store: Store, present: str) -> str:
    """The revision to go back to when none is named: the one in force if the folder was changed since, else the former.

    Raises:
        Permanent: there is none.
    """
    current = store.rulebooks.in_force()
    former = store.rulebooks.before(present) if current == present else current
    if former is None:
        raise Permanent("there is no former revision of the rules; see: mailgate rules log")
    return former
