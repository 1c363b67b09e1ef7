"""What a candidate's new conditions ask for and the past did not record."""

from collections.abc import Callable, Iterator, Mapping

from mailgate.core.decision import Decision
from mailgate.core.facts import Facts
from mailgate.core.rulebook import Rule, Rulebook
from mailgate.store.past import Record

_QUESTION = "whether it answers a question of ours"

# For each condition whose answer may be missing: what is missing, and whether it is.
_ASKED: Mapping[str, tuple[str, Callable[[Facts, Record | None], bool]]] = {
    "attachment_infected": ("a virus scan", lambda facts, _: facts.scan is None),
    "relay_silent": ("whether our relay spoke", lambda facts, _: facts.identity.relay is None),
    **{
        word: (_QUESTION, lambda _, record: record is not None and not record.has_question)
        for word in ("answers_question", "own_question", "choice", "bare_choice", "asked_below")
    },
}


class Gaps:
    """Finds them, mail by mail."""

    def __init__(self, today: Rulebook, candidate: Rulebook) -> None:
        old = {_asks(rule) for rule in today.rules}
        self._new = {
            rule.name: rule
            for rule in candidate.rules
            if _asks(rule) not in old and any(test.condition.name in _ASKED for test in rule.when)
        }

    def of(self, facts: Facts, decision: Decision, record: Record | None) -> tuple[str, ...]:
        """What the past does not say of a mail, and a new rule that was asked about it depends on."""
        asked = (self._new[finding.rule] for finding in decision.findings if finding.rule in self._new)
        return tuple(dict.fromkeys(gap for rule in asked for gap in _gaps_of(rule, facts, record)))


def _gaps_of(rule: Rule, facts: Facts, record: Record | None) -> Iterator[str]:
    """What is missing for a rule, unless it does not hold anyway."""
    missing = [
        test for test in rule.when if test.condition.name in _ASKED and _ASKED[test.condition.name][1](facts, record)
    ]
    if missing and all(test.condition.look(test.argument, facts)[0] for test in rule.when if test not in missing):
        yield from (_ASKED[test.condition.name][0] for test in missing)


def _asks(rule: Rule) -> tuple[str, ...]:
    return tuple(test.text for test in rule.when)
