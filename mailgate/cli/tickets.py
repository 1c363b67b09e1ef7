"""`mailgate tickets`."""

from contextlib import closing
from enum import StrEnum
from typing import Annotated

import typer

from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Limit, command_group, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.store.document import document
from mailgate.store.tickets import TicketDetails, TicketLine
from mailgate.trouble import Permanent

command = command_group()


class Status(StrEnum):
    """Whether somebody still works on a ticket."""

    OPEN = "open"
    CLOSED = "closed"


@command.callback()
def tickets() -> None:
    """The tickets that mails have opened."""


@command.command("list")
def list_tickets(
    status: Annotated[Status | None, typer.Option(help="Only these.")] = None,
    queue: Annotated[str | None, typer.Option(help="Only those of this queue.")] = None,
    requester: Annotated[str | None, typer.Option(help="Only those opened for this login.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest tickets.

    Example: mailgate tickets list --status open --queue sent
    """
    with closing(open_store(read(config))) as store:
        found = store.tickets.list(limit=limit, status=status, queue=queue, requester=requester)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("number", "opened", "requester", "subject", "about", "queue", "status"),
        [_cells(line) for line in found],
        cut=("requester", "subject", "about", "queue"),
        empty="there is no such ticket",
    )


def _cells(line: TicketLine) -> tuple[object, ...]:
    about = line.service or line.matter or line.system
    opened = line.opened_at.astimezone().date()
    return line.number, opened, line.requester, line.subject, about, line.queue, line.status


@command.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Show one ticket with everything that mails have added to it.

    Example: mailgate tickets show ZGL0000001
    """
    with closing(open_store(read(config))) as store:
        found = store.tickets.show(number.strip().upper())
    if found is None:
        raise Permanent(f'there is no ticket "{number}"; see: mailgate tickets list')
    if as_json:
        say_json(document(found))
    else:
        _print(found)


def _print(found: TicketDetails) -> None:
    """The ticket in plain words."""
    line = found.line
    say(f"Ticket    {line.number}, {line.status}, opened {line.opened_at:%Y-%m-%d %H:%M} UTC by message {line.message}")
    say(f"For       {found.requester_name} <{line.requester}>")
    say(f"Subject   {line.subject}")
    route = {"service": line.service, "system": line.system, "kind": line.kind, "matter": line.matter}
    labels = {**route, "queue": line.queue, "priority": line.priority, "environment": line.environment}
    say("Labels    " + ", ".join(f"{name} {value}" for name, value in labels.items() if value))
    for entry in found.entries:
        say(f"\nMessage {entry.message}, {entry.added_at:%Y-%m-%d %H:%M} UTC, {entry.author}:\n")
        say(entry.text.rstrip("\n"))
        for attachment in entry.attachments:
            say(f"[{attachment['name']}, {attachment['type']}, {attachment['size']} bytes]")
