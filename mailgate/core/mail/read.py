"""Raw bytes to a Mail: what a message says, however broken it is."""

import re
from collections import Counter

from mailgate.core.mail.addresses import read_addresses
from mailgate.core.mail.attachments import list_attachments, list_contents
from mailgate.core.mail.calendar import read_methods
from mailgate.core.mail.dates import read_date
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.enclosed import read_enclosed, read_reports
from mailgate.core.mail.fields import MAX_HEAD, Section, find_start
from mailgate.core.mail.message_ids import read_answers, read_message_id
from mailgate.core.mail.parts import read_part, split
from mailgate.core.mail.records import Mail, RawMessage
from mailgate.core.mail.text import read_text
from mailgate.core.mail.words import decode_words
from mailgate.core.mail.wrappers import open_wrappers

# Characters of a subject.
MAX_SUBJECT = 2_000

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# RFC 5322 section 3.6 allows one of each.
_ONCE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")
_NEEDED = ("from", "date")


def read(raw: RawMessage) -> Mail:
    """Read a message. The same bytes give the same Mail, and no bytes make it fail: damage stands in `defects`.

    Time and memory are bounded by limits that stand in the modules of this package; what lies beyond one is not read,
    and a defect says so.
    """
    defects = Defects()
    content = raw.content
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")  # some bounces end their lines so
    section, part = read_part(content, find_start(content), MAX_HEAD, "text/plain", defects)
    root = split(part, defects)
    open_wrappers(root, defects)
    date = read_date(section.first("date"))
    _count(section, defects)
    if not date and section.first("date"):
        defects.add("date unreadable")
    return Mail(
        message_id=read_message_id(section.first("message-id")),
        authors=read_addresses(section.all("from"), defects),
        sender=next(iter(read_addresses(section.all("sender"), defects)), None),
        reply_to=read_addresses(section.all("reply-to"), defects),
        to=read_addresses(section.all("to"), defects),
        cc=read_addresses(section.all("cc"), defects),
        subject=_subject(section, defects),
        date=date,
        text=read_text(root, defects),
        attachments=list_attachments(root, defects),
        answers=read_answers(section.all("in-reply-to"), section.all("references")),
        headers=section.fields,
        content_type=part.type,
        reports=read_reports(root, defects),
        calendar_methods=read_methods(root, defects),
        enclosed=read_enclosed(root, defects),
        defects=defects.listed(),
    )


def attached(raw: RawMessage) -> tuple[tuple[str, bytes], ...]:
    """The attachments of a message: sha256 in hex and content, in the order of `Mail.attachments`."""
    defects = Defects()
    _, part = read_part(raw.content, find_start(raw.content), MAX_HEAD, "text/plain", defects)
    root = split(part, defects)
    open_wrappers(root, defects)
    return tuple(list_contents(root, defects))


def _subject(section: Section, defects: Defects) -> str:
    decoded = decode_words(section.first("subject")[: 8 * MAX_SUBJECT], defects)
    if len(decoded) > MAX_SUBJECT:
        defects.add(f"subject longer than {MAX_SUBJECT} characters: the rest was not read")
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub(" ", decoded))[:MAX_SUBJECT].strip()


def _count(section: Section, defects: Defects) -> None:
    """Note headers that are missing or that there should be only one of."""
    counts = Counter(name for name, _ in section.fields)
    for name in _ONCE:
        if counts[name] > 1:
            defects.add(f"several {name} headers")
        elif name in _NEEDED and not counts[name]:
            defects.add(f"no {name} header")
