"""The words that rules know, and which of them a mistyped or inflected word means."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from mailgate.core.words import stem

# A stem of so many letters may be mistyped.
_LONG_STEM = 6
# In a code of so many letters one may have been left out.
_LONG_CODE = 7
# A word of so many letters may be several glued together; so many at most.
_GLUED, _PIECES = 8, 5
_LONGEST_SMALL = 3
# Neighbours on the keyboard.
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")

# How sure a word is when it was found as it stands, as another form, or with a typo.
EXACT, INFLECTED, MISTYPED = 1.0, 0.97, 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a word was taken for."""

    # The stem that stands in the rules.
    stem: str
    # How sure: EXACT, INFLECTED or MISTYPED.
    quality: float
    # The word of the rules that it was taken for: the word itself unless it was mistyped.
    word: str


class Vocabulary:
    """The words of the rules, indexed so that a look-up costs the same however many there are.

    A mistyped word is found by deletion neighbourhoods: a word and a misspelling of it become equal after a letter
    or two are left out of either. Short words are never guessed, because "przywoz" and "przewoz" are both words.
    """

    def __init__(self, words: Iterable[str], codes: Iterable[str] = (), small: Iterable[str] = ()) -> None:
        """Index folded words.

        Args:
            words: the words that tell something.
            codes: acronyms and form symbols, in which only a slip of the fingers is a typo.
            small: words that tell nothing, but may be glued between others.
        """
        self._small = frozenset(small)
        self._words = set(words)
        self._codes = set(codes)
        self._stems: dict[str, str] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        for word in self._words:
            self._stems.setdefault(stem(word), word)
        for word in {*self._words, *self._stems}:
            if len(word) >= 5 and word.isalpha():
                for shorter in _shorter(word):
                    self._near[shorter] = (*self._near.get(shorter, ()), word)
        self._slips = _slips(self._codes)
        self._heads = {code[:length] for code in self._codes for length in range(2, len(code) + 1)}
        self._code_stems = {
            stem(code): code for code in sorted(self._codes) if code.isalpha() and len(code) >= _LONG_STEM
        }

    def known(self, word: str) -> Meaning | None:
        """What a folded word means as it stands or in another form; None when the rules do not know it."""
        quality = self.quality(word)
        return Meaning(stem=stem(word), quality=quality, word=word) if quality else None

    def quality(self, word: str) -> float:
        """How sure a folded word is: EXACT, INFLECTED, or 0.0 when the rules do not know it."""
        return EXACT if word in self._words else INFLECTED if stem(word) in self._stems else 0.0

    def meaning(self, word: str) -> Meaning | None:
        """What a folded word means, mistyped or not; None when nothing is close enough."""
        known = self.known(word)
        if known:
            return known
        root = stem(word)
        near = self._nearest(word) or (self._nearest(root) if len(root) >= _LONG_STEM else None)
        return Meaning(stem=stem(near), quality=MISTYPED, word=near) if near else None

    def code(self, key: str) -> str | None:
        """The code that a key is: as it stands, inflected, with letters typed for digits, or with a slip."""
        if key in self._codes:
            return key
        digits = key if key.isalpha() else _with_digits(key)
        if digits in self._codes:
            return digits
        inflected = self._code_stems.get(stem(key)) if len(key) >= _LONG_STEM else None
        return inflected or self._slips.get(key)

    def begins_a_code(self, letters: str) -> bool:
        """Whether a code begins with these letters: "akc"."""
        return letters in self._heads

    def knows(self, word: str) -> bool:
        """Whether the word or its stem stands in the rules as it is."""
        return word in self._words or word in self._codes or stem(word) in self._stems

    def split(self, word: str) -> tuple[str, ...]:
        """A glued word cut into known ones ("zgloszeniesent"), or the word alone."""
        if len(word) < _GLUED or self.knows(word) or self.code(word) or self._is_a_slip(word):
            return (word,)
        return self._cut(word, _PIECES) or (word,)

    def _cut(self, word: str, most: int) -> tuple[str, ...]:
        """The word in at most so many known pieces, the longest first; empty when it cannot be cut."""
        for cut in range(len(word) - 3, 2, -1):
            left, right = word[:cut], word[cut:]
            if not self._whole(left):
                continue
            for end in range(1, _LONGEST_SMALL + 1):
                if right[:end] in self._small and self._whole(right[end:]):
                    return (left, right[:end], right[end:])
            if self._whole(right) or (self._near_whole(right) and len(left) >= 5):
                return (left, right)
            rest = self._cut(right, most - 1) if most > 2 else ()
            if rest:
                return (left, *rest)
        return ()

    def _is_a_slip(self, word: str) -> bool:
        """Whether it is a known word with one slip of the fingers, rather than two glued ones."""
        near = self._nearest(word)
        return near is not None and OSA.distance(word, near) == 1

    def _near_whole(self, piece: str) -> bool:
        return len(piece) >= 5 and self._nearest(piece) is not None

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
        # Two letters swapped are the commonest slip.
        best = [known for known in best if sorted(known) == sorted(word)] or best
        return best[0] if len({stem(known) for known in best}) == 1 else None


def _typos_allowed(word: str) -> int:
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


def _shorter(word: str) -> set[str]:
    """The word with up to as many letters left out as typos are allowed in it."""
    once = {word[:i] + word[i + 1 :] for i in range(len(word))}
    if _typos_allowed(word) < 2:
        return {word} | once
    return {word} | once | {short[:i] + short[i + 1 :] for short in once for i in range(len(short))}


def _with_digits(key: str) -> str:
    """The key with the letters that look like digits read as digits, from its first digit on: "sent1oo"."""
    at = next((i for i, char in enumerate(key) if char.isdigit()), len(key))
    return key[:at] + key[at:].translate(_AS_DIGITS)


_AS_DIGITS = str.maketrans("oli", "011")


def _slips(codes: set[str]) -> dict[str, str]:
    """Each code with two letters swapped, a neighbouring key hit or (a long one) a letter left out.

    None that is a code itself or stands for two.
    """
    slips: dict[str, set[str]] = {}
    for code in codes:
        if len(code) < 3:
            continue
        for i in range(len(code) - 1):
            slips.setdefault(code[:i] + code[i + 1] + code[i] + code[i + 2 :], set()).add(code)
        if code.isalpha() and len(code) > 3:
            for i, letter in enumerate(code):
                if len(code) >= _LONG_CODE:
                    slips.setdefault(code[:i] + code[i + 1 :], set()).add(code)
                for neighbour in _neighbours(letter):
                    slips.setdefault(code[:i] + neighbour + code[i + 1 :], set()).add(code)
    return {slip: next(iter(meant)) for slip, meant in slips.items() if len(meant) == 1 and slip not in codes}


def _neighbours(letter: str) -> str:
    """The letters beside and below or above a letter on the keyboard."""
    for number, row in enumerate(_ROWS):
        at = row.find(letter)
        if at >= 0:
            beside = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
            others = "".join(_ROWS[n][max(0, at - 1) : at + 2] for n in (number - 1, number + 1) if 0 <= n < len(_ROWS))
            return "".join(char for char in beside + others if char.isalpha())
    return ""
