"""What the ticket system is told, as rows of the outbox, and the numbers that it gives back.

A ticket is told of when it is opened; what happens to it later is told of tickets only that were. So nothing changes
for tickets that are older than the switch. docs/csd.md describes the payload, docs/csd.schema.json defines it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, exists, select, update

from mailgate.core.reply import NUMBER_TO_COME, Reply
from mailgate.store.database import Database, Json, as_json
from mailgate.store.outbox import Fate
from mailgate.store.tables import Channel, LetterState, messages, outbox, tickets

# The numbered letter, its Message-ID and the time make the complete bytes.
Compose = Callable[[Reply, str, datetime], bytes]

_TUPLES = ("references", "languages")
_OF_TICKET = (
    "number",
    "status",
    "opened_at",
    "subject",
    "language",
    "service",
    "system",
    "kind",
    "matter",
    "environment",
    "queue",
    "priority",
    "related",
    "identifiers",
    "incident",
)


class Event(StrEnum):
    """What may happen to a ticket."""

    # A mail has opened it.
    OPENED = "ticket.opened"
    # A mail was added to it.
    ENTRY_ADDED = "ticket.entry_added"
    # The mail that opened it was decided anew: another service, queue or priority.
    MOVED = "ticket.moved"
    # It was tied to an incident after it was opened.
    TIED = "ticket.tied"
    CLOSED = "ticket.closed"
    REOPENED = "ticket.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The message that something follows from."""

    # Our number of it.
    id: int
    # sha256 of its bytes in hex.
    digest: str
    # Message-ID with angle brackets, or None.
    message_id: str | None
    received_at: datetime


def opened(ticket: Mapping[str, Any], entry: Mapping[str, Any], origin: Origin, now: datetime) -> dict[str, Any]:
    """The push that tells of a new ticket.

    Args:
        ticket: its row.
        entry: the row of what the mail says that opened it.
        origin: that mail.
        now: the time.
    """
    requester = {"address": ticket["requester"], "name": ticket["requester_name"]}
    data = {
        "ticket": {name: ticket[name] for name in _OF_TICKET} | {"requester": requester},
        "entry": _entry(entry, origin),
    }
    return push(Event.OPENED, ticket["number"], origin, data, now)


def added(entry: Mapping[str, Any], origin: Origin, now: datetime) -> dict[str, Any]:
    """The push that tells of an addition."""
    data = {"ticket": {"number": entry["ticket"]}, "entry": _entry(entry, origin)}
    return push(Event.ENTRY_ADDED, entry["ticket"], origin, data, now)


def moved(number: str, route: Mapping[str, Any], origin: Origin, now: datetime) -> dict[str, Any]:
    """The push that tells of another route."""
    return push(Event.MOVED, number, origin, {"ticket": {"number": number, **route}}, now, now.isoformat())


def push(
    event: Event, ticket: str, origin: Origin, data: Mapping[str, Any], now: datetime, ordinal: str = ""
) -> dict[str, Any]:
    """The row of a push, without its decision.

    Args:
        event: what has happened.
        ticket: to which ticket.
        origin: the message that it follows from.
        data: what is told.
        now: the time.
        ordinal: what tells it from another such event to the same ticket by the same message.
    """
    name = sha256("\n".join((event, ticket, origin.digest, ordinal)).encode()).hexdigest()
    return {
        "message": origin.id,
        "decision": None,
        "ticket": ticket,
        "channel": Channel.CSD,
        "event": event,
        "state": LetterState.DUE,
        "message_id": f"msg_{name[:32]}",
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "volley": 0,
        "content": _as_bytes({"type": event, "timestamp": now, "data": data}),
    }


def add_pushes(database: Database, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add pushes; what is told already is not told again."""
    if rows:
        connection.execute(database.insert(outbox).on_conflict_do_nothing(index_elements=["message_id"]), list(rows))


def told_of(connection: Connection, numbers: Collection[str]) -> set[str]:
    """Those of the tickets that the ticket system is told of."""
    if not numbers:
        return set()
    found = select(outbox.c.ticket).where(
        outbox.c.ticket.in_(numbers), outbox.c.channel == Channel.CSD, outbox.c.event == Event.OPENED
    )
    return set(connection.execute(found).scalars())


def add_change(database: Database, connection: Connection, ticket: str, change: Mapping[str, Any], number: int) -> None:
    """Tell of a ticket's new status.

    Args:
        database: of the connection.
        connection: of the transaction that changes it.
        ticket: the ticket's number.
        change: the row of the change.
        number: our number of the change.
    """
    if not told_of(connection, [ticket]):
        return
    found = connection.execute(
        select(messages.c.id, messages.c.digest, messages.c.message_id, messages.c.received_at)
        .join(tickets, tickets.c.message == messages.c.id)
        .where(tickets.c.number == ticket)
    ).one()
    event = Event.CLOSED if change["status"] == "closed" else Event.REOPENED
    data = {
        "ticket": {"number": ticket, "status": change["status"]},
        "change": {name: change[name] for name in ("at", "recorded_at", "operator")},
    }
    origin = Origin(**found._mapping)  # noqa: SLF001  (the public name of SQLAlchemy's mapping)
    add_pushes(database, connection, [push(event, ticket, origin, data, change["recorded_at"], str(number))])


def tell_tied(
    database: Database, connection: Connection, numbers: Collection[str], incident: str, now: datetime
) -> None:
    """Tell that tickets were tied to an incident, of those that the ticket system is told of."""
    told = told_of(connection, numbers)
    if not told:
        return
    found = connection.execute(
        select(tickets.c.number, messages.c.id, messages.c.digest, messages.c.message_id, messages.c.received_at)
        .join(messages, tickets.c.message == messages.c.id)
        .where(tickets.c.number.in_(told))
    )
    rows = []
    for row in found:
        origin = Origin(id=row.id, digest=row.digest, message_id=row.message_id, received_at=row.received_at)
        data = {"ticket": {"number": row.number, "incident": incident}}
        rows.append(push(Event.TIED, row.number, origin, data, now, incident))
    add_pushes(database, connection, rows)


def draft_of(reply: Reply) -> Json | None:
    """The letter as it is kept while it waits for a number; None when it has no place for one."""
    has_place = any(NUMBER_TO_COME in text for text in (reply.subject, reply.text, reply.html))
    return Json(as_json(reply)) if has_place else None


def take_numbers(connection: Connection, fates: Iterable[Fate], compose: Compose) -> None:
    """Note the numbers that the ticket system has given, and let the letters go that have waited for them.

    A number that another ticket has already is a mistake of the ticket system, and is not taken.
    """
    for fate in fates:
        ticket = fate.letter.ticket
        if ticket is None or fate.state is LetterState.DUE:
            continue
        if fate.number:
            other = tickets.alias("other")
            connection.execute(
                update(tickets)
                .where(
                    tickets.c.number == ticket,
                    tickets.c.csd_number.is_(None),
                    ~exists().where(other.c.csd_number == fate.number),
                )
                .values(csd_number=fate.number)
            )
        _let_go(connection, ticket, compose, fate.at)


def _let_go(connection: Connection, ticket: str, compose: Compose, now: datetime) -> None:
    """Let the letters go that wait for the ticket's number, with whichever it has now."""
    number = connection.execute(select(tickets.c.csd_number).where(tickets.c.number == ticket)).scalar_one()
    waiting = connection.execute(
        select(outbox.c.id, outbox.c.state, outbox.c.draft, outbox.c.message_id, outbox.c.created_at)
        .where(
            outbox.c.ticket == ticket,
            outbox.c.channel == Channel.MAIL,
            outbox.c.state.in_([LetterState.DUE, LetterState.WAITING]),
            outbox.c.draft.is_not(None),
            outbox.c.taken_at.is_(None),
        )
        .with_for_update(key_share=True)
    ).all()
    for row in waiting:
        changes: dict[str, Any] = {"draft": None}
        if row.state == LetterState.DUE:
            changes["due_at"] = now
        if number:
            reply = _reply(row.draft).numbered(number)
            changes |= {"subject": reply.subject, "content": compose(reply, row.message_id, row.created_at)}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(changes))


def _reply(draft: Mapping[str, Any]) -> Reply:
    fields: dict[str, Any] = {name: tuple(value) if name in _TUPLES else value for name, value in draft.items()}
    return Reply(**fields)


def _entry(entry: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    return {
        "message": origin.id,
        "digest": origin.digest,
        "message_id": origin.message_id,
        "received_at": origin.received_at,
        "author": entry["author"],
        "text": entry["text"],
        "attachments": [
            {name: getattr(each, name) for name in ("name", "type", "size", "digest")} for each in entry["attachments"]
        ],
    }


def _as_bytes(document: Mapping[str, Any]) -> bytes:
    """The payload: UTF-8, in which half a surrogate pair has no form and becomes a question mark."""
    plain = json.loads(as_json(document))
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
