"""Mail that waits for a person: held, parked, or kept until its author has chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, exists, func, or_, select

from mailgate.core.outcome import Outcome
from mailgate.store.database import Database
from mailgate.store.tables import MessageState, QuestionState, answers, decisions, messages, questions

# A message with one of these waits: for an operator, or for its author.
_WAITING = (Outcome.HOLD, Outcome.CLARIFY)
# Questions whose answers wait with the mail that was asked about, and are decided with it.
_UNDER_WAY = (QuestionState.OPEN, QuestionState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A mail that waits, as lists show it."""

    # Our number of it.
    id: int
    # sha256 of its bytes, hex.
    digest: str
    received_at: datetime
    # When the decision was made that lets it wait; a crash counts as one.
    decided_at: datetime
    # The author's address; several with a comma between them; None: it could not be read.
    from_: str | None
    subject: str | None
    # "settled", or "parked": our bug.
    state: str
    # "hold" or "clarify".
    outcome: str
    # The rule that lets it wait, or "crashed".
    reason: str
    # What the rules would take it to be about, or None.
    service: str | None
    system: str | None
    # Service ids that it may be about, best first: those that its author was offered, in the same order, if any were.
    candidates: tuple[str, ...]
    # State of the question to its author; None: nobody has asked.
    question: str | None
    # How many times the author was asked.
    asked: int


class Waiting:
    """Mail of one database that waits for a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        *,
        limit: int = 50,
        reason: str | None = None,
        service: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        outcome: str | None = None,
    ) -> tuple[WaitingLine, ...]:
        """What waits, oldest first. An answer to a question of ours waits with the mail that was asked about.

        Args:
            limit: at most so many.
            reason: only what that rule lets wait.
            service: only what may be about that service.
            since: only mail received since then.
            before: only mail received until then.
            outcome: "hold" or "clarify" only.

        Raises:
            Temporary: the database did not answer.
        """
        statement = _lines().order_by(messages.c.received_at, messages.c.id).limit(limit)
        for column, value in ((messages.c.reason, reason), (messages.c.outcome, outcome)):
            if value is not None:
                statement = statement.where(column == value)
        if service is not None:
            named = cast(decisions.c.candidates, String).contains(f'"{service}"', autoescape=True)
            offered = cast(questions.c.offers, String).contains(f'"{service}"', autoescape=True)
            statement = statement.where(or_(decisions.c.service == service, named, offered))
        if since is not None:
            statement = statement.where(messages.c.received_at >= since)
        if before is not None:
            statement = statement.where(messages.c.received_at <= before)
        return self._read(statement)

    def of(self, message: int) -> WaitingLine | None:
        """The line of one message; None: it does not wait."""
        found = self._read(_lines().where(messages.c.id == message))
        return found[0] if found else None

    def reasons(self) -> dict[str, int]:
        """How many wait for each reason, the most frequent first.

        Raises:
            Temporary: the database did not answer.
        """
        waiting = _lines().subquery()
        counted = select(waiting.c.reason, func.count().label("number")).group_by(waiting.c.reason)
        with self._database.reading() as connection:
            found = connection.execute(counted.order_by(func.count().desc(), waiting.c.reason)).all()
        return {row.reason: row.number for row in found}

    def _read(self, statement: Select[Any]) -> tuple[WaitingLine, ...]:
        with self._database.reading() as connection:
            return tuple(_line(dict(row)) for row in connection.execute(statement).mappings())


def _lines() -> Select[Any]:
    every = decisions.alias("every")
    newest = select(func.max(every.c.id)).where(every.c.message == messages.c.id).correlate(messages).scalar_subquery()
    decided = messages.join(decisions, decisions.c.id == newest)
    other = questions.alias("other")
    follows = exists(
        select(answers.c.message)
        .join(other, other.c.message == answers.c.question)
        .where(answers.c.message == messages.c.id, other.c.state.in_(_UNDER_WAY))
        .correlate(messages)
    )
    return (
        select(
            messages.c.id,
            messages.c.digest,
            messages.c.received_at,
            decisions.c.decided_at,
            messages.c.author.label("from_"),
            messages.c.subject,
            messages.c.state,
            messages.c.outcome,
            messages.c.reason,
            decisions.c.service,
            decisions.c.system,
            decisions.c.candidates,
            questions.c.offers,
            questions.c.state.label("question"),
            func.coalesce(questions.c.asked, 0).label("asked"),
        )
        .select_from(decided.outerjoin(questions, questions.c.message == messages.c.id))
        .where(
            messages.c.outcome.in_(_WAITING),
            messages.c.state.in_([MessageState.SETTLED, MessageState.PARKED]),
            ~follows,
        )
    )


def _line(row: dict[str, Any]) -> WaitingLine:
    offers = row.pop("offers")
    return WaitingLine(**row | {"candidates": tuple(offers or row["candidates"])})
