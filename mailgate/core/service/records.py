"""Which service a mail names: several candidates, best first, with the margin between them."""

from dataclasses import dataclass
from enum import StrEnum


class Named(StrEnum):
    """What the subject names, as a whole. The values stand in rules and JSON."""

    SERVICE = "service"
    SYSTEM = "system"
    SEVERAL = "several"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One service or system that the mail may mean, and why."""

    # Service id of the catalogue; None when only the system is meant.
    service: str | None
    # System id of the catalogue; None for a service without a system.
    system: str | None
    # How well it fits, 0 to 1.
    score: float
    # What spoke for it: "title", "name", "form", "system", "body".
    how: str
    # The mail's own words that spoke for it.
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What the mail names."""

    # The verdict of the subject (eval GUIDE rules 1 to 5).
    named: Named
    # Best first: from the subject when it names anything, else from the body.
    candidates: tuple[Candidate, ...]
    # Score of the best less score of the next; 1.0 with a single candidate, 0.0 with none.
    margin: float
