"""What a delivery report says of each address: the groups of RFC 3464, or words for people to read."""

import re
from collections.abc import Iterator

from mailgate.core.address import normalise
from mailgate.core.automatic.clues import Clues
from mailgate.core.automatic.phrases import Cue
from mailgate.core.automatic.record import Delivery
from mailgate.core.automatic.wording import says

# Mailboxes of servers and their keepers: a report names them, and it is not about them.
SERVERS = frozenset({"postmaster", "mail", "mailadmin", "mailer", "bounce", "bounces", "system", "mailer-daemon"})
DELIVERED = frozenset({"delivered", "relayed", "expanded"})

# Characters of a text in which addresses stand, of one report, of one field in it, and of what is said of an address.
_TOLD = 10_000
_REPORT_READ = 100_000
_FIELD_READ = 2_000
_AROUND = 300
_MOST_REPORTS = 5
# Addresses of one report.
_MOST_ADDRESSES = 100

_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,60})[ \t]*:[ \t]*(.*)")
_ADDRESS = re.compile(r"(?:smtp[:=])?([\w.+=#~!$%&'*/?^{|}-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}")
_CODE = re.compile(r"(?<![\d.])([45])(?:\d\d|\.\d{1,3}\.\d{1,3})(?![\d.])")
# An address that a report is about stands by itself: first in its line, or behind "Recipient:".
_BEFORE_ITSELF = re.compile(
    r"[\W_]*(?:(?!to\b|cc\b|from\b|do\b|dw\b|od\b|an\b|von\b|subject\b)\w[\w ()-]{0,40}:[\W_]*(?:smtp:)?)?",
    re.IGNORECASE,
)
# Where the returned copy begins in a text.
_COPY = re.compile(
    r"^(?:-{2,20}.{0,40}(?:copy of|original message|header|returned|enclosed|forwarded|oryginaln|treść wiadomości|"
    r"nagłówk|kopia|nachricht|weitergeleitet|оригинал|исходн).*|return-path:.*|received: from .*|>? ?from: .*|"
    r"(?:(?:original|your) message (?:follows|headers?)|oryginalna wiadomość|treść oryginalnej).*)$",
    re.IGNORECASE | re.MULTILINE,
)


def read_deliveries(clues: Clues) -> tuple[Delivery, ...]:
    """What became of the letter at each address, without repeats; one entry without an address where none is named."""
    mail = clues.mail
    lasting = says(Cue.FOR_GOOD, mail.text)
    delayed = says(Cue.DELAY, mail.text) and not lasting
    groups = [group for text in mail.reports[:_MOST_REPORTS] for group in _groups(text)]
    found = [_reported(group, lasting=lasting, delayed=delayed) for group in groups]
    if not any(each.address for each in found):
        action = found[0].action if found else "delayed" if delayed else "failed"
        found = list(_told(clues, action, lasting=lasting)) or found
    if not found:
        return (Delivery(address="", action="delayed" if delayed else "failed", for_good=lasting),)
    first: dict[str, Delivery] = {}
    for each in found:
        first.setdefault(each.address, each)
    if len(first) > 1:
        first.pop("", None)
    return tuple(first.values())[:_MOST_ADDRESSES]


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
            if not group.keys().isdisjoint({"action", "status", "diagnostic-code"}) or _recipient(group):
                yield group
            group, name = {}, ""
        if field is not None:
            name = field[1].lower()
            group.setdefault(name, field[2].strip()[:_FIELD_READ])


def _reported(group: dict[str, str], *, lasting: bool, delayed: bool) -> Delivery:
    """One group; what it lacks, the words around must say."""
    said, status, diagnostic = (group.get(name, "")[:1000] for name in ("action", "status", "diagnostic-code"))
    action = _action(said) or ("delayed" if delayed else "failed")
    code = _STATUS.search(status) or _CODE.search(status) or _CODE.search(diagnostic)
    told = said or status or diagnostic
    for_good = code[1] == "5" if code else action == "failed" if said else bool(lasting and not told)
    known = _STATUS.search(status) or _STATUS.search(diagnostic)
    return Delivery(
        address=_recipient(group),
        action=action,
        status=known[0] if known else "",
        for_good=for_good and action == "failed",
        diagnostic=" ".join(diagnostic.split())[:_AROUND],
    )


def _action(said: str) -> str:
    """One of the five actions; "" where nothing is said. Some servers invent words for a failure."""
    word = said.lower().partition(" ")[0].strip(";,()")
    return word if word in {*DELIVERED, "delayed", ""} else "failed"


def _recipient(group: dict[str, str]) -> str:
    """The address that we wrote to, or else the one it ended at."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = _ADDRESS.search(group.get(name, "")[:1000])
        if found:
            return normalise(found[1])
    return ""


def _told(clues: Clues, action: str, *, lasting: bool) -> Iterator[Delivery]:
    """The addresses that a report in words names, each judged by what stands behind it."""
    mail = clues.mail
    copy = _COPY.search(mail.text[:_TOLD], min(20, len(mail.text)))
    told = mail.text[: copy.start() if copy else _TOLD]
    named = [normalise(each) for each in _ADDRESS.findall(clues.headers.get("x-failed-recipients", "")[:4000])]
    ours = {normalise(address.addr) for address in (*mail.to, *mail.cc, *mail.authors)}
    places: list[tuple[str, re.Match[str]]] = []
    for found in _ADDRESS.finditer(told):
        address = normalise(found[1])
        if address in named or (address not in ours and address.partition("@")[0] not in SERVERS):
            places.append((address, found))
    chosen = [place for place in places if place[0] in named] or [
        place for place in places if _stands_by_itself(told, place[1])
    ]
    for address, found in chosen or places:
        yield _judged(address, told[found.end() : found.end() + _AROUND], action, lasting=lasting)
    for address in named:  # the header is sure; what is not in the text was refused all the same
        yield Delivery(address=address, action=action, for_good=action == "failed")


def _stands_by_itself(told: str, found: re.Match[str]) -> bool:
    if found.start() < found.start(1):  # "SMTP:" marks it
        return True
    line = told.rfind("\n", 0, found.start()) + 1
    return bool(_BEFORE_ITSELF.fullmatch(told, max(line, found.start() - 100), found.start()))


def _judged(address: str, behind: str, action: str, *, lasting: bool) -> Delivery:
    behind = behind.partition("\n\n")[0] if _CODE.search(behind.partition("\n\n")[0]) else behind
    code, status = _CODE.search(behind), _STATUS.search(behind)
    for_good = code[1] == "5" if code else lasting or says(Cue.FOR_GOOD, behind)
    return Delivery(
        address=address,
        action=action,
        status=status[0] if status else "",
        for_good=for_good and action == "failed",
        diagnostic=" ".join(behind.split()).lstrip("<>()[]:;,'\" "),
    )
