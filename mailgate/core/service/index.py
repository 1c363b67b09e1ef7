"""The catalogue, indexed by the words and codes that name its services and systems.

A *code* is an acronym or form symbol (`SENT100`, `AKC-U/S`, `NCTS2`): it is looked up whole, in any spelling, glued or
apart. A *phrase* is a title or a name of words: its words are found in any order, inflected or mistyped, and each
weighs by how few services share it. So the words of all titles weigh little, and the one that tells two apart weighs
most. Everything is a look-up by word; the size of the catalogue does not matter.
"""

import math
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.vocabulary import INFLECTED, MISTYPED, Vocabulary
from mailgate.core.words import Word, stem, words_of

# The longest code is written in at most this many pieces: "AKC - 4 / zo".
_PIECES = 4
_CODE_LENGTH = 24
# What may stand between the pieces of a code.
_CODE_GAP = re.compile(r"[\s\-‐‑–_/.()&]{0,2}\Z")
# A phrase with a word that so many phrases share is not looked for by that word.
_COMMON = 48
# In a body a phrase is looked for by so many of its heaviest words, and around so many places of each.
_HEAVIEST, _ANCHORS = 2, 3
# Weight of a word that the lexicon calls ordinary, of its full weight.
_ORDINARY = 0.35
# A part of a phrase that weighs less neither names a service nor rivals one that is named.
_LEAST = 0.35
# Weight of codes: a form symbol says more than a name, a name more than a system.
_FORM, _NAME, _SYSTEM = 2.4, 2.0, 1.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of a text that speak for a service or a system."""

    # The services that it speaks for equally; empty when it names a system.
    services: tuple[str, ...] = ()
    # The systems that it names; empty when it names services.
    systems: tuple[str, ...] = ()
    # "form", "name", "title", "hint", "system".
    how: str
    # Places of the words.
    places: frozenset[int]
    # Their weight, all together.
    weight: float
    # The share of the title or name that was found, by weight; 1.0 for codes.
    share: float = 1.0
    # A system's name that is part of a service's name; it does not choose between the service's systems.
    inner: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it is a form symbol or the name of a system, looked up whole."""
        return self.how in {"form", "system"}

    @property
    def whole(self) -> bool:
        """Whether nothing of the name is missing."""
        return self.share >= 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """What a code stands for."""

    services: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    how: str = "name"


class Index:
    """Finds evidence in words."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, words: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self._codes = _codes(catalogue)
        texts = list(_texts(catalogue))
        self._phrases = _phrases(texts, lexicon)
        self._by_stem: dict[str, list[_Phrase]] = defaultdict(list)
        self._by_heaviest: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in self._phrases:
            by_weight = sorted(phrase.stems, key=lambda root: (-phrase.stems[root], root))
            for root in by_weight:
                self._by_stem[root].append(phrase)
            for root in by_weight[:_HEAVIEST]:
                self._by_heaviest[root].append(phrase)
        known = {word.folded for _, phrase in texts for word in phrase}.union(words, lexicon.alike)
        self.vocabulary = Vocabulary((w for w in known if w not in lexicon.small), self._codes, lexicon.small)
        self._messages = [
            (re2.compile(f"(?i)^(?:{'|'.join(system.messages)})$"), system.id)
            for system in catalogue.systems.values()
            if system.messages
        ]
        # The words of mails repeat, and a body has hundreds of them.
        self._meaning = lru_cache(maxsize=20_000)(self._look_up)
        self._heads = frozenset(code[:length] for code in self._codes for length in range(1, len(code) + 1))

    def code_at(self, key: str) -> _Code | None:
        """What the code stands for, letters swapped or not."""
        code = self.vocabulary.code(key)
        return self._codes[code] if code else None

    def codes(self, words: Sequence[Word]) -> list[Evidence]:
        """The codes in the words, the longest at each place."""
        found: list[Evidence] = []
        taken = -1
        for start in range(len(words)):
            if start <= taken:
                continue
            for end, key in self._keys(words, start):
                evidence = self._code_evidence(words[start:end], key)
                if evidence:
                    found.append(evidence)
                    taken = end - 1
                    break
        return found

    def phrases(self, words: Sequence[Word]) -> list[Evidence]:
        """The phrases that a subject holds, whole or in part, however far apart their words stand."""
        meanings = self._meanings(words)
        held: dict[int, tuple[_Phrase, dict[str, tuple[int, float]]]] = {}
        for place, (root, quality) in meanings.items():
            sharing = self._by_stem.get(root, ())
            if len(sharing) > _COMMON:
                continue
            for phrase in sharing:
                _hold(held.setdefault(id(phrase), (phrase, {}))[1], root, place, quality)
        for place, (root, quality) in meanings.items():
            if len(self._by_stem.get(root, ())) > _COMMON:
                for phrase, stems in held.values():
                    if root in phrase.stems:
                        _hold(stems, root, place, quality)
        return [evidence for phrase, stems in held.values() if (evidence := _evidence(phrase, stems))]

    def codes_in_body(self, words: Sequence[Word]) -> list[Evidence]:
        """The codes in a body, in any spelling but without slips of the fingers: a body is long, and slips are many."""
        found: list[Evidence] = []
        end = 0
        for start, word in enumerate(words):
            if start < end or word.folded not in self._heads:
                continue
            for stop, key in self._keys(words, start, exact=True):
                evidence = self._code_evidence(words[start:stop], key) if key in self._codes else None
                if evidence:
                    found.append(evidence)
                    end = stop
                    break
        return found

    def phrases_in_body(
        self, words: Sequence[Word], subject: Sequence[Word], reach: int, share: float
    ) -> list[Evidence]:
        """The phrases whose telling words stand in a body, with what else of them stands near or in the subject.

        Args:
            words: the words of the body.
            subject: the words of the subject; they stand near every word of the body ("konto": "how do I close it?"),
                at places below 0.
            reach: how many words apart the words of a phrase may stand.
            share: how much of a phrase, by weight, must stand there at all.
        """
        places: dict[str, list[int]] = {}
        quality: dict[int, float] = {}
        for place, (root, sure) in self._meanings(words).items():
            places.setdefault(root, []).append(place)
            quality[place] = sure
        beside = {root: -1 - place for place, (root, _) in self._meanings(subject).items()}
        quality.update((place, INFLECTED) for place in beside.values())
        present = beside.keys() | places.keys()
        anchored: dict[int, tuple[_Phrase, list[int]]] = {}
        for root, found in places.items():
            for phrase in self._by_heaviest.get(root, ()):
                held = anchored.get(id(phrase))
                if held:
                    held[1].extend(found[:_ANCHORS])
                elif phrase.weight_in(present) >= share * phrase.weight:
                    anchored[id(phrase)] = (phrase, found[:_ANCHORS])
        evidence = []
        for phrase, anchors in anchored.values():
            near = [_near(phrase, anchor, places, beside, quality, reach) for anchor in anchors]
            best = max((each for each in near if each), key=lambda each: each.weight, default=None)
            if best:
                evidence.append(best)
        return evidence

    def messages(self, words: Sequence[Word]) -> list[Evidence]:
        """Systems whose message symbols stand in the words ("CC515C")."""
        return [
            Evidence(systems=(system,), how="system", places=frozenset({word.place}), weight=_SYSTEM)
            for word in words
            if len(word.folded) <= 8 and not word.folded.isalpha()
            for pattern, system in self._messages
            if pattern.search(word.folded)
        ]

    def _meanings(self, words: Sequence[Word]) -> dict[int, tuple[str, float]]:
        """Place -> what the word means and how sure that is."""
        meanings: dict[int, tuple[str, float]] = {}
        for word in words:
            if word.folded in self.lexicon.small or word.folded.isdigit():
                continue
            if word.meant:
                meanings[word.place] = (self.lexicon.root(stem(word.meant)), MISTYPED)
                continue
            meaning = self._meaning(word.folded)
            if meaning:
                meanings[word.place] = meaning
        return meanings

    def _look_up(self, folded: str) -> tuple[str, float] | None:
        """The root of a word and how sure it is; None for a word that the rules do not know."""
        quality = self.vocabulary.quality(folded)
        return (self.lexicon.root(stem(folded)), quality) if quality else None

    def _keys(self, words: Sequence[Word], start: int, *, exact: bool = False) -> Iterator[tuple[int, str]]:
        """Codes that may begin at a word, the longest first: end and key. Exact: only what some code begins with."""
        keys: list[tuple[int, str]] = []
        key = ""
        for end in range(start, min(start + _PIECES, len(words))):
            key += words[end].folded
            if len(key) > _CODE_LENGTH or (exact and key not in self._heads):
                break
            keys.append((end + 1, key))
            if not _CODE_GAP.match(words[end].gap):
                break
        return reversed(keys)

    def _code_evidence(self, words: Sequence[Word], key: str) -> Evidence | None:
        code = self.code_at(key)
        if code is None or self._is_a_word(words, key):
            return None
        weight = {"form": _FORM, "name": _NAME}.get(code.how, _SYSTEM)
        exact = key in self._codes
        return Evidence(
            services=code.services,
            systems=code.systems,
            how=code.how,
            places=frozenset(word.place for word in words),
            weight=(weight + 0.1 * len(words)) * (1.0 if exact else 0.85),
        )

    def _is_a_word(self, words: Sequence[Word], key: str) -> bool:
        """Whether a code is only a word here: "was ist", "Opal" in small letters, a known word that looks like it."""
        if key not in self._codes:
            code = self.vocabulary.code(key) or ""
            told = [word for word in words if len(word.folded) > 2 and not word.folded.isdigit()]
            if words[-1].folded in self.lexicon.small:
                return True
            return stem(code) != stem(key) and any(self.vocabulary.knows(word.folded) for word in told)
        if key not in self.lexicon.cautious or any(word.written.isupper() for word in words):
            return False
        opens = words[0].place == 0 and bool(words[-1].gap.strip() or not words[-1].gap)
        return not opens


def _hold(stems: dict[str, tuple[int, float]], root: str, place: int, quality: float) -> None:
    """Note that a phrase's word stands at a place; the surest one stays."""
    if root not in stems or stems[root][1] < quality:
        stems[root] = (place, quality)


def _near(
    phrase: _Phrase,
    anchor: int,
    places: Mapping[str, list[int]],
    beside: Mapping[str, int],
    quality: Mapping[int, float],
    reach: int,
) -> Evidence | None:
    """What of a phrase stands within reach of a place, or in the subject."""
    stems: dict[str, tuple[int, float]] = {}
    for root in phrase.stems:
        closest = min(places.get(root, ()), key=lambda place: abs(place - anchor), default=None)
        if closest is None or abs(closest - anchor) > reach:
            closest = beside.get(root)
        if closest is not None:
            stems[root] = (closest, quality[closest])
    return _evidence(phrase, stems)


def _evidence(phrase: _Phrase, stems: Mapping[str, tuple[int, float]]) -> Evidence | None:
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


def _codes(catalogue: Catalogue) -> dict[str, _Code]:
    """Every code of the catalogue. A name that is both a service's and a system's is the system's (GUIDE rule 3)."""
    codes: dict[str, _Code] = {}
    for system in catalogue.systems.values():
        for name in (system.name, *system.names):
            if _is_code(name) and not system.platform:
                key = _key(name)
                others = codes[key].systems if key in codes else ()
                codes[key] = _Code(systems=(*others, system.id), how="system")
    for service in catalogue.services.values():
        for how, names in (("form", service.forms), ("name", (service.title, *service.names))):
            for name in names:
                key = _key(name)
                old = codes.get(key)
                taken = old is not None and any(catalogue.services_of(system) for system in old.systems)
                if (how == "name" and not _is_code(name)) or taken:
                    continue
                services = (*(old.services if old else ()), service.id)
                codes[key] = _Code(services=tuple(dict.fromkeys(services)), how=old.how if old else how)
    return codes


def _key(name: str) -> str:
    return "".join(word.folded for word in words_of(name))


def _is_code(name: str) -> bool:
    """Whether a name is an acronym or symbol: "eBTI", "AKC-U/S", "NCTS 5", "e-Klient"; not "Trader Portal"."""
    words = words_of(name)
    if not words or len(words) > _PIECES:
        return False
    if len(words) == 1:
        return any(c.isdigit() for c in name) or sum(c.isupper() for c in name) > 1
    if len(words) == 2 and len(words[0].folded) == 1 and words[0].gap == "-":
        return True
    return all(w.written.isupper() or w.folded[0].isdigit() or len(w.folded) <= 2 for w in words)


def _texts(catalogue: Catalogue) -> Iterator[tuple[_Phrase, list[Word]]]:
    """Every title, name and hint with its words; the weights are not known yet."""
    for service in catalogue.services.values():
        named = [("title", service.title), ("title", service.title_en), *(("name", name) for name in service.names)]
        for how, text in (*named, *(("hint", hint) for hint in service.hints)):
            if text and (how == "hint" or not _is_code(text)):
                yield _Phrase(services=(service.id,), systems=(), how=how, stems={}, weight=0.0), words_of(text)
    for system in catalogue.systems.values():
        for name in (system.name, system.full_name, *system.names):
            if name and not _is_code(name) and not system.platform:
                phrase = _Phrase(services=(), systems=(system.id,), how="system", stems={}, weight=0.0)
                yield phrase, words_of(name)


def _phrases(texts: Iterable[tuple[_Phrase, list[Word]]], lexicon: Lexicon) -> list[_Phrase]:
    """The phrases with the weight of every stem; equal phrases of several services are one."""
    owners: dict[str, set[str]] = defaultdict(set)
    naming: dict[str, set[str]] = defaultdict(set)
    gathered: dict[tuple[str, frozenset[str]], _Phrase] = {}
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
        gathered[how, roots] = _Phrase(
            services=services, systems=systems, how=old.how if old else phrase.how, stems={}, weight=0.0
        )
    count = max(2, len({owner for each in owners.values() for owner in each}))
    # Hints are many and everyday: what a word of a name weighs does not fall because hints hold it too.
    weights = {
        "hint": {root: _weight(root, len(each), count, lexicon) for root, each in owners.items()},
        "named": {root: _weight(root, len(each), count, lexicon) for root, each in naming.items()},
    }
    return [
        _Phrase(
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
