"""Numbers for people who run the desk: how many, of what, when, how fast. The database counts; only sums come out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Text, case, cast, func, literal, or_, select, type_coerce
from sqlalchemy.types import Float

from mailgate.core.address import normalise
from mailgate.core.cure import Written
from mailgate.core.localtime import offsets
from mailgate.core.outcome import Outcome
from mailgate.store.database import Database
from mailgate.store.tables import (
    Channel,
    QuestionState,
    answers,
    arrivals,
    decisions,
    messages,
    outbox,
    questions,
    tickets,
)

_DAY = 86_400
_HOUR = 3_600
# 1970-01-01 was a Thursday, the fourth day of its week.
_MONDAY = 3
_CHUNK = 10_000


class By(StrEnum):
    """What mails are counted by. The values stand on the command line, in JSON and in CSV."""

    DAY = "day"
    HOUR = "hour"
    WEEKDAY = "weekday"
    OUTCOME = "outcome"
    REASON = "reason"
    SERVICE = "service"
    SYSTEM = "system"
    KIND = "kind"
    MATTER = "matter"
    QUEUE = "queue"
    PRIORITY = "priority"
    ENVIRONMENT = "environment"
    SOURCE = "source"
    STATE = "state"


# Those that tell a time.
TIMES = (By.DAY, By.HOUR, By.WEEKDAY)
_OF_MESSAGE = {By.OUTCOME: messages.c.outcome, By.REASON: messages.c.reason, By.STATE: messages.c.state}
_OF_DECISION = {
    By.SERVICE: decisions.c.service,
    By.SYSTEM: decisions.c.system,
    By.KIND: decisions.c.kind,
    By.MATTER: decisions.c.matter,
    By.QUEUE: decisions.c.queue,
    By.PRIORITY: decisions.c.priority,
    By.ENVIRONMENT: decisions.c.environment,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Mail received from one moment on and before another, and the place whose days are meant."""

    since: datetime
    until: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many mails that have these in common."""

    # As asked for: the number of a day since 1970-01-01, an hour of the day, a weekday from Monday = 0, or the word;
    # None where the mail has none.
    values: tuple[str | int | None, ...]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """So many questions that came out alike."""

    # The service ids that were offered, in the order shown.
    offers: tuple[str, ...]
    state: QuestionState
    # The reason of the decision that asked.
    asked_for: str
    # Of the mail that was asked about: the reason of its current decision, and the service of its ticket.
    reason: str | None
    service: str | None
    # Whether anybody answered.
    answered: bool
    number: int


class Numbers:
    """The numbers of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, span: Span, by: Sequence[By]) -> list[Count]:
        """How many mails there are, by what they have in common.

        Raises:
            Temporary: the database did not answer.
        """
        columns = [self._column(each, span) for each in by]
        counted = select(*columns, func.count()).select_from(_with(by)).where(*_within(span)).group_by(*columns)
        with self._database.snapshot() as connection:
            return [Count(values=tuple(row[:-1]), number=row[-1]) for row in connection.execute(counted)]

    def waits(self, span: Span) -> dict[int, int]:
        """Tenths of a second from the receipt of a mail until its first letter had left, and how many waited so long.

        Raises:
            Temporary: the database did not answer.
        """
        # One look into an index that holds all, for each mail.
        left = (
            select(func.min(outbox.c.sent_at))
            .where(outbox.c.message == messages.c.id, outbox.c.channel == Channel.MAIL)
            .scalar_subquery()
        )
        first = select(messages.c.received_at, left.label("sent_at")).where(*_within(span)).subquery()
        tenths = self._tenths(first.c.received_at, first.c.sent_at)
        with self._database.snapshot() as connection:
            found = connection.execute(
                select(tenths, func.count()).where(first.c.sent_at.is_not(None)).group_by(tenths)
            ).all()
        return {max(int(row[0]), 0): row[1] for row in found}

    def written(self, span: Span, within: timedelta) -> Iterator[Written]:
        """Mails that were refused or got a ticket, the newest first; tickets also for so long after the span.

        Raises:
            Temporary: the database did not answer.
        """
        is_refused = (messages.c.outcome == Outcome.REJECT) & (messages.c.received_at < span.until)
        has_ticket = messages.c.outcome == Outcome.TICKET
        statement = (
            select(messages.c.id, messages.c.author, messages.c.received_at, messages.c.outcome, messages.c.reason)
            .where(
                messages.c.received_at >= span.since,
                messages.c.received_at < span.until + within,
                or_(is_refused, has_ticket),
            )
            .order_by(messages.c.received_at.desc(), messages.c.id.desc())
        )
        with self._database.snapshot() as connection:
            for row in connection.execution_options(yield_per=_CHUNK).execute(statement):
                yield Written(
                    message=row.id,
                    author=single_author(row.author),
                    received_at=row.received_at,
                    has_ticket=row.outcome == Outcome.TICKET,
                    is_refused=row.outcome == Outcome.REJECT,
                    reason=row.reason,
                )

    def asked(self, span: Span) -> list[Asked]:
        """What became of the questions about mails of the span.

        Raises:
            Temporary: the database did not answer.
        """
        offers = cast(questions.c.offers, Text)
        answered = select(answers.c.message).where(answers.c.question == questions.c.message).exists()
        columns = (offers, questions.c.state, questions.c.reason, messages.c.reason, tickets.c.service)
        statement = (
            select(*columns, answered, func.count())
            .select_from(
                questions.join(messages, messages.c.id == questions.c.message).outerjoin(
                    tickets, tickets.c.message == questions.c.message
                )
            )
            .where(*_within(span))
            .group_by(*columns, answered)
        )
        with self._database.snapshot() as connection:
            return [
                Asked(
                    offers=tuple(json.loads(row[0])),
                    state=QuestionState(row[1]),
                    asked_for=row[2],
                    reason=row[3],
                    service=row[4],
                    answered=bool(row[5]),
                    number=row[6],
                )
                for row in connection.execute(statement)
            ]

    def _column(self, by: By, span: Span) -> ColumnElement[Any]:
        if by in _OF_MESSAGE:
            return _OF_MESSAGE[by]
        if by in _OF_DECISION:
            return _OF_DECISION[by]
        if by is By.SOURCE:
            return arrivals.c.source
        local = self._local(span)
        return {
            By.DAY: local // _DAY,
            By.HOUR: local % _DAY // _HOUR,
            By.WEEKDAY: (local // _DAY + _MONDAY) % 7,
        }[by]

    def _local(self, span: Span) -> ColumnElement[int]:
        """Seconds since 1970-01-01T00:00 by the clock on the wall there. The database knows no zones, so it is told."""
        changes = list(offsets(span.since, span.until, span.zone))
        cases = [
            (messages.c.received_at < end, literal(int(offset.total_seconds())))
            for (_, offset), (end, _) in pairwise(changes)
        ]
        last = literal(int(changes[-1][1].total_seconds()))
        return self._seconds(messages.c.received_at) + (case(*cases, else_=last) if cases else last)

    def _seconds(self, moment: ColumnElement[datetime]) -> ColumnElement[int]:
        """Whole seconds since 1970 in UTC."""
        if self._database.is_sqlite:
            return cast(func.strftime("%s", type_coerce(moment, Text)), Integer)
        return cast(func.floor(func.extract("epoch", moment)), Integer)

    def _tenths(self, begin: ColumnElement[datetime], end: ColumnElement[datetime]) -> ColumnElement[int]:
        """Tenths of a second between two moments."""
        if self._database.is_sqlite:
            days = func.julianday(type_coerce(end, Text)) - func.julianday(type_coerce(begin, Text))
            return cast(func.round(type_coerce(days, Float) * _DAY * 10), Integer)
        return cast(func.floor(func.extract("epoch", end - begin) * 10), Integer)


def single_author(author: str | None) -> str:
    """Whoever wrote a mail, in one spelling; "" when there is no single author."""
    return normalise(author) if author and "," not in author else ""


def _within(span: Span) -> tuple[ColumnElement[bool], ...]:
    return messages.c.received_at >= span.since, messages.c.received_at < span.until


def _with(by: Sequence[By]) -> FromClause:
    """The messages, with whatever else is asked for."""
    found: FromClause = messages
    if any(each in _OF_DECISION for each in by):
        other = decisions.alias("other")
        newer = select(other.c.id).where(other.c.message == decisions.c.message, other.c.id > decisions.c.id).exists()
        # Both are answered by an index that holds all; rows of decisions are wide.
        found = found.outerjoin(decisions, (decisions.c.message == messages.c.id) & ~newer)
    if By.SOURCE in by:
        found = found.join(arrivals, (arrivals.c.message == messages.c.id) & arrivals.c.first)
    return found
