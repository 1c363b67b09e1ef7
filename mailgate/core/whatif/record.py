"""A change that would have led to something else."""

from dataclasses import dataclass
from enum import StrEnum

from mailgate.core.decision import Decision
from mailgate.core.facts import Facts
from mailgate.core.rulebook import Rulebook


class Group(StrEnum):
    """What a change is about, in the order in which equal ones are told. The values stand in JSON."""

    # What the author, or whoever looks after the directory, can put right.
    AUTHOR = "author"
    # Words that the subject lacks.
    SUBJECT = "subject"
    # Words that it has.
    LESS = "less"
    # What the text says.
    TEXT = "text"
    # What it answers, and what came with it.
    THREAD = "thread"
    # The order of the rules.
    RULES = "rules"
    # An author of whom we would know less.
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is other: the key of a sentence, and what stands in it."""

    # "proven", "login", "history", "held", "not_held", "before" ...: see `core/explain/sentences.py`.
    key: str
    # What the sentence names: a word of the subject, two rules.
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Facts and rules that differ a little from those that were."""

    group: Group
    # What is other, all of it together.
    parts: tuple[Part, ...]
    # How much that is: words, or properties of the author.
    size: int
    facts: Facts
    book: Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that leads to something else; it was tried, and this is what came of it."""

    group: Group
    parts: tuple[Part, ...]
    size: int
    decision: Decision
