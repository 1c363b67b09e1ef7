"""The letter as bytes that travel (RFC 5322), and the Message-IDs by which we know our own.

Built by hand: `EmailMessage` takes twenty times as long, and nothing of what it can do more is needed here. The tests
hold every letter against the parser of the standard library.
"""

import base64
import hmac
import re
from binascii import b2a_qp
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

from mailgate.core.mail import Address
from mailgate.core.reply.line import one_line
from mailgate.core.reply.record import NUMBER_TO_COME, REFERENCE_TO_COME, Reply

# Header lines stay within this; RFC 2047 section 2 allows 76 for those that hold encoded words.
_LINE = 76
# The longest subject that is sent; a limit against floods, far beyond what any mail program shows.
_LONGEST_SUBJECT = 500
# What may stand in an address or a Message-ID that goes into a header: no blanks, no controls, nothing that ends it.
_ADDRESS = re.compile(r"[^\s\x00-\x20\"(),:;<>@\[\\\]\x7f-\x9f]+@[^\s\x00-\x20\"(),:;<>@\[\\\]\x7f-\x9f]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
# A display name that needs no quotes: RFC 5322 atoms with single blanks between them.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_OURS = re.compile(r"<?mg\.(?P<letter>[a-z2-7]{26})\.(?P<seal>[a-z2-7]{26})@(?P<domain>[^\s<>@]+)>?")


def compose(reply: Reply, *, message_id: str, date: datetime, sender: Address) -> bytes:
    """The letter in the form of RFC 5322, with CRLF line ends, ready for SMTP or a Maildir.

    Text and HTML travel as quoted-printable, so the bytes are ASCII; only a mailbox with letters beyond ASCII before
    its "@" stands in UTF-8 and needs a relay that speaks SMTPUTF8 (RFC 6532).

    Args:
        reply: with its ticket number filled in.
        message_id: as `letter_id` makes it.
        date: when the letter was written; aware.
        sender: name and address of the desk.

    Raises:
        ValueError: an address, a Message-ID or a number is such that the header would say something else.
    """
    if NUMBER_TO_COME in reply.subject + reply.text + reply.html:
        raise ValueError("the ticket number is not filled in; call Reply.numbered first")
    if REFERENCE_TO_COME in reply.subject + reply.text + reply.html:
        raise ValueError("the reference is not filled in; call Reply.referring first")
    if date.tzinfo is None:
        raise ValueError("date must be an aware datetime")
    # "=_" never occurs in quoted-printable, so that no part can hold the boundary (RFC 2045 section 6.7).
    boundary = "=_" + sha256(message_id.encode()).hexdigest()[:32]
    headers = [
        f"From: {_name(sender.name)}<{_fit(sender.addr, _ADDRESS)}>",
        f"To: {_fit(reply.to, _ADDRESS)}",
        f"Subject: {_words(one_line(reply.subject, _LONGEST_SUBJECT), len('Subject: '))}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: {_fit(message_id, _MESSAGE_ID)}",
        *_thread(reply),
        # RFC 3834 section 5: nobody answers this but a person.
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        f"Content-Language: {', '.join(reply.languages)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
    ]
    parts = [*_part("plain", reply.text, boundary), *_part("html", reply.html, boundary), f"--{boundary}--", ""]
    return "\r\n".join([*headers, "", *parts]).encode("utf-8")


def letter_id(secret: bytes, digest: str, template: str, domain: str) -> str:
    """The Message-ID of the letter from that template to that message: the same one however often it is asked for.

    It tells nothing of the message, and nobody without the secret can make one that `is_ours`.

    Args:
        secret: ours, at least 16 bytes.
        digest: of the message that is answered (`RawMessage.digest`).
        template: name of the letter's template.
        domain: that letters come from.
    """
    letter = _sealed(secret, "letter", f"{digest}/{template}")
    return f"<mg.{letter}.{_sealed(secret, 'seal', f'{letter}@{domain.lower()}')}@{domain.lower()}>"


def is_ours(secret: bytes, message_id: str) -> bool:
    """Whether a Message-ID was made by `letter_id` with that secret; angle brackets may be missing, case may differ."""
    found = _OURS.fullmatch(message_id.strip().lower())
    if found is None:
        return False
    seal = _sealed(secret, "seal", f"{found['letter']}@{found['domain']}")
    return hmac.compare_digest(seal, found["seal"])


def as_written(message_id: str) -> str:
    """A Message-ID as `letter_id` wrote it, where it has that form: mail systems change its case, or lose brackets."""
    found = _OURS.fullmatch(message_id.strip().lower())
    return f"<mg.{found['letter']}.{found['seal']}@{found['domain']}>" if found else message_id


def _sealed(secret: bytes, purpose: str, text: str) -> str:
    """128 bits of HMAC-SHA256 in lower-case base32: a Message-ID may lose its case on the way."""
    if len(secret) < 16:
        raise ValueError("the secret of Message-IDs must have at least 16 bytes")
    code = hmac.digest(secret, f"{purpose}\0{text}".encode(), "sha256")[:16]
    return base64.b32encode(code).decode("ascii").rstrip("=").lower()


def _fit(value: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(value) or not value.isprintable():
        raise ValueError(f"{value!r} cannot stand in a header")
    return value


def _thread(reply: Reply) -> Iterator[str]:
    """What the letter answers, one Message-ID a line."""
    if reply.in_reply_to:
        yield f"In-Reply-To: {_fit(reply.in_reply_to, _MESSAGE_ID)}"
    if reply.references:
        yield "References: " + "\r\n ".join(_fit(each, _MESSAGE_ID) for each in reply.references)


def _name(name: str) -> str:
    """A display name and the blank behind it, or "" (RFC 5322 section 3.4)."""
    name = one_line(name, _LINE)
    if not name:
        return ""
    if _ATOMS.fullmatch(name) and "=?" not in name:
        return f"{name} "
    if name.isascii() and "=?" not in name:
        quoted = re.sub(r'(["\\])', r"\\\1", name)
        return f'"{quoted}" '
    return f"{_words(name, len('From: '))}\r\n "


def _words(text: str, used: int) -> str:
    """Unstructured text in a header: as it is when it is short and plain, else in encoded words (RFC 2047).

    Args:
        text: one line.
        used: length of what stands on the line already.
    """
    if text.isascii() and "=?" not in text and used + len(text) <= _LINE:
        return text
    return "\r\n ".join(_encoded_words(text, _LINE - used))


def _encoded_words(text: str, first: int) -> Iterator[str]:
    """The text in encoded words, cut between characters; `first` is the room on the first line."""
    room, chunk = first, b""
    for character in text:
        more = character.encode("utf-8", "replace")
        if _length(chunk + more) > room:
            yield _encoded_word(chunk)
            room, chunk = _LINE - 1, b""
        chunk += more
    yield _encoded_word(chunk)


def _encoded_word(chunk: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(chunk).decode('ascii')}?="


def _length(chunk: bytes) -> int:
    """Length of the encoded word that holds the chunk."""
    return len("=?utf-8?B??=") + (len(chunk) + 2) // 3 * 4


def _part(subtype: str, text: str, boundary: str) -> Iterator[str]:
    """One part of the letter, line by line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    # The line end at the end also tells b2a_qp which line ends to use for its soft breaks.
    content = "\r\n".join([*lines, ""]).encode("utf-8", "replace")
    yield f"--{boundary}"
    yield f"Content-Type: text/{subtype}; charset=utf-8"
    yield "Content-Transfer-Encoding: quoted-printable"
    yield ""
    yield b2a_qp(content, istext=True).decode("ascii")
