"""The words operators may use in a rule; each answers *holds?* and *what I saw*.

To add one: write a function `(argument, facts) -> (holds, saw)` with a docstring into the file it fits, and a line
into the tuple at its end. The manual's table is generated from there.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mailgate.core.conditions.author import AUTHOR
from mailgate.core.conditions.condition import Condition, Mistake, Saw, Test
from mailgate.core.conditions.content import CONTENT
from mailgate.core.conditions.question import QUESTION
from mailgate.core.conditions.wish import WISH

__all__ = ["CONDITIONS", "Condition", "Mistake", "Saw", "Test", "manual"]

CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {each.name: each for each in (*AUTHOR, *QUESTION, *WISH, *CONTENT)}
)

_PREFACE = """\
# Conditions

<!-- Generated from the docstrings of mailgate/core/conditions. After a change there, write it anew:
     .venv/bin/python -c 'from mailgate.core.conditions import manual; print(manual(), end="")' > docs/conditions.md -->

The words that may stand in the `when` of a rule. Conditions of one rule are joined by *and*; *or* is a second rule.
A rule whose `when` is empty always holds. Where a list is allowed, one of it is enough. What takes true or false is
described for true; false asks for the opposite.
"""


def manual() -> str:
    """The page docs/conditions.md."""
    parts = (
        ("Who wrote it", AUTHOR),
        ("What it answers", QUESTION),
        ("What it is about", WISH),
        ("What stands in it", CONTENT),
    )
    return _PREFACE + "".join(_part(title, conditions) for title, conditions in parts)


def _part(title: str, conditions: tuple[Condition, ...]) -> str:
    rows = "".join(f"| `{each.name} = {each.example}` | {each.meaning} | {each.takes.words} |\n" for each in conditions)
    return f"\n## {title}\n\n| condition | holds when | takes |\n|---|---|---|\n{rows}"
