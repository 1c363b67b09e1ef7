"""Mailboxes at work: each is read in a thread of its own, by one process at a time."""

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailgate.app.parts import now, process_name
from mailgate.config import Config
from mailgate.config.imap import ImapSection
from mailgate.imap.mailbox import Mailbox
from mailgate.log import Log
from mailgate.schedule import Job, Schedule
from mailgate.store.database import Database
from mailgate.store.locks import Locks
from mailgate.store.mailboxes import Ledger, Mailboxes

# How often a mailbox is held on within its lease.
_OFTEN = 3
# Seconds that a stop leaves for the mail in hand, before connections are cut.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to read a mailbox, as a row with a lease: what `mailgate.imap` calls a `Hold`.

    Of several machines the others take over before the lease ends when nobody holds the name of the holder any more.
    """

    locks: Locks
    mailboxes: Mailboxes
    section: ImapSection
    holder: str

    def take(self, now: datetime) -> bool:
        """Take it, or hold it on; False while another process has it."""
        section = self.section
        return self.locks.take(self.holder) and self.mailboxes.hold(
            section.name, section.place, self.holder, timedelta(seconds=section.lease), now
        )

    def give_back(self, now: datetime) -> None:
        """Let others have it at once."""
        self.mailboxes.release(self.section.name, self.holder, now)


class Fetching:
    """Reads all configured mailboxes. It belongs to one event loop; the reading is done by threads."""

    def __init__(self, config: Config, database: Database, locks: Locks, tell: Callable[[], object], log: Log) -> None:
        """Prepare; nothing runs yet. `tell` is called from threads when mail was kept."""
        # No two processes that were ever started share it: who was killed must not come back as its successor.
        holder = process_name(f"imap-{os.getpid()}-{secrets.token_hex(4)}", config.database.node)
        mailboxes = Mailboxes(database)
        self._log = log
        self._mailboxes = tuple(
            Mailbox(
                section,
                root=config.root,
                ledger=Ledger(database=database, name=section.name, holder=holder),
                hold=Lease(locks=locks, mailboxes=mailboxes, section=section, holder=holder),
                tell=tell,
                now=now,
                log=log,
            )
            for section in config.imap
        )
        # Looks by the clock, whatever the server tells of its own accord.
        self._polls = Schedule(
            [
                Job(name=each.section.name, every=timedelta(seconds=each.section.poll), run=each.ring)
                for each in self._mailboxes
            ],
            self._failed,
        )
        self._watching: tuple[asyncio.Task[None], ...] = ()

    @property
    def received(self) -> int:
        """Mails that were kept in this run."""
        return sum(each.received for each in self._mailboxes)

    def start(self) -> None:
        """Begin to read."""
        for each in self._mailboxes:
            each.start()
        if self._mailboxes:
            self._polls.start()
        self._watching = tuple(asyncio.create_task(self._watch(each)) for each in self._mailboxes)

    def look(self) -> None:
        """Look at once: somebody who held a mailbox has died."""
        for each in self._mailboxes:
            each.ring()

    async def stop(self) -> None:
        """Keep what is in hand, then end; the next one may have the mailboxes at once."""
        if not self._watching:
            return
        for each in self._mailboxes:
            each.stop()
        await asyncio.gather(*(asyncio.to_thread(each.join, _PATIENCE) for each in self._mailboxes))
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await asyncio.to_thread(self._polls.stop)

    async def _watch(self, mailbox: Mailbox) -> None:
        while True:
            await asyncio.sleep(mailbox.section.lease / _OFTEN)
            try:
                await asyncio.to_thread(mailbox.watch)
            except Exception as error:  # noqa: BLE001  (our bug; the lease ends, and the mailbox is taken again)
                self._log.error("mailbox failed", mailbox=mailbox.section.name, exc_info=error)

    def _failed(self, job: str, error: BaseException) -> None:
        """A poll that fails comes again."""
        self._log.error("mailbox failed", mailbox=job, exc_info=error)
