"""`mailgate tickets`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.bounces import in_words
from mailgate.cli.looking import looked
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, Reveal, by, command_group, moment, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.store.document import document
from mailgate.store.tickets import TicketDetails, TicketLine
from mailgate.trouble import Permanent

command = command_group()


class Status(StrEnum):
    """Whether somebody still works on a ticket."""

    OPEN = "open"
    CLOSED = "closed"


def _past(text: str) -> datetime:
    return moment(text, now(), option="--at")


@command.callback()
def tickets() -> None:
    """The tickets that mails have opened."""


@command.command("list")
def list_tickets(
    status: Annotated[Status | None, typer.Option(help="Only these.")] = None,
    queue: Annotated[str | None, typer.Option(help="Only those of this queue.")] = None,
    requester: Annotated[str | None, typer.Option(help="Only those opened for this login.")] = None,
    incident: Annotated[str | None, typer.Option(help="Only those tied to this incident.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest tickets.

    Example: mailgate tickets list --status open --queue sent
    """
    with closing(open_store(read(config))) as store:
        found = store.tickets.list(limit=limit, status=status, queue=queue, requester=requester, incident=incident)
    if as_json:
        say_json(document(found))
        return
    # The column is there when it says something: there is not much room beside the others.
    tied = any(line.incident for line in found)
    say_table(
        ("number", "opened", "requester", "subject", "about", "queue", "status", "after", *["incident"][: int(tied)]),
        [(*_cells(line), *[line.incident][: int(tied)]) for line in found],
        cut=("requester", "subject", "about", "queue"),
        empty="there is no such ticket",
    )


def _cells(line: TicketLine) -> tuple[object, ...]:
    about = line.service or line.matter or line.system
    opened = line.opened_at.astimezone().date()
    return line.number, opened, line.requester, line.subject, about, line.queue, line.status, line.related


@command.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    reveal: Reveal = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Show one ticket with everything that mails have added to it.

    The ticket holds PESEL and other personal numbers in full; they are shown with --reveal only.

    Example: mailgate tickets show ZGL0000001
    """
    with closing(open_store(read(config))) as store:
        found = store.tickets.show(number.strip())
        if found is None:
            raise Permanent(f'there is no ticket "{number}"; see: mailgate tickets list')
        if reveal:
            looked(store, f"ticket {found.line.number}", operator)
    if as_json:
        say_json(document(found), reveal=reveal)
    else:
        say("\n".join(_lines(found)), reveal=reveal)


@command.command()
def close(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at", parser=_past, metavar="WHEN", help='When it was answered: "2 days", "2026-01-31T08:00"; else now.'
        ),
    ] = None,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Close a ticket that is answered for good; from then on the days for a complaint are counted.

    Example: mailgate tickets close ZGL0000001 --at 2026-01-31T08:00
    """
    with closing(open_store(read(config))) as store:
        name, told_at = number.strip().upper(), now()
        done = store.tickets.close(name, at=at or told_at, operator=by(operator), now=told_at)
    say(f"{name} is closed" if done else f"{name} was closed already; nothing changed")


@command.command()
def reopen(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Open a closed ticket again: answers are added to it.

    Example: mailgate tickets reopen ZGL0000001
    """
    with closing(open_store(read(config))) as store:
        name = number.strip().upper()
        done = store.tickets.reopen(name, operator=by(operator), now=now())
    say(f"{name} is open again" if done else f"{name} is open; nothing changed")


def _lines(found: TicketDetails) -> Iterator[str]:
    """The ticket in plain words."""
    line = found.line
    yield (
        f"Ticket    {line.number}, {line.status}, opened {line.opened_at:%Y-%m-%d %H:%M} UTC by message {line.message}"
    )
    if line.closed_at:
        yield f"Closed    {line.closed_at:%Y-%m-%d %H:%M} UTC"
    yield from _links(found)
    yield f"For       {found.requester_name} <{line.requester}>"
    yield f"Subject   {line.subject}"
    route = {"service": line.service, "system": line.system, "kind": line.kind, "matter": line.matter}
    labels = {**route, "queue": line.queue, "priority": line.priority, "environment": line.environment}
    yield "Labels    " + ", ".join(f"{name} {value}" for name, value in labels.items() if value)
    for bounce in found.bounces:
        yield f"Bounce    {in_words(bounce)}"
    for change in found.changes:
        yield f"Changed   {change.status} by {change.operator}, {change.at:%Y-%m-%d %H:%M} UTC"
    for move in found.moves:
        who = move.operator or (f"rulebook {move.revision}" if move.revision else "mailgate")
        what = ", ".join(f"{name} {old or '(none)'} -> {new or '(none)'}" for name, old, new in move.changed)
        yield f"Moved     {what}; {move.at:%Y-%m-%d %H:%M} UTC by {who}"
    for entry in found.entries:
        yield f"\nMessage {entry.message}, {entry.added_at:%Y-%m-%d %H:%M} UTC, {entry.author} ({entry.reason}):\n"
        yield (entry.text.rstrip("\n"))
        for attachment in entry.attachments:
            yield f"[{attachment['name']}, {attachment['type']}, {attachment['size']} bytes]"


def _links(found: TicketDetails) -> Iterator[str]:
    """What the ticket is called elsewhere, and what belongs to it."""
    line = found.line
    if line.csd_number:
        yield f"In CSD    {line.csd_number}"
    if line.incident:
        yield f"Incident  {line.incident}: mailgate incidents show {line.incident}"
    if line.related:
        yield f"After     {line.related}, which was closed"
    if found.followed_by:
        yield f"Goes on   {', '.join(found.followed_by)}"
