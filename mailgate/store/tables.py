"""The tables. `table=True` classes do not validate, so they stay in this room; other rooms see plain records.

Nothing here is known to one database only. Times are UTC, texts have no length, JSON is a document that is never
searched. The statements use the `Table` objects at the end: the hot paths are SQLAlchemy core (design section 11).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from mailgate.store.columns import Moment, Words

Document = JSON(none_as_null=True)


class MessageState(StrEnum):
    """The states of a message; it is in exactly one."""

    # Durable, waiting for a worker.
    KEPT = "kept"
    # A worker has it, until its lease ends.
    CLAIMED = "claimed"
    # Decided and recorded.
    SETTLED = "settled"
    # Our bug: an operator looks at it.
    PARKED = "parked"
    # Settled, and its bytes are gone; the decision stays.
    ERASED = "erased"


class Channel(StrEnum):
    """The ways out of the house."""

    # Letters, to a relay.
    MAIL = "mail"
    # Tickets and what happens to them, to the ticket system.
    CSD = "csd"


class LetterState(StrEnum):
    """The states of a row in the outbox."""

    DUE = "due"
    LEASED = "leased"
    SENT = "sent"
    # The last attempt failed, or the refusal was for good.
    DEAD = "dead"
    # Over a cap: an operator lets it go.
    WAITING = "waiting"
    # An operator decided that it does not leave.
    CANCELLED = "cancelled"


class QuestionState(StrEnum):
    """The states of a question; the values are those of `KnownQuestion.state`."""

    # It waits for an answer.
    OPEN = "open"
    # It could not be answered by letters; an operator decides.
    HELD = "held"
    # What it asked for is known.
    SETTLED = "settled"
    # Nobody answered in time.
    EXPIRED = "expired"


class Row(
    SQLModel,
    registry=registry(
        metadata=MetaData(
            naming_convention={
                "pk": "pk_%(table_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            }
        )
    ),
):
    """A row of ours; the metadata of our tables alone."""


class Message(Row, table=True):
    """One message, known by the digest of its bytes."""

    __table_args__ = (
        Index(None, "state", "received_at"),
        Index(None, "outcome", "received_at"),
        Index(None, "received_at"),
        Index(None, "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    # sha256 of the bytes, hex.
    digest: str = Field(sa_type=Words, unique=True)
    state: str = Field(sa_type=Words)
    # When we took responsibility for it: the first arrival.
    received_at: datetime = Field(sa_type=Moment)
    size: int
    # kept: not to be claimed before; claimed: when the lease ends; None: at once.
    not_before: datetime | None = Field(sa_type=Moment)
    claimed_by: str | None = Field(sa_type=Words)
    # Claims since it was last laid back by a living worker: more than three, and it kills its worker.
    claims: int = 0
    # How often trouble of the world has laid it back.
    postponed: int = 0
    # What it says, for lists; None until it is recorded.
    message_id: str | None = Field(sa_type=Words)
    author: str | None = Field(sa_type=Words)
    author_name: str | None = Field(sa_type=Words)
    subject: str | None = Field(sa_type=Words)
    # The current decision's; None until there is one.
    outcome: str | None = Field(sa_type=Words)
    reason: str | None = Field(sa_type=Words)
    # What a virus scanner said of it; None when nobody has asked one.
    scan: dict[str, Any] | None = Field(default=None, sa_type=Document)
    settled_at: datetime | None = Field(sa_type=Moment)


class Raw(Row, table=True):
    """The bytes of a message, apart from it: lists stay fast, and retention erases this row alone."""

    message: int = Field(primary_key=True, foreign_key="message.id")
    content: bytes = Field(sa_type=LargeBinary)


class Arrival(Row, table=True):
    """One receipt that we gave: the first one of a message, and each further copy of the same bytes."""

    __table_args__ = (Index(None, "message"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.id")
    # The arrival whose envelope the message is judged with.
    first: bool
    received_at: datetime = Field(sa_type=Moment)
    source: str = Field(sa_type=Words)
    mail_from: str | None = Field(sa_type=Words)
    recipients: list[str] = Field(sa_type=Document)
    client: str | None = Field(sa_type=Words)
    helo: str | None = Field(sa_type=Words)
    login: str | None = Field(sa_type=Words)
    # Verify mode: the value of our own Authentication-Results header; None when nobody has asked DNS.
    results: str | None = Field(default=None, sa_type=Words)


class RelayRow(Row, table=True):
    """A way on which our relay's header has come: how many mails had it, since when they have not."""

    __tablename__ = "relay"

    # The client's address, or the source where there is none.
    way: str = Field(primary_key=True, sa_type=Words)
    # When the header came last.
    heard_at: datetime = Field(sa_type=Moment)
    # Mails in a row that had it, before it was missing.
    heard: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # Mails in a row without it.
    silent: int
    # When the first of them was decided; None: there is none.
    silent_since: datetime | None = Field(sa_type=Moment)


class Fingerprint(Row, table=True):
    """What a mail says, in one number: two messages with the same one are one mail that came along two ways."""

    value: str = Field(primary_key=True, sa_type=Words)
    message: int = Field(foreign_key="message.id")


class Rulebook(Row, table=True):
    """One revision of the rules, whole, so that every decision can be explained for ever."""

    revision: str = Field(primary_key=True, sa_type=Words)
    # File name to text.
    files: dict[str, str] = Field(sa_type=Document)
    first_used_at: datetime = Field(sa_type=Moment)


class DecisionRow(Row, table=True):
    """One decision about a message. Rows are only added; the newest is the current one."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "message"),)

    id: int | None = Field(default=None, primary_key=True)
    message: int = Field(foreign_key="message.id")
    decided_at: datetime = Field(sa_type=Moment)
    # None when no rulebook decided: a crash, a second copy.
    revision: str | None = Field(sa_type=Words, foreign_key="rulebook.revision")
    # The operator who decided; None: the rulebook.
    operator: str | None = Field(sa_type=Words)
    outcome: str = Field(sa_type=Words)
    reason: str = Field(sa_type=Words)
    service: str | None = Field(sa_type=Words)
    system: str | None = Field(sa_type=Words)
    kind: str | None = Field(sa_type=Words)
    matter: str | None = Field(sa_type=Words)
    environment: str | None = Field(sa_type=Words)
    desk: str | None = Field(sa_type=Words)
    queue: str | None = Field(sa_type=Words)
    priority: str | None = Field(sa_type=Words)
    template: str | None = Field(sa_type=Words)
    candidates: list[str] = Field(sa_type=Document)
    # Number of the ticket that it appends to.
    ticket: str | None = Field(sa_type=Words)
    # Number of the closed ticket that it goes on from.
    related: str | None = Field(sa_type=Words)
    findings: list[dict[str, Any]] = Field(sa_type=Document)
    # What the desk knew; None when nobody asked.
    known: dict[str, Any] | None = Field(sa_type=Document)
    # The evidence without the mail's text: identity, automatic, identifiers, match, request.
    facts: dict[str, Any] | None = Field(sa_type=Document)
    # "sent" (it is in the outbox), "none", or "withheld: why".
    letter: str = Field(sa_type=Words)
    # The traceback of a crash.
    trace: str | None = Field(sa_type=Words)


class Counter(Row, table=True):
    """A number that only grows."""

    name: str = Field(primary_key=True, sa_type=Words)
    value: int


class Agreement(Row, table=True):
    """What all machines that share the database must agree on: the fingerprint of the secret."""

    name: str = Field(primary_key=True, sa_type=Words)
    value: str = Field(sa_type=Words)


class Ticket(Row, table=True):
    """A ticket. Its route may change, it is never taken away."""

    __table_args__ = (
        Index(None, "requester"),
        Index(None, "opened_at"),
        Index(None, "related"),
        Index(None, "csd_number"),
    )

    number: str = Field(primary_key=True, sa_type=Words)
    # The message that opened it: one ticket for one message.
    message: int = Field(foreign_key="message.id", unique=True)
    status: str = Field(sa_type=Words)
    # The time of receipt of that message, however late it was decided.
    opened_at: datetime = Field(sa_type=Moment)
    recorded_at: datetime = Field(sa_type=Moment)
    requester: str = Field(sa_type=Words)
    requester_name: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)
    language: str = Field(sa_type=Words)
    service: str | None = Field(sa_type=Words)
    system: str | None = Field(sa_type=Words)
    kind: str | None = Field(sa_type=Words)
    matter: str | None = Field(sa_type=Words)
    environment: str = Field(sa_type=Words)
    queue: str = Field(sa_type=Words)
    priority: str = Field(sa_type=Words)
    identifiers: list[dict[str, Any]] = Field(sa_type=Document)
    # When it was answered for good; None while it is open.
    closed_at: datetime | None = Field(sa_type=Moment)
    # Number of the closed ticket that it goes on from, or None.
    related: str | None = Field(sa_type=Words)
    # The number that the ticket system has given it, or None.
    csd_number: str | None = Field(default=None, sa_type=Words)


class StatusChange(Row, table=True):
    """A ticket was closed or opened again. Rows are only added."""

    __tablename__ = "status_change"
    __table_args__ = (Index(None, "ticket"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket: str = Field(sa_type=Words, foreign_key="ticket.number")
    # What it became: "open" or "closed".
    status: str = Field(sa_type=Words)
    # When it became so.
    at: datetime = Field(sa_type=Moment)
    # When we were told.
    recorded_at: datetime = Field(sa_type=Moment)
    # Who did it.
    operator: str = Field(sa_type=Words)


class Entry(Row, table=True):
    """What a message added to a ticket; the first entry is the message that opened it."""

    __table_args__ = (UniqueConstraint("ticket", "message"), Index(None, "message"))

    id: int | None = Field(default=None, primary_key=True)
    ticket: str = Field(sa_type=Words, foreign_key="ticket.number")
    message: int = Field(foreign_key="message.id")
    added_at: datetime = Field(sa_type=Moment)
    author: str = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    attachments: list[dict[str, Any]] = Field(sa_type=Document)


class OutboxRow(Row, table=True):
    """An effect that leaves the house: written with the decision, sent afterwards. Lists skip the bytes at its end."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("message", "template"),
        Index(None, "channel", "state", "due_at"),
        Index(None, "recipient_key", "created_at"),
        Index(None, "recipient_domain", "created_at"),
        Index(None, "created_at"),
        Index(None, "ticket"),
        Index(None, "decision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    # The message that it answers or tells of; of a ticket's new status, the one that opened the ticket.
    message: int = Field(foreign_key="message.id")
    # The decision that it follows from; None: an operator did something.
    decision: int | None = Field(foreign_key="decision.id")
    # The ticket that it is about, or None.
    ticket: str | None = Field(sa_type=Words, foreign_key="ticket.number")
    # The way out; what only one way knows is None on the other.
    channel: str = Field(sa_type=Words)
    # csd: what has happened, "ticket.opened".
    event: str | None = Field(sa_type=Words)
    # mail: what the letter was made from.
    template: str | None = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    # The letter's Message-ID, or the push's webhook-id; it never changes, so a repeat is recognisable.
    message_id: str = Field(sa_type=Words, unique=True)
    # mail: the address it goes to, and as the caps count it.
    recipient: str | None = Field(sa_type=Words)
    recipient_key: str | None = Field(sa_type=Words)
    # mail: its domain as the caps count it; "" for letters from before it was counted.
    recipient_domain: str | None = Field(sa_type=Words)
    # mail: what it is about, for "one letter per sender and cause".
    cause: str | None = Field(sa_type=Words)
    subject: str | None = Field(sa_type=Words)
    created_at: datetime = Field(sa_type=Moment)
    # due: when to send; leased: when the lease ends.
    due_at: datetime = Field(sa_type=Moment)
    leased_by: str | None = Field(sa_type=Words)
    # Attempts begun.
    attempts: int = 0
    # When it was first taken to be handed over; None: it has not left.
    taken_at: datetime | None = Field(sa_type=Moment)
    sent_at: datetime | None = Field(sa_type=Moment)
    # How many letters to this address before it, in a row, were each followed by a mail within minutes.
    volley: int = 0
    # What the last attempt met, one sentence.
    error: str | None = Field(sa_type=Words)
    # mail: MAIL FROM; "" is the null sender, as all our letters have.
    sender: str | None = Field(sa_type=Words)
    # mail: the letter before its ticket's number was filled in, as long as it waits for that of the ticket system.
    draft: dict[str, Any] | None = Field(default=None, sa_type=Document)
    # The complete letter (RFC 5322), CRLF line ends; or the push's JSON.
    content: bytes = Field(sa_type=LargeBinary)


class Bounce(Row, table=True):
    """A message said that a letter of ours did not arrive."""

    __table_args__ = (UniqueConstraint("message", "letter"), Index(None, "letter"), Index(None, "recipient_key"))

    id: int | None = Field(default=None, primary_key=True)
    # The message that said so.
    message: int = Field(foreign_key="message.id")
    letter: int = Field(foreign_key="outbox.id")
    # The letter's recipient, as the caps count it.
    recipient_key: str = Field(sa_type=Words)
    # Whether that address cannot be reached for good.
    for_good: bool
    # When we received that message.
    told_at: datetime = Field(sa_type=Moment)
    # Since when it counts no longer: the address has written, or an operator knows better.
    lifted_at: datetime | None = Field(sa_type=Moment)
    # "message 17", or the operator's name.
    lifted_by: str | None = Field(sa_type=Words)


class QuestionRow(Row, table=True):
    """A question of ours: which service is this kept message about? One for each message that was asked about."""

    __tablename__ = "question"
    __table_args__ = (Index(None, "state", "asked_at"),)

    message: int = Field(primary_key=True, foreign_key="message.id")
    # The reference in the subject of our letters, keyed with our secret.
    token: str = Field(sa_type=Words, unique=True)
    # The author of the message; nobody else may answer.
    author: str = Field(sa_type=Words)
    # Of the message, ISO 639-1; "" when unsure.
    language: str = Field(sa_type=Words)
    # Service ids in the order shown.
    offers: list[str] = Field(sa_type=Document)
    # The reason of the decision that asked.
    reason: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    # How many times it was asked, the reminder not counted.
    asked: int
    # When it was asked last.
    asked_at: datetime = Field(sa_type=Moment)
    reminded_at: datetime | None = Field(sa_type=Moment)
    # When it left the state "open".
    closed_at: datetime | None = Field(sa_type=Moment)


class AnswerRow(Row, table=True):
    """A message that answered a question; when the question is settled, it is added to the ticket."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "question"),)

    message: int = Field(primary_key=True, foreign_key="message.id")
    question: int = Field(foreign_key="question.message")


class AuditRow(Row, table=True):
    """Who did what. Rows are only added, each sealed to the one before; see `audit`. Triggers refuse anything else."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "object"),)

    # From 1, without a gap.
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    operator: str = Field(sa_type=Words)
    act: str = Field(sa_type=Words)
    # "message 17", "ticket ZGL0000017", a pseudonym; nothing of a person.
    object: str = Field(sa_type=Words)
    details: dict[str, Any] = Field(sa_type=Document)
    # The digest of the row before, or zeros.
    previous: str = Field(sa_type=Words)
    digest: str = Field(sa_type=Words)
    # HMAC of the digest with our secret.
    seal: str = Field(sa_type=Words)


class PersonRow(Row, table=True):
    """A PUESC login of the directory."""

    __tablename__ = "person"

    login: str = Field(primary_key=True, sa_type=Words)
    name: str = Field(sa_type=Words)
    organisation: str = Field(sa_type=Words)
    active: bool
    first_contact: date | None
    # When the directory outside said so; None: the row was imported.
    as_of: datetime | None = Field(sa_type=Moment)


class StrangerRow(Row, table=True):
    """A login that the directory outside did not know when it was asked."""

    __tablename__ = "stranger"

    login: str = Field(primary_key=True, sa_type=Words)
    as_of: datetime = Field(sa_type=Moment)


class MailboxRow(Row, table=True):
    """A mailbox that mail is fetched from, and who holds it."""

    __tablename__ = "mailbox"

    # As configured.
    name: str = Field(primary_key=True, sa_type=Words)
    # Login, server and folder.
    place: str = Field(sa_type=Words)
    # Grows when the folder is another one or is numbered anew: UIDs before and after have nothing in common.
    generation: int = 0
    uidvalidity: int | None = Field(sa_type=BigInteger)
    # The highest UID that was listed in this generation.
    listed: int = Field(sa_type=BigInteger)
    # Mails that were listed in all generations.
    seen: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Words)
    since: datetime = Field(sa_type=Moment)
    trouble: str | None = Field(sa_type=Words)
    # When the server answered last.
    heard_at: datetime | None = Field(sa_type=Moment)
    # The process that reads it, until the lease ends.
    holder: str | None = Field(sa_type=Words)
    held_until: datetime | None = Field(sa_type=Moment)


class SightingRow(Row, table=True):
    """One mail that was seen in a mailbox, with its message or the reason why there is none."""

    __tablename__ = "sighting"
    __table_args__ = (Index(None, "mailbox", "generation", "state", "uid"), Index(None, "message"))

    mailbox: str = Field(primary_key=True, sa_type=Words, foreign_key="mailbox.name")
    generation: int = Field(primary_key=True)
    uid: int = Field(primary_key=True, sa_type=BigInteger)
    uidvalidity: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Words)
    message: int | None = Field(foreign_key="message.id")
    reason: str | None = Field(sa_type=Words)
    # What stood in the way, one sentence.
    why: str | None = Field(sa_type=Words)
    # In bytes, as the server says.
    size: int | None = Field(sa_type=BigInteger)
    # Attempts to fetch it that failed.
    attempts: int = 0
    # Not to be asked for before.
    not_before: datetime | None = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)


def _table(name: str) -> Table:
    return Row.metadata.tables[name]


messages = _table("message")
raws = _table("raw")
arrivals = _table("arrival")
relays = _table("relay")
fingerprints = _table("fingerprint")
rulebooks = _table("rulebook")
decisions = _table("decision")
counters = _table("counter")
agreements = _table("agreement")
tickets = _table("ticket")
entries = _table("entry")
outbox = _table("outbox")
bounces = _table("bounce")
status_changes = _table("status_change")
questions = _table("question")
answers = _table("answer")
people = _table("person")
audits = _table("audit")
strangers = _table("stranger")
mailboxes = _table("mailbox")
sightings = _table("sighting")
