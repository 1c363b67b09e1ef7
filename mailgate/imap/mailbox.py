"""A mailbox: it is held, connected to, read, and whatever breaks is begun anew."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from mailgate.config.imap import ImapSection
from mailgate.core.mailbox import MailboxState
from mailgate.imap.access import log_in
from mailgate.imap.bell import Bell, Pulse
from mailgate.imap.client import REFUSED, TROUBLES, Client, close, connect, reason_of
from mailgate.imap.complaints import Complaints
from mailgate.imap.folder import Folder
from mailgate.imap.ports import Hold, Ledger, Log
from mailgate.imap.session import Session
from mailgate.imap.token import Tokens
from mailgate.trouble import Temporary, Trouble

# Seconds between two connections that came to nothing: twice as long each time.
_FIRST_REST, _LONGEST_REST = 1.0, 60.0
_CONNECTION = "connection"


class Mailbox:
    """Reads one mailbox in a thread of its own, until it is stopped. The other methods belong to other threads."""

    def __init__(
        self,
        section: ImapSection,
        *,
        root: Path,
        ledger: Ledger,
        hold: Hold,
        tell: Callable[[], object],
        now: Callable[[], datetime],
        log: Log,
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            section: the `[[imap]]` of the configuration; relative paths in it start at `root`.
            root: the folder of config.toml.
            ledger: where everything is written down.
            hold: the right to read the mailbox.
            tell: called when mail was kept.
            now: the time, aware.
            log: told of what operators should know.
        """
        self.section = section
        self._root = root
        self._ledger = ledger
        self._hold = hold
        self._tell = tell
        self._now = now
        self._log = log
        self._bell = Bell()
        self._pulse = Pulse()
        self._complaints = Complaints(section.name, log)
        self._tokens = None if section.password_file else Tokens(section=section, root=root, now=now)
        self._thread = threading.Thread(target=self._run, name=f"imap-{section.name}", daemon=True)
        self._client: Client | None = None
        self._is_held = False
        self._careful = False
        # Mails that were kept in this run.
        self.received = 0

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def ring(self) -> None:
        """Look, whatever the server says."""
        self._bell.ring()

    def watch(self) -> None:
        """To be called a few times in each lease: hold the mailbox on, and cut a connection that is dead."""
        if self._is_held:
            with suppress(Temporary):  # then the lease ends, or the next time is better
                if not self._hold.take(self._now()):
                    self._is_held = False
                    self._log.warning(
                        "mailbox lost", mailbox=self.section.name, why="another process has taken it over"
                    )
                    self._cut()
        if self._pulse.is_overdue:
            self._log.warning(
                "connection cut", mailbox=self.section.name, why="the server seems to be there and is not"
            )
            self._cut()

    def stop(self) -> None:
        """Ask it to end after the work in hand; see `join`."""
        self._bell.stop()

    def join(self, patience: float) -> None:
        """Wait so many seconds for its end, then cut the connection."""
        self._thread.join(patience)
        if self._thread.is_alive():
            self._cut()
            self._thread.join(patience)
        self._bell.close()

    def _cut(self) -> None:
        client = self._client
        if client is not None:
            client.cut()

    def _run(self) -> None:
        rest = _FIRST_REST
        while not self._bell.is_stopped():
            began = time.monotonic()
            pause = self._round(rest)
            # What held for a while was well; only what breaks at once is let be for longer and longer.
            is_well = pause == 0 or time.monotonic() - began > 2 * rest
            rest = _FIRST_REST if is_well else min(2 * rest, _LONGEST_REST)
            self._bell.wait(pause)
        with suppress(Temporary):
            if self._is_held:
                self._hold.give_back(self._now())

    def _round(self, rest: float) -> float:
        """Read until something breaks; the seconds to wait before the next time."""
        try:
            self._is_held = self._hold.take(self._now())
            if not self._is_held:
                return self.section.lease / 2
            self._read()
        except Trouble as trouble:
            self._report(str(trouble))
        except (OSError, REFUSED) as error:
            self._careful = True
            self._report(f"the connection to {self.section.host} broke ({reason_of(error)})")
        except Exception as error:  # noqa: BLE001  (our bug; the mailbox is begun anew, and the others go on)
            self._careful = True
            self._log.error("mailbox failed", mailbox=self.section.name, exc_info=error)
        else:
            return 0.0
        return rest

    def _read(self) -> None:
        """One connection, from its beginning to its end."""
        section = self.section
        self._client = client = connect(section, self._root)
        try:
            with self._pulse.within(10 * section.timeout):
                log_in(client, section, self._root, self._tokens)
            session = Session(
                section=section,
                client=client,
                folder=Folder(client, section, self._pulse),
                ledger=self._ledger,
                tokens=self._tokens,
                bell=self._bell,
                pulse=self._pulse,
                complaints=self._complaints,
                tell=self._count,
                now=self._now,
                log=self._log,
                careful=self._careful,
            )
            self._complaints.settle(_CONNECTION)
            self._complaints.settle("token")
            try:
                session.run()
            finally:
                self._careful = session.careful
            with suppress(*TROUBLES):
                client.logout()
        finally:
            self._client = None
            close(client)

    def _count(self, mails: int) -> None:
        self.received += mails
        self._tell()

    def _report(self, why: str) -> None:
        """Tell what is wrong, where operators look."""
        if self._bell.is_stopped():
            return
        self._complaints.make(_CONNECTION, why)
        with suppress(Temporary):
            self._ledger.say(MailboxState.TROUBLE, self._complaints.text, self._now(), heard=False)
