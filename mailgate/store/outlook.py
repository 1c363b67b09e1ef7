"""How things stand: what waits for a person, and what is in trouble."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from mailgate.core.cure import NO_SERVICE
from mailgate.core.outcome import Outcome
from mailgate.store.database import Database
from mailgate.store.numbers import Span
from mailgate.store.tables import LetterState, MessageState, incidents, mailboxes, messages, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A mail that waits for an operator."""

    # Our number.
    id: int
    received_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An incident that goes on."""

    number: str
    # The service or the system that it is about.
    about: str
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How things stand now."""

    # Mails that wait for an operator, and the oldest of them.
    held: int
    oldest_held: tuple[Held, ...]
    # Mails that upset our code.
    parked: int
    # What left for good nowhere, and what waits for an operator.
    dead: int
    waiting: int
    # Mailboxes that are not read as they should be: name, and what is wrong.
    mailboxes: tuple[tuple[str, str], ...]
    incidents: tuple[Open, ...]


def look_out(database: Database, oldest: int) -> Outlook:
    """How things stand, with so many of the oldest held mails.

    Raises:
        Temporary: the database did not answer.
    """
    is_held = (messages.c.outcome == Outcome.HOLD) & (messages.c.state == MessageState.SETTLED)
    line = (messages.c.id, messages.c.received_at, messages.c.reason)
    with database.snapshot() as connection:
        held = connection.execute(select(func.count()).select_from(messages).where(is_held)).scalar_one()
        first = connection.execute(select(*line).where(is_held).order_by(messages.c.received_at).limit(oldest)).all()
        parked = connection.execute(
            select(func.count()).select_from(messages).where(messages.c.state == MessageState.PARKED)
        ).scalar_one()
        letters = {
            state: connection.execute(
                select(func.count()).select_from(outbox).where(outbox.c.state == state)
            ).scalar_one()
            for state in (LetterState.DEAD, LetterState.WAITING)
        }
        ill = connection.execute(
            select(mailboxes.c.name, mailboxes.c.trouble).where(mailboxes.c.trouble.is_not(None))
        ).all()
        going_on = connection.execute(
            select(incidents.c.number, func.coalesce(incidents.c.service, incidents.c.system), incidents.c.began_at)
            .where(incidents.c.ended_at.is_(None))
            .order_by(incidents.c.began_at)
        ).all()
    return Outlook(
        held=held,
        oldest_held=tuple(Held(id=row[0], received_at=row[1], reason=row[2]) for row in first),
        parked=parked,
        dead=letters[LetterState.DEAD],
        waiting=letters[LetterState.WAITING],
        mailboxes=tuple((row[0], row[1]) for row in ill),
        incidents=tuple(Open(number=row[0], about=row[1] or "", began_at=row[2]) for row in going_on),
    )


def unrecognised(database: Database, span: Span, limit: int) -> tuple[tuple[str, int], ...]:
    """Subjects in which no service was found, the most frequent first, and how many mails had each.

    Raises:
        Temporary: the database did not answer.
    """
    number = func.count()
    statement = (
        select(messages.c.subject, number)
        .where(
            messages.c.outcome == Outcome.REJECT,
            messages.c.reason == NO_SERVICE,
            messages.c.received_at >= span.since,
            messages.c.received_at < span.until,
        )
        .group_by(messages.c.subject)
        .order_by(number.desc(), messages.c.subject)
        .limit(limit)
    )
    with database.snapshot() as connection:
        return tuple((row[0] or "", row[1]) for row in connection.execute(statement))


def last_told(database: Database, template: str, before: datetime) -> datetime | None:
    """When operators were last told something of that kind, before that time.

    Raises:
        Temporary: the database did not answer.
    """
    statement = select(func.max(outbox.c.created_at)).where(outbox.c.template == template, outbox.c.created_at < before)
    with database.reading() as connection:
        told: datetime | None = connection.execute(statement).scalar_one()
    return told
