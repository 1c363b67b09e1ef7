"""The outbox at work: letters, and pushes to the ticket system, leave as soon as they are due."""

import asyncio
from collections.abc import Callable
from functools import partial

from mailgate.app.parts import make_relay, now, process_name
from mailgate.app.presence import Presence
from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.log import Log
from mailgate.outbox import Sender, by_mail, noted
from mailgate.store.database import Database
from mailgate.store.locks import Locks
from mailgate.store.outbox import Outbox
from mailgate.store.pushes import take_numbers
from mailgate.store.tables import Channel
from mailgate.store.vitals import Vitals
from mailgate.trouble import Trouble
from mailgate.vital import Vital

# Seconds between two looks for letters that no worker told of: those due again, and those of other machines.
_LOOK = 1.0
# Seconds to wait when the database is ill.
_WAIT = 5.0
# Seconds that a stop leaves for letters that are due.
_PATIENCE = 10.0


class Dispatch:
    """Sends what leaves on one channel. It belongs to one event loop."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        presence: Presence,
        log: Log,
        *,
        what: str,
        vital: Vital,
        vitals: Vitals,
        on_sent: Callable[[], None] | None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            outbox: what the sender sends from.
            sender: does it.
            presence: the name of the sender, and of every one of this machine, one after the other: who comes next
                takes over at once what one that died has begun.
            log: told of trouble.
            what: leaves: "letters".
            vital: notes how it goes with the other side.
            vitals: where that is counted.
            on_sent: called when something has left.
        """
        self._presence = presence
        self._outbox = outbox
        self._sender = sender
        self._log = log
        self._what = what
        self._vital = vital
        self._vitals = vitals
        self._on_sent = on_sent
        self._due = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        # How many left in this run.
        self.sent = 0

    def start(self) -> None:
        """Begin to send."""
        self._running = asyncio.create_task(self._run())

    def ring(self) -> None:
        """Tell that letters are due."""
        self._due.set()

    async def stop(self) -> None:
        """Send what is due, then end; what does not leave in time leaves after the next start."""
        if self._running is None:
            return
        self._stopping = True
        self._due.set()
        _, late = await asyncio.wait({self._running}, timeout=_PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self._sender.close()

    async def _run(self) -> None:
        """Send what is due, wait, and look again."""
        begun = False
        while True:
            self._due.clear()
            try:
                begun = begun or await self._take_over()
                more = await self._round()
            except Trouble as trouble:
                self._log.warning("outbox waits", what=self._what, why=str(trouble), seconds=_WAIT)
                more = await self._pause()
            except Exception as error:  # noqa: BLE001  (our bug; letters that are not sent now are sent later)
                self._log.error("outbox failed", what=self._what, exc_info=error, seconds=_WAIT)
                more = await self._pause()
            if more:
                continue
            if self._stopping:
                return
            try:
                await asyncio.wait_for(self._due.wait(), _LOOK)
            except TimeoutError:
                continue

    async def _pause(self) -> bool:
        """Wait until it may go better; there is nothing more to do at once."""
        await asyncio.sleep(0 if self._stopping else _WAIT)
        return False

    async def _take_over(self) -> bool:
        """Take over what a sender before us had begun to send when it died."""
        await asyncio.to_thread(self._presence.begin)
        await asyncio.to_thread(self._outbox.forsake, self._presence.name, now())
        return True

    async def _round(self) -> bool:
        """Send one batch; says whether there was any."""
        await asyncio.to_thread(self._presence.beat)
        done = await self._sender.send_due()
        if sign := self._vital.take():
            await asyncio.to_thread(self._vitals.add, [sign], now())
        self.sent += done.sent
        if done.postponed:
            self._log.warning(f"{self._what} postponed", count=done.postponed, why="see `mailgate outbox list`")
        if done.dead:
            self._log.error(f"{self._what} dead", count=done.dead, why="see `mailgate outbox list --state dead`")
        settled = bool(done.sent or done.dead)
        if settled and self._on_sent:
            self._on_sent()
        return settled or bool(done.postponed)


def send_letters(config: Config, database: Database, locks: Locks, log: Log) -> Dispatch:
    """Whoever sends letters.

    Raises:
        Permanent: the file with the password cannot be read.
    """
    name, outbox, vital = process_name("outbox", config.database.node), Outbox(database), Vital("relay", now)
    sender = Sender(
        outbox=outbox,
        hand_over=noted(vital, by_mail(make_relay(config))),
        clock=now,
        name=name,
        attempts=config.letters.attempts,
    )
    return Dispatch(
        outbox,
        sender,
        Presence(locks, name),
        log,
        what="letters",
        vital=vital,
        vitals=Vitals(database),
        on_sent=None,
    )


def send_pushes(
    config: Config, database: Database, locks: Locks, log: Log, on_sent: Callable[[], None]
) -> Dispatch | None:
    """Whoever tells the ticket system; None where none is told.

    Args:
        config: the configuration.
        database: has the outbox.
        locks: show the other machines that we live.
        log: told of trouble.
        on_sent: called when the ticket system has answered: letters have waited for that.

    Raises:
        Permanent: a file cannot be used.
    """
    if not config.csd.url:
        return None
    from mailgate.app.csd import by_push, make_csd  # noqa: PLC0415  (10 MB that only those need who have one)

    csd = make_csd(config)
    assert csd is not None  # noqa: S101  (the url is set)
    name, outbox, vital = process_name("csd", config.database.node), Outbox(database), Vital("csd", now)
    sender = Sender(
        outbox=outbox,
        hand_over=noted(vital, by_push(csd)),
        clock=now,
        name=name,
        attempts=config.csd.attempts,
        channel=Channel.CSD,
        then=partial(take_numbers, compose=make_writer(config).compose),
    )
    return Dispatch(
        outbox,
        sender,
        Presence(locks, name),
        log,
        what="pushes",
        vital=vital,
        vitals=Vitals(database),
        on_sent=on_sent,
    )


class Outgoing:
    """Everything that leaves this daemon. It belongs to one event loop."""

    def __init__(self, config: Config, database: Database, locks: Locks, log: Log) -> None:
        """Prepare; nothing is sent yet.

        Raises:
            Permanent: a file cannot be used.
        """
        self._letters = send_letters(config, database, locks, log)
        pushes = send_pushes(config, database, locks, log, self._letters.ring)
        # What the ticket system answers lets letters go, so it is asked first, and stopped first.
        self._all = [pushes, self._letters] if pushes else [self._letters]

    @property
    def sent(self) -> int:
        """Letters that left in this run."""
        return self._letters.sent

    def start(self) -> None:
        """Begin to send."""
        for each in self._all:
            each.start()

    def ring(self) -> None:
        """Tell that something is due."""
        for each in self._all:
            each.ring()

    async def stop(self) -> None:
        """Send what is due, then end."""
        for each in self._all:
            await each.stop()
