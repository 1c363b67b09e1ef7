"""What a mail asks for: its kind, matter, environment and language, and what the desk does not do."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The three kinds of ticket (published help-desk page)."""

    INCIDENT = "incident"
    INFORMATION = "information"
    SERVICE_REQUEST = "service_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A cue of `rules/` that was found in the mail."""

    # What it speaks for: "kind:incident", "complaint", "form_filling", "desk:etoll", "matter:login-unlock".
    speaks_for: str
    # The words of the mail that it found.
    words: str
    # How much it weighs; negative speaks against.
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the author wants from us."""

    kind: Kind
    # Id of the service-request matter, or None.
    matter: str | None
    # "production" or "test".
    environment: str
    # ISO 639-1 code of the language of the mail ("pl", "en", "uk", "ru", "de", "cs", "lt"); "" when unsure.
    language: str
    # A complaint about an answer, or a request to explain one further (GUIDE rule 7).
    complaint: bool
    # "Fill it in with me / for me" (GUIDE rule 8).
    form_filling: bool
    # Id of the other desk whose business this is (GUIDE rule 9), or None.
    other_desk: str | None
    # Every cue that was found, for the explanation.
    cues: tuple[Cue, ...]
