"""The proof of the author that service-request matters need."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue
from mailgate.core.conditions.argument import flag
from mailgate.core.conditions.condition import Argument, Mistake
from mailgate.core.identity import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof of the author that each matter needs."""

    # Whether it must be missing, or there.
    missing: bool
    # Matter id -> the lowest grade of trust that is enough.
    grades: Mapping[str, Trust]

    def needed(self, matter: str | None) -> Trust:
        """The lowest grade that is enough; a matter that has left the catalogue since needs the highest."""
        return Trust.FORGED if matter is None else self.grades.get(matter, Trust.PROVEN)

    def holds(self, matter: str | None, trust: Trust) -> bool:
        """Whether the proof is missing, or there, as it must be."""
        return (trust.grade < self.needed(matter).grade) == self.missing


def proof() -> Argument:
    """True where the proof must be missing, false where it must be there."""
    yes_no = flag()

    def read(value: object, catalogue: Catalogue) -> Proof | Mistake:
        answer = yes_no.read(value, catalogue)
        if isinstance(answer, Mistake):
            return answer
        grades = {each.id: Trust(each.trust) for each in catalogue.matters.values()}
        return Proof(missing=True in answer, grades=grades)

    return Argument(words=yes_no.words, read=read)
