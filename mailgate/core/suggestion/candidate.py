"""Phrases that might be worth adding, before anybody has tried them."""

from dataclasses import dataclass
from typing import Literal

# What so many different authors write is more than a whim.
SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One phrase for one service, or for one kind of ticket."""

    kind: Literal["name", "hint", "cue"]
    # Service id, or "kind:incident".
    speaks_for: str
    # As it would stand in the rules.
    text: str
    # How many words of it tell something.
    length: int
    # For a cue.
    weight: float = 0.0
    # Places of the lessons that it could put right.
    helps: frozenset[int]
    # How many different authors these have.
    authors: int
    # How many other lessons hold its words too.
    elsewhere: int

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """Smaller is better: of several authors, then by how much it promises, then the longer one."""
        return (self.authors < SEVERAL, self.elsewhere - len(self.helps), -self.length, self.text)

    @property
    def weak(self) -> bool:
        """Whether only one author would be helped."""
        return self.authors < SEVERAL
