"""Retention: bytes that are old enough are erased; the record of what was decided stays, and still explains."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select

from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.database import Database
from mailgate.store.erasure import erase_bytes, erase_letters, scrub
from mailgate.store.tables import (
    LetterState,
    MessageState,
    QuestionState,
    entries,
    messages,
    outbox,
    questions,
    tickets,
)
from mailgate.store.tickets import OPEN

# Messages or letters that are erased in one transaction, so that nobody who keeps mail waits long.
_BATCH = 200
# Letters that will not leave any more.
_DONE = (LetterState.SENT, LetterState.DEAD, LetterState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long bytes are kept. What is not named, or has no time, is kept for ever."""

    # From the receipt of a message, by its outcome: "reject".
    messages: Mapping[str, timedelta]
    # From the writing of a letter; None: for ever.
    letters: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """What is old enough to be erased, or was erased."""

    # How many messages, by outcome; every outcome that has a time is there.
    messages: dict[str, int]
    letters: int
    # Bytes of both together.
    size: int
    # Messages that are old enough, and are kept because their ticket is still open.
    on_open_tickets: int
    # False: something erased is still in the database's log, since somebody was reading; the next run sees to it.
    scrubbed: bool = True


class Retention:
    """Retention in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, terms: Terms, now: datetime) -> Aged:
        """Count what is old enough; nothing is erased.

        Raises:
            Temporary: the database did not answer.
        """
        with self._database.snapshot() as connection:
            counts, size = {}, 0
            for outcome in terms.messages:
                due = _due(outcome, terms, now, is_open=False).subquery()
                row = connection.execute(select(func.count(), func.sum(due.c.size)).select_from(due)).one()
                counts[outcome] = row[0]
                size += row[1] or 0
            letters = connection.execute(
                select(func.count(), func.sum(func.length(outbox.c.content))).where(*_due_letters(terms, now))
            ).one()
            kept = sum(
                connection.execute(
                    select(func.count()).select_from(_due(outcome, terms, now, is_open=True).subquery())
                ).scalar_one()
                for outcome in terms.messages
            )
        return Aged(messages=counts, letters=letters[0], size=size + (letters[1] or 0), on_open_tickets=kept)

    def apply(self, terms: Terms, *, operator: str, now: datetime) -> Aged:
        """Erase what is old enough, a part at a time; each part stands in the audit trail. Doing it twice adds nothing.

        Raises:
            Temporary: some of it is not erased yet; the next run goes on.
        """
        aged = self.look(terms, now)
        for outcome in terms.messages:
            while self._erase_messages(outcome, terms, operator, now):
                continue
        while self._erase_letters(terms, operator, now):
            continue
        return replace(aged, scrubbed=scrub(self._database))

    def _erase_messages(self, outcome: str, terms: Terms, operator: str, now: datetime) -> int:
        """Erase a part of the messages; how many it were."""
        with self._database.writing() as connection:
            due = (
                _due(outcome, terms, now, is_open=False).limit(_BATCH).with_for_update(skip_locked=True, key_share=True)
            )
            ids = [row.id for row in connection.execute(due)]
            if ids:
                erase_bytes(connection, ids)
                details = {"outcome": outcome, "messages": sorted(ids)}
                write_down(self._database, connection, [_deed(operator, details)], now)
        return len(ids)

    def _erase_letters(self, terms: Terms, operator: str, now: datetime) -> int:
        """Erase a part of the letters; how many it were."""
        with self._database.writing() as connection:
            due = (
                select(outbox.c.id)
                .where(*_due_letters(terms, now))
                .limit(_BATCH)
                .with_for_update(skip_locked=True, key_share=True)
            )
            ids = list(connection.execute(due).scalars())
            if ids:
                erase_letters(connection, ids)
                write_down(self._database, connection, [_deed(operator, {"letters": sorted(ids)})], now)
        return len(ids)


def _deed(operator: str, details: Mapping[str, object]) -> Deed:
    return Deed(operator=operator, act=Act.RETENTION_APPLIED, object="retention", details=details)


def _due(outcome: str, terms: Terms, now: datetime, *, is_open: bool) -> Select[int, int]:
    """Messages that are old enough: those that open tickets or questions still need, or the others."""
    needed = exists().where(
        entries.c.message == messages.c.id, tickets.c.number == entries.c.ticket, tickets.c.status == OPEN
    )
    asked = exists().where(
        questions.c.message == messages.c.id, questions.c.state.in_([QuestionState.OPEN, QuestionState.HELD])
    )
    return select(messages.c.id, messages.c.size).where(
        messages.c.state == MessageState.SETTLED,
        messages.c.outcome == outcome,
        messages.c.received_at < now - terms.messages[outcome],
        ~asked,
        needed if is_open else ~needed,
    )


def _due_letters(terms: Terms, now: datetime) -> list[ColumnElement[bool]]:
    """Letters that are old enough."""
    before = now - terms.letters if terms.letters is not None else None
    return [
        outbox.c.state.in_(_DONE),
        outbox.c.content != b"",
        outbox.c.created_at < before if before else outbox.c.id.is_(None),
    ]
