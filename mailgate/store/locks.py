"""Locks between machines: a name that one process at a time holds, for as long as it lives.

On PostgreSQL a name is an advisory lock of a session, on a connection of its own. When the process dies its connection
ends and the lock with it, at once; when its machine or network vanishes, the server misses it after seven seconds
(`server.SESSION`). So whoever claims work holds its own name, and work of a name that nobody holds is taken over.

On SQLite there is one machine: every name is ours.
"""

from collections.abc import Collection
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection, func, select, text

from mailgate.store.database import Database
from mailgate.trouble import Temporary

_HELD = text(
    "SELECT classid, objid, application_name FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Locks:
    """The names that this process holds. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._lock = Lock()

    def take(self, name: str, who: str = "") -> bool:
        """Take a name, or make sure that it is still ours; False while another process holds it.

        Args:
            name: the name.
            who: what others are told who ask for its holder.

        Raises:
            Temporary: nobody knows; what was held may be lost.
        """
        if self._database.is_sqlite:
            return True
        with self._lock, self._database.trouble():
            try:
                return self._take(name, who)
            except BaseException:
                self._drop()
                raise

    def holder(self, name: str) -> str:
        """Who holds a name, as he has said; "" when nobody does.

        Raises:
            Temporary: nobody knows.
        """
        if self._database.is_sqlite:
            return ""
        with self._database.reading() as connection:
            held = {(row.classid << 32) | row.objid: row.application_name for row in connection.execute(_HELD)}
        return str(held.get(_key(name) % (1 << 64)) or "")

    def holds(self, name: str) -> bool:
        """Whether the name was ours when we last looked; nobody is asked."""
        return self._database.is_sqlite or name in self._held

    def give_back(self, name: str) -> None:
        """Let others have a name; when that fails, the end of the connection does it."""
        if name not in self._held:
            return
        with self._lock:
            self._held.discard(name)
            try:
                with self._database.trouble():
                    if self._connection is not None:
                        self._connection.execute(select(func.pg_advisory_unlock(_key(name))))
            except Temporary:
                self._drop()

    def unheld(self, names: Collection[str]) -> frozenset[str]:
        """Those of the names that no living process holds.

        Raises:
            Temporary: nobody knows.
        """
        if self._database.is_sqlite or not names:
            return frozenset()
        with self._database.reading() as connection:
            held = {(row.classid << 32) | row.objid for row in connection.execute(_HELD)}
        return frozenset(name for name in names if _key(name) % (1 << 64) not in held)

    def close(self) -> None:
        """Give every name back."""
        with self._lock:
            self._drop()

    def _take(self, name: str, who: str) -> bool:
        if self._connection is None:
            self._connection = self._database.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
            # It is ours alone, and is never given back to the pool.
            self._connection.detach()
        if name in self._held:
            self._connection.execute(text("SELECT 1"))
            return True
        if self._connection.execute(select(func.pg_try_advisory_lock(_key(name)))).scalar_one():
            self._held.add(name)
            if who:
                self._connection.execute(select(func.set_config("application_name", who, False)))
            return True
        return False

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._held.clear()
        if connection is not None:
            connection.close()


def _key(name: str) -> int:
    """The number by which the server knows a name, of 64 bits and with a sign."""
    return int.from_bytes(sha256(f"mailgate {name}".encode()).digest()[:8], "big", signed=True)
