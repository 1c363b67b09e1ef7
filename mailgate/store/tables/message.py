"""Messages: their bytes, how they came, and what they say in one number."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from mailgate.store.columns import Document, Moment, Words
from mailgate.store.tables.row import Row, table_of


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


class Message(Row, table=True):
    """One message, known by the digest of its bytes."""

    __table_args__ = (
        Index(None, "state", "received_at"),
        Index(None, "outcome", "received_at"),
        # Holds all that numbers are asked about most.
        Index(None, "received_at", "outcome", "reason", "author"),
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


messages = table_of(Message)
raws = table_of(Raw)
arrivals = table_of(Arrival)
relays = table_of(RelayRow)
fingerprints = table_of(Fingerprint)
