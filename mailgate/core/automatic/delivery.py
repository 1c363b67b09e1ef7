"""Reports about delivery: bounces and delays (RFC 3464, and those for people to read), receipts (RFC 8098)."""

import re

from mailgate.core.automatic.clues import Clues
from mailgate.core.automatic.deliveries import DELIVERED, SERVERS, read_deliveries
from mailgate.core.automatic.phrases import Cue
from mailgate.core.automatic.record import Automatic, Machine
from mailgate.core.automatic.wording import is_personal, says, words
from mailgate.core.mail import Mail
from mailgate.core.thread import is_answer

# Characters of a text in which the identifiers of a returned letter are looked for, and its first words.
_TEXT_READ = 100_000
_OPENING = 250

_MESSAGE_ID = re.compile(r"^[> \t]*(?:x-)?(?:original-)?message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_DISPOSITION = re.compile(r"^disposition[ \t]*:", re.IGNORECASE | re.MULTILINE)
# People who pass a bounce on say so.
_TELLS = re.compile(
    r"\b(?:wys[łl]a[łl](?:em|am)|dosta[łl](?:em|am|i[sś]my)|otrzyma[łl](?:em|am|i[sś]my)|prosz[eę] o|"
    r"co (?:to|mam|robi[ćc])|i (?:sent|got|received|tried|get)|we (?:sent|got|received|get)|ich habe|wir haben|"
    r"я (?:над[іi]слав|отримав|отправил|получил)\w*|dostal\w? jsem)\b|\?",
    re.IGNORECASE,
)


def report(clues: Clues) -> Automatic | None:
    """A report that a machine wrote for machines: its top-level type says so, or a mail server sent it."""
    mail = clues.mail
    kind = (mail.header("content-type") or "").lower()
    whole = mail.content_type in {"multipart/report", "message/delivery-status"} or "=delivery-status" in kind
    if not whole and not (mail.reports and (clues.daemon or Cue.BOUNCE in clues.subject) and not clues.passed_on):
        return None
    if any(_DISPOSITION.search(text) for text in mail.reports) or "disposition-notification" in kind:
        if "(rejected)" in clues.headers.get("auto-submitted", "").lower():
            return _bounce(clues, "disposition notification of a refusal (RFC 5429)")
        return _receipt(clues, "disposition notification (RFC 8098)")
    if "feedback-report" in kind:
        return Automatic(machine=Machine.NOTIFICATION, evidence="feedback report (RFC 5965)")
    return _delivery_report(clues) if mail.reports else _bounce(clues, "multipart/report")


def free_form(clues: Clues) -> Automatic | None:
    """A bounce or delay notice in words. Judged by its sender and its first words: people quote bounces, too."""
    if failed := clues.headers.get("x-failed-recipients"):
        return _bounce(clues, f"X-Failed-Recipients: {failed[:100]}")
    if clues.headers.get("content-class", "").endswith(":dsn"):
        return _bounce(clues, "Content-Class: dsn")
    if clues.daemon:
        return _bounce(clues, f"from {_sender(clues)}")
    if clues.nobody and _is_about_delivery(clues):
        return _bounce(clues, f"sent by nobody: {clues.nobody}")
    server = clues.sender in SERVERS
    if server and Cue.BOUNCE in clues.subject and not (clues.asks or is_personal(clues.own_text)):
        return _bounce(clues, f"from {_sender(clues)}, subject: {clues.mail.subject[:100]!r}")
    if Cue.BOUNCE not in clues.text:
        return None
    returned = server and (bool(clues.mail.enclosed) or Cue.BOUNCE in clues.subject)
    if returned or ((server or Cue.BOUNCE in clues.subject) and not clues.passed_on and _opens(clues)):
        return _bounce(clues, f"text: {words(Cue.BOUNCE, clues.mail.text)!r}")
    return None


def _opens(clues: Clues) -> bool:
    """Whether the text begins as bounces do, and nobody speaks in it of what happened to them."""
    # "This message was created automatically ..." looks like the small print below a letter.
    opening = (clues.own_text or ("" if is_answer(clues.mail.subject) else clues.mail.text.lstrip()))[:_OPENING]
    return says(Cue.BOUNCE, opening) and not (_TELLS.search(opening) or is_personal(opening))


def _is_about_delivery(clues: Clues) -> bool:
    """Whether what nobody sent is a bounce; vacation replies and receipts come from nobody, too."""
    if not clues.subject.isdisjoint({Cue.AUTO_REPLY, Cue.READ, Cue.INVITATION}) or Cue.AWAY in clues.own:
        return False
    return Cue.BOUNCE in clues.text or Cue.BOUNCE in clues.subject or clues.sender in SERVERS


def read_receipt(clues: Clues) -> Automatic | None:
    """Outlook's "Przeczytano: ...", the "Return Receipt" of Notes and old Thunderbird."""
    if clues.headers.get("content-class", "").endswith(":mdn"):
        return _receipt(clues, "Content-Class: mdn")
    if Cue.READ not in clues.subject or clues.passed_on or clues.asks:
        return None
    said = words(Cue.READ, clues.mail.text)
    return _receipt(clues, f"text: {said!r}") if said else None


def _receipt(clues: Clues, evidence: str) -> Automatic:
    return Automatic(machine=Machine.RECEIPT, evidence=evidence, about=_about(clues.mail))


def _bounce(clues: Clues, evidence: str) -> Automatic:
    return Automatic(
        machine=Machine.BOUNCE, evidence=evidence, about=_about(clues.mail), deliveries=read_deliveries(clues)
    )


def _delivery_report(clues: Clues) -> Automatic:
    """RFC 3464: a bounce, unless the letter arrived everywhere."""
    deliveries = read_deliveries(clues)
    actions = sorted({each.action for each in deliveries})
    return Automatic(
        machine=Machine.RECEIPT if DELIVERED.issuperset(actions) else Machine.BOUNCE,
        evidence=f"delivery report: {', '.join(actions)}",
        about=_about(clues.mail),
        deliveries=deliveries,
    )


def _about(mail: Mail) -> tuple[str, ...]:
    """Message-IDs of the letters that a report is about: named, returned, or else answered."""
    named = [found for text in mail.reports for found in _MESSAGE_ID.findall(text)]
    told = _MESSAGE_ID.findall(mail.text[:_TEXT_READ])
    return tuple(dict.fromkeys((*named, *mail.enclosed, *told))) or mail.answers[:1]


def _sender(clues: Clues) -> str:
    authors = clues.mail.authors
    return (authors[0].addr or authors[0].name or "nobody") if authors else "nobody"
