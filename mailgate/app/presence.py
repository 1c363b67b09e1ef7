"""Machines on one database: each process has a name that shows that it lives, and who dies is followed at once."""

import asyncio
import time
from collections.abc import Callable

from mailgate.app.parts import now
from mailgate.log import Log
from mailgate.store.database import Database
from mailgate.store.holders import bequeath, holders
from mailgate.store.locks import Locks
from mailgate.trouble import Permanent, Temporary

# Seconds until a name is free whose last holder has lost power or network.
_PATIENCE = 15.0
_LOOK = 0.5
# Seconds between two looks whether our own name is still ours, and whether others have died.
_BEAT = 1.0
_WATCH = 2.0


class Presence:
    """The name of one process that claims work. Others take its work over once nobody holds the name."""

    def __init__(self, locks: Locks, name: str) -> None:
        self.name = name
        self._locks = locks
        self._looked_at = -_BEAT

    def begin(self, pause: Callable[[float], object] = time.sleep, timer: Callable[[], float] = time.monotonic) -> None:
        """Take the name.

        Raises:
            Permanent: another living process has it.
            Temporary: the database did not answer.
        """
        end = timer() + _PATIENCE
        while not self._locks.take(self.name):
            if timer() > end:
                raise Permanent(
                    f'another process on this database calls itself "{self.name}": give each machine a name of its own '
                    "in database.node, and start one daemon on each"
                )
            pause(_LOOK)

    def beat(self, timer: Callable[[], float] = time.monotonic) -> None:
        """Make sure that the name is still ours; asked often, it looks once a second.

        Raises:
            Temporary: it is not, or nobody knows; no work may be begun.
        """
        if self._locks.holds(self.name) and timer() - self._looked_at < _BEAT:
            return
        if not self._locks.take(self.name):
            raise Temporary(f'another process has taken our name "{self.name}"; it is asked for again')
        self._looked_at = timer()


class Watch:
    """Looks for work that dead processes hold. It belongs to one event loop."""

    def __init__(self, database: Database, locks: Locks, on_work: Callable[[], object], log: Log) -> None:
        """`on_work` is called when there is work to be taken over."""
        self._database = database
        self._locks = locks
        self._on_work = on_work
        self._log = log
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        if not self._database.is_sqlite:
            self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look no more."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                if await asyncio.to_thread(self._look):
                    self._on_work()
            except Temporary as trouble:
                self._log.warning("nobody watches", why=str(trouble), seconds=_WATCH)
            await asyncio.sleep(_WATCH)

    def _look(self) -> int:
        """Free what the dead hold; says how much it was."""
        freed = 0
        for name in self._locks.unheld(holders(self._database)):
            found = bequeath(self._database, name, now())
            if found:
                self._log.warning("taken over", of=name, count=found)
            freed += found
        return freed
