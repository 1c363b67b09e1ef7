"""The brake on letters: however much mail comes in, nobody is flooded by us.

It stands inside the transaction that writes the letters, because a batch is decided together and two workers decide
at once: only there is it known what has been written before.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, tuple_

from mailgate.core.address import normalise
from mailgate.core.reply import Reply
from mailgate.store.tables import LetterState, outbox

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many letters may leave."""

    # One letter per recipient and cause in this time.
    window: timedelta
    # Letters to one address in 24 hours; beyond it they wait for an operator.
    per_address_per_day: int
    # Letters in all in 24 hours; beyond it they wait for an operator.
    per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What the brake says to one letter."""

    # The state the letter is written with; None: it is not written.
    state: LetterState | None
    # What the decision says of it: "sent", or "withheld: why".
    note: str


class Brake:
    """Admits letters one after the other, within one recording transaction."""

    def __init__(self, connection: Connection, replies: Collection[Reply], limits: Limits, now: datetime) -> None:
        self._limits = limits
        pairs = {(address_key(reply.to), reply.cause) for reply in replies}
        self._repeats = _written(connection, pairs, now - limits.window)
        self._to_address = _counts(connection, {key for key, _ in pairs}, now - DAY)
        self._in_all = _count(connection, now - DAY) if pairs else 0

    def admit(self, reply: Reply) -> Leave:
        """Say whether the letter leaves, waits, or is not written; and count it."""
        key = address_key(reply.to)
        if (key, reply.cause) in self._repeats:
            return Leave(state=None, note="withheld: the same letter went to this address a short while ago")
        self._repeats.add((key, reply.cause))
        if self._to_address[key] >= self._limits.per_address_per_day:
            return Leave(
                state=LetterState.WAITING,
                note="withheld: too many letters a day to this address; an operator may send it",
            )
        if self._in_all >= self._limits.per_day:
            return Leave(
                state=LetterState.WAITING, note="withheld: too many letters a day in all; an operator may send it"
            )
        self._to_address[key] += 1
        self._in_all += 1
        return Leave(state=LetterState.DUE, note="sent")


def address_key(address: str) -> str:
    """The address as the caps count it: however it is spelt, one mailbox has one form."""
    return normalise(address)


def _written(connection: Connection, pairs: Collection[tuple[str, str]], since: datetime) -> set[tuple[str, str]]:
    """Which of the pairs of recipient and cause have had a letter since then, waiting ones included."""
    if not pairs:
        return set()
    found = connection.execute(
        select(outbox.c.recipient_key, outbox.c.cause).where(
            outbox.c.recipient_key.in_({key for key, _ in pairs}),
            tuple_(outbox.c.recipient_key, outbox.c.cause).in_(list(pairs)),
            outbox.c.created_at > since,
        )
    )
    return {(key, cause) for key, cause in found}


def _counts(connection: Connection, keys: Collection[str], since: datetime) -> "Counter[str]":
    """Letters to each address since then, without those that wait."""
    if not keys:
        return Counter()
    found = connection.execute(
        select(outbox.c.recipient_key, func.count().label("letters"))
        .where(outbox.c.recipient_key.in_(keys), outbox.c.created_at > since, outbox.c.state != LetterState.WAITING)
        .group_by(outbox.c.recipient_key)
    )
    return Counter({row.recipient_key: row.letters for row in found})


def _count(connection: Connection, since: datetime) -> int:
    """Letters in all since then, without those that wait."""
    statement = select(func.count()).where(outbox.c.created_at > since, outbox.c.state != LetterState.WAITING)
    return connection.execute(statement).scalar_one()
