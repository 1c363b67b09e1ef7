"""What is left of rules with mistakes when the mistakes are taken out: enough to run the examples all the same."""

import re
from collections.abc import Collection, Iterable, Mapping

from mailgate.core.problem import Problem
from mailgate.core.rulebook.book import POLICY, Rulebook, read_rulebook

_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*[\w\"'][\w.\"' -]*\]{1,2}[ \t]*(?:#.*)?$")
# An example on a line of its own.
_EXAMPLE = re.compile(r"^[ \t]*\{.*\},?[ \t]*$")
# A mistake that is taken out may show another one.
_ROUNDS = 4


def remaining_texts(texts: Mapping[str, str], templates: Collection[str] | None) -> Mapping[str, str] | None:
    """The texts without the tables that have mistakes, each line where it was.

    Args:
        texts: by file name, with mistakes.
        templates: the names of the letters there are.

    Returns:
        Texts without a mistake; None when what is left makes no rulebook.
    """
    left = dict(texts)
    for _ in range(_ROUNDS):
        book = read_rulebook(left, templates=templates)
        if isinstance(book, Rulebook):
            return left
        if any(problem.file == POLICY and problem.line == 0 for problem in book):
            return None
        shorter = _without(left, book)
        if shorter == left:
            return None
        left = shorter
    return None


def _without(texts: Mapping[str, str], problems: Iterable[Problem]) -> dict[str, str]:
    """The texts with every table that a problem is about blanked out; of an example only its line."""
    left = {name: text.replace("\r\n", "\n").split("\n") for name, text in texts.items()}
    for problem in problems:
        lines = left.get(problem.file, [])
        if 0 < problem.line <= len(lines):
            start, end = _table(lines, problem.line - 1)
            lines[start:end] = [""] * (end - start)
    return {name: "\n".join(lines) for name, lines in left.items()}


def _table(lines: list[str], at: int) -> tuple[int, int]:
    """The lines of the table around a line; of a line with an example that line alone."""
    if _EXAMPLE.match(lines[at]):
        return at, at + 1
    start = next((place for place in range(at, -1, -1) if _HEADER.match(lines[place])), 0)
    end = next((place for place in range(at + 1, len(lines)) if _HEADER.match(lines[place])), len(lines))
    return start, end
