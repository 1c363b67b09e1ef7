"""The brake on letters: however much mail comes in, nobody is flooded by us.

It stands inside the transaction that writes the letters, because a batch is decided together and two workers decide
at once: only there is it known what has been written before.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from mailgate.core.address import domain_of, normalise
from mailgate.core.identity.alignment import organisational_domain
from mailgate.core.reply import Reply
from mailgate.store.bounces import SUPPRESSED, suppressed_among
from mailgate.store.tables import Channel, LetterState, outbox

DAY = timedelta(days=1)
# Letters that bring a mail at once, one after the other, before there is none: a loop ends after two.
MOST_IN_A_ROW = 2
# The same for mails that call themselves automatic: so two desks stop after two letters, one of each.
MOST_OF_DOUBTFUL = 1
UNPROVEN = "withheld: its author is not proven, and this address has had its letters for today"
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
    # Letters in 24 hours to all addresses of one organisation's domain together; beyond it they wait for an operator.
    per_domain_per_day: int = 500
    # Domains whose addresses belong to people who have nothing to do with each other: they count by address only.
    shared_domains: frozenset[str] = frozenset()
    # Letters in 24 hours to an address whose author is not proven; beyond it only who answers one gets another.
    per_unproven_per_day: int = 1
    # A mail that comes so soon after our letter to its author left may be a machine's answer to it.
    quick: timedelta = timedelta(minutes=10)
    # Letters to one address that come back for good before it gets no more; 0: it always gets them.
    bounces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A letter that wants to leave, and what the brake must know of the mail that it answers."""

    reply: Reply
    # When that mail came.
    received_at: datetime
    # Whether it is proven who wrote it.
    proven: bool = True
    # Message-IDs that it answers, as we write ours.
    answers: tuple[str, ...] = ()
    # Whether it has answered a question of ours: its author has read our letter.
    has_answered: bool = False
    # Whether it calls itself automatic, and nothing else gives a machine away.
    doubtful: bool = False

    @property
    def key(self) -> str:
        """The address as the caps count it."""
        return address_key(self.reply.to)


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

    def __init__(self, connection: Connection, requests: Collection[Request], limits: Limits, now: datetime) -> None:
        self._limits = limits
        keys = {request.key for request in requests}
        domains = {counted_domain(key) for key in keys} - {""}
        unproven = [request for request in requests if not request.proven]
        self._repeats = _written(connection, {(r.key, r.reply.cause) for r in requests}, now - limits.window)
        self._to_address = _counts(connection, outbox.c.recipient_key, keys, now - DAY)
        self._to_domain = _counts(connection, outbox.c.recipient_domain, domains - limits.shared_domains, now - DAY)
        self._had = _counts(connection, outbox.c.recipient_key, {r.key for r in unproven}, now - DAY, waiting=True)
        self._read = _sent_to(connection, {name for request in unproven for name in request.answers})
        self._last = _last_letters(connection, keys, now - DAY)
        self._suppressed = suppressed_among(connection, keys, limits.bounces)
        self._in_all = _count(connection, now - DAY) if requests else 0

    def admit(self, request: Request) -> Leave:
        """Say whether the letter leaves, waits, or is not written; and count it."""
        key, cause = request.key, request.reply.cause
        if (key, cause) in self._repeats:
            return Leave(state=None, note="withheld: the same letter went to this address a short while ago")
        if self._had[key] >= self._limits.per_unproven_per_day and not self._is_known(request):
            return Leave(state=None, note=UNPROVEN)
        self._repeats.add((key, cause))
        self._had[key] += 1
        volley = self._volley(key, request.received_at)
        leave = self._admit(key, volley, MOST_OF_DOUBTFUL if request.doubtful else MOST_IN_A_ROW)
        self._last[key] = Last(taken_at=None, volley=volley)
        return leave

    def _is_known(self, request: Request) -> bool:
        """Whether the author is proven, or has shown to read what we write to the address.

        Our Message-IDs and references are keyed: who names one has had the letter. Nobody who forges an address does.
        """
        read = any((name, request.key) in self._read for name in request.answers)
        return request.proven or request.has_answered or read

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
        domain = counted_domain(key)
        if self._to_domain[domain] >= self._limits.per_domain_per_day:
            return Leave(
                state=LetterState.WAITING,
                note="withheld: too many letters a day to this domain; an operator may send it",
            )
        if self._in_all >= self._limits.per_day:
            return Leave(
                state=LetterState.WAITING, note="withheld: too many letters a day in all; an operator may send it"
            )
        self._to_address[key] += 1
        self._to_domain[domain] += 0 if domain in self._limits.shared_domains else 1
        self._in_all += 1
        return Leave(state=LetterState.DUE, note="sent", volley=volley)


def address_key(address: str) -> str:
    """The address as the caps count it: however it is spelt, one mailbox has one form."""
    return normalise(address)


def counted_domain(key: str) -> str:
    """The domain as the cap counts it: names below a domain are its owner's, so that nobody gains by making more."""
    domain = domain_of(key)
    return organisational_domain(domain) or domain


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


def _counts(
    connection: Connection,
    column: ColumnElement[str],
    values: Collection[str],
    since: datetime,
    *,
    waiting: bool = False,
) -> "Counter[str]":
    """Letters by the value of a column since then, those that wait only if asked for."""
    if not values:
        return Counter()
    counted = select(column.label("value"), func.count().label("letters")).where(
        column.in_(values), outbox.c.created_at > since
    )
    if not waiting:
        counted = counted.where(outbox.c.state != LetterState.WAITING)
    return Counter({row.value: row.letters for row in connection.execute(counted.group_by(column))})


def _sent_to(connection: Connection, names: Collection[str]) -> set[tuple[str, str]]:
    """Which of the Message-IDs are letters of ours, and to which address each has left."""
    if not names:
        return set()
    found = connection.execute(
        select(outbox.c.message_id, outbox.c.recipient_key).where(
            outbox.c.message_id.in_(names), outbox.c.taken_at.is_not(None)
        )
    )
    return {(row.message_id, row.recipient_key) for row in found}


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
    statement = select(func.count()).where(
        outbox.c.created_at > since,
        outbox.c.channel == Channel.MAIL,
        outbox.c.state != LetterState.WAITING,
        # What operators are told takes nobody's letter away.
        outbox.c.recipient_key.is_not(None),
    )
    return connection.execute(statement).scalar_one()
