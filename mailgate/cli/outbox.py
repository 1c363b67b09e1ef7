"""`mailgate outbox`."""

import json
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from typing import Annotated

import typer

from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.bounces import in_words
from mailgate.cli.looking import looked
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, Reveal, by, command_group, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.core.shown import count
from mailgate.store.document import document
from mailgate.store.outbox import LetterDetails, LetterLine
from mailgate.store.tables import Channel, LetterState
from mailgate.trouble import Permanent

_TICKET_SYSTEM = "the ticket system"

command = command_group()


@command.callback()
def outbox() -> None:
    """The letters that left, and those that wait; with them, what the ticket system is told."""


@command.command("list")
def list_letters(
    state: Annotated[LetterState | None, typer.Option(help="Only those in this state.")] = None,
    message: Annotated[int | None, typer.Option(help="Only those that answer this message.")] = None,
    channel: Annotated[
        Channel | None, typer.Option(help="Only letters (mail), or what the ticket system is told (csd).")
    ] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest letters: due, leased (being sent), sent, dead (given up), waiting (for an operator).

    Example: mailgate outbox list --state dead
    """
    with closing(open_store(read(config))) as store:
        found = store.outbox.list(limit=limit, state=state, message=message, channel=channel)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("id", "state", "to", "template", "subject", "tries", "error"),
        [_cells(line) for line in found],
        cut=("to", "subject", "error"),
        empty="there is no such letter",
    )


def _cells(line: LetterLine) -> tuple[object, ...]:
    if line.channel == Channel.CSD:
        return line.id, line.state, _TICKET_SYSTEM, line.event, line.ticket, line.attempts, _trouble(line)
    return line.id, line.state, line.recipient, line.template, line.subject, line.attempts, _trouble(line)


@command.command()
def show(
    letter: Annotated[int, typer.Argument(metavar="LETTER", help="Its number in the list.")],
    reveal: Reveal = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Show one letter as its reader sees it.

    Example: mailgate outbox show 3
    """
    with closing(open_store(read(config))) as store:
        found = store.outbox.show(letter)
        if found is None:
            raise Permanent(f"there is no letter {letter}; see: mailgate outbox list")
        if reveal:
            looked(store, f"letter {letter}", operator)
    if as_json:
        say_json(document(found.line) | {"text": text_of(found)}, reveal=reveal)
        return
    say("\n".join(_lines(found)), reveal=reveal)


@command.command()
def retry(
    letters: Annotated[
        list[int] | None, typer.Argument(metavar="[LETTER]...", help="Their numbers; none means every dead one.")
    ] = None,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Send dead or waiting letters after all, with all attempts anew.

    Example, once the relay works again: mailgate outbox retry
    """
    with closing(open_store(read(config))) as store:
        count = store.outbox.retry(letters or None, operator=by(operator), now=now())
    if letters and count < len(set(letters)):
        raise Permanent(f"{count} of {len(set(letters))} letters set going; the others are neither dead nor waiting")
    say(f"{count} letters set going")


@command.command()
def suppressed(limit: Limit = 50, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List the addresses that get no letters, because letters to them came back, until they write again.

    Example: mailgate outbox suppressed
    """
    settings = read(config)
    least = settings.letters.bounces
    with closing(open_store(settings)) as store:
        found = store.bounces.suppressed(least, limit=limit) if least else ()
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("address", "since", "letters"),
        [(each.address, each.since, ", ".join(map(str, each.letters))) for each in found],
        cut=("address",),
        empty="every address gets letters",
    )


@command.command()
def lift(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="One that `suppressed` lists.")],
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Let letters go to an address again, those too that wait for it.

    Example: mailgate outbox lift anna@example.org
    """
    with closing(open_store(read(config))) as store:
        done = store.bounces.lift(address, operator=by(operator), now=now())
    say(f"{address} gets letters again" if done else f"no letter to {address} has come back; nothing changed")


def _trouble(line: LetterLine) -> str | None:
    """What went wrong with a letter, the last thing that we heard."""
    if not line.bounces:
        return line.error
    return "came back for good" if any(each.for_good for each in line.bounces) else "came back, not for good"


@command.command()
def cancel(
    letters: Annotated[list[int], typer.Argument(metavar="LETTER...", help="Their numbers.")],
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Let letters never leave that are due, waiting or dead. They stay in the list.

    Example: mailgate outbox cancel 3
    """
    with closing(open_store(read(config))) as store:
        count = store.outbox.cancel(letters, operator=by(operator), now=now())
    if count < len(set(letters)):
        raise Permanent(f"{count} of {len(set(letters))} letters cancelled; the others have left, or there is none")
    say(f"{count} letters cancelled")


def _lines(found: LetterDetails) -> Iterator[str]:
    """The letter in plain words."""
    line = found.line
    if line.channel == Channel.CSD:
        yield f"To:      {_TICKET_SYSTEM}"
        yield f"Tells:   {line.event} {line.ticket}"
    else:
        yield f"To:      {line.recipient}"
        yield f"Subject: {line.subject}"
    yield f"State:   {line.state}, {count(line.attempts, 'attempt')}"
    if line.error:
        yield f"Error:   {line.error}"
    for bounce in line.bounces:
        yield f"Bounce:  {in_words(bounce)}"
    yield f"\n{text_of(found)}"


def text_of(found: LetterDetails) -> str:
    """The text part of a letter; of a push, its JSON."""
    if not found.content:
        return "(its bytes are erased)"
    if found.line.channel == Channel.CSD:
        return json.dumps(json.loads(found.content), ensure_ascii=False, indent=2)
    letter = message_from_bytes(found.content, policy=policy.default)
    part = letter.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part else ""
