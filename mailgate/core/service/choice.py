"""From all evidence in a subject to the evidence that counts.

Put away is what stands inside a company's or a person's name, inside a phrase that means something else ("AES-256"),
behind a negation ("nie SENT, tylko AES"), before a correction ("SENT200, przepraszam, SENT100"), in brackets or behind
a preposition of circumstance where something stands outside; and what is only a part of something longer.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailgate.core.catalogue import Catalogue, Service, System
from mailgate.core.service.evidence import Evidence
from mailgate.core.service.lexicon import Lexicon, Phrase, phrase
from mailgate.core.service.subject import Subject, phrase_begins_at, phrase_ends_at
from mailgate.core.words import Word

# A whole name of one word must weigh this much to name something; of several words, anything.
_ONE_WORD = 0.5
# How many other words may stand between the words of a name.
_STRAY = 4
# The share of a longer title from which it swallows the shorter names inside it.
_SWALLOWS = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptions:
    """Where the codes and names of services and systems mean something else."""

    # Id -> phrases that hold its name and mean something else.
    inside: Mapping[str, tuple[Phrase, ...]]
    # Id -> phrases that, anywhere in the mail, say that its codes mean something else.
    signs: Mapping[str, tuple[Phrase, ...]]

    def of(self, named: str) -> bool:
        """Whether a service or system has any."""
        return named in self.inside or named in self.signs


def exceptions_of(catalogue: Catalogue) -> Exceptions:
    """Gather the exceptions of the catalogue, folded."""
    entries: tuple[Service | System, ...] = (*catalogue.services.values(), *catalogue.systems.values())
    return Exceptions(
        inside={entry.id: tuple(map(phrase, entry.not_in)) for entry in entries if entry.not_in},
        signs={entry.id: tuple(map(phrase, entry.unless)) for entry in entries if entry.unless},
    )


def sift(
    found: Iterable[Evidence], subject: Subject, body: str, lexicon: Lexicon, exceptions: Exceptions
) -> list[Evidence]:
    """The evidence without what stands in names, exceptions, negations and corrections; never all of it."""
    words, found = subject.words, list(found)
    other = {
        place for each in found if each.is_code and _excepted(each, words, body, exceptions) for place in each.places
    }
    sound = [
        each
        for each in found
        if (_is_title(each) or not each.places & subject.names)
        and not _is_scattered(each, subject)
        and not each.places & other
        and not _excepted(each, words, body, exceptions)
    ]
    sound = [_with_codes(each, sound, subject) for each in sound]
    turned = {first for first in {min(each.places) for each in sound} if is_turned_away(words, first, lexicon)}
    begins = frozenset(min(each.places) for each in sound)
    away = [each for each in sound if _turned_away(each, turned) or _corrected(each, words, begins, lexicon)]
    places = {
        place for each in away for place in each.places if subject.parts[place] == subject.parts[min(each.places)]
    }
    return [each for each in sound if not each.places & places] or sound


def without_exceptions(
    found: Iterable[Evidence], words: Sequence[Word], body: str, exceptions: Exceptions
) -> list[Evidence]:
    """The evidence without what means something else where it stands."""
    return [each for each in found if not _excepted(each, words, body, exceptions)]


def choose(evidence: Sequence[Evidence], subject: Subject, lexicon: Lexicon) -> list[Evidence]:
    """The evidence that names something: heaviest first, without overlaps and without asides."""
    naming = [each for each in evidence if _names(each, evidence, lexicon)]
    naming = [each for each in naming if not any(_swallows(other, each) for other in naming)]
    naming = _telling_most(naming, evidence, subject)
    naming.sort(key=lambda each: (-each.weight * (0.5 + each.share / 2), min(each.places)))
    chosen: list[Evidence] = []
    taken: set[int] = set()
    for each in naming:
        places = _telling(each.places, subject)
        if not each.places & taken or (each.is_code and not places <= taken):
            chosen.append(each)
            taken |= each.places
        elif each.systems and any(places <= other.places and other.services for other in chosen):
            chosen.append(replace(each, inner=True))
    return _without_asides(chosen, subject, lexicon)


def _telling(places: frozenset[int], subject: Subject) -> frozenset[int]:
    """The places without those of single letters: the "e" of "e-TOLL" stands in no name of words."""
    return frozenset(place for place in places if len(subject.words[place].folded) > 1) or places


def _places_of(words: Sequence[Word], wanted: Phrase) -> Iterable[frozenset[int]]:
    for at in range(len(words) - len(wanted) + 1):
        if words[at].folded == wanted[0] and tuple(w.folded for w in words[at : at + len(wanted)]) == wanted:
            yield frozenset(w.place for w in words[at : at + len(wanted)])


def _is_title(evidence: Evidence) -> bool:
    """A whole title or name of several words stands for itself, even beside a company's name."""
    return evidence.how in {"title", "name"} and evidence.whole and len(evidence.places) > 1


def _is_scattered(evidence: Evidence, subject: Subject) -> bool:
    """Whether the words of a name stand so far apart that they are hardly one name. What is in brackets is no gap."""
    span = set(range(min(evidence.places), max(evidence.places) + 1)) - (subject.aside - evidence.places)
    return evidence.how == "name" and len(span) > len(evidence.places) + _STRAY


def _with_codes(evidence: Evidence, others: Iterable[Evidence], subject: Subject) -> Evidence:
    """A whole name that holds a code ("SENT tranzyt") weighs as much more as the code does.

    Not so when only the code stands in brackets: "refund to a traveller (TAX FREE)" is no "TAX FREE for travellers".
    """
    if evidence.is_code or not evidence.whole or len(evidence.places) == 1:
        return evidence
    across = evidence.places & subject.aside and not evidence.places <= subject.aside
    inside = [other.weight for other in others if other.systems and other.places < evidence.places and not across]
    return replace(evidence, weight=evidence.weight + max(inside, default=0.0))


def _excepted(evidence: Evidence, words: Sequence[Word], body: str, exceptions: Exceptions) -> bool:
    listed = [named for named in (*evidence.services, *evidence.systems) if exceptions.of(named)]
    if evidence.how == "title" or not listed:
        return False
    subject = f" {' '.join(word.folded for word in words)} "
    for named in listed:
        for sign in exceptions.signs.get(named, ()):
            said = f" {' '.join(sign)} "
            if said in subject or said in body:
                return True
        for wanted in exceptions.inside.get(named, ()):
            if f" {' '.join(wanted)} " in subject and any(
                evidence.places <= places for places in _places_of(words, wanted)
            ):
                return not _stands_out(evidence, words) or any(c.isdigit() for c in "".join(wanted))
    return False


def _stands_out(evidence: Evidence, words: Sequence[Word]) -> bool:
    """Whether it is written in capitals between small letters: then it is no ordinary word."""
    said = [word for word in words if word.place in evidence.places]
    return all(word.written.isupper() for word in said) and any(word.written.islower() for word in words)


def _turned_away(evidence: Evidence, turned: Container[int]) -> bool:
    """Whether "not", "instead of" and the like stand before it. A part of a title goes with its name."""
    if evidence.how == "title" and not evidence.whole:
        return False
    return min(evidence.places) in turned


def is_turned_away(words: Sequence[Word], first: int, lexicon: Lexicon) -> bool:
    """Whether what begins at a place is turned away, at most two small words between: "nie przez webservice"."""
    for at in range(first, max(first - 3, 0), -1):
        if any(word.folded not in lexicon.turned_away_filler for word in words[at:first]):
            return False
        if phrase_ends_at(words, at, lexicon.turned_away):
            return words[at - 1].gap.strip() == ""
    return False


def _corrected(evidence: Evidence, words: Sequence[Word], begins: Container[int], lexicon: Lexicon) -> bool:
    """Whether "sorry", "I mean" and the like stand right behind it, or "should be" and the right name at once."""
    after = max(evidence.places) + 1
    if after + 1 < len(words) and phrase_begins_at(words, after, lexicon.corrections):
        return True
    length = phrase_begins_at(words, after, lexicon.corrected_to)
    return bool(length) and after + length in begins


def _names(evidence: Evidence, others: Iterable[Evidence], lexicon: Lexicon) -> bool:
    """Whether evidence is enough to name what it speaks for."""
    if evidence.whole:
        return evidence.is_code or evidence.weight >= _ONE_WORD or len(evidence.places) > 1
    if evidence.share < lexicon.share or evidence.weight < lexicon.part:
        return False
    return evidence.weight >= lexicon.lead and not any(
        evidence.weight - other.weight < lexicon.lead
        and other.services
        and other.places & evidence.places
        and not other.places < evidence.places
        and not set(other.services) & set(evidence.services)
        for other in others
    )


def _swallows(larger: Evidence, smaller: Evidence) -> bool:
    """Whether a name is only a part of a longer one that is there too."""
    return (
        bool(larger.services)
        and larger.share >= _SWALLOWS
        and smaller.places < larger.places
        and not smaller.is_code
        and larger.services != smaller.services
    )


def _telling_most(naming: list[Evidence], evidence: Iterable[Evidence], subject: Subject) -> list[Evidence]:
    """Of sister services the one whose title and names, all together, hold every word that the other's do, and more.

    "Usunięcie powiązania reprezentanta z firmą" is all in the names of changing an association; those of making one
    lack "usunięcie".
    """
    held: dict[str, frozenset[int]] = {}
    for each in evidence:
        if _of_one(each):
            service = each.services[0]
            held[service] = held.get(service, frozenset()) | (each.places - subject.aside)
    rivals = {each.services[0] for each in naming if _of_one(each)}
    outdone = {
        service
        for service in rivals
        if any(held[service] < held[other] and held[service] for other in rivals if other != service)
    }
    return [each for each in naming if not (_of_one(each) and each.services[0] in outdone)]


def _of_one(evidence: Evidence) -> bool:
    """Whether it is words of the title or of a name of one service."""
    return len(evidence.services) == 1 and not evidence.is_code


def _without_asides(chosen: list[Evidence], subject: Subject, lexicon: Lexicon) -> list[Evidence]:
    """Without what stands in brackets or as a circumstance, where something else names a service or system."""
    main = [
        each
        for each in chosen
        if not each.places <= subject.aside and not _is_circumstance(each, subject.words, lexicon)
    ]
    if not main or len(main) == len(chosen):
        return chosen
    if any(each.services for each in main):
        return main
    return [*main, *(each for each in chosen if each not in main and each.services and each.places <= subject.aside)]


def _is_circumstance(evidence: Evidence, words: Sequence[Word], lexicon: Lexicon) -> bool:
    """Whether a preposition of circumstance stands before it, or "is fine" behind; at most one other word between."""
    first, behind = min(evidence.places), max(evidence.places) + 1
    if phrase_ends_at(words, first, lexicon.circumstance) or phrase_begins_at(words, behind, lexicon.settled):
        return True
    return (
        first > 1 and not words[first - 1].gap.strip() and bool(phrase_ends_at(words, first - 1, lexicon.circumstance))
    )
