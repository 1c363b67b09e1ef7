"""The phrases of the catalogue: titles, names and hints of words, and how much each word of them weighs."""

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.codes import is_code
from mailgate.core.service.evidence import Evidence
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.words import Word, stem, words_of

# Weight of a word that the lexicon calls ordinary, of its full weight.
_ORDINARY = 0.35
# A part of a phrase that weighs less neither names a service nor rivals one that is named.
_LEAST = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One title, name or hint, by its stems."""

    services: tuple[str, ...]
    systems: tuple[str, ...]
    how: str
    stems: Mapping[str, float]
    weight: float

    def weight_in(self, text: Container[str]) -> float:
        """How much of it, by weight, a text holds that has these stems."""
        weight = 0.0
        for root, each in self.stems.items():
            if root in text:
                weight += each
        return weight


def evidence_of(phrase: Phrase, stems: Mapping[str, tuple[int, float]]) -> Evidence | None:
    """What the words found of a phrase are worth; None when it is too little to matter to anybody."""
    weight = full = 0.0
    for root, (_, quality) in stems.items():
        full += phrase.stems[root]
        weight += phrase.stems[root] * quality
    if weight < _LEAST and len(stems) < len(phrase.stems):
        return None
    return Evidence(
        services=phrase.services,
        systems=phrase.systems,
        how=phrase.how,
        places=frozenset(place for place, _ in stems.values()),
        weight=weight,
        share=full / phrase.weight if phrase.weight else 0.0,
    )


def texts_of(catalogue: Catalogue) -> Iterator[tuple[Phrase, list[Word]]]:
    """Every title, name and hint with its words; the weights are not known yet."""
    for service in catalogue.services.values():
        named = [("title", service.title), ("title", service.title_en), *(("name", name) for name in service.names)]
        for how, text in (*named, *(("hint", hint) for hint in service.hints)):
            if text and (how == "hint" or not is_code(text)):
                yield Phrase(services=(service.id,), systems=(), how=how, stems={}, weight=0.0), words_of(text)
    for system in catalogue.systems.values():
        for name in (system.name, system.full_name, *system.names):
            if name and not is_code(name) and not system.platform:
                phrase = Phrase(services=(), systems=(system.id,), how="system", stems={}, weight=0.0)
                yield phrase, words_of(name)


def phrases_of(texts: Iterable[tuple[Phrase, list[Word]]], lexicon: Lexicon) -> list[Phrase]:
    """The phrases with the weight of every stem; equal phrases of several services are one."""
    owners: dict[str, set[str]] = defaultdict(set)
    naming: dict[str, set[str]] = defaultdict(set)
    gathered: dict[tuple[str, frozenset[str]], Phrase] = {}
    for phrase, words in texts:
        telling = (word.folded for word in words if word.folded not in lexicon.small and len(word.folded) > 1)
        roots = frozenset(lexicon.root(stem(folded)) for folded in telling)
        how = "hint" if phrase.how == "hint" else "named"
        for root in roots:
            owners[root].update(phrase.services or phrase.systems)
            if how == "named":
                naming[root].update(phrase.services or phrase.systems)
        old = gathered.get((how, roots))
        services = tuple(dict.fromkeys((old.services if old else ()) + phrase.services))
        systems = tuple(dict.fromkeys((old.systems if old else ()) + phrase.systems))
        gathered[how, roots] = Phrase(
            services=services, systems=systems, how=old.how if old else phrase.how, stems={}, weight=0.0
        )
    count = max(2, len({owner for each in owners.values() for owner in each}))
    # Hints are many and everyday: what a word of a name weighs does not fall because hints hold it too.
    weights = {
        "hint": {root: _weight(root, len(each), count, lexicon) for root, each in owners.items()},
        "named": {root: _weight(root, len(each), count, lexicon) for root, each in naming.items()},
    }
    return [
        Phrase(
            services=phrase.services,
            systems=phrase.systems,
            how=phrase.how,
            stems={root: weights[how][root] for root in roots},
            weight=sum(weights[how][root] for root in roots),
        )
        for (how, roots), phrase in gathered.items()
        if roots
    ]


def _weight(root: str, owners: int, count: int, lexicon: Lexicon) -> float:
    """1.0 for a word of one service, falling to 0 for a word of all (inverse document frequency)."""
    weight = math.log((count + 1) / owners) / math.log(count + 1)
    return weight * (_ORDINARY if root in lexicon.ordinary else 1.0)
