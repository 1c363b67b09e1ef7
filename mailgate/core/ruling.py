"""What an operator decides about one mail, as a rule that stands before all others.

So everything else is as the rules say: queue and priority, what the acknowledgement asks for, which closed ticket it
goes on from. Only what becomes of the mail is the operator's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailgate.core.choice import Choice, Chosen
from mailgate.core.decision import Decision, decide
from mailgate.core.facts import Facts
from mailgate.core.identity import Trust
from mailgate.core.outcome import REVIEWED, Outcome
from mailgate.core.request import Kind
from mailgate.core.rulebook import Rule, Rulebook

# Where a finding "stands" that is an operator's.
OPERATOR = "operator"
# The letter of a ticket.
_TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an operator says a mail is about; all of it None: what the rules make of it."""

    service: str | None = None
    # Id of the system; None: the leading one of the service.
    system: str | None = None
    # Id of the service-request matter.
    matter: str | None = None
    # None: as the mail sounds.
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """An operator's decision about one mail."""

    outcome: Outcome
    # "reviewed"; for a refusal the name of the rule that refuses so.
    reason: str = REVIEWED
    # What else the decision sets: {"queue": "akcyza"}.
    labels: Mapping[str, str] = field(default_factory=dict)
    # Who has decided what, one phrase, for the record.
    saw: str


def open_ticket(saw: str, labels: Mapping[str, str]) -> Ruling:
    """The mail becomes a ticket.

    Args:
        saw: who has decided what.
        labels: queue and priority, where they are not to be what the rules say.
    """
    return Ruling(outcome=Outcome.TICKET, labels={"template": _TICKET, **labels}, saw=saw)


def refuse(saw: str, like: Rule) -> Ruling:
    """The mail is refused as that rule refuses, with its letter."""
    return Ruling(outcome=Outcome.REJECT, reason=like.name, labels=like.labels, saw=saw)


def pass_over(saw: str) -> Ruling:
    """Nothing becomes of the mail, and nobody is written to."""
    return Ruling(outcome=Outcome.IGNORE, saw=saw)


def chosen(subject: Subject, book: Rulebook, saw: str) -> Choice | None:
    """What an operator says the mail is about, in the place of what its author would choose; None: nothing."""
    if not (subject.service or subject.system or subject.matter):
        return None
    service = book.catalogue.services.get(subject.service or "")
    return Choice(
        chosen=Chosen.SERVICE,
        service=subject.service,
        system=subject.system or (service.system if service else None),
        matter=subject.matter,
        saw=saw,
        # The operator is sure of the service; of the author everybody is as sure as before.
        trust=Trust.PROVEN,
    )


def rule(ruling: Ruling, subject: Subject, facts: Facts, book: Rulebook) -> Decision:
    """The decision about the mail, with what the rules say of all that the operator has left open.

    Args:
        ruling: what becomes of it.
        subject: what it is about; the facts are those of considering it with what was `chosen`.
        facts: the evidence.
        book: the rules.
    """
    first = Rule(
        name=ruling.reason,
        why="an operator has looked at the mail, and decided",
        when=(),
        outcome=ruling.outcome,
        labels=ruling.labels,
        examples=(),
        source=OPERATOR,
    )
    decision = decide(_about(subject, facts), replace(book, rules=(first, *book.rules)))
    seen, *others = decision.findings
    return replace(decision, findings=(replace(seen, saw=ruling.saw), *others))


def refusals(book: Rulebook) -> dict[str, Rule]:
    """The rules that refuse, by name, and by the letter of the first one that has it."""
    refusing = [each for each in book.rules if each.outcome is Outcome.REJECT]
    letters = {each.labels["template"]: each for each in reversed(refusing) if "template" in each.labels}
    return letters | {each.name: each for each in refusing}


def queues(book: Rulebook) -> frozenset[str]:
    """Every queue that a rule names."""
    return frozenset(each.labels["queue"] for each in book.rules if "queue" in each.labels)


def _about(subject: Subject, facts: Facts) -> Facts:
    """The facts, with the operator's word for the kind; a service that he names is no request about an account."""
    request = facts.request
    if subject.matter is None and (subject.service or subject.system) and request.matter:
        is_incident = any(cue.speaks_for == f"kind:{Kind.INCIDENT}" for cue in request.cues)
        kind = Kind.INCIDENT if is_incident else Kind.INFORMATION
        request = replace(request, matter=None, kind=kind)
    if subject.kind and not request.matter:
        request = replace(request, kind=subject.kind)
    return replace(facts, request=request)
