"""What somebody has chosen who answers a question of ours."""

from dataclasses import dataclass
from enum import StrEnum

from mailgate.core.identity import Trust
from mailgate.core.service.records import Candidate, Match, Named


class Chosen(StrEnum):
    """What an answer says, as a whole. The values stand in rules and JSON."""

    # One service, system or service-request matter.
    SERVICE = "service"
    # None of those that were offered, and no other one is named.
    NONE = "none"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer to our question which service a mail is about."""

    chosen: Chosen
    # Id of the chosen service; None when only a system or a matter is.
    service: str | None = None
    # Id of the chosen system, or of the leading one of the service.
    system: str | None = None
    # Id of the service-request matter, or None.
    matter: str | None = None
    # What spoke for it, one phrase: 'the number 2', 'it names "AES"'.
    saw: str
    # Whether the mail says nothing else that could stand alone: a digit, a name, a greeting.
    bare: bool = False
    # How sure we are of who has chosen.
    trust: Trust = Trust.CLAIMED

    @property
    def is_route(self) -> bool:
        """Whether a service or a system is chosen."""
        return self.chosen is Chosen.SERVICE and (self.service or self.system) is not None


def as_match(choice: Choice) -> Match:
    """A choice in the place of what the subject names."""
    named = Named.SERVICE if choice.service else Named.SYSTEM
    candidate = Candidate(service=choice.service, system=choice.system, score=1.0, how="chosen", words=())
    return Match(named=named, candidates=(candidate,), margin=1.0)
