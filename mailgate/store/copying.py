"""Move a store from SQLite to PostgreSQL: everything or nothing, and proven.

1. Nobody may write to the source meanwhile: its write lock is held to the end, and no daemon may be at work on it.
2. The target must be empty. All rows go into it in one transaction, table by table, so that whatever happens on the way
   leaves nothing behind.
3. Before the commit each table is read back. Its rows must be as many as those that were sent, and have the same
   digest: sha256 over every value of every row, in the order of the primary key.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select, text

from mailgate.store import schema
from mailgate.store.database import Database
from mailgate.store.serving import alone
from mailgate.store.tables import Row, counters
from mailgate.trouble import Permanent

# Rows that are sent at once, and fewer of those that hold whole mails.
_ROWS, _LARGE_ROWS = 1000, 10
# What a new database has in it.
_BORN_WITH = frozenset({"counter"})

# Called with the name of a table, how many of its rows are done, and how many there are.
Tick = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One table that was copied."""

    table: str
    rows: int
    # sha256 over all of it, hex; the same on both sides.
    digest: str


def copy(source: Database, target: Database, tick: Tick) -> tuple[Copied, ...]:
    """Copy everything from an SQLite store into an empty PostgreSQL database, in which the tables are made.

    Raises:
        Permanent: the source is no SQLite store or is at work, or the target is no PostgreSQL or not empty, or what
            arrived is not what was sent. The target holds no rows then.
        Temporary: one of them did not answer; nothing was copied.
    """
    if not source.is_sqlite or target.is_sqlite:
        raise Permanent("a store is copied from SQLite to PostgreSQL: name a target like postgresql+psycopg://...")
    with alone(source):
        schema.check(source)
        schema.upgrade(target)
        with source.writing() as reader, target.migrating() as writer:
            _claim_empty(target, writer)
            writer.execute(counters.delete())
            copied = tuple(_copy_table(table, reader, writer, tick) for table in Row.metadata.sorted_tables)
            for table in Row.metadata.sorted_tables:
                _set_sequence(table, writer)
    return copied


def _claim_empty(target: Database, writer: Connection) -> None:
    """Make sure that nothing is in the target, and that nobody puts anything there.

    Raises:
        Permanent: something is.
    """
    for table in Row.metadata.sorted_tables:
        writer.execute(text(f'LOCK TABLE "{table.name}" IN EXCLUSIVE MODE'))
    full = [
        table.name
        for table in Row.metadata.sorted_tables
        if table.name not in _BORN_WITH and writer.execute(select(table).limit(1)).first() is not None
    ]
    if full:
        raise Permanent(
            f"{target.engine.url!r} is not empty (there are rows in {', '.join(full)}): name an empty database"
        )


def _copy_table(table: Table, reader: Connection, writer: Connection, tick: Tick) -> Copied:
    """Copy one table, and read it back.

    Raises:
        Permanent: what arrived is not what was sent.
    """
    total = reader.execute(select(func.count()).select_from(table)).scalar_one()
    sent, rows = sha256(), 0
    tick(table.name, 0, total)
    for page in _pages(table, reader):
        writer.execute(insert(table), page)
        for row in page:
            sent.update(_said(row))
        rows += len(page)
        tick(table.name, rows, total)
    arrived, back = sha256(), 0
    for page in _pages(table, writer):
        for row in page:
            arrived.update(_said(row))
        back += len(page)
    if (back, arrived.digest()) != (rows, sent.digest()):
        raise Permanent(
            f"the table {table.name} did not arrive as it was sent ({rows} rows sent, {back} arrived), so nothing was "
            "copied; this is our bug"
        )
    return Copied(table=table.name, rows=rows, digest=sent.hexdigest())


def _pages(table: Table, connection: Connection) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table by primary key, a page at a time, as the database gives them out."""
    size = _LARGE_ROWS if any(isinstance(column.type, LargeBinary) for column in table.columns) else _ROWS
    # Texts in the order of their bytes, whatever the language of the server.
    collation = "BINARY" if connection.dialect.name == "sqlite" else "C"
    keys = [
        column.collate(collation) if column.type.python_type is str else column for column in table.primary_key.columns
    ]
    found = connection.execute(select(table).order_by(*keys), execution_options={"yield_per": size}).mappings()
    for page in found.partitions():
        yield [dict(row) for row in page]


def _said(row: dict[str, Any]) -> bytes:
    """A row as one line that is the same on both databases."""
    return json.dumps(row, default=_plain, sort_keys=True).encode() + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is in no column of ours")


def _set_sequence(table: Table, writer: Connection) -> None:
    """Let new rows be numbered from behind the last one."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = writer.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))).scalar()
    if sequence is None:
        return
    last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
    writer.execute(select(func.setval(sequence, last, False)))
