"""A subject, cut into words, with what does not name anything set aside: prefixes, companies, people, negations."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailgate.core.service.lexicon import Lexicon, Phrase
from mailgate.core.vocabulary import MISTYPED, Vocabulary
from mailgate.core.words import Word, fold_word, latin_shape, latin_sound, words_of

_TAG = re.compile(r"^\s*(?:\[[^\]]{1,40}\]|#\d+|\*+SPAM\*+)\s*[:\-–]?\s*")
# What ends a part of a subject: a dash between blanks, a colon, a stroke between blanks, a bracket.
_PART_ENDS = re.compile(r"\s[-–—|/]+\s|[:;|–—!?]|,\s|\.\s")


# A word of so many letters may have been cut in two.
_CUT = 7
# What may stand between the pieces of a symbol.
_SYMBOL_GAPS = frozenset({"-", "/", " ", "–", ""})
_QUOTES = "\"„”“«»'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The words of a subject and what each of them is there for."""

    words: tuple[Word, ...]
    # Places of words that belong to the name of a company or a person.
    names: frozenset[int]
    # Places of words in brackets.
    aside: frozenset[int]
    # For each place the number of the part it stands in; parts are divided by dashes, colons and the like.
    parts: tuple[int, ...]

    @property
    def mended(self) -> str:
        """The subject as it was meant: glued words apart, mistyped ones mended; the marks between them stay."""
        return "".join((word.meant or word.written) + (word.gap or " ") for word in self.words)


def read_subject(text: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Subject:
    """Cut a subject into words and set aside what names nothing."""
    seen = _in_latin(words_of(_without_prefixes(" ".join(text.split()), lexicon)), vocabulary)
    healed = _healed(_joined(seen), vocabulary)
    words = _mended(_unglued(healed, vocabulary), vocabulary, lexicon)
    parts = _parts(words)
    return Subject(
        words=words,
        names=frozenset(_companies(words, parts, lexicon))
        | frozenset(_people(words, lexicon, vocabulary))
        | frozenset(_quoted(words)),
        aside=frozenset(_in_brackets(words)),
        parts=parts,
    )


def _in_latin(words: Iterable[Word], vocabulary: Vocabulary) -> list[Word]:
    """Words with the symbols that were written in other letters in Latin: "АКС" by its shape, "АКЦ-ВВ" by its sound."""
    read: list[Word] = []
    for word in words:
        last = read[-1] if read else None
        # A symbol goes on behind what was itself in other letters: the "ВВ" of "АКЦ-ВВ".
        goes_on = last is not None and not last.written.isascii() and last.gap in _SYMBOL_GAPS and last.folded.isascii()
        read.append(_symbol(word, last.folded if last and goes_on else "", vocabulary))
    return read


def _symbol(word: Word, before: str, vocabulary: Vocabulary) -> Word:
    """A word in capitals that nobody knows as it stands, as the piece of a symbol that it looks or sounds like."""
    if word.written.isascii() or not word.written.isupper() or vocabulary.knows(word.folded):
        return word
    for latin in (latin_shape, latin_sound):
        folded = fold_word(latin(word.written))
        if folded.isascii() and folded != word.folded and vocabulary.begins_a_code(before + folded):
            return word._replace(folded=folded)
    return word


def _without_prefixes(text: str, lexicon: Lexicon) -> str:
    """The subject without `Re:`, `[EXTERNAL]`, `PILNE` and the like, however many there are."""
    for _ in range(12):
        tagged = _TAG.match(text)
        rest = text[tagged.end() :] if tagged else _without_prefix(text, lexicon)
        if rest == text or not rest.strip():
            return text
        text = rest
    return text


def _without_prefix(text: str, lexicon: Lexicon) -> str:
    words = words_of(text[:60])
    for length in (2, 1):
        head = tuple(word.folded for word in words[:length])
        if len(head) < length or head not in lexicon.prefixes or len(words) == length:
            continue
        last = words[length - 1]
        if last.gap.strip() or last.written.isupper():
            found = re.match(rf"\W*(?:\w+\W+){{{length}}}", text)
            return text[found.end() :] if found else text
    return text


def _joined(words: Sequence[Word]) -> list[Word]:
    """Words without the endings that people hang on acronyms ("SENT-em"), and spaced-out letters glued."""
    kept: list[Word] = []
    for word in words:
        if kept and kept[-1].gap in {"-", "'"} and kept[-1].written.isupper() and word.written in _HANGING:
            kept[-1] = kept[-1]._replace(gap=word.gap)
        else:
            kept.append(word)
    glued: list[Word] = []
    for word in kept:
        last = glued[-1] if glued else None
        letters = last is not None and last.gap == " " and last.folded.isalpha() and len(word.folded) == 1
        if last is not None and letters and word.folded.isalpha() and _spelt(kept, word.place):
            glued[-1] = _together(last, word)
        else:
            glued.append(word)
    return _numbered(glued)


def _numbered(words: Iterable[Word]) -> list[Word]:
    """Words with their places among these."""
    return [word if word.place == place else word._replace(place=place) for place, word in enumerate(words)]


def _together(word: Word, other: Word) -> Word:
    """Two pieces of a word as one."""
    return word._replace(written=word.written + other.written, folded=word.folded + other.folded, gap=other.gap)


_HANGING = frozenset("em u a ie cie owi ow ach ami om y i e owy owe owego owej owa".split())  # noqa: SIM905 (reads better)


def _spelt(words: Sequence[Word], place: int) -> bool:
    """Whether the word is a letter in a row of at least three single letters."""
    at = next(i for i, word in enumerate(words) if word.place == place)
    left = right = at
    while left > 0 and _is_letter(words[left - 1]) and words[left - 1].gap == " ":
        left -= 1
    while right + 1 < len(words) and _is_letter(words[right + 1]) and words[right].gap == " ":
        right += 1
    return left < at and right - left >= 2


def _is_letter(word: Word) -> bool:
    return len(word.folded) == 1 and word.folded.isalpha()


def _healed(words: Sequence[Word], vocabulary: Vocabulary) -> list[Word]:
    """Words that a stray blank cut in two, whole again: "zgł oszenie"."""
    healed: list[Word] = []
    for word in words:
        last = healed[-1] if healed else None
        whole = last.folded + word.folded if last is not None and last.gap == " " else ""
        cut = len(whole) >= _CUT and not vocabulary.knows(word.folded) and vocabulary.knows(whole)
        if last is not None and cut and not vocabulary.knows(last.folded):
            healed[-1] = _together(last, word)
        else:
            healed.append(word)
    return healed


def _unglued(words: Sequence[Word], vocabulary: Vocabulary) -> tuple[Word, ...]:
    """Words that were written as one, apart."""
    pieces = [
        word._replace(written=piece if word.written.islower() else piece.upper(), folded=piece)
        if piece != word.folded
        else word
        for word in words
        for piece in vocabulary.split(word.folded)
    ]
    return tuple(_numbered(pieces))


def _mended(words: Iterable[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> tuple[Word, ...]:
    """Words with what the mistyped ones were taken for."""
    mended = []
    for word in words:
        meaning = None if word.folded in lexicon.small else vocabulary.meaning(word.folded)
        mended.append(word._replace(meant=meaning.word) if meaning and meaning.quality == MISTYPED else word)
    return tuple(mended)


def _parts(words: Sequence[Word]) -> tuple[int, ...]:
    parts: list[int] = []
    number = 0
    for word in words:
        parts.append(number)
        number += bool(_PART_ENDS.search(word.gap))
    return tuple(parts)


def _in_brackets(words: Sequence[Word]) -> Iterable[int]:
    depth = 0
    for word in words:
        if depth:
            yield word.place
        depth = max(0, depth + word.gap.count("(") - word.gap.count(")"))


def _companies(words: Sequence[Word], parts: Sequence[int], lexicon: Lexicon) -> Iterable[int]:
    """Places of company names: what stands before a legal form, and a capitalised word before "Logistics"."""
    for place, word in enumerate(words):
        length = phrase_begins_at(words, place, lexicon.legal_forms)
        if length:
            yield from range(place, place + length)
            ahead = phrase_begins_at(words, place, lexicon.legal_forms_ahead)
            behind = _name_behind(words, parts, place, ahead) if ahead else ()
            yield from behind or _name_before(words, parts, place)
        elif word.folded in lexicon.companies and _ends_a_name(words, parts, place, lexicon):
            yield from (place - 1, place)


def _ends_a_name(words: Sequence[Word], parts: Sequence[int], place: int, lexicon: Lexicon) -> bool:
    """Whether a word by which firms are known stands behind a name, and nothing behind it that makes it a thing."""
    if place == 0 or parts[place - 1] != parts[place]:
        return False
    goes_on = place + 1 < len(words) and parts[place + 1] == parts[place]
    if goes_on and words[place + 1].folded in lexicon.no_companies_before:
        return False
    return words[place].written[:1].isupper() and words[place - 1].written[:1].isupper()


def _quoted(words: Sequence[Word]) -> Iterable[int]:
    """Places of single words in quotation marks, written like a name: Butik "Celina"."""
    for before, word in itertools.pairwise(words):
        opened = before.gap[-1:] in _QUOTES and before.gap.strip()
        if opened and word.gap[:1] and word.gap[:1] in _QUOTES and word.written.istitle():
            yield word.place


def _name_before(words: Sequence[Word], parts: Sequence[int], place: int) -> Iterable[int]:
    """The words of a company's name before its legal form: at most four, capitalised, in the same part."""
    at = place - 1
    while at >= 0 and place - at <= 4 and parts[at] == parts[place]:
        word = words[at]
        if not word.written[:1].isupper() and place - at > 1:
            return
        yield at
        at -= 1


def _name_behind(words: Sequence[Word], parts: Sequence[int], place: int, length: int) -> list[int]:
    """The one word behind a legal form, where it is written like a name and none stands before the form."""
    beside = (place - 1, place + length)
    named = [at for at in beside if 0 <= at < len(words) and parts[at] == parts[place] and words[at].written.istitle()]
    return named if named == [place + length] else []


def _people(words: Sequence[Word], lexicon: Lexicon, vocabulary: Vocabulary) -> Iterable[int]:
    """Places of people's names: after "pan", and "Opal Zenon" (a code written like a name beside an unknown name)."""
    for place, word in enumerate(words):
        if word.folded in lexicon.persons and place + 1 < len(words) and words[place + 1].written.istitle():
            yield place + 1
            if place + 2 < len(words) and words[place + 2].written.istitle():
                yield place + 2
        elif word.written.istitle() and vocabulary.code(word.folded):
            for beside in (place - 1, place + 1):
                if 0 <= beside < len(words) and _is_name(words, min(beside, place), words[beside], vocabulary):
                    yield place


def _is_name(words: Sequence[Word], first: int, word: Word, vocabulary: Vocabulary) -> bool:
    together = words[first].gap in {" ", "-"}
    return together and word.written.istitle() and word.written.isalpha() and not vocabulary.meaning(word.folded)


def phrase_ends_at(words: Sequence[Word], place: int, phrases: frozenset[Phrase], longest: int = 4) -> int:
    """The length of the longest of the phrases that ends just before a place, or 0."""
    folded = tuple(word.folded for word in words[max(0, place - longest) : place])
    return next((length for length in range(len(folded), 0, -1) if folded[-length:] in phrases), 0)


def phrase_begins_at(words: Sequence[Word], place: int, phrases: frozenset[Phrase], longest: int = 5) -> int:
    """The length of the longest of the phrases that begins at a place, or 0."""
    folded = tuple(word.folded for word in words[place : place + longest])
    return next((length for length in range(len(folded), 0, -1) if folded[:length] in phrases), 0)
