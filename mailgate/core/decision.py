"""The decision: the first rule that settles a message, and what every rule on the way saw."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue
from mailgate.core.choice import as_match
from mailgate.core.completeness import Detail, missing
from mailgate.core.facts import Facts, KnownTicket
from mailgate.core.outcome import Outcome
from mailgate.core.request import Kind
from mailgate.core.rulebook import Rule, Rulebook
from mailgate.core.service import Candidate, Named

__all__ = ["Decision", "Finding", "Outcome", "decide"]

# How many services are offered, or shown beside a ticket.
_OFFERED = 3
# Outcomes whose messages are no ticket of any kind.
_NO_KIND = frozenset({Outcome.REJECT, Outcome.IGNORE})
# Outcomes that are about the ticket that is answered itself, or about none.
_ELSEWHERE = frozenset({Outcome.APPEND, Outcome.IGNORE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule saw. Misses are recorded like hits."""

    # The rule's name.
    rule: str
    # Whether all of its conditions held.
    hit: bool
    # What the conditions saw, one phrase: "trust is claimed, below proven".
    saw: str
    # Where the rule stands: "policy.toml:12".
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done with one message, and why. Nothing has been done yet."""

    outcome: Outcome
    # The name of the rule that settled it.
    reason: str
    service: str | None
    system: str | None
    # None for reject and ignore.
    kind: Kind | None
    matter: str | None
    environment: str
    # Id of the other desk, for misdirected mail.
    desk: str | None
    queue: str
    # "low", "normal", "high".
    priority: str
    # The letter's template, without folder and ending ("ticket", "reject-no-service"); None: no letter.
    template: str | None
    # Service ids to offer or to look at, best first.
    candidates: tuple[str, ...]
    # Number of the ticket that an `append` adds to.
    ticket: str | None
    # Revision of the rulebook that decided.
    revision: str
    findings: tuple[Finding, ...]
    # Number of the closed ticket that the mail goes on from: a new ticket points to it, a complaint is about it.
    related: str | None = None
    # Details that a consultant will need and the mail does not give; the letter asks for them.
    missing: tuple[Detail, ...] = ()
    # Whether the letter asks which service the mail is about, and the mail waits for the answer.
    asks: bool = False
    # sha256 of the kept message, hex, when the mail answers our question about it and the rule went by the answer.
    question: str | None = None
    # What its author was told of the mail before, when the letter speaks of it; None otherwise.
    formerly: Outcome | None = None


def decide(facts: Facts, book: Rulebook) -> Decision:
    """Judge one message by the rules, in their order.

    The first rule with an outcome that holds settles it, and no other one with an outcome is asked after it. The first
    rule to set a label keeps it, and a rule that could only set what is set already is not asked. Each rule that was
    asked leaves a Finding, whether it held or not.
    """
    findings: list[Finding] = []
    labels: dict[str, str] = {}
    settled: Rule | None = None
    for rule in book.rules:
        if rule.outcome is None:
            if rule.labels.keys() <= labels.keys():
                continue
        elif settled is not None:
            continue
        hit, saw = rule.look(facts)
        findings.append(Finding(rule=rule.name, hit=hit, saw=saw, source=rule.source))
        if hit:
            labels = {**rule.labels, **labels}
            settled = rule if rule.outcome is not None else settled
    if settled is None or settled.outcome is None:
        raise ValueError("no rule settled the message; a Rulebook always has one that does")
    return _decision(facts, book, settled, settled.outcome, labels, tuple(findings))


def _decision(
    facts: Facts, book: Rulebook, settled: Rule, outcome: Outcome, labels: dict[str, str], findings: tuple[Finding, ...]
) -> Decision:
    """The outcome, with what the facts say about the message."""
    request, ticket, asked = facts.request, facts.known.ticket, facts.known.question
    if not settled.goes_by("choice"):
        asked = None
    has_kind = outcome not in _NO_KIND
    route = _route(facts) if has_kind else None
    related = ticket if "related" in labels and outcome not in _ELSEWHERE else None
    matter, queue = request.matter, labels.get("queue", "")
    if related and outcome is Outcome.TICKET and not (route or matter):
        # What goes on without a word of what it is about is about the same.
        route, matter, queue = _route_of(related), related.matter, related.queue or queue
    found = itertools.islice(_offers(facts.match.candidates, book.catalogue), _OFFERED)
    return Decision(
        outcome=outcome,
        reason=settled.name,
        service=route.service if route else None,
        system=route.system if route else None,
        kind=(Kind.SERVICE_REQUEST if matter else request.kind) if has_kind else None,
        matter=matter if has_kind else None,
        environment=request.environment,
        desk=labels.get("desk"),
        queue=queue,
        priority=labels.get("priority", "normal"),
        template=labels.get("template"),
        # Who is asked once more is shown the same list, so that its numbers stay what they were.
        candidates=asked.offers if asked else tuple(found),
        ticket=ticket.number if ticket and outcome is Outcome.APPEND and asked is None else None,
        revision=book.revision,
        findings=findings,
        related=related.number if related else None,
        missing=_missing(facts, book, route) if outcome is Outcome.TICKET else (),
        asks=outcome is Outcome.CLARIFY or "asks" in labels,
        question=asked.digest if asked else None,
    )


def _missing(facts: Facts, book: Rulebook, route: Candidate | None) -> tuple[Detail, ...]:
    """What to ask the author of a ticket for; of a service-request matter nothing, as it is about an account."""
    if route is None or not book.details:
        return ()
    return missing(
        book.details,
        service=book.catalogue.services.get(route.service or ""),
        system=route.system,
        kind=facts.request.kind,
        texts=(facts.mail.subject, facts.thread.new_text),
        identifiers=facts.identifiers,
        attachments=bool(facts.mail.attachments),
    )


def _route(facts: Facts) -> Candidate | None:
    """The service or system that the mail is about. A service-request matter is about an account, not a service."""
    match = as_match(facts.choice) if facts.choice and facts.choice.is_route else facts.match
    if facts.request.matter or match.named not in {Named.SERVICE, Named.SYSTEM} or not match.candidates:
        return None
    return match.candidates[0]


def _route_of(ticket: KnownTicket) -> Candidate | None:
    """The service or system that a ticket is about, as if the mail had named it."""
    if not (ticket.service or ticket.system):
        return None
    return Candidate(service=ticket.service, system=ticket.system, score=1.0, how="ticket", words=(ticket.number,))


def _offers(candidates: tuple[Candidate, ...], catalogue: Catalogue) -> Iterator[str]:
    """The services to offer, best first. A system stands for its portal services, which take turns with the others."""
    choices = [
        [candidate.service]
        if candidate.service
        else [each.id for each in catalogue.services_of(candidate.system or "") if each.channel == "portal"]
        for candidate in candidates
    ]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*choices))
    yield from dict.fromkeys(service for service in turns if service)
