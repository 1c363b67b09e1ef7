"""Answers that say one thing only: thanks, or that the matter is no longer needed.

    [[saying]]
    for = "thanks"
    words = ["dziękuj*", "thank you", "za pomoc"]

A mail says only thanks when every word of it belongs to a phrase for "thanks", or to one that may stand beside it, and
at least one speaks for it. One word that no phrase knows, a digit or a question mark, and it says more. So whoever adds
"but it still fails" is heard, in whatever language, though nobody has written those words into the rules.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mailgate.core.problem import Problem
from mailgate.core.tables import Reader, Table
from mailgate.core.words import words_of

# What phrases may stand for: thanks; that it works now; that nothing is needed any more; greetings and good wishes.
THANKS, SOLVED, WITHDRAWAL, COURTESY = "thanks", "solved", "withdrawal", "courtesy"
MEANINGS = (THANKS, SOLVED, WITHDRAWAL, COURTESY)
# What a mail may say only -> the phrases of which there must be one, and those that may stand beside them.
_ONLY = {
    THANKS: (frozenset({THANKS, SOLVED}), frozenset({COURTESY})),
    WITHDRAWAL: (frozenset({WITHDRAWAL, SOLVED}), frozenset({THANKS, COURTESY})),
}
# A longer mail says more than one thing.
_MOST_WORDS = 40
# Letters of a name that may stand under a mail without being its signature.
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Some words in a row that stand for something."""

    # One of `MEANINGS`.
    meaning: str
    # Folded; "*" at the end of one lets any ending follow.
    words: tuple[str, ...]

    def ends(self, said: Sequence[str], start: int) -> int | None:
        """The place behind the phrase, where it stands at `start`; None where it does not."""
        end = start + len(self.words)
        if end > len(said):
            return None
        pairs = zip(self.words, said[start:end], strict=True)
        return end if all(_is(word, each) for word, each in pairs) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """The phrases of the rulebook."""

    # By the first letter of their first word.
    phrases: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)

    def only(self, text: str, names: Iterable[str] = ()) -> frozenset[str]:
        """What the text says only: "thanks", "withdrawal", both, or nothing.

        Args:
            text: what the author wrote this time.
            names: of the author; they may stand anywhere in it.
        """
        if "?" in text:
            return frozenset()
        said = [word.folded for word in words_of(text, _MOST_WORDS + 1)]
        if not 0 < len(said) <= _MOST_WORDS:
            return frozenset()
        own = {word.folded for name in names for word in words_of(name) if len(word.folded) >= _SHORTEST_NAME}
        found = self._meanings(said, own)
        return frozenset(
            only
            for only, (needed, beside) in _ONLY.items()
            if any(each & needed and each <= needed | beside for each in found)
        )

    def _meanings(self, said: Sequence[str], own: Collection[str]) -> set[frozenset[str]]:
        """What the phrases stand for into which the words can be parted, for each way; empty when there is none."""
        ways: list[set[frozenset[str]]] = [set() for _ in range(len(said) + 1)]
        ways[0].add(frozenset())
        for place, word in enumerate(said):
            if not ways[place]:
                continue
            if word in own:
                ways[place + 1] |= ways[place]
            for phrase in self.phrases.get(word[:1], ()):
                end = phrase.ends(said, place)
                if end is not None:
                    ways[end] |= {each | {phrase.meaning} for each in ways[place]}
        return ways[-1]


def read_sayings(tables: Iterable[Table]) -> tuple[Sayings, tuple[Problem, ...]]:
    """Read every `[[saying]]`; tables of other names are left to other rooms."""
    phrases: dict[str, list[Phrase]] = {}
    problems: list[Problem] = []
    for table in tables:
        if table.name != "saying":
            continue
        reader = Reader(table)
        meaning = reader.choice("for", MEANINGS)
        for text in reader.texts("words", None):
            words = _folded(text)
            if not words:
                reader.problem("words", f'"{text}": words are wanted; a * may stand only at the end of one')
            else:
                phrases.setdefault(words[0][:1], []).append(Phrase(meaning=meaning, words=words))
        problems.extend(reader.problems())
    return Sayings(phrases={letter: tuple(found) for letter, found in phrases.items()}), tuple(problems)


def _folded(text: str) -> tuple[str, ...]:
    """The words of a phrase; empty when there are none, or a star stands elsewhere than at the end of one."""
    folded: list[str] = []
    for piece in text.split():
        words = [word.folded for word in words_of(piece.removesuffix("*"))]
        if "*" in piece[:-1] or not words:
            return ()
        folded.extend((*words[:-1], words[-1] + ("*" if piece.endswith("*") else "")))
    return tuple(folded)


def _is(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
