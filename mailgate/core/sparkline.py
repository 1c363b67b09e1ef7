"""A row of numbers as a row of bars: the shape of a month in as many characters."""

from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"
# Where there was nothing at all, so that it is told apart from little.
_NOTHING = "·"


def sparkline(numbers: Sequence[int], width: int) -> str:
    """Bars of the numbers, none of which is negative; the highest is a full block, and 0 is a dot.

    Args:
        numbers: the oldest first.
        width: the longest that the line may be; neighbours are added up until it is short enough.
    """
    merged = merge(numbers, width)
    highest = max(merged, default=0)
    return "".join(_BARS[-(-number * len(_BARS) // highest) - 1] if number else _NOTHING for number in merged)


def merge(numbers: Sequence[int], width: int) -> list[int]:
    """The numbers in at most `width` groups of equally many neighbours, added up; the oldest group may have fewer."""
    size = max(-(-len(numbers) // max(width, 1)), 1)
    first = len(numbers) % size
    groups = [numbers[:first]] if first else []
    groups += [numbers[place : place + size] for place in range(first, len(numbers), size)]
    return [sum(group) for group in groups]
