"""Mail that was decided, as it was known when it came: what the backtest replays.

Each message stands for the first decision that rules made about it. What was known and found then is stored with it;
it is read a range of numbers at a time, so that a year of mail needs no more memory than a day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Text, and_, cast, func, select

from mailgate.core.automatic import Automatic
from mailgate.core.choice import Choice
from mailgate.core.decision import Decision, Outcome
from mailgate.core.facts import Known
from mailgate.core.identifiers import Identifier
from mailgate.core.identity import Identity
from mailgate.core.mail import Attachment, RawMessage, Scan
from mailgate.core.outcome import DUPLICATE
from mailgate.core.request import Kind, Request
from mailgate.core.service import Match
from mailgate.store.claims import load
from mailgate.store.database import Database
from mailgate.store.tables import MessageState, decisions, messages, raws

# Bytes of mail that are in memory at once; a single mail may be larger.
_BYTES_AT_ONCE = 8 * 1024 * 1024

# The largest number that PostgreSQL gives a message.
_LAST = 2**31 - 1

_Of = TypeVar("_Of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time of receipt, and a range of our numbers in it."""

    # None: from the first message on.
    since: datetime | None
    # None: up to the newest.
    until: datetime | None
    # Numbers from `low` to below `high`.
    low: int = 0
    high: int = _LAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found in a mail, as it was stored with the decision; all but its words."""

    date: datetime | None
    defects: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    answers: tuple[str, ...]
    automatic: Automatic | None
    identity: Identity
    identifiers: tuple[Identifier, ...]
    match: Match
    request: Request
    scan: Scan | None = None
    choice: Choice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was stored with the first decision that rules made about a message."""

    # As it was decided, without findings.
    decision: Decision
    known: Known
    # None: it was stored in a form that this version does not read.
    seen: Seen | None
    # Whether the stored form has a place for questions of ours, and for what was chosen in answer to one.
    has_question: bool
    has_choice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One message of the past."""

    # Our number.
    id: int
    digest: str
    received_at: datetime
    size: int
    # As lists show them; None where nothing was recorded.
    subject: str | None
    author: str | None
    state: MessageState
    # Whether the mail is a second copy of another one.
    is_copy: bool
    # Whether its bytes are still there.
    has_bytes: bool
    # None: no rules have decided it, or what was known is erased.
    record: Record | None


class PastMail:
    """The past of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, stretch: Stretch) -> int:
        """How many messages there are.

        Raises:
            Temporary: the database did not answer.
        """
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(messages).where(*_within(stretch))).scalar_one()

    def ranges(self, stretch: Stretch, size: int) -> Iterator[Stretch]:
        """The stretch in parts of about `size` messages, the newest first.

        Raises:
            Temporary: the database did not answer.
        """
        high = stretch.high
        while True:
            newest = select(messages.c.id).where(*_within(stretch), messages.c.id < high)
            page = newest.order_by(messages.c.id.desc()).limit(size).subquery()
            with self._database.reading() as connection:
                low = connection.execute(select(func.min(page.c.id))).scalar()
            if low is None:
                return
            yield Stretch(since=stretch.since, until=stretch.until, low=low, high=high)
            high = low

    def read(self, stretch: Stretch) -> list[Past]:
        """The messages of a range, oldest first.

        Raises:
            Temporary: the database did not answer.
        """
        first = (
            select(func.min(decisions.c.id).label("id"))
            .where(
                decisions.c.message >= stretch.low,
                decisions.c.message < stretch.high,
                decisions.c.known.is_not(None),
                decisions.c.operator.is_(None),
                decisions.c.reason != DUPLICATE,
            )
            .group_by(decisions.c.message)
            .subquery()
        )
        recorded = select(decisions).join(first, first.c.id == decisions.c.id).subquery()
        statement = (
            select(
                *(messages.c[name] for name in ("id", "digest", "received_at", "size", "subject", "author", "state")),
                messages.c.reason.label("final"),
                raws.c.message.label("bytes"),
                *(recorded.c[name] for name in _DECIDED),
                cast(recorded.c.known, Text).label("known"),
                cast(recorded.c.facts, Text).label("facts"),
            )
            .outerjoin(recorded, recorded.c.message == messages.c.id)
            .outerjoin(raws, raws.c.message == messages.c.id)
            .where(*_within(stretch))
            .order_by(messages.c.id)
        )
        with self._database.reading() as connection:
            return [_past(row) for row in connection.execute(statement)]

    def contents(self, wanted: Sequence[Past]) -> Iterator[tuple[Past, RawMessage]]:
        """The messages with their bytes, a part at a time; those whose bytes are erased meanwhile are left out.

        Raises:
            Temporary: the database did not answer.
        """
        batch: list[Past] = []
        for past in wanted:
            if batch and sum(each.size for each in batch) + past.size > _BYTES_AT_ONCE:
                yield from self._load(batch)
                batch = []
            batch.append(past)
        if batch:
            yield from self._load(batch)

    def _load(self, batch: Sequence[Past]) -> list[tuple[Past, RawMessage]]:
        by_id = {past.id: past for past in batch}
        return [(by_id[each.id], each.raw) for each in load(self._database, list(by_id))]


_DECIDED = (
    *("outcome", "reason", "service", "system", "kind", "matter", "environment", "desk", "queue", "priority"),
    *("template", "candidates", "ticket", "related", "revision"),
)


@cache
def _reader(record: type[_Of]) -> TypeAdapter[_Of]:
    """Reads one kind of record from JSON, a hundred thousand times; `core.recollection` does it without a library.

    It takes its time to make, and only who replays the past needs it.
    """
    return TypeAdapter(record)


def _within(stretch: Stretch) -> list[ColumnElement[bool]]:
    conditions = [and_(messages.c.id >= stretch.low, messages.c.id < stretch.high)]
    if stretch.since is not None:
        conditions.append(messages.c.received_at >= stretch.since)
    if stretch.until is not None:
        conditions.append(messages.c.received_at < stretch.until)
    return conditions


def _past(row: Any) -> Past:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    return Past(
        id=row.id,
        digest=row.digest,
        received_at=row.received_at,
        size=row.size,
        subject=row.subject,
        author=row.author,
        state=MessageState(row.state),
        is_copy=row.final == DUPLICATE,
        has_bytes=row.bytes is not None,
        record=_record(row) if row.known is not None else None,
    )


def _record(row: Any) -> Record | None:  # noqa: ANN401  (as above)
    """What was stored; None where not even what was known can be read."""
    try:
        known = _reader(Known).validate_json(row.known)
    except ValidationError:
        return None
    return Record(
        decision=_decision(row),
        known=known,
        seen=_seen(row.facts),
        has_question='"question":' in row.known,
        has_choice='"choice":' in (row.facts or ""),
    )


def _seen(document: str | None) -> Seen | None:
    try:
        seen: Seen = _reader(Seen).validate_json(document or "null")
    except ValidationError:
        return None
    return seen


def _decision(row: Any) -> Decision:  # noqa: ANN401  (as above)
    values = {name: getattr(row, name) for name in _DECIDED}
    return Decision(
        **values
        | {
            "outcome": Outcome(row.outcome),
            "kind": Kind(row.kind) if row.kind else None,
            "environment": row.environment or "production",
            "queue": row.queue or "",
            "priority": row.priority or "normal",
            "candidates": tuple(row.candidates),
            "revision": row.revision or "",
            "findings": (),
        }
    )
