"""Everything a decision may look at, and the one question that is asked of the world."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mailgate.core.automatic import Automatic
from mailgate.core.choice import Choice
from mailgate.core.identifiers import Identifier
from mailgate.core.identity import Identity
from mailgate.core.mail import Envelope, Mail, Scan
from mailgate.core.request import Request
from mailgate.core.service import Match
from mailgate.core.thread import Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A PUESC login as the directory knows it."""

    # The login: an e-mail address, lower case, domain as A-labels.
    login: str
    name: str = ""
    organisation: str = ""
    # False: blocked or otherwise unfit.
    active: bool = True
    # Day of the first contact with the desk through CSD; None means no CSD history.
    first_contact: date | None = None
    # When a directory outside said so; None: it stands in our own.
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTicket:
    """A ticket of ours that the mail answers."""

    number: str
    # The login that it was opened for.
    requester: str
    # "open" or "closed".
    status: str
    opened_at: datetime
    # Id of the service-request matter that it is about, or None.
    matter: str | None = None
    # Ids of the service and the system that it is about, or None.
    service: str | None = None
    system: str | None = None
    # Its queue, or "".
    queue: str = ""
    # When it was answered for good; None while it is open.
    closed_at: datetime | None = None
    # The requester's organisation in the directory; "" when it names none.
    organisation: str = ""
    # The number that the ticket system has given it, or None.
    csd_number: str | None = None

    @property
    def called(self) -> str:
        """The number by which letters call it."""
        return self.csd_number or self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLetter:
    """A letter of ours that a bounce is about."""

    # Our number of it in the outbox.
    id: int
    message_id: str
    # The address that it went to.
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownQuestion:
    """A question of ours that the mail answers: which service is a kept message about?"""

    # sha256 of the kept message, hex.
    digest: str
    # Our number of it.
    message: int
    # Whose it is; nobody else may answer.
    author: str
    # The kept message's subject.
    subject: str
    # The language that it was asked in, ISO 639-1; "" for both of ours.
    language: str
    # The service ids that were offered, in the order shown.
    offers: tuple[str, ...]
    # Why it was asked: the reason of the decision.
    reason: str
    # How many times it was asked, the reminder not counted.
    asked: int
    # "open" (it waits for an answer), "held" (an operator decides), "settled" or "expired".
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNotice:
    """What an operator tells everybody who writes about a service or a system, for a while."""

    # Our number of it.
    id: int
    # Id of the service, or of the system with all its services; the other one is None.
    service: str | None = None
    system: str | None = None
    # One line of plain text in Polish, and in English; "" without one.
    text: str
    text_en: str = ""
    # When an operator wrote it, and until when letters say it.
    written_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a message makes us ask the desk."""

    # When we received the message; None when it does not matter.
    received_at: datetime | None = None
    # The author's address, or None when there is no single author.
    author: str | None
    # Message-IDs that the mail answers.
    answers: tuple[str, ...] = ()
    # Ticket numbers in its subject.
    tickets: tuple[str, ...] = ()
    # Message-IDs of letters that it says did not arrive.
    bounced: tuple[str, ...] = ()
    # References of our questions in its subject.
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The desk's answer. It is stored with the decision, so that the past can be replayed."""

    # The directory entry of the author, or None.
    person: Person | None = None
    # CSD history: a first contact in the directory, or a ticket of our own.
    has_history: bool = False
    # The ticket that the mail answers, by our letter or by its number; None when there is none.
    ticket: KnownTicket | None = None
    # Letters of ours that the mail says did not arrive.
    bounced: tuple[KnownLetter, ...] = ()
    # The question of ours that the mail answers, by our letter or by its reference; None when there is none.
    question: KnownQuestion | None = None
    # What operators tell everybody at this time, newest first; `notices_about` says which of it a letter repeats.
    notices: tuple[KnownNotice, ...] = ()


class Desk(Protocol):
    """What is known outside the message. Asked exactly once for each message."""

    def knows(self, question: Question) -> Known:
        """Answer the question.

        Raises:
            Temporary: the source of the answer is ill; the message waits and nobody is refused.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All the evidence about one message, gathered before anything is judged."""

    envelope: Envelope
    # Size of the raw message in bytes.
    size: int
    mail: Mail
    thread: Thread
    # None: a person wrote it.
    automatic: Automatic | None
    identity: Identity
    identifiers: tuple[Identifier, ...]
    match: Match
    request: Request
    known: Known
    # What a virus scanner says of it; None when nobody has asked one.
    scan: Scan | None = None
    # What the mail says to our question, when it answers one that was put to its author.
    choice: Choice | None = None
    # What the author has chosen for this message in an answer to our question; None while nothing is chosen.
    chosen: Choice | None = None
