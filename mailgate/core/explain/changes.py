"""The smallest changes that would have led to something else, in words."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mailgate.core.decision import Decision
from mailgate.core.explain.language import Language
from mailgate.core.whatif import Change, Group, Part

_ORDER = tuple(Group)
# What is told of them unless everything is asked for.
_TOLD = 3
# The sentence of each part: "had ...".
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "proven": "the sender been proven",
        "login": "the sender a PUESC login",
        "unblocked": "the sender's account not been blocked",
        "history": "the sender a CSD history",
        "claimed": "the sender been claimed only",
        "newcomer": "the sender no CSD history",
        "stranger": "the sender no PUESC login",
        "held": "the subject held `{0}`",
        "held_any": "the subject named a service or system, for example `{0}`",
        "only": "the subject named only `{0}`",
        "not_held": "the subject not held `{0}`",
        "not_said": "it not said `{0}`",
        "person": "a person written it",
        "clean": "the scanner found nothing",
        "ticket_open": "{0} been open",
        "ticket_closed": "{0} been closed",
        "no_ticket": "it not answered {0}",
        "no_question": "it not answered our question about message {0}",
        "before": "rule {0} ({1}) stood before {2} ({3})",
    }
)


def change_lines(changes: Sequence[Change], language: Language, *, everything: bool) -> Iterator[str]:
    """A line for each, the smallest first; the smallest of each group unless everything is asked for."""
    told = list(changes) if everything else _foremost(changes)
    for change in told:
        became = _became(change.decision, language)
        yield language.say("{became}, had {parts}", parts=_parts(change.parts, language), became=became)
    if len(told) < len(changes):
        yield language.say("{count} more with --all", count=len(changes) - len(told))
    if not changes:
        yield language.say("no small change would have led elsewhere")


def change_documents(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "group": change.group.value,
            "size": change.size,
            "had": _parts(change.parts, Language.ENGLISH),
            "parts": [{"key": part.key, "values": list(part.values)} for part in change.parts],
            "outcome": change.decision.outcome.value,
            "reason": change.decision.reason,
            "service": change.decision.service,
            "system": change.decision.system,
            "matter": change.decision.matter,
            "queue": change.decision.queue,
        }
        for change in changes
    ]


def _foremost(changes: Sequence[Change]) -> list[Change]:
    """The first of each group, doubts only when there is nothing else."""
    first: dict[Group, Change] = {}
    for change in changes:
        first.setdefault(change.group, change)
    told = sorted(first.values(), key=lambda change: _ORDER.index(change.group))
    hopeful = [change for change in told if change.group is not Group.DOUBT]
    return (hopeful or told)[:_TOLD]


def _parts(parts: Sequence[Part], language: Language) -> str:
    return f" {language.say('and')} ".join(language.say(_SENTENCES[part.key], *part.values) for part in parts)


def _became(decision: Decision, language: Language) -> str:
    outcome = language.word(decision.outcome)
    where = decision.service or decision.system or decision.matter
    if where is None:
        return language.say("{outcome} ({reason})", outcome=outcome, reason=decision.reason)
    return language.say("{outcome} ({reason}), {where}", outcome=outcome, reason=decision.reason, where=where)
