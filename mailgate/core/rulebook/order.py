"""Mistakes in the order of rules: those that can never settle or set anything, because an earlier one always does."""

from collections.abc import Iterable, Mapping

from mailgate.core.problem import Problem
from mailgate.core.rulebook.rule import Rule
from mailgate.core.tables import Table

# Rules that a mistake names.
_NAMED = 3


def check_order(rules: Iterable[Rule], tables: Mapping[str, Table]) -> list[Problem]:
    """Report each rule that comes too late.

    Only what is certain is reported: every condition of the earlier rule is implied by one of the later rule. Several
    earlier rules that leave nothing over together are not looked for.
    """
    problems: list[Problem] = []
    earlier: list[Rule] = []
    # The first rule that leaves nothing over; many of its own file behind it show that it was not meant to.
    last: Rule | None = None
    behind: list[Rule] = []
    for rule in rules:
        table = tables[rule.name]
        if rule.outcome and last and table.file == tables[last.name].file:
            behind.append(rule)
            continue
        taken = _settled_before(rule, earlier) if rule.outcome else _labelled_before(rule, earlier)
        if taken:
            problems.append(table.problem("", taken))
        last = last or (rule if rule.outcome and not rule.when else None)
        earlier.append(rule)
    if last and len(behind) >= _NAMED:
        return [*problems, tables[last.name].problem("when", _settles_all(last, behind))]
    return [*problems, *(tables[rule.name].problem("", _settled_before(rule, earlier)) for rule in behind)]


def _settles_all(rule: Rule, behind: list[Rule]) -> str:
    """For a rule that leaves nothing over, and yet is not the last one."""
    named = ", ".join(f'"{each.name}"' for each in behind[:_NAMED])
    more = f" and {len(behind) - _NAMED} more" if len(behind) > _NAMED else ""
    return (
        f'rule "{rule.name}" has nothing in its "when" and settles every message, so that {named}{more} behind it can'
        ' never match; give it a "when", or put it last'
    )


def _settled_before(rule: Rule, earlier: Iterable[Rule]) -> str:
    before = next((each for each in earlier if each.outcome and each.covers(rule)), None)
    if before is None:
        return ""
    return (
        f'rule "{rule.name}" can never match: "{before.name}" ({before.source}) settles every message that it could;'
        f' put it before "{before.name}" or take it out'
    )


def _labelled_before(rule: Rule, earlier: Iterable[Rule]) -> str:
    """For a rule that only labels: all it could set is always set already."""
    left = dict.fromkeys(rule.labels)
    last = None
    for each in earlier:
        if each.outcome is None and left.keys() & each.labels.keys() and each.covers(rule):
            left = {label: None for label in left if label not in each.labels}
            last = each
    if left or last is None:
        return ""
    return (
        f'rule "{rule.name}" can never set anything: "{last.name}" ({last.source}) always sets'
        f' {", ".join(rule.labels)} before it; put it before "{last.name}" or take it out'
    )
