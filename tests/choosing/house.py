"""A whole desk: the rules, letters and store as they are shipped, and a person who writes to it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from mailgate.app.house import folders_of, read_house
from mailgate.app.writer import make_writer
from mailgate.config import Config, read_config
from mailgate.core.choice import Choice
from mailgate.core.facts import Person
from mailgate.core.mail import Envelope, RawMessage
from mailgate.desk import StoreDesk
from mailgate.gate import Considered, House, consider
from mailgate.intake import Settler
from mailgate.store.facade import Store
from mailgate.store.messages import MessageDetails
from mailgate.store.outbox import LetterDetails
from mailgate.store.verdicts import Recorded, Writer

ROOT = Path(__file__).parents[2]
DESK = "helpdesk-eclo@mf.gov.pl"
ANNA = "anna.kowalska@spedycja.example"
EWA = "ewa.nowak@spedycja.example"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

VAGUE = """\
From: Anna Kowalska <anna.kowalska@spedycja.example>
To: helpdesk-eclo@mf.gov.pl
Subject: problem
Date: Mon, 23 Nov 2026 11:58:00 +0100
Message-ID: <vague@spedycja.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,
nie mogę wysłać deklaracji AKC-WW ani zgłoszenia INTRASTAT, pojawia się błąd 500.

--b1
Content-Type: image/png; name="blad.png"
Content-Disposition: attachment; filename="blad.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==

--b1--
"""
NAMELESS = """\
From: Anna Kowalska <anna.kowalska@spedycja.example>
To: helpdesk-eclo@mf.gov.pl
Subject: pytanie
Date: Mon, 23 Nov 2026 11:58:00 +0100
Message-ID: <nameless@spedycja.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry, od rana nic nie działa, wyskakuje błąd. Proszę o pomoc.
"""


@cache
def shipped() -> House:
    """The rules and letters of this repository; reading them takes a second."""
    config = read_config(ROOT / "config.toml")
    return read_house(config, folders_of(config))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A store with the people of one firm, and workers."""

    store: Store
    writer: Writer

    def take(self, text: str, at: datetime = NOON, *, auth: str = "pass") -> int:
        """Keep one mail; gives our number of it. `auth` is what the relay says of DMARC."""
        raw = as_raw(text, at, auth=auth)
        [kept] = self.store.keep([raw])
        return kept.id

    def settle(self, at: datetime = NOON, *, worker: str = "w1") -> list[Recorded]:
        """Settle what waits, until nothing does."""
        done: list[Recorded] = []
        while recorded := self.settler(worker).settle(at):
            done.extend(recorded)
        return done

    def settler(self, worker: str = "w1") -> Settler:
        """A worker."""
        return Settler(store=self.store, consider=self.consider, writer=self.writer, worker=worker)

    def consider(self, raw: RawMessage, chosen: Choice | None = None) -> Considered:
        """The road of one message."""
        return consider(raw, desk=StoreDesk(self.store), house=shipped(), chosen=chosen)

    def ask(self, text: str = VAGUE, at: datetime = NOON) -> tuple[int, EmailMessage]:
        """Take a mail that has to be asked about; gives our number of it, and the letter that asks."""
        number = self.take(text, at)
        self.settle(at)
        return number, self.letters(number)[-1]

    def letters(self, number: int) -> list[EmailMessage]:
        """The letters about a message, oldest first."""
        lines = self.store.outbox.list(message=number)
        return [read_letter(found) for line in reversed(lines) if (found := self.store.outbox.show(line.id))]

    def show(self, number: int) -> MessageDetails:
        """One message."""
        found = self.store.messages.show(number)
        assert found is not None
        return found

    def became(self, number: int) -> tuple[str | None, str | None]:
        """Outcome and reason of a message."""
        line = self.show(number).line
        return line.outcome, line.reason

    def state(self, number: int) -> str:
        """The state of the question about a message."""
        return self.store.questions.of(number)[0].state


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """A desk in a folder of its own."""
    with closing(Store(f"sqlite:///{folder / 'mailgate.db'}")) as store:
        store.upgrade()
        book = shipped().book
        store.rulebooks.keep(book.revision, book.texts, NOON)
        store.people.merge(
            [
                Person(login=login, name=name, organisation="Spedycja", first_contact=date(2025, 1, 7))
                for login, name in ((ANNA, "Anna Kowalska"), (EWA, "Ewa Nowak"))
            ],
            operator="ola",
            now=NOON,
        )
        yield Desk(store=store, writer=make_writer(Config(root=folder)))


def as_raw(text: str, at: datetime, *, auth: str = "pass") -> RawMessage:
    """A mail as our relay brings it."""
    head = f"Authentication-Results: mailgate.localhost; dmarc={auth} header.from=spedycja.example\n"
    envelope = Envelope(source="smtp", mail_from=ANNA, recipients=(DESK,), client="127.0.0.1")
    return RawMessage(content=(head + text).replace("\n", "\r\n").encode(), envelope=envelope, received_at=at)


def read_letter(found: LetterDetails) -> EmailMessage:
    """A letter, as a mail program reads it."""
    letter = message_from_bytes(found.content, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def answer(
    letter: EmailMessage,
    text: str,
    *,
    subject: str | None = None,
    author: str = f"Anna Kowalska <{ANNA}>",
    message_id: str = "<answer@spedycja.example>",
    names: bool = True,
    quoting: bool = True,
) -> str:
    """An answer to a letter as Thunderbird writes it; without `names` it names no message, as some programs do."""
    quoted = "\n".join(f"> {line}".rstrip() for line in text_of(letter).splitlines())
    intro = f"W dniu 23.11.2026 o 12:00, Help Desk SISC pisze:\n{quoted}\n"
    thread = f"In-Reply-To: {letter['Message-ID']}\nReferences: {letter['Message-ID']}\n" if names else ""
    return (
        f"From: {author}\nTo: {DESK}\nSubject: {subject if subject is not None else letter['Subject']}\n"
        f"Date: Mon, 23 Nov 2026 13:00:00 +0100\nMessage-ID: {message_id}\n{thread}"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{text}\n\n{intro if quoting else ''}"
    )


def later(**time: float) -> datetime:
    """A time after noon."""
    return NOON + timedelta(**time)
