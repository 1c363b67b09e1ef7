"""Which lines of a text are new, and which were written before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from mailgate.core.thread.introduction import (
    Introduction,
    introduction,
    is_bare_label,
    label_of,
    next_written,
    with_rule_above,
)
from mailgate.core.thread.wrote import Proof

# Lines with this much in them are broken by mail programs; what is left over stands unmarked below.
_BROKEN_AT = 60
_LONGEST_REST = 60
_WIDTH = 66
# A link in brackets that goes on in the next line.
_OPEN_LINK = re.compile(r"[(<]https?:[^\s)>]*$")
# What follows in a longer text is taken for new, or for quoted below an introduction.
_MOST_LOOKED_AT = 3_000
_FIRST = frozenset(">-_=*~#—–")
_LAST = frozenset(":：-")


class Part(IntEnum):
    """What a line belongs to."""

    NEW = 0
    QUOTED = 1
    SIGNATURE = 2


@dataclass(slots=True)
class Reading:
    """The lines of a text and what each belongs to."""

    lines: list[str]
    # One Part for each line.
    parts: bytearray
    # The first line below the first introduction; len(lines) when nothing is quoted.
    body: int
    # Whether that introduction says that the mail was passed on.
    forwarded: bool = False
    # Whether the quotation is marked with ">" and not simply all that follows.
    marked: bool = False


def read_quotation(lines: list[str], *, answer: bool) -> Reading:
    """Tell new lines from quoted ones.

    Below an introduction all is quoted to the end, unless the quotation is marked with ">": then unmarked lines between
    and below are new, because their author answers there.

    Args:
        lines: of the text.
        answer: whether headers or subject say that the mail is an answer; then ">" needs no introduction.
    """
    reading = Reading(lines=lines, parts=bytearray(len(lines)), body=len(lines))
    introduced, marked = answer, []
    for at, line in _clues(lines):
        if is_marked(line) and not (line[-1] == ">" and line.startswith(">>> ") and line.endswith(" >>>")):
            marked.append(at)
        elif (found := _believed(lines, at, line, answer=answer)) is not None:
            introduced = True
            start = with_rule_above(lines, found.start)
            _note(reading, found)
            if not _is_marked_below(lines, found.end):
                reading.parts[start:] = bytes([Part.QUOTED]) * (len(lines) - start)
                break
            reading.parts[start : found.end] = bytes([Part.QUOTED]) * (found.end - start)
    if introduced or _is_set_apart(lines, marked):
        _mark(reading, marked)
    return reading


def _clues(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines, blanks around them gone, that are worth a look; nearly all are not."""
    for at, line in enumerate(map(str.strip, lines[:_MOST_LOOKED_AT])):
        if not line:
            continue
        if line[0] in _FIRST or line[-1] in _LAST:
            yield at, line
            continue
        head = line[:26]
        if (
            ((":" in head or "：" in head) and label_of(line) is not None)
            or (len(head) < 9 and is_bare_label(line))
            or (">" in head and is_marked(line))
            or (line[-1] == ">" and line[0].isdigit())
        ):
            yield at, line


def is_marked(line: str) -> bool:
    """Whether a line (no blanks around it) carries a quotation mark: "> text", ">text", "JK> text"."""
    if line[0] == ">":
        return True
    place = line.find(">", 1, 6)
    return place > 0 and line[:place].isalpha() and line[:place].isupper()


def _believed(lines: list[str], at: int, line: str, *, answer: bool) -> Introduction | None:
    """The introduction at a line, when there is the proof that it needs."""
    found = introduction(lines, at, line)
    if found is None or found.needs is Proof.NOTHING or (answer and found.needs is Proof.ANSWER):
        return found
    if found.needs is Proof.BOTH and not answer:
        return None
    return found if _is_marked_below(lines, found.end) else None


def _is_set_apart(lines: list[str], marked: list[int]) -> bool:
    """Whether marked lines that nothing introduces are a quotation and not pasted: a log, what was typed in a shell.

    Who pastes says so directly above: "Log z aplikacji:".
    """
    if len(marked) < 2:
        return False
    first = marked[0]
    above = lines[first - 1].strip() if first else ""
    if not above and first > 1:
        return lines[first - 2].strip()[-1:] != ":"
    return not above


def _is_marked_below(lines: list[str], at: int) -> bool:
    below = next_written(lines, at)
    return below < len(lines) and is_marked(lines[below].strip())


def _note(reading: Reading, found: Introduction) -> None:
    """Remember the first introduction."""
    if reading.body == len(reading.lines):
        reading.body = found.end
        reading.forwarded = found.forwarded


def _mark(reading: Reading, marked: list[int]) -> None:
    """Count marked lines, and what mail programs broke off from them, as quoted."""
    for at in marked:
        if not reading.parts[at]:
            reading.parts[at] = Part.QUOTED
            reading.marked = True
    if marked:
        reading.body = min(reading.body, marked[0])
    for at, below in pairwise(marked):
        if below == at + 2 and _is_broken_off(reading.lines[at].rstrip(), reading.lines[at + 1].strip()):
            reading.parts[at + 1] = Part.QUOTED


def _is_broken_off(line: str, rest: str) -> bool:
    """Whether `rest`, an unmarked line between two marked ones, is the end of the marked line above it."""
    if not rest:
        return False
    if _OPEN_LINK.search(line[-1000:]) or (rest[0] in "(<" and rest[-1] == ">"):
        return True
    if len(line) < _BROKEN_AT or len(rest) > _LONGEST_REST or line[-1] in ".?!:;":
        return False
    if len(line) + 1 + len(rest.split(None, 1)[0]) < _WIDTH:
        return False  # its first word would have had room above
    return not rest[0].isupper()
