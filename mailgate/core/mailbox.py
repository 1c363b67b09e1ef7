"""What is known of a mailbox that mail is fetched from, and of each mail in it. Records only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SightingState(StrEnum):
    """The states of a mail in a mailbox; it is in exactly one. The values stand in the database and in JSON."""

    # Listed, and not fetched yet.
    WAITING = "waiting"
    # Safe here; what is to become of it in the mailbox has not been done yet.
    KEPT = "kept"
    # Safe here, and the mailbox has been told.
    DONE = "done"
    # Not fetched; the reason says why.
    LEFT = "left"


class Reason(StrEnum):
    """Why a mail was left in the mailbox, or may not have been fetched yet."""

    # Larger than size_limit. Fetched as soon as the limit allows it.
    TOO_LARGE = "too_large"
    # Somebody took it away between listing and fetching.
    GONE = "gone"
    # The server listed it and could not give it; it is asked for again and again.
    UNREADABLE = "unreadable"
    # The server has numbered the folder anew: the mail has another number there.
    RENUMBERED = "renumbered"


class MailboxState(StrEnum):
    """What is going on with a mailbox."""

    # Nobody holds it.
    IDLE = "idle"
    # Another process holds it.
    ELSEWHERE = "elsewhere"
    READING = "reading"
    # Everything is fetched; the server tells when there is more.
    WAITING = "waiting"
    # See the sentence beside it.
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLine:
    """One mailbox, for lists."""

    # As configured.
    name: str
    # Login, server and folder: "desk@imap.example/INBOX".
    place: str
    state: MailboxState
    # Since when it is in that state.
    since: datetime
    # What is wrong, one sentence; None: nothing.
    trouble: str | None
    # When the server answered last; None: never.
    heard_at: datetime | None
    # The UIDVALIDITY of the folder (RFC 9051 section 2.3.1.1); None: it was never opened.
    uidvalidity: int | None
    # The highest UID listed.
    listed: int
    # Mails by state, every state is there; those of earlier numberings included.
    mails: dict[str, int]
    # Mails that were left, by reason.
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftMail:
    """A mail that was not fetched."""

    mailbox: str
    uidvalidity: int
    uid: int
    reason: Reason
    # What stood in the way, one sentence.
    why: str
    # In bytes; None: the server has not said.
    size: int | None
    seen_at: datetime
