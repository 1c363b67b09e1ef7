"""Tickets, and what was added to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, column
from sqlmodel import Field

from mailgate.store.columns import Document, Moment, Words
from mailgate.store.tables.row import Row, table_of


class Counter(Row, table=True):
    """A number that only grows."""

    name: str = Field(primary_key=True, sa_type=Words)
    value: int


def _index_of_the_few(name: str) -> Index:
    """An index that holds only the rows where the column is not empty, since nearly all are."""
    has_one = column(name).is_not(None)
    return Index(None, name, sqlite_where=has_one, postgresql_where=has_one)


class Ticket(Row, table=True):
    """A ticket. Its route may change, it is never taken away."""

    __table_args__ = (
        Index(None, "requester"),
        Index(None, "opened_at"),
        _index_of_the_few("related"),
        _index_of_the_few("csd_number"),
        _index_of_the_few("incident"),
        Index(None, "service", "opened_at"),
        Index(None, "system", "opened_at"),
    )

    number: str = Field(primary_key=True, sa_type=Words)
    # The message that opened it: one ticket for one message.
    message: int = Field(foreign_key="message.id", unique=True)
    status: str = Field(sa_type=Words)
    # The time of receipt of that message, however late it was decided.
    opened_at: datetime = Field(sa_type=Moment)
    recorded_at: datetime = Field(sa_type=Moment)
    requester: str = Field(sa_type=Words)
    requester_name: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)
    language: str = Field(sa_type=Words)
    service: str | None = Field(sa_type=Words)
    system: str | None = Field(sa_type=Words)
    kind: str | None = Field(sa_type=Words)
    matter: str | None = Field(sa_type=Words)
    environment: str = Field(sa_type=Words)
    queue: str = Field(sa_type=Words)
    priority: str = Field(sa_type=Words)
    identifiers: list[dict[str, Any]] = Field(sa_type=Document)
    # When it was answered for good; None while it is open.
    closed_at: datetime | None = Field(sa_type=Moment)
    # Number of the closed ticket that it goes on from, or None.
    related: str | None = Field(sa_type=Words)
    # The number that the ticket system has given it, or None.
    csd_number: str | None = Field(default=None, sa_type=Words)
    # Whether its author was proven; None for tickets from before this was noted.
    proven: bool | None = Field(default=None)
    # Number of the incident that it is tied to, or None.
    incident: str | None = Field(default=None, sa_type=Words)


class StatusChange(Row, table=True):
    """A ticket was closed or opened again. Rows are only added."""

    __tablename__ = "status_change"
    __table_args__ = (Index(None, "ticket"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket: str = Field(sa_type=Words, foreign_key="ticket.number")
    # What it became: "open" or "closed".
    status: str = Field(sa_type=Words)
    # When it became so.
    at: datetime = Field(sa_type=Moment)
    # When we were told.
    recorded_at: datetime = Field(sa_type=Moment)
    # Who did it.
    operator: str = Field(sa_type=Words)


class Entry(Row, table=True):
    """What a message added to a ticket; the first entry is the message that opened it."""

    __table_args__ = (UniqueConstraint("ticket", "message"), Index(None, "message"))

    id: int | None = Field(default=None, primary_key=True)
    ticket: str = Field(sa_type=Words, foreign_key="ticket.number")
    message: int = Field(foreign_key="message.id")
    added_at: datetime = Field(sa_type=Moment)
    author: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    attachments: list[dict[str, Any]] = Field(sa_type=Document)


counters = table_of(Counter)
tickets = table_of(Ticket)
status_changes = table_of(StatusChange)
entries = table_of(Entry)
