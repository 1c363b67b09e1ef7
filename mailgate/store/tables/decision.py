"""Decisions, and the rules that made them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from mailgate.store.columns import Document, Moment, Words
from mailgate.store.tables.row import Row, table_of


class Rulebook(Row, table=True):
    """One revision of the rules, whole, so that every decision can be explained for ever."""

    revision: str = Field(primary_key=True, sa_type=Words)
    # File name to text.
    files: dict[str, str] = Field(sa_type=Document)
    first_used_at: datetime = Field(sa_type=Moment)


class DecisionRow(Row, table=True):
    """One decision about a message. Rows are only added; the newest is the current one."""

    __tablename__ = "decision"
    # Holds all that numbers are asked about most; rows are wide.
    __table_args__ = (Index(None, "message", "id", "service", "system", "kind", "queue"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.id")
    decided_at: datetime = Field(sa_type=Moment)
    # None when no rulebook decided: a crash, a second copy.
    revision: str | None = Field(sa_type=Words, foreign_key="rulebook.revision")
    # The operator who decided; None: the rulebook.
    operator: str | None = Field(sa_type=Words)
    outcome: str = Field(sa_type=Words)
    reason: str = Field(sa_type=Words)
    service: str | None = Field(sa_type=Words)
    system: str | None = Field(sa_type=Words)
    kind: str | None = Field(sa_type=Words)
    matter: str | None = Field(sa_type=Words)
    environment: str | None = Field(sa_type=Words)
    desk: str | None = Field(sa_type=Words)
    queue: str | None = Field(sa_type=Words)
    priority: str | None = Field(sa_type=Words)
    template: str | None = Field(sa_type=Words)
    candidates: list[str] = Field(sa_type=Document)
    # Number of the ticket that it appends to.
    ticket: str | None = Field(sa_type=Words)
    # Number of the closed ticket that it goes on from.
    related: str | None = Field(sa_type=Words)
    findings: list[dict[str, Any]] = Field(sa_type=Document)
    # What the desk knew; None when nobody asked.
    known: dict[str, Any] | None = Field(sa_type=Document)
    # The evidence without the mail's text: identity, automatic, identifiers, match, request.
    facts: dict[str, Any] | None = Field(sa_type=Document)
    # "sent" (it is in the outbox), "none", or "withheld: why".
    letter: str = Field(sa_type=Words)
    # The traceback of a crash.
    trace: str | None = Field(sa_type=Words)
    # How sure the recognition was of its best candidate, 0 to 1; None without one.
    score: float | None


rulebooks = table_of(Rulebook)
decisions = table_of(DecisionRow)
