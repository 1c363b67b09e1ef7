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
from mailgate.store.bounces import SUPPRESSED, suppressed_among
from mailgate.store.tables import LetterState, outbox

DAY = timedelta(days=1)
# Letters that bring a mail at once, one after the other, before there is none: a loop ends after two.
MOST_IN_A_ROW = 2
# The same for mails that call themselves automatic: so two desks stop after two letters, one of each.
MOST_OF_DOUBTFUL = 1
VOLLEY = (
    "withheld: each of the last letters to this address was answered at once, as machines do; an operator may send it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many letters may leave."""

    # One letter per recipient and cause in this time.
    window: timedelta
    # Letters to one address in 24 hours; beyond it they wait for an operator.
    per_address_per_day: int
    # Letters in all in 24 hours; beyond it they wait for an operator.
    per_day: int
    # A mail that comes so soon after our letter to its author left may be a machine's answer to it.
    quick: timedelta = timedelta(minutes=10)
    # Letters to one address that come back for good before it gets no more; 0: it always gets them.
    bounces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What the brake says to one letter."""

    # The state the letter is written with; None: it is not written.
    state: LetterState | None
    # What the decision says of it: "sent", or "withheld: why".
    note: str
    # How many letters to this address before it, in a row, were each followed by a mail at once.
    volley: int = 0
    # What the letter waits for, where it waits; None for the caps.
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last letter to an address."""

    # When it was first taken to be sent; None: it has not left.
    taken_at: datetime | None
    volley: int


class Brake:
    """Admits letters one after the other, within one recording transaction."""

    def __init__(self, connection: Connection, replies: Collection[Reply], limits: Limits, now: datetime) -> None:
        self._limits = limits
        pairs = {(address_key(reply.to), reply.cause) for reply in replies}
        self._repeats = _written(connection, pairs, now - limits.window)
        keys = {key for key, _ in pairs}
        self._to_address = _counts(connection, keys, now - DAY)
        self._last = _last_letters(connection, keys, now - DAY)
        self._suppressed = suppressed_among(connection, keys, limits.bounces)
        self._in_all = _count(connection, now - DAY) if pairs else 0

    def admit(self, reply: Reply, received_at: datetime, *, doubtful: bool = False) -> Leave:
        """Say whether the letter leaves, waits, or is not written; and count it.

        Args:
            reply: the letter.
            received_at: when the mail came that it answers.
            doubtful: whether that mail calls itself automatic, and nothing else gives a machine away.
        """
        key = address_key(reply.to)
        if (key, reply.cause) in self._repeats:
            return Leave(state=None, note="withheld: the same letter went to this address a short while ago")
        self._repeats.add((key, reply.cause))
        volley = self._volley(key, received_at)
        leave = self._admit(key, volley, MOST_OF_DOUBTFUL if doubtful else MOST_IN_A_ROW)
        self._last[key] = Last(taken_at=None, volley=volley)
        return leave

    def _volley(self, key: str, received_at: datetime) -> int:
        """How many letters in a row, this one not counted, have brought a mail at once.

        A machine that answers everything answers each letter once, soon, and after it has left; it never writes while
        our letter is still here. People who do all that twice in a row may be without one letter, and no more.
        """
        last = self._last.get(key)
        if last is None or last.taken_at is None:
            return 0
        answered = last.taken_at < received_at <= last.taken_at + self._limits.quick
        return last.volley + 1 if answered else 0

    def _admit(self, key: str, volley: int, most: int) -> Leave:
        """Ask every limit but the window."""
        if key in self._suppressed:
            return Leave(state=LetterState.WAITING, note=SUPPRESSED, volley=volley, error=SUPPRESSED)
        if volley >= most:
            return Leave(state=LetterState.WAITING, note=VOLLEY, volley=volley, error=VOLLEY)
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
        return Leave(state=LetterState.DUE, note="sent", volley=volley)


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


def _last_letters(connection: Connection, keys: Collection[str], since: datetime) -> dict[str, Last]:
    """The last letter to each address since then, whatever became of it."""
    if not keys:
        return {}
    newest = (
        select(func.max(outbox.c.id))
        .where(outbox.c.recipient_key.in_(keys), outbox.c.created_at > since)
        .group_by(outbox.c.recipient_key)
    )
    columns = (outbox.c.recipient_key, outbox.c.taken_at, outbox.c.volley)
    found = connection.execute(select(*columns).where(outbox.c.id.in_(newest)))
    return {row.recipient_key: Last(taken_at=row.taken_at, volley=row.volley) for row in found}


def _count(connection: Connection, since: datetime) -> int:
    """Letters in all since then, without those that wait."""
    statement = select(func.count()).where(outbox.c.created_at > since, outbox.c.state != LetterState.WAITING)
    return connection.execute(statement).scalar_one()
