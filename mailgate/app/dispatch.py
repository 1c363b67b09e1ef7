"""The outbox at work: letters leave as soon as they are due."""

import asyncio

from mailgate.app.parts import make_relay, now, process_name
from mailgate.config import Config
from mailgate.log import Log
from mailgate.outbox import Sender
from mailgate.store.database import Database
from mailgate.store.outbox import Outbox
from mailgate.trouble import Temporary

# Seconds between two looks for letters that no worker told of: those due again, and those of other machines.
_LOOK = 1.0
# Seconds to wait when the database is ill.
_WAIT = 5.0
# Seconds that a stop leaves for letters that are due.
_PATIENCE = 10.0


class Dispatch:
    """Sends letters. It belongs to one event loop."""

    def __init__(self, config: Config, database: Database, log: Log) -> None:
        # The name of every sender of this machine, one after the other: who comes next takes over at once.
        self._name = process_name("outbox")
        self._outbox = Outbox(database)
        self._sender = Sender(
            outbox=self._outbox,
            relay=make_relay(config),
            clock=now,
            name=self._name,
            attempts=config.letters.attempts,
        )
        self._log = log
        self._due = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        # Letters that left in this run.
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
            except Temporary as trouble:
                self._log.warning("outbox waits", why=str(trouble), seconds=_WAIT)
                more = await self._pause()
            except Exception as error:  # noqa: BLE001  (our bug; letters that are not sent now are sent later)
                self._log.error("outbox failed", exc_info=error, seconds=_WAIT)
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
        await asyncio.to_thread(self._outbox.forsake, self._name, now())
        return True

    async def _round(self) -> bool:
        """Send one batch; says whether there was any."""
        done = await self._sender.send_due()
        self.sent += done.sent
        if done.postponed:
            self._log.warning("letters postponed", count=done.postponed, why="see `mailgate outbox list`")
        if done.dead:
            self._log.error("letters dead", count=done.dead, why="see `mailgate outbox list --state dead`")
        return bool(done.sent or done.postponed or done.dead)
