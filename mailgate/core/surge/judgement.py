"""Is it a surge, and when is it over?

It begins when all of this holds in one of the windows, and ends when none of it has held for a while:

- enough independent people write (`least`), so that nobody alone can make one;
- several times as many as is usual at this time (`times`), so that growth is none;
- so many that an ordinary day would show it once in a very long time (`once_in`).

Between beginning and end there is room: what is half of a surge neither begins one nor keeps one from going on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailgate.core.surge.record import Report, Subject, parties
from mailgate.core.surge.tail import chance
from mailgate.core.surge.usual import Usual

# Of the independent people who write about a system, so many about one service of it: it is that service's surge.
_MAINLY = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertness:
    """When to speak of a surge."""

    # Looked at side by side, the shortest first: a short one notices soon, a long one what creeps.
    windows: tuple[timedelta, ...] = (timedelta(minutes=15), timedelta(minutes=60))
    # Independent people who must write in one window.
    least: int = 5
    # So many times what is usual.
    times: float = 3.0
    # An ordinary window may look so once in so many.
    once_in: float = 1_000_000.0
    # People in an hour that are expected of anything about which nothing is known, and the days that this weighs.
    assumed_per_hour: float = 4.0
    assumed_days: float = 3.0
    # Domains of public mail services, at which everybody is their own.
    shared: frozenset[str] = frozenset()

    @property
    def longest(self) -> timedelta:
        """The longest window."""
        return max(self.windows)

    def assumed(self, window: timedelta) -> float:
        """People that are expected in a window as long as nothing is known."""
        return self.assumed_per_hour * window / timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A surge that was noticed."""

    subject: Subject
    # When the first report of the window came.
    began_at: datetime
    # The window in which it showed, the independent people in it, and what is usual.
    window: timedelta
    authors: int
    usual: float


def is_surge(authors: int, usual: Usual, window: timedelta, alertness: Alertness) -> bool:
    """Whether so many independent people in one window are a surge. More never are less of one.

    Without a single day to compare with only the shortest window counts: nobody could tell what creeps from a busy day.
    """
    return (
        (usual.days > 0 or window == min(alertness.windows))
        and authors >= alertness.least
        and authors >= alertness.times * usual.mean
        and chance(authors, usual.mean, usual.spread) * alertness.once_in <= 1.0
    )


def is_calm(authors: int, usual: Usual, alertness: Alertness) -> bool:
    """Whether a surge is over, by the longest window. More reports never end one."""
    return authors <= max(alertness.least / 2, usual.mean * (1.0 + alertness.times) / 2)


def within(reports: Iterable[Report], subject: Subject, since: datetime) -> list[Report]:
    """The reports about it after a time."""
    return [each for each in reports if each.at > since and subject.covers(each)]


def suspects(reports: Collection[Report], alertness: Alertness, now: datetime) -> dict[tuple[Subject, timedelta], int]:
    """What enough independent people write about to ask what is usual: how many, by subject and window."""
    services = {Subject(service=each.service) for each in reports if each.service}
    systems = {Subject(system=each.system) for each in reports if each.system}
    counts = {
        (subject, window): parties(within(reports, subject, now - window), alertness.shared)
        for subject in sorted(services | systems)
        for window in alertness.windows
    }
    return {which: count for which, count in counts.items() if count >= alertness.least}


def notice(
    reports: Collection[Report],
    counts: Mapping[tuple[Subject, timedelta], int],
    usual: Mapping[tuple[Subject, timedelta], Usual],
    alertness: Alertness,
    now: datetime,
) -> tuple[Surge, ...]:
    """The surges that show now.

    A system and one service of it mostly surge together. Then it is the service's when three of four write about that
    one, and the system's otherwise; never both.

    Args:
        reports: of the longest window, without those that an incident has already.
        counts: what `suspects` found in them.
        usual: what is usual for each of those.
        alertness: when to speak of a surge.
        now: the time.
    """
    found: dict[Subject, Surge] = {}
    for (subject, window), count in sorted(counts.items()):
        if subject not in found and is_surge(count, usual[subject, window], window, alertness):
            first = min(each.at for each in within(reports, subject, now - window))
            found[subject] = Surge(
                subject=subject, began_at=first, window=window, authors=count, usual=usual[subject, window].mean
            )
    for system in [subject for subject in found if subject.system]:
        about = within(reports, system, now - alertness.longest)
        inner = _services(about, found)
        if any(_speaks_for(service, about, alertness) for service in inner):
            del found[system]
        else:
            for service in inner:
                found.pop(service, None)
    return tuple(found[subject] for subject in sorted(found))


def _services(reports: Sequence[Report], found: Collection[Subject]) -> list[Subject]:
    """The services that surge among those of a system."""
    return [each for each in sorted({Subject(service=r.service) for r in reports if r.service}) if each in found]


def _speaks_for(service: Subject, reports: Sequence[Report], alertness: Alertness) -> bool:
    own = [each for each in reports if service.covers(each)]
    return parties(own, alertness.shared) >= _MAINLY * parties(reports, alertness.shared)
