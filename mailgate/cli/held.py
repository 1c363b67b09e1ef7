"""Mail that waits for a person, in plain words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from textwrap import wrap

from mailgate.core.shown import count
from mailgate.review.case import Case, Words
from mailgate.review.deciding import Done
from mailgate.store.waiting import WaitingLine

# Lines of a mail that are shown.
_MOST_LINES = 60
_WIDTH = 80
_MARGIN = " " * 10
_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def age(since: datetime, now: datetime) -> str:
    """How long ago that was, in the largest unit that it fills: "3 days"."""
    passed = max(now - since, timedelta(0))
    for unit, length in _UNITS:
        if passed >= length:
            return count(passed // length, unit)
    return "0 minutes"


def row(line: WaitingLine, now: datetime) -> tuple[object, ...]:
    """A line of the list."""
    whom = "operator" if line.outcome == "hold" else "author"
    return line.id, age(line.received_at, now), line.from_, line.subject, whom, line.reason


def lines(case: Case, now: datetime) -> Iterator[str]:
    """One mail with all that whoever decides about it wants to know, 80 columns wide."""
    for line in _lines(case, now):
        indent = "    " if line.startswith("    ") and not line.startswith(_MARGIN) else _MARGIN
        yield from wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _lines(case: Case, now: datetime) -> Iterator[str]:
    yield from _head(case, now)
    yield from _why(case)
    yield from _asked(case)
    for letter in case.letters:
        yield f"Letter    {letter.template} to {letter.recipient}: {letter.state} (mailgate outbox show {letter.id})"
    for place, offer in enumerate(case.offers):
        yield f"{'' if place else 'May be':10}{offer.number}. {offer.service}" + (
            f": {offer.title}" if offer.title else ""
        )
    yield from _text(case)
    yield ""
    for place, command in enumerate(_next(case)):
        yield f"{'' if place else 'Next':10}{command}"


def in_words(done: Done) -> str:
    """What became of one mail that an operator wanted to do something with."""
    became = f"{done.outcome}, {done.reason}" + (f", {done.ticket}" if done.ticket else "")
    if not done.changed:
        return f"message {done.message} stays {became}: {done.why}"
    return f"message {done.message} is {became}; letter {done.letter}"


def _head(case: Case, now: datetime) -> Iterator[str]:
    line, name = case.details.line, case.details.from_name
    yield f"Message   {line.id}, {_state(case)}"
    yield f"Received  {line.received_at:%Y-%m-%d %H:%M} UTC, age {age(line.received_at, now)}"
    yield f"From      {f'{name} ' if name else ''}<{line.from_ or 'not read'}>{_trust(case)}"
    yield f"Subject   {line.subject or '(none)'}"
    if case.details.tickets:
        yield f"Ticket    {', '.join(case.details.tickets)}"


def _state(case: Case) -> str:
    if case.waiting is None:
        line = case.details.line
        return f"does not wait: {line.outcome}, {line.reason}" if line.outcome else "waits for mailgate itself"
    whom = "an operator" if case.waiting.outcome == "hold" else "its author's answer"
    return f"waits for {whom}: {case.waiting.outcome}, {case.waiting.reason}"


def _trust(case: Case) -> str:
    """How sure we were of the author, as it was recorded."""
    facts = case.decision.facts if case.decision else None
    identity = facts.get("identity") if facts else None
    return f", {identity['trust']} ({identity['evidence']})" if identity else ""


def _why(case: Case) -> Iterator[str]:
    yield f"Why       {case.why}"
    if case.settled:
        yield f"          {case.settled.source} saw: {case.settled.saw}"
    if case.decision and case.decision.operator:
        yield f"          decided by {case.decision.operator}"


def _asked(case: Case) -> Iterator[str]:
    asked = case.question
    if asked is None:
        return
    times = "once" if asked.asked == 1 else f"{asked.asked} times"
    offered = f", offered {', '.join(asked.offers)}" if asked.offers else ", for the name of a service"
    yield f"Asked     {times}{offered}; {asked.state}"
    if asked.reminded_at:
        yield f"          reminded {asked.reminded_at:%Y-%m-%d}"
    if not case.answers and asked.state == "open":
        yield "          no answer yet"
    for answer in case.answers:
        yield f"Answered  by message {answer.message}, {answer.received_at:%Y-%m-%d %H:%M} UTC:"
        yield from _body(answer)


def _text(case: Case) -> Iterator[str]:
    yield ""
    if case.words is None:
        yield "its bytes are erased; nothing can become of it any more"
        return
    yield from _body(case.words)


def _body(words: Words) -> Iterator[str]:
    """The text of a mail, set off; names of attachments under it."""
    raw = f"mailgate messages raw {words.message} > {words.message}.eml"
    if words.text is None:
        yield f"    (its text cannot be read: {raw})"
        return
    text = words.text.strip("\n").splitlines() or ["(no text)"]
    yield from (f"    {line}".rstrip() for line in text[:_MOST_LINES])
    if len(text) > _MOST_LINES:
        yield f"    (and {count(len(text) - _MOST_LINES, 'line')} more: {raw})"
    for attachment in words.attachments:
        yield f"    [{attachment.name}, {attachment.looks_like}, {attachment.size} bytes]"


def _next(case: Case) -> Sequence[str]:
    """What one can type next."""
    line = case.details.line
    if case.words is None or line.outcome is None:
        return (f"mailgate messages show {line.id}",)
    ticket = f"mailgate review ticket {line.id}"
    if case.details.tickets:
        number = case.details.tickets[0]
        return (f"{ticket} --service ID   another route for {number}", f"mailgate tickets show {number}")
    return (
        *([f"{ticket} --pick 1   (or another number)"] if case.offers else []),
        f"{ticket} --service ID|--system ID|--matter ID",
        f"mailgate review reject {line.id} --reason no_service   (or another rule)",
        f"mailgate review ignore {line.id}",
        *([f"mailgate review release {line.reason}   once its cause is over"] if line.outcome == "hold" else []),
        f"mailgate messages show {line.id}   what every rule saw",
    )
