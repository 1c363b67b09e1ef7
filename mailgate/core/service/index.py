"""The catalogue, indexed by the words and codes that name its services and systems.

A *code* is an acronym or form symbol (`SENT100`, `AKC-U/S`, `NCTS2`): it is looked up whole, in any spelling, glued or
apart. A *phrase* is a title or a name of words: its words are found in any order, inflected or mistyped, and each
weighs by how few services share it. So the words of all titles weigh little, and the one that tells two apart weighs
most. Everything is a look-up by word; the size of the catalogue does not matter.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import re2

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.codes import PIECES, Code, codes_of
from mailgate.core.service.evidence import Evidence
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.service.phrases import Phrase, evidence_of, phrases_of, texts_of
from mailgate.core.vocabulary import INFLECTED, MISTYPED, Vocabulary
from mailgate.core.words import Word, stem

# The longest code, and the longest message symbol, in letters and digits.
_CODE_LENGTH, _MESSAGE_LENGTH = 24, 8
# What may stand between the pieces of a code.
_CODE_GAP = re.compile(r"[\s\-‐‑–_/.()&]{0,2}\Z")
# A phrase with a word that so many phrases share is not looked for by that word.
_COMMON = 48
# In a body a phrase is looked for by so many of its heaviest words, and around so many places of each.
_HEAVIEST, _ANCHORS = 2, 3
# Weight of codes: a form symbol says more than a name, a name more than a system.
_FORM, _NAME, _SYSTEM = 2.4, 2.0, 1.7


class Index:
    """Finds evidence in words."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, words: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self._codes = codes_of(catalogue)
        texts = list(texts_of(catalogue))
        self._phrases = phrases_of(texts, lexicon)
        self._by_stem: dict[str, list[Phrase]] = defaultdict(list)
        self._by_heaviest: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in self._phrases:
            by_weight = sorted(phrase.stems, key=lambda root: (-phrase.stems[root], root))
            for root in by_weight:
                self._by_stem[root].append(phrase)
            for root in by_weight[:_HEAVIEST]:
                self._by_heaviest[root].append(phrase)
        # "zgłoszenie celne": phrases of nothing but words that many share are looked for by the rarest of them.
        self._of_common_words: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in self._phrases:
            rarest = min(phrase.stems, key=lambda root: (len(self._by_stem[root]), root))
            if len(self._by_stem[rarest]) > _COMMON:
                self._of_common_words[rarest].append(phrase)
        known = {word.folded for _, phrase in texts for word in phrase}.union(words, lexicon.alike)
        self.vocabulary = Vocabulary((w for w in known if w not in lexicon.small), self._codes, lexicon.small)
        self._messages = [
            (re2.compile(f"(?i)^(?:{'|'.join(system.messages)})$"), system.id)
            for system in catalogue.systems.values()
            if system.messages
        ]
        # The words of mails repeat, and a body has hundreds of them.
        self._meaning = lru_cache(maxsize=20_000)(self._look_up)
        self._systems_of_message = lru_cache(maxsize=20_000)(self._match_messages)
        self._heads = frozenset(code[:length] for code in self._codes for length in range(1, len(code) + 1))

    def code_at(self, key: str) -> Code | None:
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
        held: dict[int, tuple[Phrase, dict[str, tuple[int, float]]]] = {}
        for place, (root, quality) in meanings.items():
            sharing = self._by_stem.get(root, ())
            for phrase in sharing if len(sharing) <= _COMMON else self._of_common_words.get(root, ()):
                _hold(held.setdefault(id(phrase), (phrase, {}))[1], root, place, quality)
        for place, (root, quality) in meanings.items():
            if len(self._by_stem.get(root, ())) > _COMMON:
                for phrase, stems in held.values():
                    if root in phrase.stems:
                        _hold(stems, root, place, quality)
        return [evidence for phrase, stems in held.values() if (evidence := evidence_of(phrase, stems))]

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
        anchored: dict[int, tuple[Phrase, list[int]]] = {}
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
            if len(word.folded) <= _MESSAGE_LENGTH and not word.folded.isalpha()
            for system in self._systems_of_message(word.folded)
        ]

    def _match_messages(self, folded: str) -> tuple[str, ...]:
        """The systems that have such a message symbol."""
        return tuple(system for pattern, system in self._messages if pattern.search(folded))

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
        for end in range(start, min(start + PIECES, len(words))):
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
    phrase: Phrase,
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
    return evidence_of(phrase, stems)
