"""Machines that write to many, or on their own account: lists, newsletters, notices."""

import re

from mailgate.core.automatic.clues import CAMPAIGNS, DEVICES, TRACKERS, WATCHERS, Clues
from mailgate.core.automatic.phrases import Cue
from mailgate.core.automatic.record import Automatic, Machine
from mailgate.core.automatic.wording import is_personal, names_our_business, words
from mailgate.core.thread import is_answer

_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "list-help", "x-mailman-version")
_TO_MANY = frozenset({"bulk", "list", "junk"})
# Local parts that newsletters are sent from.
_EDITORS = ("newsletter", "news", "mailing", "biuletyn", "marketing", "promocj", "oferty", "kampani")
# Links, and characters, of a text that is laid out and not written.
_MANY_LINKS = 4
_LONG_TEXT = 1_500
# A report: so many lines at least, and such a share of them.
_FORM, _FORM_SHARE = 4, 0.75
_FIELD = re.compile(r"[^\W\d_][\w /().-]{1,39}(?::| at) ?\S")


def mailing(clues: Clues) -> Automatic | None:
    """A mailing list or newsletter. Headers alone do not make one of a mail in which somebody asks."""
    if clues.passed_on:
        return None
    if clues.list_address:
        return Automatic(machine=Machine.LIST, evidence=f"written to the list {clues.list_address}")
    headers = clues.headers
    listed = [name for name in _LIST_HEADERS if name in headers]
    if headers.get("precedence", "").lower() in _TO_MANY:
        listed.append("precedence")
    leave = Cue.UNSUBSCRIBE in clues.own
    laid_out = (
        any(name.startswith(CAMPAIGNS) for name in headers)
        or clues.sender.startswith(_EDITORS)
        or clues.mail.text.count("http") >= _MANY_LINKS
        or (leave and len(listed) > 1 and len(clues.own_text) > _LONG_TEXT)
    )
    if listed and (clues.no_reply or (leave and laid_out)):
        sure = True
    elif clues.mail.answers or is_answer(clues.mail.subject) or clues.asks:
        sure = False
    elif leave:
        sure = laid_out or bool(listed)
    else:
        sure = bool(listed) and (laid_out or len(listed) > 2) and not _is_person(clues)
    if not sure:
        return None
    evidence = ", ".join(listed) or f"text: {words(Cue.UNSUBSCRIBE, clues.mail.text)!r}"
    return Automatic(machine=Machine.LIST, evidence=evidence)


def notice(clues: Clues) -> Automatic | None:
    """A notice of a programme: it comes from noreply@, or says that answers are not read."""
    if clues.passed_on:
        return None
    formulas = [cue for cue in (Cue.GENERATED, Cue.NO_ANSWER) if cue in clues.own]
    person = clues.asks or is_personal(clues.own_text)
    if formulas and (clues.no_reply or (len(formulas) == 2 and not person)):
        return Automatic(machine=Machine.NOTIFICATION, evidence=f"text: {words(formulas[0], clues.mail.text)!r}")
    if clues.sender in WATCHERS and _is_form(clues.own_text):
        return Automatic(machine=Machine.NOTIFICATION, evidence=f"from {clues.sender}@, a report line by line")
    if (clues.no_reply or clues.sender in WATCHERS or clues.sender in DEVICES) and not _is_person(clues):
        return Automatic(machine=Machine.NOTIFICATION, evidence=f"from {clues.sender}@")
    tracker = next((name for name in clues.headers if name.startswith(TRACKERS)), None)
    if tracker:
        return Automatic(machine=Machine.NOTIFICATION, evidence=f"{tracker.title()}: {clues.headers[tracker][:100]}")
    if Cue.REPORT in clues.subject and not clues.asks:
        return Automatic(machine=Machine.NOTIFICATION, evidence=f"subject: {clues.mail.subject[:100]!r}")
    return None


def _is_form(text: str) -> bool:
    """Whether a text is a report of "name: value" lines with hardly a sentence among them."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) >= _FORM and sum(bool(_FIELD.match(line)) for line in lines) >= _FORM_SHARE * len(lines)


def _is_person(clues: Clues) -> bool:
    """Whether somebody asks, speaks of themselves, or names what the desk is for."""
    about = f"{clues.mail.subject}\n{clues.own_text}"
    return clues.asks or is_personal(clues.own_text) or names_our_business(about)
