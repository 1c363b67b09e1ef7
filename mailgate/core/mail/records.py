"""The records of a mail: raw bytes with the way they came, and what was read from them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal

Source = Literal["smtp", "lmtp", "imap", "pipe", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a message came to us; nothing in here was written by its author."""

    # The way in.
    source: Source
    # MAIL FROM; "" for the null sender, None when the way in has none.
    mail_from: str | None = None
    # RCPT TO, as given.
    recipients: tuple[str, ...] = ()
    # IP address of the client that handed it over, or None.
    client: str | None = None
    # HELO or EHLO name, or None.
    helo: str | None = None
    # The login that SMTP AUTH proved, or None.
    login: str | None = None


class ScanResult(StrEnum):
    """What a virus scanner says of a message. The values stand in the database and in JSON."""

    CLEAN = "clean"
    INFECTED = "infected"
    # Larger than the scanner reads.
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a virus scanner has found in a message."""

    result: ScanResult
    # The scanner's name for what it found; "" when it is nothing.
    signature: str = ""
    # sha256 in hex of each attachment in which it is.
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """The bytes of one message, unchanged, and when and how we received them."""

    # The message as received, with CRLF or LF line ends as they came.
    content: bytes
    envelope: Envelope
    # When we took responsibility for it; aware.
    received_at: datetime
    # Verify mode: the value of our own Authentication-Results header (RFC 8601); None when nobody has asked DNS.
    results: str | None = None
    # What a virus scanner says of it; None when nobody has asked one.
    scan: Scan | None = None

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must be an aware datetime")

    @property
    def digest(self) -> str:
        """sha256 of the bytes in hex: the message's identity."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox from a header (RFC 5322 section 3.4)."""

    # local@domain, domain in lower case; "" when the header held no address.
    addr: str
    # The display name, decoded, or "".
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is not the text. Its content stays in the raw bytes and is never opened."""

    # A safe file name: no path, no control characters; "part-3.bin" by position when it has none.
    name: str
    # The label of the sender: "application/pdf".
    type: str
    # What the content looks like: "application/pdf"; the label where nothing speaks against it.
    looks_like: str
    # Size of the decoded content in bytes.
    size: int
    # sha256 of the decoded content, hex.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a message says. Damage is noted in `defects` and never raised."""

    # Message-ID with its angle brackets, or None.
    message_id: str | None
    # Every mailbox of every From header, in order. One is normal; none or several is a finding.
    authors: tuple[Address, ...]
    # The Sender header, or None.
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    # Decoded, unfolded, one line; "" when missing.
    subject: str
    # The Date header, aware; None when missing or unreadable.
    date: datetime | None
    # The text a person would read: the plain part, else the HTML part as text. Lines end with \n.
    text: str
    attachments: tuple[Attachment, ...]
    # In-Reply-To, then References from the newest to the oldest; angle brackets kept, no repeats.
    answers: tuple[str, ...]
    # Every top-level header in order: (name in lower case, unfolded raw value). Trust and machines look here.
    headers: tuple[tuple[str, str], ...]
    # Top-level media type in lower case: "multipart/report".
    content_type: str
    # Text of each machine-readable report part (RFC 3464 delivery-status, RFC 8098 disposition-notification).
    reports: tuple[str, ...]
    # METHOD of each calendar object (RFC 5546 section 1.4), upper case: ("REPLY",) answers an invitation.
    calendar_methods: tuple[str, ...] = ()
    # Message-IDs of mails that this one carries or returns.
    enclosed: tuple[str, ...]
    # What was wrong with it, sorted plain words: ("charset unknown: x-unknown", "no closing boundary").
    defects: tuple[str, ...]

    @property
    def author(self) -> Address | None:
        """The author when there is exactly one with an address, else None."""
        named = [a for a in self.authors if a.addr]
        return named[0] if len(self.authors) == 1 and named else None

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)
