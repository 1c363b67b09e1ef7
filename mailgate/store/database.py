"""One database, SQLite or PostgreSQL: connections, transactions, and its troubles in our words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from mailgate.trouble import Temporary

# How long a writer waits for another one before it gives up: 10 seconds.
BUSY_MILLISECONDS = 10_000

# SQLite: FULL syncs the log at every commit, so that a receipt outlives a power cut.
CONNECT_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


class Database:
    """Transactions on one database. Safe to share between threads; each process opens its own."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, json_serializer=as_json)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writer = self.engine.execution_options(mailgate_writes=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing.

        Raises:
            Temporary: the database did not answer.
        """
        with self._trouble(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reading transaction of many statements that all see the same state of the database.

        Raises:
            Temporary: the database did not answer.
        """
        with self.reading() as connection:
            if not self.is_sqlite:  # SQLite's readers always see one state
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block; an exception undoes it.

        Raises:
            Temporary: the database did not answer, or its disk is full; nothing was changed.
        """
        with self._trouble(), self._writer.begin() as connection:
            yield connection

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that knows ON CONFLICT, which both databases spell alike."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def log_ahead(self) -> None:
        """SQLite: switch the file to write-ahead logging, which it remembers. Not possible inside a transaction.

        Raises:
            Temporary: another process has the file.
        """
        with self._trouble(), self.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """Turn what the world did to the database into `Temporary`; a mistake in our statement stays what it is."""
        try:
            yield
        except (exc.IntegrityError, exc.DataError, exc.ProgrammingError, exc.NotSupportedError):
            raise
        except exc.InterfaceError as error:
            if not error.connection_invalidated:
                raise
            raise self._temporary(error) from error
        except (exc.DatabaseError, exc.TimeoutError) as error:
            raise self._temporary(error) from error

    def _temporary(self, error: Exception) -> Temporary:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        if "no such table" in reason:
            return Temporary(f"the database {self.engine.url!r} has no tables yet: run `mailgate db upgrade`")
        return Temporary(
            f"the database {self.engine.url!r} did not do its work ({reason}): look at its disk and its server"
        )


class Json(str):
    """JSON text that was made before the transaction, so that nobody waits for it."""

    __slots__ = ()


def as_json(value: object) -> str:
    """Records, tuples, enums and times as JSON text; pure ASCII, so that no half surrogate can spoil it."""
    if isinstance(value, Json):
        return value
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value: object) -> Any:  # noqa: ANN401  (what json.dumps asks of `default`)
    """What JSON has no word for."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """Take the transactions out of the driver's hands, and set what holds for each connection."""
    del entry
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in CONNECT_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that becomes a writer half-way could only fail."""
    writes = connection.get_execution_options().get("mailgate_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
