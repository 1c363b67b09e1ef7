"""What leaves the house, and what came back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from mailgate.store.columns import Document, Moment, Words
from mailgate.store.tables.row import Row, table_of


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
        # Says when the letters of a message left.
        Index(None, "message", "channel", "sent_at"),
        Index(None, "decision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    # The message that it answers or tells of; of a ticket's new status, the one that opened the ticket. None: operators
    # are told something.
    message: int | None = Field(foreign_key="message.id")
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


outbox = table_of(OutboxRow)
bounces = table_of(Bounce)
