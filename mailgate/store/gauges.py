"""What is measured in the database. Nothing here grows with what is settled but the first look of a process."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from mailgate.core.mailbox import MailboxState
from mailgate.store.database import Database
from mailgate.store.tables import (
    LetterState,
    MessageState,
    arrivals,
    decisions,
    incidents,
    mailboxes,
    messages,
    outbox,
)
from mailgate.store.vitals import VitalLine, Vitals

# Rows older than this have all their predecessors beside them, however the transactions of several machines end.
_SETTLED_AFTER = timedelta(minutes=1)
# Which tenth a score is in. Not by rounding: the databases round halves each in their own way.
_TENTH = case(
    *((decisions.c.score < (tenth + 1) / 10, tenth) for tenth in range(9)), (decisions.c.score.is_not(None), 9)
)
_WAITING = (MessageState.KEPT, MessageState.CLAIMED)
_UNSENT = (LetterState.DUE, LetterState.LEASED)
_PRESENT = (*_UNSENT, LetterState.WAITING, LetterState.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """One look."""

    # Receipts by way in and whether the bytes were new.
    kept: Mapping[tuple[str, ...], int]
    # Decisions by outcome and reason.
    settled: Mapping[tuple[str, ...], int]
    # Messages that are kept, claimed or parked.
    messages: Mapping[str, int]
    # When the oldest message that waits was received; None: none waits.
    oldest_message: datetime | None
    # What is in the outbox and has not left, by channel and state.
    outbox: Mapping[tuple[str, str], int]
    # When the oldest that is due was written, by channel.
    oldest_letters: Mapping[str, datetime]
    # What has failed and will be tried again, by channel.
    retrying: Mapping[str, int]
    # Decisions by the tenth that the score of the best candidate was in: "0" to "9"; those without one are not counted.
    scores: Mapping[int, int]
    # How what is outside the house is.
    vitals: tuple[VitalLine, ...]
    # Mailboxes that mail is fetched from: whether each is in trouble, and when its server answered last.
    mailboxes: Mapping[str, tuple[bool, datetime | None]]
    # Incidents that are open.
    incidents: int


@dataclass(slots=True)
class Tally:
    """Counts the rows of a table to which rows are only added: each of them once."""

    table: Table
    # When a row was added.
    at: ColumnElement[datetime]
    # By what they are counted.
    by: tuple[ColumnElement[object], ...]
    _counted: "Counter[tuple[str, ...]]" = field(default_factory=Counter)
    _up_to: int = 0

    def look(self, connection: Connection, now: datetime) -> Mapping[tuple[str, ...], int]:
        """All counts. Those of rows that are old enough are remembered."""
        key = self.table.c.id
        old = select(func.max(key)).where(key > self._up_to, self.at < now - _SETTLED_AFTER)
        settled = connection.execute(old).scalar_one() or self._up_to
        if settled > self._up_to:
            self._counted += self._count(connection, (key > self._up_to) & (key <= settled))
            self._up_to = settled
        return self._counted + self._count(connection, key > settled)

    def _count(self, connection: Connection, which: ColumnElement[bool]) -> "Counter[tuple[str, ...]]":
        found = connection.execute(select(*self.by, func.count()).where(which).group_by(*self.by))
        return Counter({tuple(map(str, row[:-1])): row[-1] for row in found})


class Watch:
    """Looks at one database again and again. It must not be used by two threads at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = Tally(arrivals, arrivals.c.received_at, (arrivals.c.source, arrivals.c.first))
        self._vitals = Vitals(database)
        self._scores = Tally(decisions, decisions.c.decided_at, (_TENTH,))
        self._settled = Tally(decisions, decisions.c.decided_at, (decisions.c.outcome, decisions.c.reason))

    def look(self, now: datetime) -> Gauges:
        """Look once.

        Raises:
            Temporary: the database did not answer.
        """
        state, channel = messages.c.state, outbox.c.channel
        with self._database.snapshot() as connection:
            waiting = connection.execute(
                select(state, func.count(), func.min(messages.c.received_at))
                .where(state.in_([*_WAITING, MessageState.PARKED]))
                .group_by(state)
            ).all()
            present = connection.execute(
                select(channel, outbox.c.state, func.count(), func.min(outbox.c.created_at))
                .where(channel.is_not(None), outbox.c.state.in_(_PRESENT))
                .group_by(channel, outbox.c.state)
            ).all()
            retrying = connection.execute(
                select(channel, func.count())
                .where(outbox.c.state == LetterState.DUE, outbox.c.attempts > 0)
                .group_by(channel)
            ).all()
            incidents_open = connection.execute(
                select(func.count()).select_from(incidents).where(incidents.c.ended_at.is_(None))
            ).scalar_one()
            kept, settled = self._kept.look(connection, now), self._settled.look(connection, now)
            scores = self._scores.look(connection, now)
            read = connection.execute(select(mailboxes.c.name, mailboxes.c.state, mailboxes.c.heard_at)).all()
        unsent = [(row[0], row[3]) for row in present if row[1] in _UNSENT]
        return Gauges(
            kept=kept,
            settled=settled,
            messages={row[0]: row[1] for row in waiting},
            oldest_message=min((row[2] for row in waiting if row[0] in _WAITING), default=None),
            outbox={(row[0], row[1]): row[2] for row in present},
            oldest_letters={way: min(at for which, at in unsent if which == way) for way, _ in unsent},
            retrying={row[0]: row[1] for row in retrying},
            incidents=incidents_open,
            scores={int(tenth): count for (tenth,), count in scores.items() if tenth != "None"},
            vitals=self._vitals.list(),
            mailboxes={row.name: (row.state == MailboxState.TROUBLE, row.heard_at) for row in read},
        )
