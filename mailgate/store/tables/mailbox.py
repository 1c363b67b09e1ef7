"""Mailboxes, and every mail that was seen in one."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from mailgate.store.columns import Moment, Words
from mailgate.store.tables.row import Row, table_of


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


mailboxes = table_of(MailboxRow)
sightings = table_of(SightingRow)
