"""Tickets: their numbers, what is added to them, and lists of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from mailgate.core.decision import Decision
from mailgate.core.facts import Facts
from mailgate.core.identity import Trust
from mailgate.core.outcome import Outcome
from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.bounces import Bounce, bounces_where
from mailgate.store.database import Database
from mailgate.store.pushes import add_change
from mailgate.store.tables import counters, decisions, entries, messages, outbox, status_changes, tickets
from mailgate.trouble import Permanent

COUNTER = "ticket"
OPEN = "open"
CLOSED = "closed"

# What a later decision may change on a ticket.
ROUTE = ("service", "system", "kind", "matter", "environment", "queue", "priority")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """A ticket as lists show it."""

    number: str
    service: str | None
    system: str | None
    kind: str | None
    matter: str | None
    environment: str
    # The author's address.
    requester: str
    subject: str
    queue: str
    priority: str
    # "open" or "closed".
    status: str
    # When the message that opened it was received.
    opened_at: datetime
    # When it was answered for good; None while it is open.
    closed_at: datetime | None
    # Number of the closed ticket that it goes on from, or None.
    related: str | None
    # The number that the ticket system has given it, or None.
    csd_number: str | None
    # Number of the incident that it is tied to, or None.
    incident: str | None
    # Our number of that message.
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEntry:
    """What one message added to a ticket."""

    # Our number of the message.
    message: int
    added_at: datetime
    author: str
    # The new text of the mail, without quotation and signature.
    text: str
    # Name, type, size and digest of each attachment.
    attachments: tuple[dict[str, Any], ...]
    # Why it stands on the ticket: the rule that settled the message, "append:withdrawn".
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """Somebody closed a ticket or opened it again."""

    # What it became: "open" or "closed".
    status: str
    # When it became so.
    at: datetime
    # When we were told.
    recorded_at: datetime
    # Who did it.
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMove:
    """The mail that opened a ticket was decided anew, and the ticket went elsewhere."""

    at: datetime
    # The operator who decided; None: the rulebook.
    operator: str | None
    # The revision of the rules that decided; None when none did.
    revision: str | None
    # What changed, by name: ("queue", "sent", "second-line"); None where there is nothing.
    changed: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDetails:
    """A ticket with everything on it."""

    line: TicketLine
    requester_name: str
    # Language of the first mail, ISO 639-1; "" when unsure.
    language: str
    # Numbers found in the first mail: type, value, valid.
    identifiers: tuple[dict[str, Any], ...]
    # The first one is the mail that opened it.
    entries: tuple[TicketEntry, ...]
    # When it was closed and opened again, oldest first.
    changes: tuple[TicketChange, ...]
    # When it went elsewhere, oldest first.
    moves: tuple[TicketMove, ...]
    # Numbers of the tickets that go on from it.
    followed_by: tuple[str, ...]
    # Letters about it that came back.
    bounces: tuple[Bounce, ...]


class Tickets:
    """The tickets of one database."""

    def __init__(self, database: Database, prefix: str) -> None:
        self._database = database
        self._prefix = prefix

    def draw(self, count: int) -> list[str]:
        """Numbers that nobody else will ever get. A number that is not used leaves a gap, which does no harm.

        They are drawn before the recording transaction, so that letters can be written with their number in them while
        nobody waits for the database.

        Raises:
            Temporary: the database did not answer.
        """
        if not count:
            return []
        with self._database.writing() as connection:
            last = connection.execute(
                update(counters)
                .where(counters.c.name == COUNTER)
                .values(value=counters.c.value + count)
                .returning(counters.c.value)
            ).scalar_one()
        return [f"{self._prefix}{number:07d}" for number in range(last - count + 1, last + 1)]

    def of_messages(self, numbers: Collection[int]) -> tuple[TicketLine, ...]:
        """The tickets that these messages have opened."""
        with self._database.reading() as connection:
            found = connection.execute(select(*LINE).where(tickets.c.message.in_(numbers)))
            return tuple(TicketLine(**row) for row in found.mappings())

    def list(
        self,
        *,
        limit: int = 50,
        status: str | None = None,
        queue: str | None = None,
        requester: str | None = None,
        incident: str | None = None,
    ) -> tuple[TicketLine, ...]:
        """The newest tickets."""
        statement = select(*LINE).order_by(tickets.c.opened_at.desc(), tickets.c.number.desc()).limit(limit)
        wishes = {"status": status, "queue": queue, "requester": requester, "incident": incident}
        for column, value in wishes.items():
            if value is not None:
                statement = statement.where(tickets.c[column] == value)
        with self._database.reading() as connection:
            return tuple(TicketLine(**row) for row in connection.execute(statement).mappings())

    def first_after(self, requester: str, after: datetime) -> str | None:
        """The number of the first ticket that was opened for somebody after that time, or None."""
        statement = (
            select(tickets.c.number)
            .where(tickets.c.requester == requester, tickets.c.opened_at > after)
            .order_by(tickets.c.opened_at, tickets.c.number)
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.execute(statement).scalar()

    def show(self, number: str) -> TicketDetails | None:
        """One ticket with its entries, or None; by our number, in any case, or by that of the ticket system."""
        named = or_(tickets.c.number == number.upper(), tickets.c.csd_number == number)
        with self._database.reading() as connection:
            row = connection.execute(select(tickets).where(named)).mappings().first()
            if row is None:
                return None
            number = row["number"]
            added = select(entries, messages.c.reason).join(messages, messages.c.id == entries.c.message)
            found = connection.execute(added.where(entries.c.ticket == number).order_by(entries.c.id)).all()
            changed = connection.execute(
                select(*CHANGE).where(status_changes.c.ticket == number).order_by(status_changes.c.id)
            ).mappings()
            changes = tuple(TicketChange(**change) for change in changed)
            moves = _moves(connection, row["message"])
            next_ones = select(tickets.c.number).where(tickets.c.related == number).order_by(tickets.c.number)
            told = bounces_where(connection, outbox.c.ticket == number)
            followed_by = tuple(connection.execute(next_ones).scalars())
        return TicketDetails(
            line=TicketLine(**{column.name: row[column.name] for column in LINE}),
            requester_name=row["requester_name"],
            language=row["language"],
            identifiers=tuple(row["identifiers"]),
            entries=tuple(
                TicketEntry(
                    message=entry.message,
                    added_at=entry.added_at,
                    author=entry.author,
                    text=entry.text,
                    attachments=tuple(entry.attachments),
                    reason=entry.reason,
                )
                for entry in found
            ),
            changes=changes,
            moves=moves,
            followed_by=followed_by,
            bounces=told,
        )

    def close(self, number: str, *, at: datetime, operator: str, now: datetime) -> bool:
        """Close a ticket: it is answered for good. False when it is closed already; nothing changes then.

        Args:
            number: the ticket's.
            at: when it was answered; from this day on the days for a complaint are counted.
            operator: who closed it.
            now: when we were told.

        Raises:
            Permanent: there is no such ticket, or it was opened after that time, or that time is still to come.
            Temporary: the database did not answer.
        """
        if at > now:
            raise Permanent(f"{number} cannot be closed at a time that is still to come; give an earlier one")
        return self._change(number, CLOSED, at, operator, now)

    def reopen(self, number: str, *, operator: str, now: datetime) -> bool:
        """Open a closed ticket again. False when it is open; nothing changes then.

        Raises:
            Permanent: there is no such ticket.
            Temporary: the database did not answer.
        """
        return self._change(number, OPEN, now, operator, now)

    def _change(self, number: str, status: str, at: datetime, operator: str, now: datetime) -> bool:
        """Give a ticket another status, and write down who did."""
        with self._database.writing() as connection:
            row = connection.execute(
                select(tickets.c.status, tickets.c.opened_at)
                .where(tickets.c.number == number)
                .with_for_update(key_share=True)
            ).first()
            if row is None:
                raise Permanent(f'there is no ticket "{number}"; see: mailgate tickets list')
            if row.status == status:
                return False
            if at < row.opened_at:
                raise Permanent(f"{number} was opened later, at {row.opened_at:%Y-%m-%d %H:%M} UTC; give a later time")
            connection.execute(
                update(tickets)
                .where(tickets.c.number == number)
                .values(status=status, closed_at=at if status == CLOSED else None)
            )
            change = {"ticket": number, "status": status, "at": at, "recorded_at": now, "operator": operator}
            row_of_change = connection.execute(insert(status_changes).returning(status_changes.c.id), [change])
            add_change(self._database, connection, number, change, row_of_change.scalar_one())
            act = Act.TICKET_CLOSED if status == CLOSED else Act.TICKET_REOPENED
            deed = Deed(operator=operator, act=act, object=f"ticket {number}", details={"at": at.isoformat()})
            write_down(self._database, connection, [deed], now)
        return True


CHANGE = tuple(status_changes.c[name] for name in TicketChange.__dataclass_fields__)
LINE = (
    tickets.c.number,
    tickets.c.service,
    tickets.c.system,
    tickets.c.kind,
    tickets.c.matter,
    tickets.c.environment,
    tickets.c.requester,
    tickets.c.subject,
    tickets.c.queue,
    tickets.c.priority,
    tickets.c.status,
    tickets.c.opened_at,
    tickets.c.closed_at,
    tickets.c.related,
    tickets.c.csd_number,
    tickets.c.incident,
    tickets.c.message,
)


def _moves(connection: Connection, message: int) -> tuple[TicketMove, ...]:
    """What decisions about a message have changed on its ticket."""
    columns = ("decided_at", "operator", "revision", *ROUTE)
    found = connection.execute(
        select(*(decisions.c[name] for name in columns))
        .where(decisions.c.message == message, decisions.c.outcome == Outcome.TICKET)
        .order_by(decisions.c.id)
    ).mappings()
    moves = []
    for before, after in pairwise(found.all()):
        changed = tuple((name, before[name], after[name]) for name in ROUTE if before[name] != after[name])
        if changed:
            who = {"operator": after["operator"], "revision": after["revision"]}
            moves.append(TicketMove(at=after["decided_at"], **who, changed=changed))
    return tuple(moves)


def opened_by(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The numbers of tickets that these messages have opened."""
    found = connection.execute(select(tickets.c.message, tickets.c.number).where(tickets.c.message.in_(list(ids))))
    return {row.message: row.number for row in found}


def ticket_row(
    number: str, message: int, received_at: datetime, facts: Facts, decision: Decision, now: datetime
) -> dict[str, Any]:
    """The row of a new ticket."""
    author = facts.mail.author
    person = facts.known.person
    return {
        "number": number,
        "message": message,
        "status": OPEN,
        "opened_at": received_at,
        "recorded_at": now,
        "requester": facts.identity.address or "",
        "requester_name": (person.name if person else "") or (author.name if author else ""),
        "subject": facts.mail.subject,
        "language": facts.request.language,
        "identifiers": facts.identifiers,
        "related": decision.related,
        "proven": facts.identity.trust is Trust.PROVEN,
        "incident": None,
        **route(decision),
    }


def route(decision: Decision) -> dict[str, Any]:
    """Where a ticket goes."""
    return {column: getattr(decision, column) for column in ROUTE}


def entry_row(number: str, message: int, facts: Facts, now: datetime) -> dict[str, Any]:
    """The row of what a message adds to a ticket."""
    return {
        "ticket": number,
        "message": message,
        "added_at": now,
        "author": facts.identity.address or "",
        "text": facts.thread.new_text or facts.mail.text,
        "attachments": facts.mail.attachments,
    }


def add_entries(database: Database, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add entries; what a message has added already is not added again."""
    if rows:
        connection.execute(
            database.insert(entries).on_conflict_do_nothing(index_elements=["ticket", "message"]), list(rows)
        )
