"""One database, SQLite or PostgreSQL: connections, transactions, and its troubles in our words."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, exc, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from mailgate.store.server import engine_options, mendable
from mailgate.trouble import Temporary

# How long a writer waits for another one before it gives up: 10 seconds.
BUSY_MILLISECONDS = 10_000

# SQLite: FULL syncs the log at every commit, so that a receipt outlives a power cut.
CONNECT_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # What is erased is overwritten with zeros, not only forgotten.
    "PRAGMA secure_delete=ON",
)


# PostgreSQL: what a reading transaction sees does not change under its eyes, and it costs no more.
_ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """Transactions on one database. Safe to share between threads; each process opens its own."""

    def __init__(self, url: str, secret: Callable[[], bytes] = bytes) -> None:
        """`secret` gives what seals the audit trail; it is asked when a row of it is written or checked."""
        self.secret = secret
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        options = {} if self.is_sqlite else engine_options(parsed)
        self.engine = create_engine(parsed, json_serializer=as_json, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._file = self._watched()
        self._writer = self.engine.execution_options(mailgate_writes=True)
        # SQLite's readers always see one state.
        self._reader = self.engine if self.is_sqlite else self.engine.execution_options(**_ONE_STATE)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing.

        Raises:
            Temporary: the database did not answer.
        """
        with self.trouble(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reading transaction that may take its time: it counts everything.

        Raises:
            Temporary: the database did not answer.
        """
        with self.reading() as connection:
            self._be_patient(connection)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction that may take its time, and waits for locks.

        Raises:
            Temporary: as `writing`.
        """
        with self.writing() as connection:
            self._be_patient(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block; an exception undoes it.

        On a server each statement sees what others have committed by then, so whoever depends on what he has read locks
        it first (`FOR NO KEY UPDATE`, which foreign keys need not wait for).

        Raises:
            Temporary: the database did not answer, or its disk is full, and nothing was changed; or its file was
                removed or replaced, and what was written may be lost with it.
        """
        self._look()
        with self.trouble(), self._writer.begin() as connection:
            yield connection
        self._look()  # it may have gone meanwhile, and a receipt needs a file that others will find

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that knows ON CONFLICT, which both databases spell alike."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def log_ahead(self) -> None:
        """SQLite: switch the file to write-ahead logging, which it remembers. Not possible inside a transaction.

        Raises:
            Temporary: another process has the file.
        """
        with self.trouble(), self.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def empty_log(self, milliseconds: int) -> bool:
        """SQLite: write the log back into the file and cut it to nothing; False when somebody reads from it for longer.

        Raises:
            Temporary: the database did not answer.
        """
        with self.trouble(), self.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
            try:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        return not busy

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if self._file:
            self._file.forget()

    def _watched(self) -> "_File | None":
        """SQLite: the file, looked at whenever a connection is made. None in memory, and where it is a server."""
        name = self.engine.url.database
        if not self.is_sqlite or not name or name == ":memory:" or name.startswith("file:"):
            return None
        file = _File(Path(name).absolute())
        # Before, since SQLite would make an empty file in the place of one that is gone, and drop its log.
        event.listen(self.engine, "do_connect", lambda *_: file.look())
        event.listen(self.engine, "connect", lambda *_: file.remember())
        return file

    def _look(self) -> None:
        """Make sure that the file is still the one; otherwise begin with new connections once it is back.

        Raises:
            Temporary: it is not.
        """
        if self._file is None:
            return
        try:
            self._file.look()
        except Temporary:
            self.engine.dispose()
            raise

    def _be_patient(self, connection: Connection) -> None:
        """Lift the limits of this transaction."""
        if not self.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))

    @contextmanager
    def trouble(self) -> Iterator[None]:
        """Turn what the world did to the database into `Temporary`; a mistake in our statement stays what it is."""
        try:
            yield
        except exc.ProgrammingError as error:
            if not mendable(error.orig or error):
                raise
            raise self._temporary(error) from error
        except (exc.IntegrityError, exc.DataError, exc.NotSupportedError):
            raise
        except exc.InterfaceError as error:
            if not error.connection_invalidated:
                raise
            raise self._temporary(error) from error
        except (exc.DatabaseError, exc.TimeoutError) as error:
            raise self._temporary(error) from error

    def _temporary(self, error: Exception) -> Temporary:
        cause = getattr(error, "orig", None) or error
        reason = str(cause).strip().partition("\n")[0]
        if wish := mendable(cause):
            return Temporary(f"the database {self.engine.url!r} {wish}")
        if "no such table" in reason:
            return Temporary(f"the database {self.engine.url!r} has no tables yet: run `mailgate db upgrade`")
        return Temporary(
            f"the database {self.engine.url!r} did not do its work ({reason}): look at its disk and its server"
        )


class _File:
    """The file of an SQLite database, which must stay the same one: SQLite goes on in a file that has no name any more.

    A file that is put back (moved, not copied) is the same one and is used again. Another one is never taken over while
    we run, even with all its tables: rulebooks that we have stored and ticket numbers that we have drawn are not in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None
        # Keeps the number of the file from being given to another one. O_PATH, because to close any other descriptor
        # would drop the locks that SQLite has on the file.
        self._pin: int | None = None
        self._lock = Lock()

    def remember(self) -> None:
        """A connection was made: the first one says which file it is, each other one must have the same.

        Raises:
            Temporary: it is gone or another one.
        """
        with self._lock:
            if self._known is None:
                try:
                    self._pin = os.open(self._path, os.O_PATH | os.O_CLOEXEC)
                except OSError as error:
                    raise self._lost() from error
                self._known = _identity(os.fstat(self._pin))
        self.look()

    def look(self) -> None:
        """Make sure that the file which is known, if any, is in its place. About 2 microseconds.

        Raises:
            Temporary: it is gone or another one.
        """
        if self._known is None:
            return
        try:
            found = _identity(os.stat(self._path))  # noqa: PTH116  (twice as fast as Path.stat, for each mail)
        except OSError as error:
            raise self._lost() from error
        if found != self._known:
            raise self._lost()

    def forget(self) -> None:
        """Let go of the file; the next connection says which one it is."""
        with self._lock:
            self._known = None
            if self._pin is not None:
                os.close(self._pin)
                self._pin = None

    def _lost(self) -> Temporary:
        return Temporary(
            f"the database {self._path} was removed or replaced while mailgate runs; put it back, or restart mailgate"
        )


def _identity(found: os.stat_result) -> tuple[int, int]:
    """What tells one file from another, whatever it is called."""
    return found.st_dev, found.st_ino


class Json(str):
    """JSON text that was made before the transaction, so that nobody waits for it."""

    __slots__ = ()


def as_json(value: object) -> str:
    """Records, tuples, enums and times as JSON text; pure ASCII, so that no half surrogate can spoil it."""
    if isinstance(value, Json):
        return value
    return _ENCODER.encode(value)


def _plain(value: object) -> Any:  # noqa: ANN401  (what json.dumps asks of `default`)
    """What JSON has no word for."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _names(type(value))}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


@cache
def _names(record: type) -> tuple[str, ...]:
    """The fields of a record. There are as many records as classes, and dozens of each in one decision."""
    return tuple(field.name for field in fields(record))


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"))


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
