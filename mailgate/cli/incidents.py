"""`mailgate incidents`."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer

from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.app.surging import make_surging
from mailgate.cli.about import Service, System, resolve_about
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, by, command_group, moment, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.core.shown import count, shown_line
from mailgate.store.document import document
from mailgate.store.incidents import IncidentLine
from mailgate.store.tickets import TicketLine
from mailgate.trouble import Permanent

# Characters of a note.
_LONGEST = 300
# Tickets that `show` names.
_SHOWN = 10

command = command_group()

Number = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its number in the list.")]


def _past(text: str) -> datetime:
    return moment(text, now(), option="--since")


@command.callback()
def incidents() -> None:
    """Many people write about one service at once: that is one incident, and their tickets are tied to it."""


@command.command("list")
def list_incidents(
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest incidents.

    Example: mailgate incidents list --open
    """
    with closing(open_store(read(config))) as store:
        found = store.incidents.list(only_open=only_open, limit=limit)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("number", "about", "began", "ended", "tickets", "by"),
        [(x.number, x.subject.name, x.began_at, x.ended_at, x.tickets, x.opened_by or "its rate") for x in found],
        cut=("about", "by"),
        empty="there is no such incident",
    )


@command.command()
def show(number: Number, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show one incident with the newest of its tickets.

    Example: mailgate incidents show INC0000001
    """
    with closing(open_store(read(config))) as store:
        found = store.incidents.show(number.strip())
        if found is None:
            raise Permanent(f'there is no incident "{number}"; see: mailgate incidents list')
        tied = store.tickets.list(incident=found.number, limit=1_000_000 if as_json else _SHOWN)
    if as_json:
        say_json(document(found) | {"ticket_numbers": [each.number for each in tied]})
    else:
        say("\n".join(_lines(found, tied)))


@command.command("open")
def open_incident(
    about: Annotated[str | None, typer.Argument(metavar="[ID]", help="The service or system, by its id.")] = None,
    service: Service = None,
    system: System = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What is known of it.")] = "",
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", parser=_past, metavar="WHEN", help='When it began: "30 minutes", "2026-01-31T08:00"; else now.'
        ),
    ] = None,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Open an incident by hand; it stays open until somebody closes it. Tickets about it are tied to it.

    Example: mailgate incidents open aes --note "AES is down" --since "30 minutes"
    """
    settings = read(config)
    service, system = resolve_about(settings, about, service, system)
    told_at = now()
    line = shown_line(note, _LONGEST)
    with closing(open_store(settings)) as store:
        row = {
            "service": service,
            "system": system,
            "began_at": since or told_at,
            "ended_at": None,
            "opened_by": by(operator),
            "closed_by": None,
            "note": line,
            "authors": None,
            "minutes": None,
            "usual": None,
        }
        number = store.incidents.begin(row, told_at)
        if number is None:
            raise Permanent(f"an incident about {service or system} is open; see: mailgate incidents list --open")
        found = store.incidents.show(number)
    say(f"{number} is open; {count(found.tickets if found else 0, 'ticket')} tied to it")


@command.command()
def close(number: Number, operator: Operator = None, config: ConfigFile = None) -> None:
    """Close an incident; new tickets are tied to it no more. Its tickets stay open.

    Example: mailgate incidents close INC0000001
    """
    with closing(open_store(read(config))) as store:
        name = number.strip().upper()
        done = store.incidents.end(name, now(), operator=by(operator))
    say(f"{name} is closed" if done else f"{name} was closed already; nothing changed")


@command.command()
def look(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Look for surges now, as the daemon does every minute: open, tie, and let end. It does no harm to repeat it.

    Example: mailgate incidents look
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        looked = make_surging(settings, store.database).look(now())
    if as_json:
        say_json(
            {
                "begun": [number for number, _ in looked.begun],
                "ended": [each.number for each in looked.ended],
                "tied": looked.tied,
            }
        )
        return
    for number, surge in looked.begun:
        say(f"{number}: {surge.authors} people write about {surge.subject.name}, usual are {surge.usual:.1f}")
    for each in looked.ended:
        say(f"{each.number}: over, {count(each.tickets, 'ticket')}")
    say(f"{count(looked.tied, 'ticket')} tied beside those of new incidents")


def _lines(found: IncidentLine, tied: Sequence[TicketLine]) -> Iterator[str]:
    """The incident in plain words."""
    yield f"Incident  {found.number}, {'closed' if found.ended_at else 'open'}"
    yield f"About     {'service' if found.service else 'system'} {found.subject.name}"
    yield f"Began     {found.began_at:%Y-%m-%d %H:%M} UTC, noticed {found.noticed_at:%Y-%m-%d %H:%M} UTC"
    if found.opened_by:
        yield f"Opened    by {found.opened_by}"
    else:
        yield f"Noticed   {found.authors} people in {found.minutes or 0:g} minutes; usual are {found.usual or 0:.1f}"
    if found.ended_at:
        yield f"Ended     {found.ended_at:%Y-%m-%d %H:%M} UTC, by {found.closed_by or 'its rate'}"
    if found.note:
        yield f"Note      {found.note}"
    yield f"Tickets   {found.tickets}"
    for ticket in tied:
        yield f"          {ticket.number}  {shown_line(ticket.subject, 50)}"
    if found.tickets > len(tied):
        yield f"          and {found.tickets - len(tied)} more: mailgate tickets list --incident {found.number}"
