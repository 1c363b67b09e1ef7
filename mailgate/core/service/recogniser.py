"""Which service a mail names.

The subject decides (eval GUIDE rule 1). Its words give evidence: codes, names, parts of titles, systems (`index`).
What does not count is put away (`choice`), and what is left is judged: one service, one system, several, or nothing
(`verdict`). Only when the subject names nothing is the body asked, and then only for what a good answer would offer
(`pointing`).
"""

from collections.abc import Iterable, Sequence

import re2

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.choice import choose, exceptions_of, is_turned_away, sift, without_exceptions
from mailgate.core.service.everyday import EverydayWords
from mailgate.core.service.index import Evidence, Index
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.service.pointing import find_in_body, point
from mailgate.core.service.records import Candidate, Match, Named
from mailgate.core.service.subject import Subject, read_subject
from mailgate.core.service.verdict import Judge, Verdict
from mailgate.core.words import NEVER, Word, spaced, stem, words_of

# How many words of a body are read: what it is about stands at its beginning.
_BODY_WORDS = 250
# Characters of a subject and of a body that are read; nobody writes more about one matter.
_SUBJECT_READ = 1_000
_BODY_READ = 50_000
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
        body = body[:_BODY_READ]
        spoken = spaced(body)
        found = self._found(subject.words)
        evidence = sift((e for e in found if e.how != "hint"), subject, spoken, self._lexicon, self._exceptions)
        chosen = choose(evidence, subject, self._lexicon)
        verdict = self._judge.judge(subject, chosen, evidence, self._network_places(subject, spoken))
        if verdict.named is Named.NOTHING:
            hints = [each for each in found if each.how == "hint"]
            return self._pointed_at(subject, words_of(body, _BODY_WORDS), spoken, [*evidence, *hints])
        return self._match(subject, verdict, evidence)

    def _found(self, words: Sequence[Word]) -> list[Evidence]:
        """All evidence in the words of a subject."""
        return [*self._index.codes(words), *self._index.messages(words), *self._index.phrases(words)]

    def _network_places(self, subject: Subject, body: str) -> frozenset[int] | None:
        """Where the subject speaks of a network service; empty when only the body does, None when nothing does."""
        stems = [stem(word.means) for word in subject.words]
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
        said = f" {' '.join(map(stem, body.split()))} "
        return frozenset() if any(f" {' '.join(each)} " in said for each in self._network) else None

    def _pointed_at(self, subject: Subject, body: Sequence[Word], spoken: str, evidence: Sequence[Evidence]) -> Match:
        found = find_in_body(self._index, body, subject.words)
        found = without_exceptions(found, body, spaced(subject.mended), self._exceptions)
        heard = self._everyday.find(body, spaced(subject.mended) + spoken)
        pointed = point(self._index, self._judge, subject.words, body, evidence, found, heard)[:_OFFERED]
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
        rival = max(
            (e.weight for e in evidence if e.services and not set(e.services) & set(verdict.services)), default=0.0
        )
        score = round(weight / (weight + rival + _DOUBT), 3)
        places = {place for each in verdict.evidence for place in each.places}
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


def _how(verdict: Verdict) -> str:
    """What spoke for it most: "title" only for a title that is named whole."""
    heaviest = verdict.evidence[0]
    return "part" if heaviest.how == "title" and not heaviest.whole else heaviest.how


def _margin(candidates: Sequence[Candidate]) -> float:
    scores = sorted((candidate.score for candidate in candidates), reverse=True)
    return 1.0 if len(scores) == 1 else round(scores[0] - scores[1], 3) if scores else 0.0
