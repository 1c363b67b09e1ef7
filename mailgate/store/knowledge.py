"""What the store knows about authors, letters of ours, and ticket numbers: the material of the desk's answers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, select

from mailgate.core.facts import KnownTicket, Person
from mailgate.store.database import Database
from mailgate.store.people import find_people
from mailgate.store.tables import outbox, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What was found."""

    # By login.
    people: dict[str, Person]
    # Authors that a ticket was opened for, among those without a first contact in the directory.
    requesters: frozenset[str]
    # By Message-ID of a letter of ours that was about the ticket.
    by_letter: dict[str, KnownTicket]
    # By ticket number.
    by_number: dict[str, KnownTicket]


def look_up(
    database: Database, *, authors: Collection[str], letters: Collection[str], numbers: Collection[str]
) -> Knowledge:
    """Look everything up at once; what was not asked costs no statement.

    Raises:
        Temporary: the database did not answer.
    """
    with database.reading() as connection:
        people = find_people(connection, authors) if authors else {}
        unproven = {author for author in authors if author not in people or people[author].first_contact is None}
        return Knowledge(
            people=people,
            requesters=_requesters(connection, unproven) if unproven else frozenset(),
            by_letter=_by_letter(connection, letters) if letters else {},
            by_number=_by_number(connection, numbers) if numbers else {},
        )


def _requesters(connection: Connection, authors: Collection[str]) -> frozenset[str]:
    """Asked with EXISTS: who has a thousand tickets costs no more than who has one."""
    asked = sorted(authors)
    answers = connection.execute(select(*(exists().where(tickets.c.requester == author) for author in asked))).one()
    return frozenset(author for author, has_ticket in zip(asked, answers, strict=True) if has_ticket)


def _by_letter(connection: Connection, letters: Collection[str]) -> dict[str, KnownTicket]:
    found = connection.execute(
        select(outbox.c.message_id, *TICKET)
        .join(tickets, tickets.c.number == outbox.c.ticket)
        .where(outbox.c.message_id.in_(letters))
    )
    return {row.message_id: _ticket(row) for row in found}


def _by_number(connection: Connection, numbers: Collection[str]) -> dict[str, KnownTicket]:
    found = connection.execute(select(*TICKET).where(tickets.c.number.in_(numbers)))
    return {row.number: _ticket(row) for row in found}


TICKET = tuple(tickets.c[name] for name in KnownTicket.__dataclass_fields__)


def _ticket(row: Any) -> KnownTicket:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    return KnownTicket(**{column.name: getattr(row, column.name) for column in TICKET})
