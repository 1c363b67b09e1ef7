"""What is usual for one thing at this time of day, learnt from the days before."""

from collections.abc import Sequence
from dataclasses import dataclass

_SATURDAY = 5
# The same weekday says more of today than another one.
_SAME_WEEKDAY = 2.0
# The part of the days that are so busy that something was wrong: each counts as the busiest of the others.
_ODD = 0.05
# The spread that is taken for granted as long as nothing is known, and the least that is believed: some weeks in which
# people wrote more evenly than dice fall were luck.
_ORDINARY_SPREAD, _LEAST_SPREAD = 1.5, 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """One day before today, at the same time of day and for as long as the window."""

    # 0 is Monday.
    weekday: int
    # How many different authors wrote.
    authors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How many write as a rule."""

    # Above 0.
    mean: float
    # Variance divided by mean, more than 1.
    spread: float
    # Days that it was learnt from.
    days: int


def learn(past: Sequence[PastDay], *, weekday: int, assumed: float, worth: float) -> Usual:
    """What is usual on this weekday.

    Workdays are compared with workdays, and the two days of the weekend with each other; the same weekday counts twice.
    The busiest twentieth of days counts as the busiest of the others, so that an outage of last week does not hide the
    one of today. What is assumed weighs as much as some days: with few days seen it holds, with many it fades, and a
    service that nobody ever wrote about has a floor.

    Args:
        past: the days before today, at this time of day. None of them may lie before the desk began.
        weekday: of today; 0 is Monday.
        assumed: authors that are expected in the window as long as nothing is known; above 0.
        worth: so many days this assumption weighs; above 0.
    """
    alike = [day for day in past if (day.weekday >= _SATURDAY) == (weekday >= _SATURDAY)]
    counts = _without_odd_ones([day.authors for day in alike])
    weights = [_SAME_WEEKDAY if day.weekday == weekday else 1.0 for day in alike]
    weight = sum(weights)
    mean = (_dot(weights, counts) + worth * assumed) / (weight + worth)
    seen = _dot(weights, [(count - mean) ** 2 for count in counts]) / mean
    spread = (seen + worth * _ORDINARY_SPREAD) / (weight + worth)
    return Usual(mean=mean, spread=max(_LEAST_SPREAD, spread), days=len(alike))


def _without_odd_ones(counts: Sequence[int]) -> list[float]:
    if not counts:
        return []
    cap = sorted(counts)[len(counts) - 1 - int(len(counts) * _ODD)]
    return [float(min(count, cap)) for count in counts]


def _dot(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
