"""One rule: when it holds, what then, and why."""

import itertools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mailgate.core.catalogue import Catalogue
from mailgate.core.choice import Chosen
from mailgate.core.conditions import CONDITIONS, Mistake, Test
from mailgate.core.facts import Facts
from mailgate.core.outcome import Outcome
from mailgate.core.problem import Problem
from mailgate.core.rulebook.example import Example, read_examples
from mailgate.core.tables import Reader, Table, did_you_mean

PRIORITIES = ("low", "normal", "high")
# What a rule can set beside the outcome. The first rule to set one of them keeps it.
LABELS = ("queue", "priority", "template", "desk", "related", "asks")

# Words that a reason has at least.
_SENTENCE = 3
# Characters of a condition that a finding repeats.
_LONGEST = 60

# Reasons stand in the log, the database and JSON, so they are plain: "no_login", "misdirected:etoll".
_NAME = re.compile(r"[a-z][a-z0-9_-]*(:[a-z0-9_-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the rulebook."""

    # Its name, and the reason of what it settles: "no_login".
    name: str
    # Why the rule exists, one sentence for people.
    why: str
    # The same in Polish, for operators who read Polish; "" when nobody has written it.
    why_pl: str = ""
    # All of these must hold.
    when: tuple[Test, ...]
    # What becomes of the message; None for a rule that only labels.
    outcome: Outcome | None
    # What else it sets, by label: {"queue": "akcyza"}.
    labels: Mapping[str, str]
    examples: tuple[Example, ...]
    # Where it stands: "policy.toml:12".
    source: str

    def look(self, facts: Facts) -> tuple[bool, str]:
        """Whether it holds, and what its conditions saw; at a miss, what the first one that failed saw."""
        seen = []
        for test in self.when:
            holds, saw = test.condition.look(test.argument, facts)
            if not holds:
                return False, f"{saw}; asked for {test.text}"
            seen.append(saw)
        return True, "; ".join(seen) or "it always holds"

    def goes_by(self, word: str) -> bool:
        """Whether one of its conditions is that word."""
        return any(test.condition.name == word for test in self.when)

    def covers(self, other: "Rule") -> bool:
        """Whether this one holds wherever the other does."""
        return all(any(theirs.implies(ours) for theirs in other.when) for ours in self.when)


def read_rule(
    table: Table, catalogue: Catalogue, templates: Collection[str] | None
) -> tuple[Rule, tuple[Problem, ...]]:
    """One `[[rule]]` with its mistakes; what is wrong is left out of the rule.

    Args:
        table: the rule as it stands in its file.
        catalogue: the services, systems, matters and desks that it may name.
        templates: the names of the letters there are; None when nobody knows them.
    """
    reader = Reader(table)
    name = reader.text("name")
    if name and not _NAME.fullmatch(name):
        reader.problem("name", f'"{name}" cannot be a rule\'s name; use small letters, digits, "_", "-" and one ":"')
    examples, mistakes = read_examples(name, table)
    reader.any("examples")
    when = _read_when(reader, catalogue)
    outcome, labels = _read_then(reader, catalogue, templates)
    rule = Rule(
        name=name,
        why=_read_why(reader),
        why_pl=_read_why_pl(reader),
        when=when,
        outcome=outcome,
        labels=labels,
        examples=examples,
        source=table.source,
    )
    _check_sense(reader, rule)
    return rule, (*reader.problems(), *mistakes)


def _read_why(reader: Reader) -> str:
    if "why" in reader.table.values:
        return reader.text("why")
    reader.any("why")
    reader.problem("", 'the rule has no "why"; say in one sentence why it exists, for whoever comes after you')
    return ""


def _read_why_pl(reader: Reader) -> str:
    if "why_pl" not in reader.table.values:
        return ""
    said = reader.text("why_pl")
    if said and len(said.split()) < _SENTENCE:
        reader.problem("why_pl", f'"{said}" is no sentence; say in Polish why the rule exists, or leave "why_pl" out')
    return said


def _read_when(reader: Reader, catalogue: Catalogue) -> tuple[Test, ...]:
    when = reader.any("when")
    if when is None:
        return ()
    if not isinstance(when, dict):
        reader.problem("when", '"when" must be a table of conditions: { trust_below = "proven" }')
        return ()
    tests: list[Test] = []
    for word, value in when.items():
        path = f"when.{word}"
        condition = CONDITIONS.get(word)
        if condition is None:
            cure = did_you_mean(word, CONDITIONS) or "; see docs/conditions.md"
            reader.problem(path, f'there is no condition "{word}"{cure}')
            continue
        argument = condition.takes.read(value, catalogue)
        if isinstance(argument, Mistake):
            reader.problem(path, f"{word} {argument.message}")
            continue
        tests.append(Test(condition=condition, argument=argument, text=_short(f"{word} = {_as_toml(value)}")))
    return tuple(tests)


def _read_then(
    reader: Reader, catalogue: Catalogue, templates: Collection[str] | None
) -> tuple[Outcome | None, Mapping[str, str]]:
    then = reader.any("then")
    if not isinstance(then, dict) or not then:
        reader.problem("then", 'the rule does nothing; give it a "then": { outcome = "hold" } or { queue = "clo" }')
        return None, {}
    known: Mapping[str, Collection[str] | None] = {
        "outcome": tuple(Outcome),
        "queue": None,
        "priority": PRIORITIES,
        "template": templates,
        "desk": catalogue.desks,
        "related": ("ticket",),
        "asks": ("service",),
    }
    labels: dict[str, str] = {}
    for key, value in then.items():
        allowed = known.get(key)
        if key not in known:
            reader.problem(f"then.{key}", f'"then" has no key "{key}"{did_you_mean(key, known)}')
        elif not isinstance(value, str) or not value.strip():
            reader.problem(f"then.{key}", f'"{key}" must be a text in quotes')
        elif allowed is not None and value not in allowed:
            reader.problem(f"then.{key}", f'there is no {key} "{value}"{did_you_mean(value, allowed)}')
        else:
            labels[key] = value
    outcome = labels.pop("outcome", None)
    return Outcome(outcome) if outcome else None, labels


def _check_sense(reader: Reader, rule: Rule) -> None:
    """Mistakes between the parts of one rule."""
    for one, other in itertools.combinations(rule.when, 2):
        if one.excludes(other):
            reader.problem(
                f"when.{other.condition.name}",
                f"the rule contradicts itself: {one.text} and {other.text} never hold together; take one of them out",
            )
    if "related" in rule.labels and not any(_needs_ticket(test) for test in rule.when):
        reader.problem(
            "then.related", '"related" needs a ticket to point to; add ticket_status = "closed" to its "when"'
        )
    if rule.outcome is Outcome.APPEND and not any(_needs_ticket(test) for test in rule.when):
        reader.problem(
            "then.outcome",
            'outcome "append" needs a ticket to add to; add ticket_status = "open" or choice = "service" to its "when"',
        )


def _needs_ticket(test: Test) -> bool:
    """Whether there is a ticket wherever the condition holds: it is answered, or a choice opens it."""
    if test.condition.about == "choice":
        return bool(test.argument == {Chosen.SERVICE})
    return test.condition.about == "ticket" and "none" not in test.argument


def _short(text: str) -> str:
    """A condition fit for a finding, which is kept with each decision: long lists are cut."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _as_toml(value: Any) -> str:  # noqa: ANN401 - whatever stands in a rule
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_as_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
