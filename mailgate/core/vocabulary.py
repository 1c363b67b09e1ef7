"""The words that rules know, and which of them a mistyped or inflected word means."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from mailgate.core.words import stem

# How sure a word is when it was found as it stands, as another form, or with a typo.
EXACT, INFLECTED, MISTYPED = 1.0, 0.97, 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a word was taken for."""

    # The stem that stands in the rules.
    stem: str
    # How sure: EXACT, INFLECTED or MISTYPED.
    quality: float


class Vocabulary:
    """The words of the rules, indexed so that a look-up costs the same however many there are.

    A mistyped word is found by deletion neighbourhoods: a word and a misspelling of it become equal after a letter
    or two are left out of either. Short words are never guessed, because "przywoz" and "przewoz" are both words.
    """

    def __init__(self, words: Iterable[str], codes: Iterable[str] = ()) -> None:
        """Index folded words, and codes (acronyms, form symbols), in which only a transposition is a typo."""
        self._words = set(words)
        self._codes = set(codes)
        self._stems: dict[str, str] = {}
        self._near: dict[str, list[str]] = {}
        for word in self._words:
            self._stems.setdefault(stem(word), word)
        for word in {*self._words, *self._stems}:
            if len(word) >= 5 and word.isalpha():
                for shorter in _shorter(word):
                    self._near.setdefault(shorter, []).append(word)
        self._swapped = _swaps(self._codes)

    def meaning(self, word: str, *, mistyped: bool = True) -> Meaning | None:
        """What a folded word means, or None when the rules do not know it; whether typos count is the caller's say."""
        root = stem(word)
        if word in self._words:
            return Meaning(stem=root, quality=EXACT)
        if root in self._stems:
            return Meaning(stem=root, quality=INFLECTED)
        if not mistyped:
            return None
        near = self._nearest(word) or (self._nearest(root) if len(root) >= 6 else None)
        return Meaning(stem=stem(near), quality=MISTYPED) if near else None

    def code(self, key: str) -> str | None:
        """The code that a key is, or that becomes it when two neighbouring characters are swapped."""
        return key if key in self._codes else self._swapped.get(key)

    def knows(self, word: str) -> bool:
        """Whether the word or its stem stands in the rules as it is."""
        return word in self._words or word in self._codes or stem(word) in self._stems

    def split(self, word: str) -> tuple[str, ...]:
        """A glued word cut into known ones ("zgloszeniesent"), or the word alone."""
        if len(word) < 8 or self.knows(word):
            return (word,)
        for cut in range(len(word) - 3, 2, -1):
            left, right = word[:cut], word[cut:]
            if self._whole(left) and self._whole(right):
                return (left, right)
        return (word,)

    def _whole(self, piece: str) -> bool:
        return piece in self._codes or (len(piece) >= 5 and (piece in self._words or stem(piece) in self._stems))

    def _nearest(self, word: str) -> str | None:
        """The one closest known word within the typos that the length allows; None when two are as close."""
        allowed = _typos_allowed(word)
        if not allowed or not word.isalpha():
            return None
        found: dict[str, int] = {}
        for shorter in _shorter(word):
            for known in self._near.get(shorter, ()):
                if known not in found:
                    found[known] = OSA.distance(word, known, score_cutoff=allowed)
        close = sorted((distance, known) for known, distance in found.items() if distance <= allowed)
        if not close:
            return None
        best = [known for distance, known in close if distance == close[0][0]]
        return best[0] if len({stem(known) for known in best}) == 1 else None


def _typos_allowed(word: str) -> int:
    return 0 if len(word) < 5 else 1 if len(word) < 8 else 2


def _shorter(word: str) -> set[str]:
    """The word with up to as many letters left out as typos are allowed in it."""
    once = {word[:i] + word[i + 1 :] for i in range(len(word))}
    if _typos_allowed(word) < 2:
        return {word} | once
    return {word} | once | {short[:i] + short[i + 1 :] for short in once for i in range(len(short))}


def _swaps(codes: set[str]) -> dict[str, str]:
    """Each code with two neighbouring letters swapped, unless that is a code itself or stands for two."""
    swapped: dict[str, str] = {}
    doubtful = set(codes)
    for code in sorted(codes):
        for i in range(len(code) - 1 if len(code) >= 4 else 0):
            other = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
            if other in swapped and swapped[other] != code:
                doubtful.add(other)
            swapped[other] = code
    return {other: code for other, code in swapped.items() if other not in doubtful}
