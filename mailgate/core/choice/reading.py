"""Reads an answer to our question which service a mail is about.

People answer with a digit, an ordinal, a name, some words of a title, or by a link of ours that has filled in the
subject; before, between or after the quoted letter, with greetings or without. What is looked at, in this order: a
number in the author's own words, the number of a link's subject, a word that points at a line of the quoted list,
"none of these", a name. What says two things is unclear: a question more costs less than a wrong ticket.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from mailgate.core.catalogue import Catalogue
from mailgate.core.choice.phrases import YES
from mailgate.core.choice.record import Choice, Chosen
from mailgate.core.choice.spoken import Sentence, content_words, numbers_in, pointed_at, sentences_of
from mailgate.core.choice.token import without_tokens
from mailgate.core.cues import CueBook
from mailgate.core.request import understand
from mailgate.core.service import Match, Named, Recogniser
from mailgate.core.words import fold_word, stem, words_of

# The subject that a link of ours has filled in: "2. Złóż zgłoszenie INTRASTAT [ref. ...]".
_LINK = re.compile(r"^\s*(\d)\s?\.\s+\S")
_PREFIXES = re.compile(r"^\s*(?:(?:re|odp|aw|sv|fw|fwd|pd|wg)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
# A name stands in so many words at the beginning; in an answer that says more, words of a title come by chance.
_NAME_WORDS = 40
_FEW_WORDS = 14
# So much alike is a mistyped word.
_ALIKE = 86.0
_LONG_ENOUGH = 5
# A mail that says no more than so many words beside its choice makes no sense alone: a name under a digit.
_BARE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads answers by one rulebook."""

    catalogue: Catalogue
    recogniser: Recogniser
    cues: CueBook

    def read(self, subject: str, own: str, whole: str, offers: Sequence[str], asked_under: str = "") -> Choice:
        """What an answer says.

        Args:
            subject: of the answer, decoded.
            own: what its author wrote this time.
            whole: the whole text, with the quotation.
            offers: the service ids that were offered, in the order shown.
            asked_under: the subject of the mail that the question is about; an answer that merely keeps it says
                nothing by it.
        """
        sentences = sentences_of(own)
        bare = len(content_words(sentences)) <= _BARE
        link = _LINK.match(_PREFIXES.sub("", without_tokens(subject)))
        number = _one(numbers_in(sentences, len(offers)), (int(link[1]),) if link else (), _as_tuple(pointed_at(whole)))
        none = any(sentence.is_none for sentence in sentences)
        if number is not None and none:
            return Choice(chosen=Chosen.UNCLEAR, saw="it names a number, and says that none fits")
        if number is not None:
            choice = self._numbered(number, offers, bare=bare)
            return self._unless_it_says_otherwise(choice, sentences, own, offers)
        if len(offers) == 1 and sentences and not content_words(sentences) and _agrees(sentences):
            return self._numbered((1,), offers, bare=bare)
        named = self._named(sentences, own, () if none else offers) or self._in_subject(subject, asked_under, bare=bare)
        if named is not None:
            return named
        if none:
            return Choice(chosen=Chosen.NONE, saw="it says that none of them fits", bare=bare)
        return Choice(chosen=Chosen.UNCLEAR, saw="it names no number and no service", bare=bare)

    def _numbered(self, numbers: tuple[int, ...], offers: Sequence[str], *, bare: bool) -> Choice:
        if len(numbers) > 1:
            return Choice(chosen=Chosen.UNCLEAR, saw="it names several numbers", bare=bare)
        place = numbers[0]
        if not 1 <= place <= len(offers) or offers[place - 1] not in self.catalogue.services:
            return Choice(chosen=Chosen.UNCLEAR, saw=f"it names a number, and {len(offers)} were offered", bare=bare)
        return self._service(offers[place - 1], f"the number {place}", bare=bare)

    def _unless_it_says_otherwise(
        self, choice: Choice, sentences: Sequence[Sentence], own: str, offers: Sequence[str]
    ) -> Choice:
        """The choice of a number; unclear when a short answer names another one of those offered beside it."""
        if choice.chosen is not Chosen.SERVICE or len(content_words(sentences)) > _FEW_WORDS:
            return choice
        named = self._named(sentences, own, offers)
        if named is None or named.service is None or named.service == choice.service or named.service not in offers:
            return choice
        return Choice(chosen=Chosen.UNCLEAR, saw=f"{choice.saw}, but {named.saw}", bare=choice.bare)

    def _service(self, service: str, saw: str, *, system: str | None = None, bare: bool) -> Choice:
        leading = self.catalogue.services[service].system
        return Choice(chosen=Chosen.SERVICE, service=service, system=system or leading, saw=saw, bare=bare)

    def _in_subject(self, subject: str, asked_under: str, *, bare: bool) -> Choice | None:
        """A subject that was written anew and names a service, as the older letters asked for."""
        words = _PREFIXES.sub("", without_tokens(subject)).strip()
        kept = _PREFIXES.sub("", without_tokens(asked_under)).strip()
        if not words or words == kept:
            return None
        found = self._recognised(words, (), 0, place="subject")
        return replace(found, bare=bare) if found else None

    def _named(self, sentences: Sequence[Sentence], own: str, offers: Sequence[str]) -> Choice | None:
        """The service, system or matter that the author's own words name."""
        said = content_words(sentences)
        if not said:
            return None
        words = words_of(own, _NAME_WORDS)
        beginning = " ".join(word.written + word.gap.rstrip() for word in words)
        recognised = self._recognised(beginning, offers, len(said), place="answer")
        if recognised is not None and (recognised.service in offers or recognised.matter):
            return recognised
        by_words = self._by_words(said, offers) if len(said) <= _FEW_WORDS else None
        return by_words or recognised

    def _recognised(self, text: str, offers: Sequence[str], said: int, *, place: str) -> Choice | None:
        """What the recogniser finds in a text, read like a subject, whose author says so many words in all."""
        subject = self.recogniser.read(text)
        match = self.recogniser.find_service(subject, "")
        matter = understand(subject.mended, "", match, self.cues).matter
        if matter:
            return Choice(chosen=Chosen.SERVICE, matter=matter, saw=f"the {place} asks for {matter}")
        if match.named is Named.NOTHING or not match.candidates:
            return None
        best = match.candidates[0]
        saw = f'the {place} names "{" ".join(best.words)}"'
        bare = said - len(best.words) <= _BARE
        if match.named is Named.SERVICE and best.service:
            return self._service(best.service, saw, system=best.system, bare=bare)
        meant = [service for service in offers if self._fits(service, match)]
        if len(meant) == 1:
            return self._service(meant[0], saw, bare=bare)
        if match.named is Named.SYSTEM:
            return Choice(chosen=Chosen.SERVICE, system=best.system, saw=saw, bare=bare)
        return None

    def _fits(self, service: str, match: Match) -> bool:
        """Whether an offered service is among what the recogniser found."""
        known = self.catalogue.services.get(service)
        if known is None:
            return False
        if match.named is Named.SYSTEM:
            return match.candidates[0].system in known.systems
        return any(each.service == service for each in match.candidates)

    def _by_words(self, said: Sequence[str], offers: Sequence[str]) -> Choice | None:
        """The offered service whose title or name holds words of the answer that the other offers do not hold."""
        titles = {service: self._stems(service) for service in offers if service in self.catalogue.services}
        scores = {service: _score(said, service, titles) for service in titles}
        best = max(scores.values(), default=0.0)
        meant = [service for service, score in scores.items() if score == best]
        if best <= 0 or len(meant) > 1:
            return None
        rivals = [score for service, score in scores.items() if service != meant[0]]
        if rivals and max(rivals) > 0 and best < 2 * max(rivals):
            return None
        return self._service(meant[0], "words of its title", bare=len(said) <= _FEW_WORDS)

    def _stems(self, service: str) -> frozenset[str]:
        known = self.catalogue.services[service]
        systems = [self.catalogue.systems[each] for each in known.systems if each in self.catalogue.systems]
        texts = [known.title, known.title_en, *known.names, *known.forms]
        texts.extend(text for system in systems for text in (system.name, *system.names))
        return frozenset(stem(word.folded) for text in texts for word in words_of(text) if len(word.folded) > 2)


def _one(*found: tuple[int, ...]) -> tuple[int, ...] | None:
    """The first that names any number."""
    return next((numbers for numbers in found if numbers), None)


def _as_tuple(number: int | None) -> tuple[int, ...]:
    return () if number is None else (number,)


def _agrees(sentences: Sequence[Sentence]) -> bool:
    return any(word in YES for sentence in sentences for word in sentence.words)


def _score(said: Sequence[str], service: str, titles: Mapping[str, frozenset[str]]) -> float:
    """How many words of the answer stand in this title and in no other one; words that two share count for less."""
    score = 0.0
    for word in said:
        root = stem(fold_word(word))
        holding = [each for each, stems in titles.items() if _holds(stems, root)]
        if service in holding and len(holding) < max(2, len(titles)):
            score += 1.0 / len(holding)
    return score


def _holds(stems: frozenset[str], root: str) -> bool:
    if root in stems:
        return True
    return len(root) >= _LONG_ENOUGH and any(fuzz.ratio(root, each) >= _ALIKE for each in stems if len(each) > 3)
