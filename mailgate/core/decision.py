"""The decision: the first rule that settles a message, and what every rule on the way saw."""

from dataclasses import dataclass
from enum import StrEnum

from mailgate.core.request import Kind


class Outcome(StrEnum):
    """What becomes of a message. The values stand in rules, log, database and JSON."""

    TICKET = "ticket"
    APPEND = "append"
    CLARIFY = "clarify"
    REJECT = "reject"
    HOLD = "hold"
    IGNORE = "ignore"


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
