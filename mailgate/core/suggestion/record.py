"""A suggestion, with what it would do to the mails that were looked at."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A mail that would go another way."""

    # "message 17", "case own-0001".
    mail: str
    subject: str
    # What the rules make of it now: "reject: no_service", "ticket: akc-ww, incident".
    now: str
    # What they would make of it.
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something to add to `rules/`."""

    kind: Literal["name", "hint", "cue"]
    # Id of the service that it names or points to; for a cue "kind:incident" or "kind:information".
    speaks_for: str
    # The name, hint, or words of the cue.
    text: str
    # The file in `rules/` where it belongs, and the line there: of the list that it is added to, or of the table that
    # gets the list; for a cue the file's last line.
    file: str
    line: int
    # Where exactly to paste, in words.
    place: str
    # What to paste.
    toml: str
    # How many different authors would have been helped.
    authors: int
    # A single author: it may be a whim.
    weak: bool
    put_right: tuple[Change, ...]
    spoilt: tuple[Change, ...]
    # Mails that would go another way, of which nobody has told whether it is the right one.
    unknown: tuple[Change, ...]

    @property
    def gain(self) -> int:
        """How many more it puts right than it spoils."""
        return len(self.put_right) - len(self.spoilt)
