"""Which service a mail names.

The subject decides (eval GUIDE rule 1). Its words give evidence: codes, names, parts of titles, systems (`index`).
What does not count is put away (`choice`), and what is left is judged: one service, one system, several, or nothing
(`verdict`). Only when the subject names nothing is the body asked, and then only for what a good answer would offer
(`pointing`).
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import re2

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.choice import choose, exceptions_of, is_turned_away, sift, without_exceptions
from mailgate.core.service.everyday import EverydayWords
from mailgate.core.service.evidence import Evidence
from mailgate.core.service.index import Index
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.service.pointing import Pointed, find_in_body, point
from mailgate.core.service.records import Candidate, Match, Named
from mailgate.core.service.subject import Subject, read_subject
from mailgate.core.service.verdict import Judge, Verdict
from mailgate.core.words import LOOKED_AT, NEVER, Word, spaced, stem, words_of

# How many words of a body are read: what it is about stands at its beginning.
_BODY_WORDS = 250
# Characters of a subject that are read; nobody writes more about one matter.
_SUBJECT_READ = 1_000
# How many services are offered to a person who named none.
_OFFERED = 5
# Part of the score: a rival of no weight still leaves this much doubt.
_DOUBT = 0.35


class Recogniser:
    """Finds the services and systems that a mail names. Made once for each rulebook."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, words: Iterable[str] = ()) -> None:
        """Index the catalogue.

        Args:
            catalogue: what can be named.
            lexicon: how words weigh.
            words: further folded words that the rules know, so that a slip in them can be mended.
        """
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._index = Index(catalogue, lexicon, words)
        self._everyday = EverydayWords(catalogue, lexicon)
        self._judge = Judge(catalogue=catalogue, lexicon=lexicon)
        self._exceptions = exceptions_of(catalogue)
        self._network = tuple({tuple(map(stem, each)) for each in lexicon.network})
        # "apie" is no "API": a word that tells nothing means no network service, unless it is part of its name.
        self._never_network = lexicon.small - {word for each in lexicon.network for word in each}
        # Without the longest word of one of them a body speaks of no network service.
        longest = sorted({max(each, key=len) for each in self._network})
        self._maybe_network = re2.compile(f" (?:{'|'.join(longest)})" if longest else NEVER)

    def read(self, subject: str) -> Subject:
        """The subject without its prefixes, in words: glued ones apart, mistyped ones with what they mean."""
        return read_subject(subject[:_SUBJECT_READ], self._lexicon, self._index.vocabulary)

    def find_service(self, subject: Subject, body: str) -> Match:
        """What the mail names.

        Args:
            subject: the subject, read.
            body: the new text of the mail.
        """
        body = body[:LOOKED_AT]
        spoken = spaced(body)
        found = self._found(subject.words)
        evidence = sift((e for e in found if e.how != "hint"), subject, spoken, self._lexicon, self._exceptions)
        chosen = choose(evidence, subject, self._lexicon)
        verdict = self._judge.judge(subject, chosen, evidence, self._network_places(subject, spoken))
        hints = [each for each in found if each.how == "hint"]
        if verdict.named is Named.NOTHING:
            return self._pointed_at(self._pointed(subject, body, spoken, [*evidence, *hints]))
        sister = self._sister(subject, verdict, found)
        if sister:
            pointed = self._pointed(subject, body, spoken, [*evidence, *hints])
            if next((each.service for each in pointed if each.service in verdict.services), sister) == sister:
                verdict = replace(verdict, named=Named.SERVICE, services=(sister,))
        return self._match(subject, verdict, evidence)

    def _sister(self, subject: Subject, verdict: Verdict, found: Iterable[Evidence]) -> str | None:
        """Of the services of a system that alone is named, the one that the other words of the subject tell of."""
        if verdict.named is not Named.SYSTEM or any(each.services for each in verdict.evidence):
            return None
        named = {place for each in verdict.evidence for place in each.places}
        told = {service: heard.weight for service, heard in self._everyday.find(subject.words, "").items()}
        for each in found:
            weight = each.weight * len(each.places - named) / len(each.places)
            for service in each.services:
                told[service] = max(told.get(service, 0.0), weight)
        ranked = sorted(((told.get(service, 0.0), service) for service in verdict.services), reverse=True)
        if len(ranked) < 2 or ranked[0][0] < self._lexicon.told:
            return None
        return ranked[0][1] if ranked[0][0] - ranked[1][0] >= self._lexicon.told_lead else None

    def _found(self, words: Sequence[Word]) -> list[Evidence]:
        """All evidence in the words of a subject."""
        return [*self._index.codes(words), *self._index.messages(words), *self._index.phrases(words)]

    def _network_places(self, subject: Subject, body: str) -> frozenset[int] | None:
        """Where the subject speaks of a network service; empty when only the body does, None when nothing does."""
        stems = ["" if word.folded in self._never_network else stem(word.means) for word in subject.words]
        said = f" {' '.join(stems)} "
        places: set[int] = set()
        for each in self._network:
            if f" {' '.join(each)} " in said:
                for at in range(len(stems) - len(each) + 1):
                    turned = is_turned_away(subject.words, at, self._lexicon)
                    if tuple(stems[at : at + len(each)]) == each and not turned:
                        places.update(range(at, at + len(each)))
        if places:
            return frozenset(places)
        if not self._maybe_network.search(body):
            return None
        said = f" {' '.join(stem(word) for word in body.split() if word not in self._never_network)} "
        return frozenset() if any(f" {' '.join(each)} " in said for each in self._network) else None

    def _pointed(self, subject: Subject, body: str, spoken: str, evidence: Sequence[Evidence]) -> list[Pointed]:
        """What the body points to, best first."""
        words = words_of(body, _BODY_WORDS)
        found = find_in_body(self._index, words, subject.words)
        found = without_exceptions(found, words, spaced(subject.mended), self._exceptions)
        heard = self._everyday.find(words, spaced(subject.mended) + spoken)
        return point(self._index, self._judge, subject.words, words, evidence, found, heard)[:_OFFERED]

    def _pointed_at(self, pointed: Sequence[Pointed]) -> Match:
        """What the body points to, as candidates that a good answer would offer."""
        most = max((each.weight for each in pointed), default=0.0)
        candidates = tuple(
            Candidate(
                service=each.service,
                system=self._catalogue.services[each.service].system,
                score=round(each.weight / (most + 1.0), 3),
                how="body",
                words=each.words,
            )
            for each in pointed
        )
        return Match(named=Named.NOTHING, candidates=candidates, margin=_margin(candidates))

    def _match(self, subject: Subject, verdict: Verdict, evidence: Iterable[Evidence]) -> Match:
        """The verdict as candidates: the one meant, or all that are offered."""
        weight = sum(each.weight for each in verdict.evidence)
        places = {place for each in verdict.evidence for place in each.places}
        told = tuple((e, not set(e.services) & set(verdict.services)) for e in evidence if e.services)
        spoken_for = places.union(subject.aside, *(e.places for e, rivals in told if not rivals))
        # A part of another title in words that are spoken for ("status odprawy granicznej") rivals nothing.
        rival = max((e.weight for e, rivals in told if rivals and _counts(e, spoken_for, subject)), default=0.0)
        score = round(weight / (weight + rival + _DOUBT), 3)
        words = tuple(word.written for word in subject.words if word.place in places)
        how = _how(verdict)
        named = Named.SEVERAL if score < self._lexicon.sure else verdict.named
        services = [
            Candidate(
                service=service,
                system=verdict.system or self._catalogue.services[service].system,
                score=score,
                how=how,
                words=words,
            )
            for service in verdict.services
        ]
        if named is Named.SYSTEM:
            system = Candidate(service=None, system=verdict.system, score=score, how="system", words=words)
            services = [system, *services]
        return Match(named=named, candidates=tuple(services), margin=_margin(services))


def _counts(rival: Evidence, spoken_for: AbstractSet[int], subject: Subject) -> bool:
    """Whether evidence for another service leaves a doubt."""
    return not rival.places <= subject.aside and (rival.whole or not rival.places <= spoken_for)


def _how(verdict: Verdict) -> str:
    """What spoke for it most: "title" only for a title that is named whole."""
    heaviest = verdict.evidence[0]
    return "part" if heaviest.how == "title" and not heaviest.whole else heaviest.how


def _margin(candidates: Sequence[Candidate]) -> float:
    scores = sorted((candidate.score for candidate in candidates), reverse=True)
    return 1.0 if len(scores) == 1 else round(scores[0] - scores[1], 3) if scores else 0.0
