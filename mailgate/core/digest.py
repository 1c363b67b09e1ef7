"""The daily digest for operators: how the desk did, and what waits for a person. Plain text, at 72 columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailgate.core.shown import shown_line
from mailgate.core.waits import Waits, in_words

_SUBJECT = 60
_WIDTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail:
    """A mail that waits for an operator."""

    number: int
    received_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a digest tells."""

    since: datetime
    until: datetime
    mails: int
    # Mails in the same span of the weeks before, on average; None: too young to know.
    usual: float | None
    # Outcome and mails, the most frequent first.
    outcomes: tuple[tuple[str, int], ...]
    # Reasons of refusals and mails, likewise.
    refusals: tuple[tuple[str, int], ...]
    # Subjects in which no service was found, and mails.
    subjects: tuple[tuple[str, int], ...]
    waits: Waits
    held: int
    # The oldest of them.
    oldest: tuple[HeldMail, ...]
    parked: int
    # Letters that will never leave, and that wait for an operator.
    dead: int
    waiting: int
    # What `mailgate balance` misses.
    missing: int
    # What else is in trouble: mailboxes, jobs.
    troubles: tuple[str, ...]
    # Incidents that go on: "INC0000001: AES, since ...".
    incidents: tuple[tuple[str, str, datetime], ...]


_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Digest: {mails} mails, {waiting} waiting for you",
        "span": "From {since} to {until}",
        "mails": "{mails} mails",
        "usual": "{mails} mails; usual for that time: {usual:.0f} ({change:+.0f}%)",
        "waits": "From receipt to letter: half within {half}, 99% within {most}; {late} waited more than {limit}",
        "todo": "WAITS FOR YOU",
        "nothing": "Nothing.",
        "incident": "incident {number}: {about}, since {since}",
        "missing": "{number} missing in the balance: mailgate balance",
        "parked": "{number} mails that upset our code: mailgate messages list --state parked",
        "dead": "{number} letters that failed for good: mailgate outbox list --state dead",
        "letters": "{number} letters that wait for you: mailgate outbox list --state waiting",
        "held": "{number} held mails: mailgate review; the oldest are",
        "message": "message {number}, since {since}: {reason}",
        "outcomes": "WHAT BECAME OF THE MAIL",
        "refusals": "REFUSED, BY REASON",
        "subjects": "SUBJECTS IN WHICH NO SERVICE WAS FOUND",
    },
    "pl": {
        "subject": "Raport: wiadomości {mails}, do załatwienia {waiting}",
        "span": "Od {since} do {until}",
        "mails": "Wiadomości: {mails}",
        "usual": "Wiadomości: {mails}; zwykle w tym czasie: {usual:.0f} ({change:+.0f}%)",
        "waits": "Od odbioru do odpowiedzi: połowa do {half}, 99% do {most}; ponad {limit} czekało: {late}",
        "todo": "DO ZAŁATWIENIA",
        "nothing": "Nic.",
        "incident": "awaria {number}: {about}, od {since}",
        "missing": "brakuje w bilansie: {number}; mailgate balance",
        "parked": "wiadomości odłożone z powodu naszego błędu: {number}; mailgate messages list --state parked",
        "dead": "listy, których nie udało się wysłać: {number}; mailgate outbox list --state dead",
        "letters": "listy, które czekają na decyzję: {number}; mailgate outbox list --state waiting",
        "held": "wstrzymane wiadomości: {number}; mailgate review; najstarsze:",
        "message": "wiadomość {number}, od {since}: {reason}",
        "outcomes": "CO SIĘ STAŁO Z WIADOMOŚCIAMI",
        "refusals": "ODRZUCONE, WEDŁUG POWODU",
        "subjects": "TEMATY, W KTÓRYCH NIE ROZPOZNANO USŁUGI",
    },
}


def write_digest(digest: Digest, language: str, zone: tzinfo) -> tuple[str, str]:
    """The digest as subject and text. Words of mails are one line each, and harmless; they are masked by who sends it.

    Args:
        digest: what it tells.
        language: "pl" or "en".
        zone: whose clocks are meant.
    """
    words = _WORDS[language]
    todo = list(_todo(digest, words, zone))
    urgent = digest.held + digest.parked + digest.dead + digest.waiting + digest.missing + len(digest.troubles)
    sections = [
        list(_summary(digest, words, zone)),
        [words["todo"], *(f"  {line}" for line in todo or [words["nothing"]])],
        *_tables(digest, words),
    ]
    text = "\n\n".join("\n".join(section) for section in sections if section)
    return words["subject"].format(mails=digest.mails, waiting=urgent + len(digest.incidents)), f"{text}\n"


def _summary(digest: Digest, words: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    yield words["span"].format(since=_moment(digest.since, zone), until=_moment(digest.until, zone))
    if digest.usual:
        change = 100 * (digest.mails - digest.usual) / digest.usual
        yield words["usual"].format(mails=digest.mails, usual=digest.usual, change=change)
    else:
        yield words["mails"].format(mails=digest.mails)
    waits = digest.waits
    if waits.median is not None and waits.p99 is not None:
        yield words["waits"].format(
            half=in_words(waits.median), most=in_words(waits.p99), late=waits.late, limit=in_words(waits.limit)
        )


def _todo(digest: Digest, words: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    """What waits for a person, the most urgent first."""
    for number, about, began_at in digest.incidents:
        yield words["incident"].format(number=number, about=about, since=_moment(began_at, zone))
    sums = {"missing": digest.missing, "parked": digest.parked, "dead": digest.dead, "letters": digest.waiting}
    yield from (words[name].format(number=number) for name, number in sums.items() if number)
    yield from (shown_line(trouble, 200) for trouble in digest.troubles)
    if digest.held:
        yield words["held"].format(number=digest.held)
    for mail in digest.oldest:
        since = _moment(mail.received_at, zone)
        yield f"  {words['message'].format(number=mail.number, since=since, reason=mail.reason)}"


def _tables(digest: Digest, words: Mapping[str, str]) -> Iterator[list[str]]:
    for name in ("outcomes", "refusals"):
        rows: Sequence[tuple[str, int]] = getattr(digest, name)
        if rows:
            yield [words[name], *(f"  {label or '-':<{_WIDTH}} {number:>8}" for label, number in rows)]
    if digest.subjects:
        yield [
            words["subjects"],
            *(f"  {number:>4} x {shown_line(subject, _SUBJECT)}" for subject, number in digest.subjects),
        ]


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
