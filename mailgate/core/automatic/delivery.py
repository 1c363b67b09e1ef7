"""Reports about delivery: bounces and delays (RFC 3464, and those for people to read), receipts (RFC 8098)."""

import re
from collections.abc import Iterator

from mailgate.core.address import normalise
from mailgate.core.automatic.clues import Clues
from mailgate.core.automatic.phrases import Cue
from mailgate.core.automatic.record import Automatic, Machine
from mailgate.core.automatic.wording import is_personal, says, words
from mailgate.core.mail import Mail

# Characters of a text in which the identifiers of a returned letter are looked for, and its first words.
_TEXT_READ = 100_000
_OPENING = 250
# Characters in which refused addresses stand, of one report, and of one field in it.
_TOLD = 10_000
_REPORT_READ = 100_000
_FIELD_READ = 2_000
_MOST_REPORTS = 5
# Addresses of one bounce.
_MOST_ADDRESSES = 100

_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,60})[ \t]*:[ \t]*(.*)")
_ADDRESS = re.compile(r"[\w.+=#~!$%&'*/?^{|}-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_STATUS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}")
_CODE = re.compile(r"(?<![\d.])([45])(?:\d\d|\.\d{1,3}\.\d{1,3})(?![\d.])")
_MESSAGE_ID = re.compile(r"^[> \t]*(?:x-)?(?:original-)?message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
# Where the returned copy begins in a text.
_COPY = re.compile(
    r"^(?:-{2,20}.{0,40}(?:copy of|original message|header|returned|enclosed|forwarded|oryginaln|treść wiadomości|"
    r"nagłówk|kopia|nachricht|weitergeleitet|оригинал|исходн).*|return-path:.*|received: from .*|>? ?from: .*|"
    r"(?:(?:original|your) message (?:follows|headers?)|oryginalna wiadomość|treść oryginalnej).*)$",
    re.IGNORECASE | re.MULTILINE,
)
_DISPOSITION = re.compile(r"^disposition[ \t]*:", re.IGNORECASE | re.MULTILINE)
_DELIVERED = frozenset({"delivered", "relayed", "expanded"})
_SERVERS = frozenset({"postmaster", "mail", "mailadmin", "mailer", "bounce", "bounces", "system", "mailer-daemon"})
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
    whole = mail.content_type in {"multipart/report", "message/delivery-status"}
    if not whole and not (mail.reports and (clues.daemon or Cue.BOUNCE in clues.subject) and not clues.passed_on):
        return None
    kind = (mail.header("content-type") or "").lower()
    if any(_DISPOSITION.search(text) for text in mail.reports) or "disposition-notification" in kind:
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
    if "return-path" in clues.headers and _is_about_delivery(clues):
        return _bounce(clues, "Return-Path: <>")
    if Cue.BOUNCE not in clues.text:
        return None
    server = clues.sender in _SERVERS
    returned = server and (bool(clues.mail.enclosed) or Cue.BOUNCE in clues.subject)
    if returned or ((server or Cue.BOUNCE in clues.subject) and not clues.passed_on and _opens(clues)):
        return _bounce(clues, f"text: {words(Cue.BOUNCE, clues.mail.text)!r}")
    return None


def _opens(clues: Clues) -> bool:
    """Whether the text begins as bounces do, and nobody speaks in it of what happened to them."""
    opening = clues.own_text[:_OPENING]
    return says(Cue.BOUNCE, opening) and not (_TELLS.search(opening) or is_personal(opening))


def _is_about_delivery(clues: Clues) -> bool:
    """Whether what nobody sent is a bounce; vacation replies and receipts come from nobody, too."""
    if not clues.subject.isdisjoint({Cue.AUTO_REPLY, Cue.READ, Cue.INVITATION}) or Cue.AWAY in clues.own:
        return False
    return Cue.BOUNCE in clues.text or Cue.BOUNCE in clues.subject or clues.sender in _SERVERS


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
    mail = clues.mail
    delayed = says(Cue.DELAY, mail.text) and not says(Cue.FOR_GOOD, mail.text)
    addresses = () if delayed else tuple(_refused(clues))
    return Automatic(machine=Machine.BOUNCE, evidence=evidence, about=_about(mail), unreachable=_distinct(addresses))


def _delivery_report(clues: Clues) -> Automatic:
    """RFC 3464. Groups without Action or Status are judged by what they have, at last by the words around."""
    groups = [group for text in clues.mail.reports[:_MOST_REPORTS] for group in _groups(text)]
    actions = {action for group in groups if (action := _first_word(group.get("action", "")))}
    if actions and actions <= _DELIVERED:
        return _receipt(clues, f"delivery report: {', '.join(sorted(actions))}")
    told = actions or any("status" in group or "diagnostic-code" in group for group in groups)
    failed = [_recipient(group) for group in groups if _failed_for_good(group)]
    if not told and says(Cue.FOR_GOOD, clues.mail.text):
        failed = [_recipient(group) for group in groups] or list(_refused(clues))
    evidence = "delivery report: " + (", ".join(sorted(actions)) or "no action")
    unreachable = _distinct(tuple(address for address in failed if address))
    return Automatic(machine=Machine.BOUNCE, evidence=evidence, about=_about(clues.mail), unreachable=unreachable)


def _groups(text: str) -> Iterator[dict[str, str]]:
    """The fields of each recipient (RFC 3464 section 2.3); the next one begins a group even without a blank line."""
    group: dict[str, str] = {}
    name = ""
    for line in [*text[:_REPORT_READ].splitlines(), ""]:
        field = _FIELD.match(line)
        if line[:1] in " \t" and name and line.strip():
            if len(group[name]) < _FIELD_READ:
                group[name] += " " + line.strip()[:_FIELD_READ]
            continue
        begins = field is not None and field[1].lower() in group and field[1].lower().endswith("-recipient")
        if (not line.strip() or begins) and group:
            if _recipient(group):
                yield group
            group, name = {}, ""
        if field is not None:
            name = field[1].lower()
            group.setdefault(name, field[2].strip()[:_FIELD_READ])


def _recipient(group: dict[str, str]) -> str:
    """The address that we wrote to, or else the one it ended at."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = _ADDRESS.search(group.get(name, "")[:1000])
        if found:
            return found[0]
    return ""


def _failed_for_good(group: dict[str, str]) -> bool:
    """Whether a recipient can never be reached: class 5 of RFC 3463."""
    action = _first_word(group.get("action", ""))
    if action in _DELIVERED or action == "delayed":
        return False
    found = _STATUS.search(group.get("status", "")) or _CODE.search(group.get("diagnostic-code", "")[:1000])
    return found[1] == "5" if found else action == "failed"


def _refused(clues: Clues) -> Iterator[str]:
    """The addresses that a bounce in words says are refused for good."""
    mail = clues.mail
    if "x-failed-recipients" in clues.headers:
        yield from _ADDRESS.findall(clues.headers["x-failed-recipients"][:4000])
        return
    if not says(Cue.FOR_GOOD, mail.text):
        return
    ours = {normalise(address.addr) for address in (*mail.to, *mail.cc, *mail.authors)}
    copy = _COPY.search(mail.text[:_TOLD], min(20, len(mail.text)))
    told = mail.text[: copy.start() if copy else _TOLD]
    for found in _ADDRESS.finditer(told):
        local = found[0].partition("@")[0].lower()
        around = _CODE.search(told[found.end() : found.end() + 300])
        if normalise(found[0]) not in ours and local not in _SERVERS and (not around or around[1] == "5"):
            yield found[0]


def _about(mail: Mail) -> tuple[str, ...]:
    """Message-IDs of the letters that a report is about: named, returned, or else answered."""
    named = [found for text in mail.reports for found in _MESSAGE_ID.findall(text)]
    told = _MESSAGE_ID.findall(mail.text[:_TEXT_READ])
    return tuple(dict.fromkeys((*named, *mail.enclosed, *told))) or mail.answers[:1]


def _sender(clues: Clues) -> str:
    authors = clues.mail.authors
    return (authors[0].addr or authors[0].name or "nobody") if authors else "nobody"


def _first_word(value: str) -> str:
    return value.lower().partition(" ")[0].strip(";,()")


def _distinct(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise(address) for address in addresses))[:_MOST_ADDRESSES]
