"""Mails and reports inside a message: what a bounce or receipt is about (RFC 3464, RFC 8098), what is forwarded."""

from mailgate.core.mail.charset import decode
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.fields import MAX_PART_HEAD, find_start, read_section
from mailgate.core.mail.message_ids import read_message_id
from mailgate.core.mail.parts import Part, walk
from mailgate.core.mail.text import clean

# Reports that are read, and characters of one.
MAX_REPORTS = 20
MAX_REPORT = 200_000
# Mails whose headers are looked at.
MAX_ENCLOSED = 1_000

# RFC 6533 section 3 and 6 give the reports for internationalised mail types of their own.
_REPORTS = frozenset(
    ("message/delivery-status", "message/disposition-notification", "message/global-delivery-status",
     "message/global-disposition-notification")
)  # fmt: skip
_MAILS = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}
)


def read_reports(root: Part, defects: Defects) -> tuple[str, ...]:
    """The text of each report that a machine wrote for machines, with line feeds at the ends of its lines."""
    parts = [part for part in walk(root) if part.type in _REPORTS][:MAX_REPORTS]
    return tuple(_report(part, defects) for part in parts)


def read_enclosed(root: Part, defects: Defects) -> tuple[str, ...]:
    """The Message-IDs of the mails that are carried or returned, without repeats."""
    parts = [part for part in walk(root) if part.type in _MAILS][:MAX_ENCLOSED]
    return tuple(dict.fromkeys(found for part in parts if (found := _message_id(part, defects))))


def _report(part: Part, defects: Defects) -> str:
    octets = part.content(defects)[: 4 * MAX_REPORT]
    return clean(decode(octets, part.kind.parameters.get("charset", "utf-8"), defects), defects)[:MAX_REPORT]


def _message_id(part: Part, defects: Defects) -> str | None:
    octets = part.content(defects)
    # Damage of the mail inside is none of this one.
    section = read_section(octets, find_start(octets), MAX_PART_HEAD, Defects())
    return read_message_id(section.first("message-id"))
