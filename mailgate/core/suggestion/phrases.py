"""Names and hints that might be worth adding: phrases of mails that did not get where they belong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mailgate.core.catalogue import Service
from mailgate.core.decision import Decision, Outcome
from mailgate.core.rulebook import Rulebook
from mailgate.core.service import Lexicon
from mailgate.core.suggestion.candidate import Candidate
from mailgate.core.suggestion.lesson import Grade, Lesson
from mailgate.core.words import Word, stem, words_of

_LONGEST = 3
# What a mail is about stands at the beginning of its body.
_BODY_WORDS = 150
# Phrases that are looked for in all mails, of each service.
_COUNTED = 100
# A word with so many digits is a number of something.
_DIGITS = 4
_CAPITALS = 6
# A word of so many letters that stands inside an address belongs to whoever writes from there.
_OWN = 5
# Cues that may speak of any service.
_ABOUT_ANYTHING = ("kind:", "language:", "environment:", "complaint", "form_filling")

# What a phrase says, however inflected and in whatever order.
_Key = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A mail, cut into what phrases are made of."""

    subject: Sequence[Word]
    body: Sequence[Word]
    # Places in the subject that belong to the name of a company or a person.
    names: frozenset[int]
    # Folded words that cues found in it; they say what is wanted, not of which service.
    spoken: frozenset[str]
    # Folded names and addresses of the author, a blank around each word.
    own: str
    subject_roots: _Key
    roots: _Key


def find_phrases(
    lessons: Sequence[Lesson], decisions: Sequence[Decision], book: Rulebook, lexicon: Lexicon
) -> list[Candidate]:
    """Names from subjects and hints from bodies, the most promising first.

    Args:
        lessons: all mails.
        decisions: what the rules make of each of them now.
        book: the rules.
        lexicon: how words weigh in them.
    """
    read = [_read(lesson, book, lexicon) for lesson in lessons]
    finder = _Finder(lessons=lessons, decisions=decisions, read=read, lexicon=lexicon)
    found: list[Candidate] = []
    for kind in ("name", "hint"):
        for service, places in finder.missed(kind).items():
            if service in book.catalogue.services:
                found.extend(finder.candidates(kind, book.catalogue.services[service], places))
    return sorted(found, key=lambda each: each.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    """Looks for phrases in mails that have been read."""

    lessons: Sequence[Lesson]
    decisions: Sequence[Decision]
    read: Sequence[_Read]
    lexicon: Lexicon

    def missed(self, kind: Literal["name", "hint"]) -> dict[str, list[int]]:
        """Service -> places of the lessons that a name, or a hint, could help to it.

        Hints decide only what is offered, and only where the subject names nothing.
        """
        groups: dict[str, list[int]] = defaultdict(list)
        for place, (lesson, decision) in enumerate(zip(self.lessons, self.decisions, strict=True)):
            answer = lesson.answer
            if answer is None or not lesson.is_told:
                continue
            grade = answer.grade(decision)
            if kind == "name" and answer.outcome is Outcome.TICKET and grade is not Grade.RIGHT:
                wanted = answer.services[:1]
            elif kind == "hint" and answer.outcome is not Outcome.REJECT and grade is Grade.LOST:
                wanted = answer.services
            else:
                continue
            for service in filter(None, wanted):
                groups[service].append(place)
        return groups

    def candidates(self, kind: Literal["name", "hint"], service: Service, places: Sequence[int]) -> Iterator[Candidate]:
        """The phrases that these lessons share; in a subject also those that stand in one alone."""
        known = {self._key(words_of(text)) for text in (*service.names, *(service.hints if kind == "hint" else ()))}
        forms: dict[_Key, Counter[str]] = defaultdict(Counter)
        for place in places:
            for run in self._runs(kind, self.read[place]):
                forms[self._key(run)][_form(run, shouting=_shouts(self.read[place].subject))] += 1
        helps = {key: self._holding(kind, key, places) for key in forms.keys() - known}
        for key in self._telling(helps, kind):
            elsewhere = self._elsewhere(kind, service.id, key, frozenset(range(len(self.lessons))) - helps[key])
            if elsewhere < len(helps[key]):
                yield Candidate(
                    kind=kind,
                    speaks_for=service.id,
                    text=min(forms[key].items(), key=lambda form: (-form[1], len(form[0]), form[0]))[0],
                    length=len(key),
                    helps=helps[key],
                    authors=self._authors(helps[key]),
                    elsewhere=elsewhere,
                )

    def _telling(self, helps: dict[_Key, frozenset[int]], kind: str) -> list[_Key]:
        """The phrases worth a look: of those that stand in the very same mails only the longest."""
        longest: dict[frozenset[int], _Key] = {}
        for key in sorted(helps, key=lambda key: (-len(key), sorted(key))):
            if kind == "name" or self._authors(helps[key]) > 1:
                longest.setdefault(helps[key], key)
        return sorted(longest.values(), key=lambda key: (-len(helps[key]), -len(key), sorted(key)))[:_COUNTED]

    def _runs(self, kind: str, read: _Read) -> Iterator[Sequence[Word]]:
        """Every run of one to three words that may stand for a service."""
        words, barred = (read.subject, read.names) if kind == "name" else (read.body, frozenset())
        for start, word in enumerate(words):
            if word.place in barred or self._is_idle(word, read):
                continue
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
                run = words[start:end]
                if run[-1].place in barred or _is_own(run[-1], read) or _is_cut(run):
                    break
                if not self._is_idle(run[-1], read) and not self._key(run) <= self.lexicon.ordinary:
                    yield run

    def _is_idle(self, word: Word, read: _Read) -> bool:
        """Whether a phrase may not begin or end with the word."""
        folded = word.folded
        return (
            len(folded) < 3
            or folded in self.lexicon.small
            or folded in read.spoken
            or (folded,) in self.lexicon.prefixes
            or folded in self.lexicon.persons | self.lexicon.companies
            or _is_own(word, read)
            or sum(char.isdigit() for char in folded) >= min(_DIGITS, len(folded))
        )

    def _key(self, run: Iterable[Word]) -> _Key:
        return _roots(run, self.lexicon)

    def _holding(self, kind: str, key: _Key, places: Iterable[int]) -> frozenset[int]:
        """The lessons that hold all words of a phrase."""
        return frozenset(
            place
            for place in places
            if key <= (self.read[place].subject_roots if kind == "name" else self.read[place].roots)
        )

    def _elsewhere(self, kind: str, service: str, key: _Key, places: Iterable[int]) -> int:
        """How many lessons speak against a phrase for that service.

        A name is found in subjects; but one word alone that others use in bodies is a word like any other.
        """
        where = kind if len(key) > 1 else "anywhere"
        return sum(self._is_against(kind, service, place) for place in self._holding(where, key, places))

    def _is_against(self, kind: str, service: str, place: int) -> bool:
        answer = self.lessons[place].answer
        if answer is None or service in answer.services:
            return False
        return kind == "name" or self.decisions[place].outcome is not Outcome.TICKET

    def _authors(self, places: Iterable[int]) -> int:
        return len({self.lessons[place].author for place in places})


def _read(lesson: Lesson, book: Rulebook, lexicon: Lexicon) -> _Read:
    mail = lesson.facts.mail
    subject = book.recogniser.read(mail.subject)
    body = words_of(lesson.facts.thread.new_text, _BODY_WORDS)
    spoken = (
        *book.cues.find(subject.mended, "subject"),
        *book.cues.find(lesson.facts.thread.new_text, "body"),
    )
    own = words_of(" ".join(f"{author.name} {author.addr}" for author in mail.authors))
    said = (word for cue in spoken if cue.speaks_for.startswith(_ABOUT_ANYTHING) for word in cue.words.split())
    in_subject = _roots(subject.words, lexicon)
    return _Read(
        subject=subject.words,
        body=body,
        names=subject.names,
        spoken=frozenset(said),
        own=f" {' '.join(word.folded for word in own)} ",
        subject_roots=in_subject,
        roots=in_subject | _roots(body, lexicon),
    )


def _roots(words: Iterable[Word], lexicon: Lexicon) -> _Key:
    # As written: what looks like a slip in a known word may be the very word that the rules lack.
    return frozenset(lexicon.root(stem(word.folded)) for word in words if word.folded not in lexicon.small)


def _is_own(word: Word, read: _Read) -> bool:
    """Whether a word is a name of the author, or of the company whose address it is."""
    return f" {word.folded} " in read.own or (len(word.folded) >= _OWN and word.folded in read.own)


def _is_cut(run: Sequence[Word]) -> bool:
    """Whether more than a blank or a stroke stands between its words."""
    return any(each.gap.strip(" -/\n") for each in run[:-1])


def _shouts(words: Iterable[Word]) -> bool:
    return not any(word.written.islower() for word in words)


def _form(run: Sequence[Word], *, shouting: bool) -> str:
    """A phrase as an operator would write it: in small letters, but for symbols and acronyms."""
    text = ""
    for word in run:
        text += word.written.upper() if _is_symbol(word, shouting=shouting) else word.written.lower()
        text += "" if word is run[-1] else word.gap.strip() or " "
    return text


def _is_symbol(word: Word, *, shouting: bool) -> bool:
    if any(char.isdigit() for char in word.written):
        return True
    return word.written.isupper() and len(word.written) <= _CAPITALS and not shouting
