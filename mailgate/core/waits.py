"""How long people waited: a pile of durations, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

# Tenths of a second in a second.
_TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Durations, summed up. All of them are in seconds; None where nobody waited."""

    # How many.
    number: int
    # Half of all waited no longer.
    median: float | None
    # 90 and 99 of 100 waited no longer.
    p90: float | None
    p99: float | None
    # Those who waited longer than the limit.
    late: int
    # The limit.
    limit: float


def sum_up(pile: Mapping[int, int], limit: float) -> Waits:
    """Sum up durations.

    Args:
        pile: tenths of a second, and how many waited so long.
        limit: in seconds; who waited longer is late.
    """
    number = sum(pile.values())
    return Waits(
        number=number,
        median=_quantile(pile, number, 50),
        p90=_quantile(pile, number, 90),
        p99=_quantile(pile, number, 99),
        late=sum(count for tenths, count in pile.items() if tenths > limit * _TENTHS),
        limit=limit,
    )


def _quantile(pile: Mapping[int, int], number: int, percent: int) -> float | None:
    """The smallest duration than which `percent` of 100 waited no longer (nearest rank)."""
    rank, seen = -(-number * percent // 100), 0
    for tenths in sorted(pile):
        seen += pile[tenths]
        if seen >= rank:
            return tenths / _TENTHS
    return None


def in_words(seconds: float) -> str:
    """A duration as people say it: "0.4 s", "41 s", "3 min", "5 h", "2 days"."""
    for limit, size, unit in ((10, 1, "s"), (90, 1, "s"), (5400, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.1f} {unit}" if limit == 10 else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"
