"""`mailgate stats`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, command_group, moment, read
from mailgate.cli.screen import draws, say, say_csv, say_json, say_table, width
from mailgate.core.localtime import midnight
from mailgate.core.sparkline import merge, sparkline
from mailgate.core.waits import in_words
from mailgate.stats import Cell, Choices, Group, Overview, cells, groups, labels_of, overview
from mailgate.store.document import document
from mailgate.store.numbers import TIMES, By, Span
from mailgate.trouble import Permanent

command = command_group()

# Days that are looked at unless others are asked for.
_DAYS = 30
# Columns of a row of bars, and of the longest bar of a day.
_BARS = 30
_LONGEST_BAR = 40
# Reasons of refusals that the overview names.
_REASONS = 5
# The narrowest column of a table by two things, and how wide its first may be.
_COLUMN, _FIRST = 6, 24
# The line that adds up all others.
_ALL = "all"
_EMPTY = "no mail came in that time"
_RANKS = ("first", "second", "third", "fourth", "fifth")


def _by(text: str) -> tuple[By, ...]:
    """One thing or two, as they stand on the command line."""
    try:
        found = tuple(By(word.strip().lower()) for word in text.split(","))
    except ValueError:
        raise typer.BadParameter(
            f'"{text}" cannot be counted by; write one or two of {", ".join(By)}, with a comma between them'
        ) from None
    if len(found) > 2 or len(set(found)) < len(found):
        raise typer.BadParameter("count by one thing, or by two different ones")
    return found


@command.command()
def stats(
    what: Annotated[
        str, typer.Option("--by", metavar="WHAT[,WHAT]", help=f"Count by one thing or two: {', '.join(By)}.")
    ] = "",
    since: Annotated[
        str, typer.Option(metavar="WHEN", help=f'From then on: "7 days", "2026-01-31"; else {_DAYS} days with today.')
    ] = "",
    until: Annotated[str, typer.Option(metavar="WHEN", help='Before then: "2026-02-28"; else until now.')] = "",
    days: Annotated[
        int, typer.Option("--within", metavar="DAYS", min=1, max=365, help="Refused authors may mend it so long after.")
    ] = 14,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, for a spreadsheet.")] = False,
    config: ConfigFile = None,
) -> None:
    """Count mails: by day, outcome, service or reason; how long people wait; what refusals and questions lead to.

    Days and hours are those of the time zone in [desk]. Without --by it is one page: outcomes, the time from receipt to
    letter, how many refused authors wrote again and got a ticket, and which of the offered services people choose.
    In a terminal bars show the days; in a pipe, and with NO_COLOR or TERM=dumb, there are only words and numbers.

    Example: mailgate stats --by service,outcome --since '90 days'
    """
    settings = read(config)
    span = _span(since, until, ZoneInfo(settings.desk.timezone), now())
    by = _by(what) if what else (By.DAY, By.OUTCOME) if as_csv else ()
    with closing(open_store(settings)) as store:
        if not by:
            found = overview(store, span, days)
            if as_json:
                say_json(document(found))
            else:
                _print_overview(found)
            return
        counted = _ordered(cells(store, span, by), by, span)
        if as_json:
            say_json([{**dict(zip(by, cell.labels, strict=True)), "mails": cell.mails} for cell in counted])
        elif as_csv:
            say_csv((*by, "mails"), [(*cell.labels, cell.mails) for cell in counted])
        elif len(by) == 1 and by[0] not in TIMES:
            _print_groups(groups(store, span, by[0]), by[0])
        else:
            _print_cells(counted, by, span)


def _span(since: str, until: str, zone: ZoneInfo, at: datetime) -> Span:
    """What is looked at.

    Raises:
        typer.BadParameter: a moment cannot be read.
        Permanent: it ends before it begins.
    """
    end = moment(until, at, option="--until", zone=zone) if until else at
    day = end.astimezone(zone).date() - timedelta(days=_DAYS - 1)
    begin = moment(since, at, zone=zone) if since else midnight(day, zone)
    if begin >= end:
        raise Permanent("that time ends before it begins; let --since be earlier than --until")
    return Span(since=begin, until=end, zone=zone)


def _ordered(found: Sequence[Cell], by: Sequence[By], span: Span) -> list[Cell]:
    """Times in their order, also those without mail when they stand alone; everything else by frequency."""
    totals = [Counter[str]() for _ in by]
    for cell in found:
        for place, label in enumerate(cell.labels):
            totals[place][label] += cell.mails
    orders = [
        labels_of(each, span) if each in TIMES else tuple(sorted(total, key=lambda x: (-total[x], x)))
        for each, total in zip(by, totals, strict=True)
    ]
    mails = {cell.labels: cell.mails for cell in found}
    if len(by) == 1:
        return [Cell(labels=(label,), mails=mails.get((label,), 0)) for label in orders[0]]
    places = [{label: place for place, label in enumerate(order)} for order in orders]
    return sorted(found, key=lambda cell: [place[label] for place, label in zip(places, cell.labels, strict=True)])


def _print_groups(found: Sequence[Group], by: By) -> None:
    """A line for each, with its days."""
    total = sum(group.mails for group in found if group.label != _ALL)
    say_table(
        (by.value, "mails", "share", *_days_heading()),
        [(_named(group.label), _many(group.mails), _share(group.mails, total), *_days(group.days)) for group in found],
        cut=(by.value,),
        right=("mails", "share", "least a day", "most a day"),
        empty=_EMPTY,
    )


def _days_heading() -> tuple[str, ...]:
    return ("by day",) if draws() else ("least a day", "most a day")


def _days(numbers: Sequence[int]) -> tuple[str, ...]:
    """How mails are spread over the days: bars, or two numbers."""
    return (sparkline(numbers, _BARS),) if draws() else (_many(min(numbers)), _many(max(numbers)))


def _print_cells(found: Sequence[Cell], by: Sequence[By], span: Span) -> None:
    """By a time, or by two things."""
    if not any(cell.mails for cell in found):
        say(_EMPTY)
    elif len(by) == 1:
        _print_times(found, by[0])
    elif by[1] in TIMES:
        _print_rows(found, by, labels_of(by[1], span))
    else:
        _print_square(found, by)


def _print_times(found: Sequence[Cell], by: By) -> None:
    most, total = max(cell.mails for cell in found), sum(cell.mails for cell in found)
    bars = ("",) if draws() else ()
    rows = [
        (cell.labels[0], _many(cell.mails), _share(cell.mails, total), *("█" * _bar(cell.mails, most) for _ in bars))
        for cell in found
    ]
    say_table((by.value, "mails", "share", *bars), rows, cut=(), right=("mails", "share"), empty=_EMPTY)


def _bar(number: int, most: int) -> int:
    return -(-number * _LONGEST_BAR // most)


def _print_rows(found: Sequence[Cell], by: Sequence[By], times: Sequence[str]) -> None:
    """A row of bars for each; without bars the numbers themselves, as many as fit."""
    rows: dict[str, Counter[str]] = {}
    for cell in found:
        rows.setdefault(cell.labels[0], Counter())[cell.labels[1]] += cell.mails
    spread = {label: [numbers[time] for time in times] for label, numbers in rows.items()}
    total = sum(cell.mails for cell in found)
    heading = f"by {by[1]}" if draws() else f"by {by[1]}, {times[0]} to {times[-1]}"
    say_table(
        (by[0].value, "mails", "share", heading),
        [
            (
                _named(label),
                _many(sum(numbers)),
                _share(sum(numbers), total),
                sparkline(numbers, _BARS) if draws() else " ".join(map(str, merge(numbers, 12))),
            )
            for label, numbers in spread.items()
        ],
        cut=(by[0].value,),
        right=("mails", "share"),
        empty=_EMPTY,
    )


def _print_square(found: Sequence[Cell], by: Sequence[By]) -> None:
    """Rows and columns; columns that do not fit are added up as "other"."""
    total = Counter[str]()
    rows: dict[str, Counter[str]] = {}
    for cell in found:
        total[cell.labels[1]] += cell.mails
        rows.setdefault(cell.labels[0], Counter())[cell.labels[1]] += cell.mails
    columns = list(_fitting([label for label, _ in total.most_common()], total, width() - _FIRST))
    has_others = len(columns) < len(total)
    say_table(
        (by[0].value, "mails", *map(_named, columns), *(["other"] if has_others else [])),
        [
            (
                _named(label),
                _many(numbers.total()),
                *(_many(numbers[column]) for column in columns),
                *([_many(numbers.total() - sum(numbers[column] for column in columns))] if has_others else []),
            )
            for label, numbers in rows.items()
        ],
        cut=(by[0].value,),
        right=("mails", *map(_named, columns), "other"),
        empty=_EMPTY,
    )


def _fitting(labels: Sequence[str], total: Counter[str], room: int) -> Iterator[str]:
    """The first columns, as many as there is room for, with one for all others."""
    room -= 2 * (_COLUMN + 2)
    for label in labels:
        room -= max(len(_named(label)), len(_many(total[label]))) + 2
        if room < 0 and label != labels[-1]:
            return
        yield label


def _print_overview(found: Overview) -> None:
    """The page."""
    zone = ZoneInfo(found.timezone)
    begin, end = found.since.astimezone(zone), found.until.astimezone(zone)
    say(f"{_many(found.mails)} mails from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, {found.timezone}")
    if not found.mails:
        return
    say()
    _print_groups(
        (*found.outcomes, Group(label=_ALL, mails=found.mails, days=found.days))
        if len(found.outcomes) > 1
        else found.outcomes,
        By.OUTCOME,
    )
    for line in (*_of_waits(found), *_of_refusals(found), *_of_choices(found.choices)):
        say(line)


def _of_waits(found: Overview) -> Iterator[str]:
    waits = found.waits
    yield ""
    if waits.median is None or waits.p90 is None or waits.p99 is None:
        yield "From receipt to letter: no letter has left."
        return
    yield f"From receipt to letter, {_many(waits.number)} mails:"
    yield f"  half within {in_words(waits.median)}, 90% within {in_words(waits.p90)}, 99% within {in_words(waits.p99)}"
    yield f"  {_share(waits.late, waits.number)} ({_many(waits.late)}) waited longer than {in_words(waits.limit)}"


def _of_refusals(found: Overview) -> Iterator[str]:
    refused, cured = (sum(getattr(each, name) for each in found.refusals) for name in ("refused", "cured"))
    if not refused:
        return
    yield ""
    yield f"Refused {_many(refused)}; {_share(cured, refused)} mended it themselves within {found.within_days} days:"
    for each in found.refusals[:_REASONS]:
        part = _share(each.cured, each.refused)
        yield f"  {each.reason:<24} {_many(each.cured):>8} of {_many(each.refused):>8}  {part:>5}"
    if len(found.refusals) > _REASONS:
        yield f"  and {len(found.refusals) - _REASONS} more reasons; see --json"


def _of_choices(found: Choices) -> Iterator[str]:
    if not found.asked:
        return
    yield ""
    yield f"Asked {_many(found.asked)} times which service is meant:"
    named = [(f"chose the {_RANKS[place]} offer", number) for place, number in enumerate(found.ranks)]
    rest = {
        "named another service": found.another,
        "answered, chose none": found.none,
        "never answered": found.unanswered,
        "have yet to answer": found.waiting,
        "settled otherwise": found.otherwise,
    }
    for what, number in (*named, *rest.items()):
        if number:
            yield f"  {what:<24} {_many(number):>8}  {_share(number, found.asked):>5}"


def _named(label: str) -> str:
    return label or "(none)"


def _many(number: int) -> str:
    return f"{number:,}"


def _share(part: int, whole: int) -> str:
    """Of a hundred; what is little is not nothing."""
    if not whole or not part:
        return "0%"
    share = 100 * part / whole
    return f"{share:.0f}%" if share >= 1 else "<1%"
