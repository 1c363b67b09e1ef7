"""A desk that reads one mailbox: a real store, the real reader in its thread, and what it told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailgate.app.fetching import Lease
from mailgate.config.imap import ImapSection
from mailgate.core.mailbox import LeftMail, MailboxLine
from mailgate.imap.mailbox import Mailbox
from mailgate.store.facade import Store
from mailgate.store.locks import Locks
from mailgate.store.mailboxes import Ledger
from tests.cli.house import until
from tests.imap.dovecot import PASSWORD, Dovecot

PATIENCE = 30.0

MAIL = (
    "From: Anna Nowak <anna.nowak@firma-transport.pl>\r\n"
    "To: helpdesk-eclo@mf.gov.pl\r\n"
    "Subject: AES - brak komunikatu IE529\r\n"
    "Message-ID: <{number}.20260302@firma-transport.pl>\r\n"
    "\r\n"
    "Dzien dobry,\r\n"
    "od rana nie dostajemy IE529 do zgloszenia 26PL301010E0012345.\r\n"
    "{more}"
)


def mail(number: int, more: str = "") -> bytes:
    """Another mail of Anna's each time."""
    return MAIL.format(number=number, more=more).encode()


@dataclass(slots=True)
class Lines:
    """What was logged."""

    lines: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def info(self, event: str, **fields: Any) -> None:
        self.lines.append(("info", event, fields))

    def warning(self, event: str, **fields: Any) -> None:
        self.lines.append(("warning", event, fields))

    def error(self, event: str, **fields: Any) -> None:
        self.lines.append(("error", event, fields))

    def said(self, event: str) -> list[dict[str, Any]]:
        return [fields for _, name, fields in self.lines if name == event]


@dataclass(slots=True, kw_only=True)
class Desk:
    """A store in a folder, and who reads a mailbox into it."""

    home: Path
    store: Store
    log: Lines = field(default_factory=Lines)
    _ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def skip(self, *, minutes: float) -> None:
        """Let the desk's clock go on."""
        self._ahead += timedelta(minutes=minutes)

    def section(self, server: Dovecot, **settings: Any) -> ImapSection:
        """`[[imap]]` for the server's mailbox; a setting that is None is left out."""
        (self.home / "password").write_text(f"{PASSWORD}\n")
        given = {"name": "desk", "host": "127.0.0.1", "port": server.port, "security": "none", "user": server.user}
        given |= {"password_file": "password", "timeout": 5.0, "poll": 30.0, "lease": 2.0}
        return ImapSection.model_validate({k: v for k, v in (given | settings).items() if v is not None})

    def mailbox(self, section: ImapSection, holder: str = "one", keeping: Callable[[], None] = lambda: None) -> Mailbox:
        return Mailbox(
            section,
            root=self.home,
            ledger=Ledger(database=self.store.database, name=section.name, holder=holder),
            hold=Lease(
                locks=Locks(self.store.database), mailboxes=self.store.mailboxes, section=section, holder=holder
            ),
            tell=keeping,
            now=self.now,
            log=self.log,
        )

    def hold(self, section: ImapSection, holder: str) -> bool:
        """Take the mailbox for somebody."""
        return Lease(
            locks=Locks(self.store.database), mailboxes=self.store.mailboxes, section=section, holder=holder
        ).take(self.now())

    @contextmanager
    def reading(self, server: Dovecot, holder: str = "one", **settings: Any) -> Iterator[Mailbox]:
        """Somebody reads the mailbox; in the end nobody does."""
        mailbox = self.mailbox(self.section(server, **settings), holder)
        ended = threading.Event()
        mailbox.start()
        # As the daemon does: hold on, and cut what is dead.
        watching = threading.Thread(target=self._watch, args=(mailbox, ended))
        watching.start()
        try:
            yield mailbox
        finally:
            mailbox.stop()
            mailbox.join(PATIENCE)
            ended.set()
            watching.join()

    @staticmethod
    def _watch(mailbox: Mailbox, ended: threading.Event) -> None:
        while not ended.wait(0.1):
            mailbox.watch()

    @property
    def line(self) -> MailboxLine:
        [found] = self.store.mailboxes.list()
        return found

    @property
    def left(self) -> tuple[LeftMail, ...]:
        return self.store.mailboxes.left(100)

    def has(self, count: int, state: str = "done") -> MailboxLine:
        """The mailbox once as many mails are in that state."""

        def look() -> MailboxLine | None:
            found = self.store.mailboxes.list()
            return found[0] if found and found[0].mails[state] == count else None

        return until(look, f"{count} mails to be {state}, not {self.store.mailboxes.list()}, {self.log.lines}")

    def contents(self) -> list[bytes]:
        """The bytes of every message, in the order in which they are decided."""
        lines = sorted(self.store.messages.list(limit=100_000), key=lambda line: line.received_at)
        return [raw.content for line in lines if (raw := self.store.messages.raw(line.id))]

    def in_trouble(self, words: str) -> MailboxLine:
        """The mailbox once that is wrong with it."""

        def look() -> MailboxLine | None:
            found = self.store.mailboxes.list()
            return found[0] if found and words in (found[0].trouble or "") else None

        return until(look, f"trouble with {words!r}, not {self.log.lines}")

    def agrees(self) -> None:
        assert self.store.balance().missing == ()
