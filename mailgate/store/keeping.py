"""Keep messages: their bytes, durable, before anybody gets a receipt. Nothing is read here but the digest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from mailgate.core.mail import RawMessage
from mailgate.store.database import Database
from mailgate.store.tables import MessageState, arrivals, messages, raws


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The receipt for one message. It is given only after the commit."""

    # Our number for the message.
    id: int
    # sha256 of the bytes in hex: the message's identity.
    digest: str
    # When it came first.
    received_at: datetime
    # Whether the same bytes had come before.
    duplicate: bool


def keep(database: Database, incoming: Sequence[RawMessage]) -> list[Kept]:
    """Keep all of them in one transaction; the same bytes a second time add a receipt and nothing else.

    Raises:
        Temporary: nothing was kept, and no receipt may be given.
    """
    if not incoming:
        return []
    digests = [raw.digest for raw in incoming]
    with database.writing() as connection:
        return keep_in(database, connection, incoming, digests)


def keep_in(
    database: Database, connection: Connection, incoming: Sequence[RawMessage], digests: Sequence[str]
) -> list[Kept]:
    """As `keep`, in a transaction that does more; the receipts count once it is committed.

    Args:
        database: the database.
        connection: its transaction.
        incoming: the messages, at least one.
        digests: theirs, in the same order; made before the transaction, so that nobody waits for it.
    """
    by_digest = dict(zip(reversed(digests), reversed(incoming), strict=True))
    ids = _add_messages(database, connection, by_digest)
    if ids:
        contents = [{"message": number, "content": by_digest[digest].content} for digest, number in ids.items()]
        connection.execute(insert(raws), contents)
    first = {digest: by_digest[digest].received_at for digest in ids}
    known = _find(connection, by_digest.keys() - ids.keys())
    fresh = set(ids)
    kept, receipts = [], []
    for digest, raw in zip(digests, incoming, strict=True):
        is_first = digest in fresh
        fresh.discard(digest)
        number, received_at = (ids[digest], first[digest]) if digest in ids else known[digest]
        kept.append(Kept(id=number, digest=digest, received_at=received_at, duplicate=not is_first))
        receipts.append(_receipt(number, raw, first=is_first))
    connection.execute(insert(arrivals), receipts)
    return kept


def _add_messages(database: Database, connection: Connection, new: dict[str, RawMessage]) -> dict[str, int]:
    """Add what is not there yet; the answer names only what was added. Sorted, so that two keepers cannot deadlock."""
    statement = database.insert(messages).on_conflict_do_nothing(index_elements=["digest"])
    rows = [
        {
            "digest": digest,
            "state": MessageState.KEPT,
            "received_at": raw.received_at,
            "size": len(raw.content),
            "claims": 0,
            "postponed": 0,
        }
        for digest, raw in sorted(new.items())
    ]
    added = connection.execute(statement.returning(messages.c.digest, messages.c.id), rows)
    return {row.digest: row.id for row in added}


def _find(connection: Connection, digests: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """Number and time of messages that were there before."""
    wanted = list(digests)
    if not wanted:
        return {}
    found = connection.execute(
        select(messages.c.digest, messages.c.id, messages.c.received_at).where(messages.c.digest.in_(wanted))
    )
    return {row.digest: (row.id, row.received_at) for row in found}


def _receipt(message: int, raw: RawMessage, *, first: bool) -> dict[str, Any]:
    """The row of one arrival."""
    envelope = raw.envelope
    return {
        "message": message,
        "first": first,
        "received_at": raw.received_at,
        "source": envelope.source,
        "mail_from": envelope.mail_from,
        "recipients": envelope.recipients,
        "client": envelope.client,
        "helo": envelope.helo,
        "login": envelope.login,
    }
