"""Everyday words: what people say who know no name of a service ("losy na festynie", "piec na olej").

Each word of `about` speaks a little for its services, the less the more services share it; a few together point to one
(eval GUIDE rule 5). They are words of bodies alone and never open a ticket. Ukrainian and Russian are found in Cyrillic
and in any Latin spelling ("грузовик", "gruzovik", "hruzovyk").
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import re2

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.words import NEVER, Word, stem, words_of

# What one word weighs that a single service has.
_WEIGHT = 0.5
# What a word that all mail is full of weighs, of its full weight.
_ORDINARY = 0.35
# Of a body so many words are looked at: what it is about stands at its beginning.
_WORDS = 150


class Everyday(NamedTuple):
    """A service that everyday words speak for."""

    weight: float
    # Places of the words.
    places: frozenset[int]


class EverydayWords:
    """The words of `about`, by how they sound."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        """Index the catalogue; the lexicon says which words all mail is full of, and what is nobody's service."""
        owners: dict[str, set[str]] = defaultdict(set)
        ordinary: set[str] = set()
        for service in catalogue.services.values():
            for text in service.about:
                for word in words_of(text):
                    owners[_sound(word.folded)].add(service.id)
                    if lexicon.root(stem(word.folded)) in lexicon.ordinary:
                        ordinary.add(_sound(word.folded))
        count = math.log(max(2, len(catalogue.services)) + 1)
        self._owners = {
            sound: (
                tuple(sorted(services)),
                _WEIGHT * (1 - math.log(len(services)) / count) * (_ORDINARY if sound in ordinary else 1.0),
            )
            for sound, services in owners.items()
        }
        elsewhere = "|".join(" ".join(each) for each in lexicon.elsewhere)
        self._elsewhere = re2.compile(f" (?:{elsewhere}) " if elsewhere else NEVER)

    def find(self, words: Sequence[Word], spoken: str) -> dict[str, Everyday]:
        """The services that words of a body speak for; none when the mail is about something that nobody here does.

        Args:
            words: the words of the body.
            spoken: subject and body, folded, the words one blank apart.
        """
        if self._elsewhere.search(spoken):
            return {}
        found: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
        for word in words[:_WORDS]:
            known = self._owners.get(_sound(word.folded))
            for service in known[0] if known else ():
                found[service].setdefault(_sound(word.folded), (known[1] if known else 0.0, word.place))
        return {service: _together(said.values()) for service, said in found.items()}


def _together(said: Iterable[tuple[float, int]]) -> Everyday:
    said = tuple(said)
    return Everyday(weight=sum(weight for weight, _ in said), places=frozenset(place for _, place in said))


# The same sound in Latin letters: what people write differently who write Ukrainian or Russian without Cyrillic.
_SOUNDS = (
    ("shch", "s"), ("sch", "s"), ("sz", "s"), ("sh", "s"), ("zh", "z"), ("rz", "z"), ("kh", "h"), ("ch", "c"),
    ("cz", "c"), ("ts", "c"), ("tz", "c"), ("ph", "f"), ("w", "v"), ("j", "i"), ("y", "i"), ("g", "h"),
    ("iu", "u"), ("ia", "a"), ("ie", "e"), ("io", "o"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=20_000)
def _sound(folded: str) -> str:
    """What a folded word sounds like, without its ending."""
    sound = stem(folded)
    for written, heard in _SOUNDS:
        sound = sound.replace(written, heard)
    return _TWICE.sub(r"\1", sound)
