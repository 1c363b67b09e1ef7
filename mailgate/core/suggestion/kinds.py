"""Cues that might be worth adding: words that stand mostly in mails of one kind, among them mails taken for another."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mailgate.core.catalogue import Catalogue
from mailgate.core.decision import Decision
from mailgate.core.request import Kind
from mailgate.core.service import Lexicon
from mailgate.core.suggestion.candidate import Candidate
from mailgate.core.suggestion.lesson import Lesson
from mailgate.core.words import Word, stem, words_of

# Words of a mail that are looked at.
_READ = 150
# A word must stand in so many mails of its kind for each one of the other.
_MOSTLY = 4
# Kinds differ by many small signs, so that chance joins words to them: so many authors must have been misread.
_FEWEST = 3
_KINDS = (Kind.INCIDENT, Kind.INFORMATION)


def find_cues(
    lessons: Sequence[Lesson], decisions: Sequence[Decision], catalogue: Catalogue, lexicon: Lexicon
) -> list[Candidate]:
    """Words of mails that were taken for another kind, the most promising first. What names services is no cue."""
    named = {
        stem(word.folded)
        for service in catalogue.services.values()
        for text in (service.title, service.title_en, *service.names, *service.forms, *service.hints)
        for word in words_of(text)
        if word.folded not in lexicon.small
    }
    holding: dict[str, set[int]] = defaultdict(set)
    for place, lesson in enumerate(lessons):
        if lesson.answer and lesson.answer.kind in _KINDS:
            for text in _texts(lesson, named, lexicon):
                holding[text].add(place)
    found = [
        candidate
        for kind in _KINDS
        for text, places in holding.items()
        if (candidate := _candidate(text, kind, places, lessons, decisions))
    ]
    return sorted(found, key=lambda each: each.rank)


def _candidate(
    text: str, kind: Kind, places: set[int], lessons: Sequence[Lesson], decisions: Sequence[Decision]
) -> Candidate | None:
    """The words as a cue for that kind; None where they help too few, or speak for the other kind as well."""
    right = {place for place in places if _kind(lessons[place]) == kind}
    helps = frozenset(
        place for place in right if lessons[place].is_told and decisions[place].kind in {*_KINDS} - {kind}
    )
    authors = len({lessons[place].author for place in helps})
    others = len(places) - len(right)
    if authors < _FEWEST or others * _MOSTLY > len(right):
        return None
    return Candidate(
        kind="cue",
        speaks_for=f"kind:{kind}",
        text=text,
        length=len(text.split()),
        helps=helps,
        authors=authors,
        elsewhere=others,
    )


def _kind(lesson: Lesson) -> str | None:
    return lesson.answer.kind if lesson.answer else None


def _texts(lesson: Lesson, named: set[str], lexicon: Lexicon) -> Iterator[str]:
    """Words, and two words in a row, as a cue would have them."""
    own = {word.folded for author in lesson.facts.mail.authors for word in words_of(f"{author.name} {author.addr}")}
    for text in (lesson.facts.mail.subject, lesson.facts.thread.new_text):
        words = words_of(text, _READ)
        for word, after in zip(words, [*words[1:], None], strict=True):
            if not _speaks(word, named, own):
                continue
            if len(word.folded) > 2 and word.folded not in lexicon.small:
                yield word.written.lower()
            if after and not word.gap.strip() and _speaks(after, named, own):
                yield f"{word.written} {after.written}".lower()


def _speaks(word: Word, named: set[str], own: set[str]) -> bool:
    return word.folded.isalpha() and word.folded not in own and stem(word.folded) not in named
