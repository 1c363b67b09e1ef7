"""The daemon: the doors, the mailboxes and the outbox in this process, the workers beside it.

Python lets one process use one core; receiving and sending wait for sockets, deciding computes. So they are apart, and
a mail that keeps a worker busy keeps nobody waiting at the door.
"""

import asyncio
import signal
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from mailgate.app.agreeing import warnings_about
from mailgate.app.clock import Clock
from mailgate.app.dispatch import Outgoing
from mailgate.app.parts import open_database
from mailgate.app.presence import Watch
from mailgate.app.reception import Reception
from mailgate.app.workers import Workers
from mailgate.config import Config
from mailgate.heap import return_large_blocks
from mailgate.log import Log
from mailgate.notify import READY, STOPPING, Notifier, own_notifier
from mailgate.store.bells import LETTERS, MAIL, Bells
from mailgate.store.database import Database
from mailgate.store.locks import Locks
from mailgate.store.serving import at_work
from mailgate.trouble import Permanent

# Seconds that a stop waits for what was received to be decided.
_PATIENCE = 10.0


class Role(StrEnum):
    """What a process does. The values stand on the command line."""

    SMTP = "smtp"
    IMAP = "imap"
    WORKER = "worker"
    OUTBOX = "outbox"
    WEB = "web"
    SCHEDULE = "schedule"


class _Fetching(Protocol):
    """What reads the mailboxes, as far as the daemon is concerned."""

    @property
    def received(self) -> int:
        """Mails that were kept in this run."""

    def start(self) -> None:
        """Begin to read."""

    def look(self) -> None:
        """Look at once."""

    async def stop(self) -> None:
        """Keep what is in hand, then end."""


class _Watching(Protocol):
    """What shows how we are, as far as the daemon is concerned."""

    async def open(self) -> None:
        """Begin to show."""

    async def close(self) -> None:
        """Show no more."""


async def serve(config: Config, roles: Collection[Role], named: Sequence[str], log: Log) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was acknowledged.

    Args:
        config: the configuration.
        roles: what this daemon does.
        named: the options that name this configuration to a command of ours.
        log: where everything is told.

    Raises:
        BadConfig, Permanent, Temporary: it could not begin.
    """
    return_large_blocks()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    notifier = own_notifier()
    database = open_database(config, make=True)
    _warn(database, log)
    locks = Locks(database)
    outgoing = Outgoing(config, database, locks, log)
    workers = Workers(
        config.settle.processes if Role.WORKER in roles else 0,
        ("serve", "--role", "worker", *named),
        on_letters=lambda: tell(outgoing.ring, LETTERS),
        log=log,
        node=config.database.node,
    )
    later = asyncio.get_running_loop().call_soon_threadsafe
    bells = Bells(database, {MAIL: partial(later, workers.ring), LETTERS: partial(later, outgoing.ring)})

    def tell(here: Callable[[], None], bell: str) -> None:
        here()
        bells.ring(bell)

    reception = Reception(config, database, lambda: tell(workers.ring, MAIL), log)
    watching = _watching(config, roles, database, workers, log)
    fetching = _fetching(config, database, locks, partial(later, tell, workers.ring, MAIL), log)
    clock = Clock(config, database, named, locks, partial(later, tell, outgoing.ring, LETTERS), log)

    def take_over() -> None:
        workers.ring()
        outgoing.ring()
        if fetching:
            fetching.look()

    watch = Watch(database, locks, take_over, log)
    working = ExitStack()
    try:
        working.enter_context(at_work(database))
        if watching:
            await watching.open()
        await _open(roles, reception, fetching, log)
        if Role.OUTBOX in roles:
            outgoing.start()
        if Role.SCHEDULE in roles:
            clock.start()
        workers.start()
        bells.start()
        watch.start()
        await _until(stop, workers.ready, notifier, log)
    finally:
        notifier.tell(STOPPING)
        if watching:
            await watching.close()
        await asyncio.gather(reception.close(), *([fetching.stop()] if fetching else []))
        await watch.stop()
        await workers.stop(_PATIENCE)
        await asyncio.to_thread(clock.stop)
        await outgoing.stop()
        notifier.stop()
        await asyncio.to_thread(bells.stop)
        locks.close()
        database.close()
        working.close()
    received = reception.received + (fetching.received if fetching else 0)
    log.info("stopped", received=received, letters=outgoing.sent)


def _watching(
    config: Config, roles: Collection[Role], database: Database, workers: Workers, log: Log
) -> _Watching | None:
    """What shows how we are; None where nobody watches."""
    if not config.web.port or Role.WEB not in roles:
        return None
    from mailgate.app.watching import Watching  # noqa: PLC0415  (as above)

    return Watching(config=config, database=database, log=log, workers=workers.count)


def _warn(database: Database, log: Log) -> None:
    for warning in warnings_about(database):
        log.warning("database server", why=warning)


async def _open(roles: Collection[Role], reception: Reception, fetching: _Fetching | None, log: Log) -> None:
    """Open the ways in."""
    if Role.SMTP in roles:
        await reception.open()
        log.info("listening", **reception.places)
    if fetching and Role.IMAP in roles:
        fetching.start()


def _fetching(
    config: Config, database: Database, locks: Locks, tell: Callable[[], object], log: Log
) -> _Fetching | None:
    """What reads the mailboxes; None where there are none."""
    if not config.imap:
        return None
    from mailgate.app.fetching import Fetching  # noqa: PLC0415  (the door stays small where nobody needs it)

    return Fetching(config, database, locks, tell, log)


async def _until(stop: asyncio.Event, ready: "asyncio.Future[None]", notifier: Notifier, log: Log) -> None:
    """Wait for the signal to stop.

    Raises:
        Permanent: a worker cannot work with the files as they are.
    """
    signalled = asyncio.ensure_future(stop.wait())
    waiting: set[asyncio.Future[Any]] = {signalled, ready}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if ready.done():
        try:
            ready.result()
        except Permanent:
            signalled.cancel()
            raise
        log.info("ready")
        notifier.tell(READY)
        notifier.start()
    await signalled
