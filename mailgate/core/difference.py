"""What differs between two decisions about one message, in words that can be counted."""

from collections.abc import Iterator

from mailgate.core.decision import Decision
from mailgate.core.outcome import Outcome

# Outcomes that have a list of services to choose from.
_OFFERING = frozenset({Outcome.CLARIFY})


def differences(before: Decision, after: Decision) -> tuple[str, ...]:
    """What changes, one phrase for each: "ticket -> reject", "queue akcyza -> akc-pa". Empty: nothing does.

    Where the outcome changes, everything else follows from that, and nothing else is named.
    """
    if before.outcome is not after.outcome:
        return (f"{before.outcome} -> {after.outcome}",)
    return tuple(_aspects(before, after))


def told(decision: Decision) -> str:
    """A decision on one line: "ticket (service_named): akc-pa, incident, queue akcyza, letter ticket"."""
    route = decision.matter or decision.service or decision.system
    parts = [route or "", decision.kind or "", f"desk {decision.desk}" if decision.desk else ""]
    if decision.outcome in _OFFERING:
        parts.append(f"offers {', '.join(decision.candidates) or 'nothing'}")
    if decision.environment != "production":
        parts.append(decision.environment)
    if decision.queue and decision.outcome in {Outcome.TICKET, Outcome.HOLD, Outcome.CLARIFY}:
        parts.append(f"queue {decision.queue}")
    if decision.priority != "normal":
        parts.append(f"priority {decision.priority}")
    parts.append(f"letter {decision.template}" if decision.template else "no letter")
    return f"{decision.outcome} ({decision.reason}): {', '.join(filter(None, parts))}"


def _aspects(before: Decision, after: Decision) -> Iterator[str]:
    for name, one, other in (
        ("reason", before.reason, after.reason),
        ("service", before.service, after.service),
        ("system", before.system, after.system),
        ("kind", before.kind, after.kind),
        ("matter", before.matter, after.matter),
        ("environment", before.environment, after.environment),
        ("desk", before.desk, after.desk),
        ("queue", before.queue, after.queue),
        ("priority", before.priority, after.priority),
        ("letter", before.template, after.template),
    ):
        if (one or None) != (other or None):
            yield f"{name} {one or 'none'} -> {other or 'none'}"
    if before.outcome in _OFFERING and before.candidates != after.candidates:
        yield "other services are offered"
    if before.ticket != after.ticket or before.related != after.related:
        yield "another ticket"
    if before.missing != after.missing:
        yield "the letter asks for other details"
