"""The search: each change is tried by deciding anew, and only those that lead elsewhere are kept."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from mailgate.core.decision import Decision, decide
from mailgate.core.facts import Facts
from mailgate.core.outcome import Outcome
from mailgate.core.rulebook import Rulebook
from mailgate.core.whatif.record import Change, Group, Part, Trial
from mailgate.core.whatif.trials import (
    Reword,
    authors,
    doubts,
    fewer_words,
    mended,
    names,
    orders,
    threads,
    unsaid,
)

# Trials for one mail at the most.
_MOST = 100
# Outcomes that have no route.
_NOWHERE = frozenset({Outcome.REJECT, Outcome.IGNORE})
_ORDER = tuple(Group)


def what_if(facts: Facts, decision: Decision, book: Rulebook, reword: Reword) -> tuple[Change, ...]:
    """The changes that would have led to another outcome or route, the smallest first.

    Each has been tried: the changed facts were decided by the (perhaps re-ordered) rules. At most a hundred are tried.

    Args:
        facts: of the mail as it is.
        decision: what became of it.
        book: the rules that decided.
        reword: understands the mail anew with another subject, another new text, or both.
    """
    found: list[Change] = []
    for trial in itertools.islice(_trials(facts, decision, book, reword), _MOST):
        if any(set(each.parts) <= set(trial.parts) for each in found):
            continue
        change = _tried(trial, decision)
        if change and not any(_is_same(change, each) for each in found):
            found.append(change)
    if not any(change.group in {Group.AUTHOR, Group.SUBJECT} for change in found):
        found.extend(_both(facts, decision, book, reword))
    return tuple(sorted(found, key=lambda change: (change.size, _ORDER.index(change.group))))


def _trials(facts: Facts, decision: Decision, book: Rulebook, reword: Reword) -> Iterator[Trial]:
    yield from authors(facts, book)
    yield from threads(facts, book)
    yield from orders(facts, decision, book)
    yield from unsaid(facts, book, reword)
    yield from names(facts, decision, book, reword)
    yield from fewer_words(facts, book, reword)
    yield from doubts(facts, book)


def _both(facts: Facts, decision: Decision, book: Rulebook, reword: Reword) -> Iterator[Change]:
    """The first name in the subject that helps an author about whom all is well."""
    parts, better = mended(facts)
    if not parts:
        return
    for trial in itertools.islice(names(facts, decision, book, reword), _MOST):
        together = replace(
            trial,
            parts=(*parts, *trial.parts),
            size=len(parts) + trial.size,
            facts=replace(trial.facts, identity=better.identity, known=better.known),
        )
        change = _tried(together, decision)
        if change:
            yield change
            return


def _tried(trial: Trial, decision: Decision) -> Change | None:
    """What comes of a trial; None when it is what came of the mail as it is."""
    other = decide(trial.facts, trial.book)
    if _route(other) == _route(decision):
        return None
    return Change(group=trial.group, parts=trial.parts, size=trial.size, decision=other)


def _route(decision: Decision) -> tuple[object, ...]:
    """Where a mail goes."""
    if decision.outcome in _NOWHERE:
        return (decision.outcome,)
    return (
        decision.outcome,
        decision.service,
        decision.system,
        decision.matter,
        decision.desk,
        decision.queue,
        decision.ticket,
    )


def _is_same(change: Change, other: Change) -> bool:
    """Whether two changes of one kind lead to the same; the first one, which is the smaller, is told."""
    kinds = tuple(part.key for part in change.parts) == tuple(part.key for part in other.parts)
    same_kind = kinds or {_base(change.parts), _base(other.parts)} == {"held", "only"}
    leads_alike = _route(change.decision) == _route(other.decision) or _base(change.parts) == "held_any"
    return change.group is other.group and same_kind and leads_alike


def _base(parts: tuple[Part, ...]) -> str:
    return parts[-1].key
