"""Claim messages for a worker, with a lease, so that no two decide the same one and none is forgotten.

1. A worker takes the oldest messages that are due: a conditional update; rows that another one is taking are skipped.
2. It records them, and they leave the queue. The claim's turn is checked then: who lost his lease adds nothing.
3. It dies instead: the lease ends, and the message is taken again, now *alone*, because it may be what kills.
4. A message that was claimed three times and never came back is parked: the fourth worker would die of it too.

A worker that lives but cannot work (the desk is ill, the database was away) lays its messages back, and their count
begins anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update

from mailgate.core.mail import Envelope, RawMessage, Scan, ScanResult
from mailgate.store.database import Database
from mailgate.store.decisions import park
from mailgate.store.tables import MessageState, arrivals, messages, raws

# Claims without result after which a message is parked.
MOST_CLAIMS = 3

# No message waits longer than this by itself, and no lease is longer: where one is, a clock that ran ahead wrote it.
FURTHEST = timedelta(hours=24)

# Bytes of one batch, so that a batch of huge mails does not fill the memory; a single one may be larger.
BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker's right to record a message."""

    worker: str
    # How many times the message had been claimed, with this one.
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message out of the store, with its bytes."""

    id: int
    # sha256 of the bytes in hex, as it was kept.
    digest: str
    raw: RawMessage
    # How often trouble of the world has laid it back.
    postponed: int
    # The claim that it was taken with; None when it is only looked at.
    claim: Claim | None


def claim(database: Database, worker: str, limit: int, lease: timedelta, now: datetime) -> list[StoredMessage]:
    """Take up to `limit` messages for the worker, oldest first; one alone when its last worker has vanished.

    Raises:
        Temporary: nothing was claimed.
    """
    with database.reading() as connection:
        if not any(connection.execute(waiting.limit(1)).first() for waiting in (_kept(now), _lost(now))):
            return []
    with database.writing() as connection:
        _park_killers(connection, now)
        ids = _first_batch(connection, _lost(now).limit(1)) or _first_batch(connection, _kept(now).limit(limit))
        if not ids:
            return []
        connection.execute(
            update(messages)
            .where(messages.c.id.in_(ids))
            .values(state=MessageState.CLAIMED, claimed_by=worker, claims=messages.c.claims + 1, not_before=now + lease)
        )
    return load(database, ids)


def load(database: Database, ids: Sequence[int]) -> list[StoredMessage]:
    """The messages with their bytes, oldest first; those whose bytes are erased are left out."""
    with database.reading() as connection:
        found = connection.execute(
            select(
                messages.c.id,
                messages.c.digest,
                messages.c.received_at,
                messages.c.postponed,
                messages.c.state,
                messages.c.claimed_by,
                messages.c.claims,
                messages.c.scan,
                arrivals.c.source,
                arrivals.c.mail_from,
                arrivals.c.recipients,
                arrivals.c.client,
                arrivals.c.helo,
                arrivals.c.login,
                arrivals.c.results,
                raws.c.content,
            )
            .join(raws, raws.c.message == messages.c.id)
            .join(arrivals, (arrivals.c.message == messages.c.id) & arrivals.c.first)
            .where(messages.c.id.in_(ids))
            .order_by(messages.c.received_at, messages.c.id)
        ).all()
    return [
        StoredMessage(
            id=row.id,
            digest=row.digest,
            raw=RawMessage(
                content=row.content,
                received_at=row.received_at,
                results=row.results,
                scan=_scan(row.scan),
                envelope=Envelope(
                    source=row.source,
                    mail_from=row.mail_from,
                    recipients=tuple(row.recipients),
                    client=row.client,
                    helo=row.helo,
                    login=row.login,
                ),
            ),
            postponed=row.postponed,
            claim=Claim(worker=row.claimed_by, turn=row.claims) if row.state == MessageState.CLAIMED else None,
        )
        for row in found
    ]


def _scan(said: dict[str, Any] | None) -> Scan | None:
    """What a virus scanner has said, out of its JSON."""
    if said is None:
        return None
    return Scan(result=ScanResult(said["result"]), signature=said["signature"], attachments=tuple(said["attachments"]))


def lay_back(database: Database, taken: Iterable[StoredMessage]) -> None:
    """Give messages back that their living worker did not get to; others may have them at once.

    Raises:
        Temporary: they stay claimed until their lease ends.
    """
    with database.writing() as connection:
        for message in taken:
            if message.claim:
                connection.execute(
                    update(messages)
                    .where(
                        messages.c.id == message.id,
                        messages.c.state == MessageState.CLAIMED,
                        messages.c.claimed_by == message.claim.worker,
                        messages.c.claims == message.claim.turn,
                    )
                    .values(state=MessageState.KEPT, claimed_by=None, claims=0, not_before=None)
                )


def forsake(database: Database, worker: str, now: datetime) -> int:
    """End the leases of a worker that is known to be dead; the answer is how many messages it held.

    Raises:
        Temporary: the leases end by themselves.
    """
    with database.writing() as connection:
        ended = connection.execute(
            update(messages)
            .where(messages.c.state == MessageState.CLAIMED, messages.c.claimed_by == worker)
            .values(not_before=now)
        )
    return ended.rowcount


def _kept(now: datetime) -> Select[int, int]:
    """Messages that wait for a worker, oldest first."""
    return (
        select(messages.c.id, messages.c.size)
        .where(
            messages.c.state == MessageState.KEPT,
            or_(messages.c.not_before.is_(None), messages.c.not_before <= now, messages.c.not_before > now + FURTHEST),
        )
        .order_by(messages.c.received_at, messages.c.id)
    )


def _lost(now: datetime) -> Select[int, int]:
    """Messages whose worker has let its lease end, oldest first."""
    return (
        select(messages.c.id, messages.c.size)
        .where(
            messages.c.state == MessageState.CLAIMED,
            or_(messages.c.not_before <= now, messages.c.not_before > now + FURTHEST),
        )
        .order_by(messages.c.received_at, messages.c.id)
    )


def _first_batch(connection: Connection, waiting: Select[int, int]) -> list[int]:
    """As many of them as one batch holds; rows that another worker is just taking are skipped."""
    ids: list[int] = []
    total = 0
    for number, size in connection.execute(waiting.with_for_update(skip_locked=True, key_share=True)):
        total += size
        if ids and total > BATCH_BYTES:
            break
        ids.append(number)
    return ids


def _park_killers(connection: Connection, now: datetime) -> None:
    """Park what has been claimed too often without a result."""
    killers = connection.execute(
        _lost(now).where(messages.c.claims >= MOST_CLAIMS).with_for_update(skip_locked=True, key_share=True)
    )
    trace = f"claimed {MOST_CLAIMS} times, and each time the worker died before it could record anything"
    park(connection, {number: trace for number, _ in killers}, now)
