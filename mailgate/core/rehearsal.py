"""The rehearsal: every example of the rules is sent down the whole road before a rulebook goes live."""

from collections.abc import Callable, Iterable

from mailgate.core.decision import Decision
from mailgate.core.problem import Problem
from mailgate.core.rulebook import Example


def rehearse(examples: Iterable[Example], consider: Callable[[Example], Decision]) -> tuple[Problem, ...]:
    """Send each example down the road and report every one that ends elsewhere than its author meant."""
    problems: list[Problem] = []
    for example in examples:
        decision = consider(example)
        wrong = _differences(example, decision)
        if wrong:
            settled = next((f for f in decision.findings if f.hit and f.rule == decision.reason), None)
            because = f" ({settled.source}: {settled.saw})" if settled else ""
            message = f'this example of rule "{example.rule}" ends elsewhere: {"; ".join(wrong)}{because}'
            problems.append(Problem(file=example.file, line=example.line, message=message))
    return tuple(problems)


def _differences(example: Example, decision: Decision) -> list[str]:
    """What is other than expected: 'outcome is "reject", not "ticket"'."""
    outcome, _, reason = example.becomes.partition(":")
    wanted = {"outcome": outcome, **({"reason": reason} if reason else {}), **example.expected}
    wrong = [
        f'{field} is "{getattr(decision, field) or ""}", not "{value}"'
        for field, value in wanted.items()
        if (getattr(decision, field) or "") != value
    ]
    if example.offers and not set(example.offers) & set(decision.candidates):
        wrong.append(f"it offers {', '.join(decision.candidates) or 'nothing'}")
    return wrong
