"""What somebody says in an answer, in small pieces: sentences of words and numbers."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailgate.core.choice.phrases import (
    CYRILLIC_THREE,
    FILLERS,
    INSTEAD,
    LAST,
    NONE,
    NONE_ALONE,
    NOT,
    NUMBERS,
    POINTING,
    SEVERAL,
    THINGS,
    VERBS,
)
from mailgate.core.words import fold

# A choice stands at the beginning; what comes after so many sentences is the description of something.
_MOST_SENTENCES = 12
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_SENTENCES = re.compile(r"[\n;!?•|]+|[.:](?=\s|$)|\s[-–—]{1,2}\s")
# Commas part short lines only: "dzień dobry, numer 2, dziękuję". In longer ones they part what is listed.
_SHORT_LINE = 10
# A line of our list where it is quoted: "> 2. „Złóż zgłoszenie INTRASTAT”".
_QUOTED_CHOICE = re.compile(r"^[>|\s]*(\d)\s?\.\s")
_ARROWS = re.compile(r"[<>←⬅→=*✓✔☑✅\[\]()-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, folded."""

    words: tuple[str, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Its words that count. In "the second one" and "this one" it is the word before that does."""
        found = [word for word in self.words if word in NUMBERS or word in LAST or word[0].isdigit()]
        return tuple(
            word for word in found if word != "one" or (len(found) == 1 and not {"this", "the"} & set(self.words))
        )

    @property
    def says(self) -> tuple[str, ...]:
        """Its words that are neither numbers nor fillers."""
        return tuple(
            word
            for word in self.words
            if word not in FILLERS
            and len(word) > 1
            and word not in self.numbers
            and word not in SEVERAL
            and word not in NONE_ALONE
            and word not in NOT
            and not THINGS.fullmatch(word)
        )

    @property
    def is_none(self) -> bool:
        """Whether it says that none of them is meant."""
        alone = not self.says and not self.numbers and any(word in NONE_ALONE for word in self.words)
        return alone or bool(NONE.search(" ".join(self.words)))


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The first sentences of a text."""
    return tuple(itertools.islice(_sentences(text), _MOST_SENTENCES))


def _sentences(text: str) -> Iterator[Sentence]:
    for line in CYRILLIC_THREE.sub("3", text).splitlines():
        short = len(line.split()) <= _SHORT_LINE
        for piece in _SENTENCES.split(re.sub(r"(?<=\s)\d\.(?=\s)|^\s*\d\.(?=\s)", lambda m: m[0][:-1], line)):
            for part in piece.split(",") if short else (piece,):
                words = tuple(_TOKEN.findall(fold(part)))
                if words:
                    yield Sentence(words=words)


def numbers_in(sentences: Iterable[Sentence], offered: int) -> tuple[int, ...]:
    """The numbers that are chosen, in order; one beyond those offered is 0."""
    chosen: list[int] = []
    for sentence in sentences:
        found = _of_sentence(sentence)
        chosen.extend(_count(word, offered) for word in found)
    return tuple(dict.fromkeys(chosen))


def _of_sentence(sentence: Sentence) -> list[str]:
    """The number words of one sentence that choose something."""
    numbers, words = sentence.numbers, sentence.words
    if any(word in SEVERAL for word in words) and not sentence.says:
        return ["1", "2"]
    if not numbers:
        return []
    if not sentence.says:
        if any(re.search(r"\d{2}", word) for word in numbers) and len(numbers) > 1:
            return []  # a phone number, a date
        return [word for place, word in enumerate(words) if word in numbers and not _denied(words, place)]
    return [
        word
        for place, word in enumerate(words)
        if word in numbers and _is_chosen(words, place) and not _denied(words, place)
    ]


def _is_chosen(words: tuple[str, ...], place: int) -> bool:
    """Whether the words around a number say that it is chosen, in a sentence that says other things too."""
    before, after = words[max(0, place - 3) : place], words[place + 1 : place + 2]
    near = [
        word
        for word in before
        if word not in {"nr", "numer", "number", "no", "nummer", "cislo", "nomer", "the", "ta", "to"}
    ]
    if near and (THINGS.fullmatch(near[-1]) or VERBS.fullmatch(near[-1])):
        return True
    if len(near) > 1 and VERBS.fullmatch(near[-2]) and near[-1] in FILLERS:
        return True
    ordinal = not words[place].isdigit()
    return ordinal and bool(after) and (THINGS.fullmatch(after[0]) is not None)


def _denied(words: tuple[str, ...], place: int) -> bool:
    """Whether it stands behind a "not" ("nie 1, tylko 2"), or right before one that ends the sentence ("1 nie")."""
    if words[place + 1 :] in {("nie",), ("not",), ("nicht",), ("ne",)}:
        return True
    for word in reversed(words[:place]):
        if word in NOT and word != "no":
            return True
        if word in INSTEAD:
            return False
    return False


def _count(word: str, offered: int) -> int:
    """What a number word counts, or 0 when so many were not offered."""
    if word in LAST:
        return offered
    number = NUMBERS.get(word, int(word) if word.isdigit() and len(word) < 4 else 0)
    return number if 1 <= number <= offered else 0


def pointed_at(text: str) -> int | None:
    """The number of the quoted choice that a short word of the author's own stands under, or beside; else None.

    Args:
        text: the whole text of the mail, with its quotation.
    """
    choice, found = None, set()
    for line in text.splitlines():
        quoted = _QUOTED_CHOICE.match(line)
        is_quoted = line.lstrip().startswith((">", "|"))
        if quoted and is_quoted:
            choice = int(quoted[1])
        elif is_quoted:
            continue
        elif choice and line.strip():
            words = _TOKEN.findall(fold(_ARROWS.sub(" ", line)))
            if (not words and _ARROWS.search(line)) or (words and all(word in POINTING for word in words)):
                found.add(choice)
            choice = None
    return found.pop() if len(found) == 1 else None


def content_words(sentences: Iterable[Sentence]) -> list[str]:
    """What the sentences say, without fillers and numbers, and without what is denied."""
    said: list[str] = []
    for sentence in sentences:
        says = set(sentence.says)
        said.extend(
            word for place, word in enumerate(sentence.words) if word in says and not _denied(sentence.words, place)
        )
    return said
