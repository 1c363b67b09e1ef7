"""Bells between machines: LISTEN and NOTIFY. Who has mail or letters rings, and whoever waits for them looks at once.

A ring may be lost, and nothing is lost with it: everybody looks by himself every second. So a ring is sent after the
commit and beside it. Within it, the server would let all commits of the database wait for each other, the sync of
each included. Rings that pile up are one ring.

On SQLite there is one machine, which has pipes for that; nothing is sent.
"""

import secrets
from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread
from typing import Any

from sqlalchemy import func, select

from mailgate.store.database import Database
from mailgate.trouble import Temporary

MAIL = "mailgate_mail"
LETTERS = "mailgate_letters"

# Seconds between two rings; what comes in between is told by the next one.
_PAUSE = 0.02
# Seconds that the listener waits at once, and before it connects again.
_LISTEN = 1.0


class Bells:
    """The bells of one process: those it rings, and those it hears of others."""

    def __init__(self, database: Database, hear: Mapping[str, Callable[[], object]]) -> None:
        """Prepare; nothing is heard yet. What is called when another process rings is called in a thread."""
        self._database = database
        self._hear = dict(hear)
        # By this we know our own rings.
        self._me = secrets.token_hex(8)
        self._ringing: set[str] = set()
        self._lock = Lock()
        self._rung, self._stopped = Event(), Event()
        self._threads: tuple[Thread, ...] = ()

    def start(self) -> None:
        """Begin to ring and to listen."""
        if self._database.is_sqlite:
            return
        self._threads = (Thread(target=self._ring_on, daemon=True), Thread(target=self._listen_on, daemon=True))
        for thread in self._threads:
            thread.start()

    def ring(self, bell: str) -> None:
        """Tell all others, soon."""
        with self._lock:
            self._ringing.add(bell)
        self._rung.set()

    def stop(self) -> None:
        """Ring and listen no more."""
        self._stopped.set()
        self._rung.set()
        for thread in self._threads:
            thread.join()

    def _ring_on(self) -> None:
        while not self._stopped.is_set():
            self._rung.wait()
            self._rung.clear()
            with self._lock:
                bells, self._ringing = self._ringing, set()
            try:
                ring(self._database, bells, self._me)
            except Temporary:
                continue  # who was to hear it looks by himself
            self._stopped.wait(_PAUSE)

    def _listen_on(self) -> None:
        import psycopg  # noqa: PLC0415  (10 MB that those on SQLite keep)

        while not self._stopped.is_set():
            try:
                with self._database.trouble():
                    self._listen()
            except (Temporary, psycopg.Error):  # the driver's own, too: we speak with it directly
                self._stopped.wait(_LISTEN)

    def _listen(self) -> None:
        """Listen until we are stopped or the connection breaks."""
        pooled = self._database.engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()  # it is ours alone, and never goes back
        with connection:
            connection.rollback()
            connection.autocommit = True
            for bell in self._hear:
                connection.execute(f"LISTEN {bell}".encode())
            while not self._stopped.is_set():
                for heard in connection.notifies(timeout=_LISTEN, stop_after=1):
                    if heard.payload != self._me:
                        self._hear[heard.channel]()


def ring(database: Database, bells: set[str], me: str = "") -> None:
    """Ring at once.

    Raises:
        Temporary: nobody hears it.
    """
    if database.is_sqlite or not bells:
        return
    with database.trouble(), database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for bell in sorted(bells):
            connection.execute(select(func.pg_notify(bell, me)))
