"""An installation under torture: its folder, its relay, its ledger, and whatever can be done with them."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP
from sqlalchemy import func, select

from mailgate.core.mail import Envelope, RawMessage
from mailgate.store.facade import Store
from mailgate.store.tables import LetterState, MessageState, messages, outbox
from tests.cli.house import ANNA, DESK, PATIENCE, SAMPLES, Installation, numbered, until
from tests.cli.post import Letter, Post, delivering
from tests.torture.ledger import Ledger, Mail, Mouth, Row
from tests.torture.snare import Trap
from tests.torture.steps import Step
from tests.torture.victims import Nursery, Victim

# No cap may hide a letter that ought to have left, and no letter may be given up while its senders are killed.
SETTINGS = """
[letters]
{relay}
per_address_per_day = 1000000
per_domain_per_day = 1000000
per_day = 1000000
answer_minutes = 0
attempts = 1000
"""
_RELAY = 'relay_host = "127.0.0.1"\nrelay_port = {port}\nrelay_security = "none"'
_WAITING = (MessageState.KEPT, MessageState.CLAIMED)
_TO_SEND = (LetterState.DUE, LetterState.LEASED)


def _take(letter: Letter) -> None:
    """What the relay does with a letter: nothing; it remembers it anyway."""


def _is_over(connection: SMTP) -> bool:
    """Whether nobody serves a client any more."""
    task = connection._handler_coroutine
    return task is not None and task.done()


class Relay(Post):
    """A relay that takes everything."""

    def __init__(self) -> None:
        super().__init__(_take)

    def await_quiet(self) -> None:
        """Wait until it has heard that its clients are gone, and keeps no letter that it has not told of."""
        until(lambda: all(_is_over(each) for each in self.connections), "the relay to be quiet")


@dataclass(frozen=True, slots=True)
class LetterBox:
    """A Maildir that letters are laid into: one that comes again takes the place of the first."""

    folder: Path

    @property
    def letters(self) -> list[Letter]:
        return [Letter(recipient="", content=file.read_bytes()) for file in (self.folder / "new").glob("*")]

    def await_quiet(self) -> None:
        """Nobody is there but who is dead."""


@dataclass(frozen=True, slots=True)
class Office:
    """One installation."""

    house: Installation
    store: Store
    post: Mouth
    nursery: Nursery
    ledger: Ledger
    _numbers: "count[int]" = field(default_factory=count)

    @property
    def folder(self) -> Path:
        """Where config.toml lies."""
        return self.house.home

    def mail(self) -> bytes:
        """Another mail of Anna's."""
        return numbered(next(self._numbers))

    def trap(self, step: Step, *, passes: int = 1, victims: str = "self") -> Trap:
        """A trap at a step, with a mark of its own."""
        return Trap.at(step, passes=passes, victims=victims, mark=self.folder / f"mark-{next(self._numbers)}")

    def bear(self, *arguments: str, trap: Trap | None = None, stdin: Path | None = None) -> Victim:
        """Begin a command in this folder."""
        return self.nursery.bear(self.folder, *arguments, trap=trap, stdin=stdin)

    def keep(self, mails: list[Mail], *, received_at: datetime | None = None) -> None:
        """Keep mails without any danger."""
        at = received_at or datetime.now(UTC)
        envelope = Envelope(source="smtp", mail_from=ANNA, recipients=(DESK,), client="127.0.0.1")
        self.store.keep([RawMessage(content=mail.content, envelope=envelope, received_at=at) for mail in mails])
        for mail in mails:
            self.ledger.acknowledge(mail)

    def deliver(self, mail: Mail, door: "int | Path") -> bool:
        """Bring a mail to the door as a careful sender does; says whether there was a receipt.

        A port speaks SMTP, a socket in a folder LMTP.
        """
        try:
            with _client(door) as client:
                client.sendmail(ANNA, [DESK], mail.content, ["BODY=8BITMIME"])
                self.ledger.acknowledge(mail)
        except (smtplib.SMTPException, OSError):
            # A receipt that was heard counts, even when the farewell failed.
            return mail.acknowledged
        return True

    def settle(self) -> None:
        """Decide whatever waits, with a worker that nobody kills."""
        if not self.waiting():
            return
        worker = self.bear("serve", "--role", "worker", "--name", "w")
        until(lambda: not self.waiting(), "every mail to be decided")
        worker.stop()

    def send(self) -> None:
        """Send whatever is due, with a sender that nobody kills."""
        if not self.due():
            return
        sender = self.bear("serve", "--role", "outbox")
        until(lambda: not self.due(), "every letter to leave")
        sender.stop()

    def waiting(self) -> int:
        """How many mails wait for a decision."""
        statement = select(func.count()).select_from(messages).where(messages.c.state.in_(_WAITING))
        with self.store.database.reading() as connection:
            return connection.execute(statement).scalar_one()

    def due(self) -> int:
        """How many letters have yet to leave."""
        statement = select(func.count()).select_from(outbox).where(outbox.c.state.in_(_TO_SEND))
        with self.store.database.reading() as connection:
            return connection.execute(statement).scalar_one()

    def note_window(self, row: Row) -> None:
        """The sender is dead: note which letters the relay has and we have not marked."""
        self.post.await_quiet()
        self.ledger.note_window(self.store, row)

    def run(self, *command: str) -> str | None:
        """Run a command that nobody kills; None when all is well, or what it said."""
        done = self.bear(*command)
        code = done.wait()
        return None if code == 0 else f"mailgate {' '.join(command)}: {code}: {done.said}"

    def judge(self) -> list[Row]:
        """Balance, audit trail, and every mail against the store and the relay."""
        rows = self.ledger.judge(self.store)
        rows[0].faults.extend(said for said in (self.run("balance"), self.run("audit", "verify")) if said)
        return rows


def _client(door: "int | Path") -> smtplib.SMTP:
    if isinstance(door, Path):
        return smtplib.LMTP(str(door), timeout=PATIENCE)
    return smtplib.SMTP("127.0.0.1", door, timeout=PATIENCE)


@contextmanager
def office(folder: Path, nursery: Nursery, settings: str = "", *, url: str = "") -> Iterator[Office]:
    """An installation with the sample people, and a relay that takes everything.

    Args:
        folder: a new one.
        nursery: bears its processes.
        settings: more of config.toml.
        url: of an empty PostgreSQL database; "": a SQLite file.
    """
    post = Relay()
    with delivering(post) as port, _installed(folder, nursery, settings, _RELAY.format(port=port), url, post) as made:
        yield made


@contextmanager
def office_without_relay(folder: Path, nursery: Nursery) -> Iterator[Office]:
    """An installation with the sample people, whose letters are laid into a folder."""
    with _installed(folder, nursery, "", "", "", LetterBox(folder / "var/letters")) as made:
        yield made


@contextmanager
def _installed(folder: Path, nursery: Nursery, settings: str, relay: str, url: str, post: Mouth) -> Iterator[Office]:
    database = f'[database]\nurl = "{url}"\n' if url else ""
    house = Installation.make(folder, config=SETTINGS.format(relay=relay) + settings + database)
    with house.store() as store:
        made = Office(house, store, post, nursery, Ledger(post, "on PostgreSQL" if url else ""))
        assert made.run("db", "upgrade") is None
        assert made.run("directory", "import", str(SAMPLES / "people.csv")) is None
        yield made
