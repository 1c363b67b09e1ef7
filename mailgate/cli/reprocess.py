"""`mailgate reprocess`."""

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from mailgate.app.people import open_desk
from mailgate.app.reprocessing import make_reprocessing
from mailgate.app.store import open_store
from mailgate.cli.options import Apply, AsJson, ConfigFile, Operator, Since, by, command_group, moment, read
from mailgate.cli.screen import complain, say, say_json
from mailgate.core.identifiers import mask
from mailgate.core.outcome import Outcome
from mailgate.core.sequel import Change, Route
from mailgate.core.shown import count, shown_line
from mailgate.reprocess import Became, Line, Stop, Summary
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.selection import Selection
from mailgate.trouble import Permanent

command = command_group()

# Letters that one run writes unless it is told otherwise.
_MOST_LETTERS = 100
_WIDTH = 80


def _until(text: str) -> datetime:
    return moment(text, datetime.now(UTC), option="--until")


@command.command()
def reprocess(
    message: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MESSAGE]...", help="Our numbers, digests or their beginnings, or Message-IDs."),
    ] = None,
    outcome: Annotated[list[Outcome] | None, typer.Option(help="Only those with this outcome; again: or that.")] = None,
    reason: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only those that this rule settled; again: or that.")
    ] = None,
    service: Annotated[str | None, typer.Option(metavar="ID", help="Only those about this service.")] = None,
    revision: Annotated[
        str | None, typer.Option(metavar="REVISION", help="Only those that this revision of the rules decided last.")
    ] = None,
    since: Since = None,
    until: Annotated[
        datetime | None, typer.Option("--until", parser=_until, metavar="WHEN", help="Only those received before.")
    ] = None,
    apply: Apply = False,
    overrule: Annotated[
        bool, typer.Option("--overrule", help="Also what an operator has decided; else that stays.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="End after so many changes.")] = None,
    max_letters: Annotated[
        int, typer.Option("--max-letters", min=0, help="End before more letters than these would be written.")
    ] = _MOST_LETTERS,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Decide again what was decided, with the rules and the directory as they are now.

    Without options it looks at all mail; without --apply it only lists what would change. With --apply everything
    happens once, however often it is run: a refused mail that becomes a ticket gets the time when it was received, and
    its author one letter; a ticket is never taken away. It may be stopped at any time and run again, beside the daemon,
    too; it says nothing when nothing changes.
    Exit code 1: a person has to look (a brake was reached, or a mail upsets our code); 75: try again.

    Example: mailgate reprocess --outcome reject --since "30 days"
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        selection = Selection(
            ids=_numbers(store, message or ()),
            outcomes=tuple(map(str, outcome or ())),
            reasons=tuple(reason or ()),
            service=service,
            revision=revision,
            since=since,
            until=until,
        )
        with closing(open_desk(settings, store)) as desk, _progress() as tick:
            reprocessing = make_reprocessing(settings, store, desk, by(operator))
            found = reprocessing.run(
                selection, apply=apply, overrule=overrule, limit=limit, max_letters=max_letters, tick=tick
            )
    if as_json:
        say_json(document(found))
    else:
        _print(found, max_letters)
    for failure in found.failures:
        complain(
            f"message {failure.message} upsets our code ({failure.error}) and stays as it is; send it to whoever "
            f"maintains mailgate: mailgate messages raw {failure.message}"
        )
    if found.stopped is Stop.MAX_LETTERS:
        complain(
            f"stopped before letter {found.letters + 1}, as --max-letters {max_letters} says; to go on, run it again: "
            f"{_again()}"
        )
    if found.needs_person:
        raise typer.Exit(1)


def _again() -> str:
    """The command as it was given."""
    return shlex.join(("mailgate", *sys.argv[1:]))


def _numbers(store: Store, names: Sequence[str]) -> tuple[int, ...]:
    """Our numbers of the messages of those names.

    Raises:
        Permanent: there is none of a name, or several.
    """
    found = []
    for name in names:
        numbers = store.messages.find(name)
        if len(numbers) != 1:
            what = "names several messages" if numbers else "names no message"
            raise Permanent(f'"{name}" {what}; name one by its number: mailgate messages list')
        found.append(numbers[0])
    return tuple(found)


def _print(found: Summary, max_letters: int) -> None:
    if found.applied and not found.changes and not found.stopped:
        if sys.stdout.isatty():
            say(f"{count(found.looked, 'message')} looked at; nothing changes")
        return
    listed = found.changes if found.applied else (*found.changes, *found.left)
    for line in sorted(listed, key=lambda line: (line.received_at, line.message)):
        received = line.received_at.astimezone().date()
        say(shown_line(mask(f"{line.message}  {received}  {line.from_ or '(no author)'}  {line.subject}"), _WIDTH))
        say(f"    {_told(line)}")
    if listed:
        say()
    for said in _sums(found):
        say(said)
    if not found.applied and found.changes:
        more = " (it ends before that with its --max-letters)" if found.letters > max_letters else ""
        say(f"nothing is done yet; to do it, add --apply{more}")


def _told(line: Line) -> str:
    """What becomes of a message, in a few words."""
    letter = "" if line.letter == "none" else "; a letter is due" if line.letter == "due" else f"; letter {line.letter}"
    if line.change is Change.MOVE:
        moves = zip(fields(Route), astuple(line.was.route), astuple(line.becomes.route), strict=True)
        changed = (f"{each.name} {old or '(none)'} -> {new or '(none)'}" for each, old, new in moves if old != new)
        return f"ticket {line.ticket}: {', '.join(changed)}{letter}"
    became = f"{_short(line.was)} -> {_short(line.becomes, line.ticket)}{letter}"
    if line.other:
        became += f"; its author has had {line.other} since"
    return f"{became}; it stays: {line.why}" if line.why else became


def _short(became: Became, ticket: str | None = None) -> str:
    if became.outcome is not Outcome.TICKET:
        return f"{became.outcome} {became.reason}"
    route = became.route
    about = route.service or route.matter or route.system
    queue = f"queue {route.queue}" if route.queue else None
    return " ".join(filter(None, ("ticket", ticket, about, queue)))


def _sums(found: Summary) -> Iterator[str]:
    """What was found, in sums."""
    would = "" if found.applied else "would "
    sums = Counter(line.change for line in found.changes)
    words = {
        Change.OPEN: ("become" if would else "became") + " a ticket",
        Change.ADD: ("be" if would else "were") + " added to a ticket",
        Change.MOVE: ("go" if would else "went") + " elsewhere, with the ticket",
        Change.REVISE: ("be" if would else "were") + " decided otherwise",
    }
    yield f"{count(found.looked, 'message')} looked at"
    for change, what in words.items():
        if sums[change]:
            yield f"{sums[change]:>7}  {would}{what}"
    if found.left:
        yield f"{len(found.left):>7}  would be decided otherwise, and stay"
    if found.overtaken:
        yield f"{found.overtaken:>7}  were decided by somebody else meanwhile"
    letters = "letter" if found.letters == 1 else "letters"
    yield f"{found.letters:>7}  {letters}" + (" at most" if found.letters and not found.applied else "")
    if found.stopped is Stop.LIMIT:
        yield "stopped at --limit; there may be more: run it again"


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar while mail is looked at; none in a pipe."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("deciding again", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
