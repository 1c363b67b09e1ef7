"""One condition: a word that operators may use in a rule, and what may stand behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mailgate.core.catalogue import Catalogue
from mailgate.core.facts import Facts

# Whether the condition holds, and what it saw, as a phrase: "trust is claimed".
Saw = tuple[bool, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Why an argument cannot be used."""

    # One sentence that ends in the cure, without the name of the condition: 'must be true or false'.
    message: str


def as_narrow(one: Any, other: Any) -> bool:  # noqa: ANN401 - two arguments of one condition, whatever they are
    """Whether the first argument admits nothing that the second does not: a subset, or the same."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one <= other
    return bool(one == other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What may stand behind a condition."""

    # In words, for the manual: "true or false".
    words: str
    # Turns what the operator wrote into what the condition wants: names looked up, words folded, patterns compiled.
    read: Callable[[object, Catalogue], Any | Mistake]
    # Whether the first argument admits nothing that the second does not.
    narrower: Callable[[Any, Any], bool] = as_narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A word of the rules. Its name is the name of its function, its entry in the manual the docstring."""

    # (argument, facts) -> holds? and what it saw.
    look: Callable[[Any, Facts], Saw]
    takes: Argument
    # What it looks at, when that has exactly one value and the argument is the set of those admitted. Conditions on
    # the same thing can be compared: an empty intersection means that a rule contradicts itself.
    about: str = ""
    # An argument that shows its use, as it stands in a rule: '"proven"'.
    example: str

    @property
    def name(self) -> str:
        """The word in a rule."""
        return self.look.__name__

    @property
    def meaning(self) -> str:
        """When it holds: the docstring, on one line."""
        return " ".join((self.look.__doc__ or "").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One condition with its argument, as it stands in a rule."""

    # Keeps pytest from taking it for a test case.
    __test__ = False

    condition: Condition
    # What `Argument.read` made of the operator's words.
    argument: Any
    # As the operator wrote it: 'trust_below = "proven"'.
    text: str

    def implies(self, other: "Test") -> bool:
        """Whether the other one holds wherever this one does. False when that cannot be told."""
        if self.condition.name == other.condition.name:
            return self.condition.takes.narrower(self.argument, other.argument)
        return self._comparable(other) and bool(self.argument <= other.argument)

    def excludes(self, other: "Test") -> bool:
        """Whether the two can never hold together. False when that cannot be told."""
        return self._comparable(other) and not self.argument & other.argument

    def _comparable(self, other: "Test") -> bool:
        return bool(self.condition.about) and self.condition.about == other.condition.about
