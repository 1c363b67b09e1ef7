"""What the numbers of a span of time come to: for `mailgate stats`, and for the digest."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailgate.core.cure import CHOSEN, cures
from mailgate.core.waits import Waits, sum_up
from mailgate.store.facade import Store
from mailgate.store.numbers import Asked, By, Span
from mailgate.store.tables import QuestionState

# Who has no letter after so many seconds has waited too long.
LATE = 300.0
_EPOCH = date(1970, 1, 1)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """So many mails that have these in common."""

    # One for each thing that they are counted by: "2026-11-22", "08:00", "Monday", "reject"; "" where they have none.
    labels: tuple[str, ...]
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Mails that have one thing in common, in all and day by day."""

    label: str
    mails: int
    # One number for each day of the span.
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cured:
    """Refusals for one reason."""

    reason: str
    refused: int
    # Those whose authors wrote again in time and got a ticket.
    cured: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What became of our questions which service a mail is about."""

    asked: int
    # How often the first offer was chosen, the second, ...
    ranks: tuple[int, ...]
    # A service that was not offered was named.
    another: int
    # There was an answer, but it chose nothing.
    none: int
    # Nobody answered in time.
    unanswered: int
    # Nobody has answered yet.
    waiting: int
    # Settled in another way: by an operator, by other rules.
    otherwise: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A span of time on one page."""

    since: datetime
    until: datetime
    timezone: str
    mails: int
    # All mails, one number for each day.
    days: tuple[int, ...]
    # The most frequent first; "" has no outcome yet.
    outcomes: tuple[Group, ...]
    # From the receipt until the first letter has left.
    waits: Waits
    # How many days a refused author may take to write again.
    within_days: int
    # The most frequent reason first.
    refusals: tuple[Cured, ...]
    choices: Choices


def overview(store: Store, span: Span, within_days: int) -> Overview:
    """Everything on one page.

    Raises:
        Temporary: the database did not answer.
    """
    outcomes = groups(store, span, By.OUTCOME)
    days = tuple(map(sum, zip(*(group.days for group in outcomes), strict=True)))
    return Overview(
        since=span.since,
        until=span.until,
        timezone=str(span.zone),
        mails=sum(group.mails for group in outcomes),
        days=days or (0,) * len(days_of(span)),
        outcomes=outcomes,
        waits=sum_up(store.numbers.waits(span), LATE),
        within_days=within_days,
        refusals=refusals(store, span, timedelta(days=within_days)),
        choices=choices(store.numbers.asked(span)),
    )


def groups(store: Store, span: Span, by: By) -> tuple[Group, ...]:
    """Mails by one thing, the most frequent first, each with its days."""
    days = days_of(span)
    found: dict[str, Counter[str]] = {}
    for cell in cells(store, span, (by, By.DAY)):
        found.setdefault(cell.labels[0], Counter())[cell.labels[1]] += cell.mails
    made = [
        Group(label=label, mails=numbers.total(), days=tuple(numbers[day] for day in days))
        for label, numbers in found.items()
    ]
    return tuple(sorted(made, key=lambda group: (-group.mails, group.label)))


def cells(store: Store, span: Span, by: Sequence[By]) -> tuple[Cell, ...]:
    """Mails by one thing or several, as the database counts them; in no order.

    Raises:
        Temporary: the database did not answer.
    """
    return tuple(
        Cell(labels=tuple(map(_label, by, count.values)), mails=count.number) for count in store.numbers.count(span, by)
    )


def labels_of(by: By, span: Span) -> tuple[str, ...]:
    """Every label of a thing that tells a time, in its order."""
    if by is By.DAY:
        return days_of(span)
    return tuple(_label(by, number) for number in range(_HOURS if by is By.HOUR else len(_WEEKDAYS)))


def days_of(span: Span) -> tuple[str, ...]:
    """Every day of the span, in the desk's zone."""
    first = span.since.astimezone(span.zone).date()
    last = (span.until - timedelta(microseconds=1)).astimezone(span.zone).date()
    return tuple((first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1))


def refusals(store: Store, span: Span, within: timedelta) -> tuple[Cured, ...]:
    """Refusals by reason, with those that their senders cured: they wrote again, or answered the refusal.

    Raises:
        Temporary: the database did not answer.
    """
    refused: Counter[str] = Counter()
    cured: Counter[str] = Counter()
    for mail, cure in cures(store.numbers.written(span, within), within):
        refused[mail.reason] += 1
        cured[mail.reason] += cure is not None
    for asked in store.numbers.asked(span):
        if not asked.offers and asked.reason == CHOSEN and asked.service:
            refused[asked.asked_for] += asked.number
            cured[asked.asked_for] += asked.number
    return tuple(
        Cured(reason=reason, refused=number, cured=cured[reason])
        for reason, number in sorted(refused.items(), key=lambda item: (-item[1], item[0]))
    )


def choices(all_asked: Iterable[Asked]) -> Choices:
    """What became of questions that offered services."""
    ranks: Counter[int] = Counter()
    fates: Counter[str] = Counter()
    total = 0
    for asked in all_asked:
        if not asked.offers:
            continue
        total += asked.number
        fate = _fate(asked)
        if fate == "chosen":
            ranks[asked.offers.index(asked.service or "")] += asked.number
        else:
            fates[fate] += asked.number
    return Choices(asked=total, ranks=tuple(ranks[place] for place in range(max(ranks, default=-1) + 1)), **_all(fates))


def _all(fates: Mapping[str, int]) -> dict[str, int]:
    return {fate: fates.get(fate, 0) for fate in ("another", "none", "unanswered", "waiting", "otherwise")}


def _fate(asked: Asked) -> str:
    """What became of one question."""
    if asked.state is QuestionState.OPEN:
        return "none" if asked.answered else "waiting"
    if asked.state is QuestionState.EXPIRED:
        return "none" if asked.answered else "unanswered"
    if asked.state is QuestionState.HELD:
        return "none"
    if asked.reason != CHOSEN:
        return "otherwise"
    return "chosen" if asked.service in asked.offers else "another"


def _label(by: By, value: str | int | None) -> str:
    if value is None:
        return ""
    if by is By.DAY:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    if by is By.HOUR:
        return f"{value:02}:00"
    return _WEEKDAYS[int(value)] if by is By.WEEKDAY else str(value)
