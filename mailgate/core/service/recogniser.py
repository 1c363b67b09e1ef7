"""Which service a mail names.

The subject decides (eval GUIDE rule 1). Its words give evidence: codes, names, parts of titles, systems. Evidence that
is only part of a longer one, that is turned away ("nie SENT, tylko AES"), that belongs to a company's name or stands
aside in brackets is put away. What is left is judged: one service, one system, several of them, or nothing.

Only when the subject names nothing is the body asked, and then only for what a good answer would offer (rule 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.index import Evidence, Index
from mailgate.core.service.lexicon import Lexicon, Phrase, phrase
from mailgate.core.service.records import Candidate, Match, Named
from mailgate.core.service.subject import Subject, phrase_ends_at, read_subject
from mailgate.core.words import Word, words_of

# How much of a body is read for hints, in words: what it is about stands at its beginning.
_BODY_WORDS = 400
# In a body, how many words apart the words of a phrase may stand.
_NEAR = 8
_OFFERED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    named: Named
    # Services meant, best first.
    services: tuple[str, ...] = ()
    system: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Recogniser:
    """Finds the services and systems that a mail names. Made once for each rulebook."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._index = Index(catalogue, lexicon)
        self._exceptions = {
            entry.id: tuple(phrase(text) for text in entry.not_in)
            for entry in (*catalogue.services.values(), *catalogue.systems.values())
            if entry.not_in
        }
        self._signs = {
            entry.id: tuple(phrase(text) for text in entry.unless)
            for entry in (*catalogue.services.values(), *catalogue.systems.values())
            if entry.unless
        }

    def find_service(self, subject: str, body: str) -> Match:
        """What the mail names.

        Args:
            subject: the decoded subject, prefixes and all.
            body: the new text of the mail.
        """
        read = read_subject(subject, self._lexicon, self._index.vocabulary)
        body_words = words_of(body)[:_BODY_WORDS]
        evidence = self._evidence(read, body_words)
        verdict = self._judge(read, evidence, body_words)
        if verdict.named is Named.NOTHING:
            return self._pointed_at(read, evidence, body_words)
        return self._match(read, verdict, evidence)

    def _evidence(self, subject: Subject, body: Sequence[Word]) -> list[Evidence]:
        """All evidence in the subject that is not put away."""
        index, words = self._index, subject.words
        found = [*index.codes(words), *index.messages(words), *(e for e in index.phrases(words) if e.how != "hint")]
        found = [e for e in found if not e.places & subject.names or self._is_title(e)]
        found = [e for e in found if not all(map(self._platform, e.systems or ("",)))]
        found = [self._with_codes(e, found) for e in found if not self._excepted(e, words, body)]
        kept = [e for e in found if not self._turned_away(e, words)]
        return kept or found

    @staticmethod
    def _with_codes(evidence: Evidence, others: Iterable[Evidence]) -> Evidence:
        """A whole name that holds a code ("SENT tranzyt") weighs as much more as the code does."""
        if not evidence.whole or evidence.how in {"form", "system"} or len(evidence.places) == 1:
            return evidence
        inside = [e.weight for e in others if e.systems and e.places < evidence.places]
        return replace(evidence, weight=evidence.weight + max(inside, default=0.0))

    @staticmethod
    def _is_title(evidence: Evidence) -> bool:
        return evidence.how in {"title", "name"} and evidence.whole and len(evidence.places) > 1

    @staticmethod
    def _inside(evidence: Evidence, words: Sequence[Word], exception: Phrase) -> bool:
        """Whether the evidence stands inside that phrase; a code in capitals, beside small letters, never does."""
        said = [w for w in words if w.place in evidence.places]
        capitals = all(w.written.isupper() for w in said) and any(w.written.islower() for w in words)
        return any(
            evidence.places <= set(range(at, at + len(exception)))
            for at in range(len(words) - len(exception) + 1)
            if tuple(w.folded for w in words[at : at + len(exception)]) == exception
        ) and not (capitals and exception[0].isalpha() and not any(c.isdigit() for c in "".join(exception)))

    def _excepted(self, evidence: Evidence, words: Sequence[Word], body: Sequence[Word]) -> bool:
        """Whether the name stands inside a phrase that means something else."""
        for named in (*evidence.services, *evidence.systems):
            for exception in self._exceptions.get(named, ()):
                if evidence.how != "title" and self._inside(evidence, words, exception):
                    return True
            for sign in self._signs.get(named, ()):
                if evidence.how != "title" and (_holds(words, sign) or _holds(body, sign)):
                    return True
        return False

    def _turned_away(self, evidence: Evidence, words: Sequence[Word]) -> bool:
        """Whether "not", "instead of" and the like stand before it."""
        if evidence.how == "title" and not evidence.whole:
            return False
        first = min(evidence.places)
        for at in (first, first - 1, first - 2):
            between = words[at:first] if at >= 0 else ()
            if at > 0 and all(word.folded in self._lexicon.turned_away_filler for word in between):
                if phrase_ends_at(words, at, self._lexicon.turned_away):
                    return words[at - 1].gap.strip() == ""
        return False

    def _judge(self, subject: Subject, evidence: list[Evidence], body: Sequence[Word]) -> _Verdict:
        """What the subject names."""
        chosen = self._chosen(subject, evidence)
        systems = tuple(dict.fromkeys(s for e in chosen for s in e.systems if not self._platform(s)))
        groups = [e for e in chosen if e.services]
        network = self._network_service(subject, systems)
        if network:
            return _Verdict(named=Named.SERVICE, services=network[:1], system=network[1], evidence=tuple(chosen))
        if not groups:
            return self._system_verdict(subject, systems, chosen, body)
        groups = self._narrowed(groups, systems, evidence)
        services = tuple(dict.fromkeys(s for e in groups for s in e.services))
        verdict = self._services_verdict(groups, services, systems)
        return self._network_verdict(verdict, subject, body, chosen)

    def _chosen(self, subject: Subject, evidence: list[Evidence]) -> list[Evidence]:
        """The evidence that names something, heaviest first, without overlaps and without asides."""
        naming = sorted(
            (e for e in evidence if self._names(e, evidence)),
            key=lambda e: (-e.weight * (0.5 + e.share / 2), min(e.places)),
        )
        chosen: list[Evidence] = []
        taken: set[int] = set()
        for each in naming:
            fresh = each.places - taken
            if fresh and (
                len(fresh) == len(each.places) or (each.how in {"form", "system"} and not each.places <= taken)
            ):
                chosen.append(each)
                taken |= each.places
            elif each.places <= taken and each.systems and any(each.places <= c.places and c.services for c in chosen):
                chosen.append(each)
        return self._without_asides(subject, chosen)

    def _names(self, evidence: Evidence, others: Iterable[Evidence]) -> bool:
        """Whether evidence is enough to name what it speaks for."""
        if evidence.how in {"form", "system"} and evidence.whole:
            return True
        if evidence.whole and (evidence.weight >= 0.5 or len(evidence.places) > 1):
            return True
        lexicon = self._lexicon
        if evidence.share < lexicon.share or evidence.weight < lexicon.part:
            return False
        rival = max(
            (
                e.weight
                for e in others
                if e.places & evidence.places and not set(e.services) & set(evidence.services) and e.services
            ),
            default=0.0,
        )
        return evidence.weight - rival >= lexicon.lead

    def _without_asides(self, subject: Subject, chosen: list[Evidence]) -> list[Evidence]:
        """Without what stands in brackets or as a circumstance, where something stands outside."""
        main = [e for e in chosen if not e.places <= subject.aside and not self._circumstance(e, subject.words)]
        if not main:
            return chosen
        systems = {s for e in main for s in self._systems_of(e)}
        return [
            e
            for e in chosen
            if e in main or (e.services and not any(m.services for m in main) and self._systems_of(e) & systems)
        ]

    def _circumstance(self, evidence: Evidence, words: Sequence[Word]) -> bool:
        first = min(evidence.places)
        return bool(phrase_ends_at(words, first, self._lexicon.circumstance)) or (
            first > 1
            and words[first - 1].folded not in self._lexicon.small
            and bool(phrase_ends_at(words, first - 1, self._lexicon.circumstance))
        )

    def _systems_of(self, evidence: Evidence) -> set[str]:
        systems = set(evidence.systems)
        for service in evidence.services:
            systems.update(self._catalogue.services[service].systems)
        return systems

    def _platform(self, system: str) -> bool:
        return system in self._catalogue.systems and self._catalogue.systems[system].platform

    def _narrowed(
        self, groups: list[Evidence], systems: tuple[str, ...], evidence: Iterable[Evidence]
    ) -> list[Evidence]:
        """Evidence that several services share, narrowed to those that other evidence or a named system favours."""
        favoured = {
            s: e.weight for e in sorted(evidence, key=lambda e: e.weight) for s in e.services if len(e.services) == 1
        }
        narrowed = []
        for group in groups:
            services = group.services
            if len(services) > 1:
                named = [s for s in services if set(systems) & set(self._catalogue.services[s].systems)]
                best = sorted((s for s in named or services if s in favoured), key=lambda s: -favoured[s])
                services = tuple(best[:1]) or tuple(named) or services
            narrowed.append(
                Evidence(
                    services=services,
                    systems=group.systems,
                    how=group.how,
                    places=group.places,
                    weight=group.weight,
                    share=group.share,
                )
            )
        return narrowed

    def _services_verdict(
        self, groups: list[Evidence], services: tuple[str, ...], systems: tuple[str, ...]
    ) -> _Verdict:
        """One service, one system of several services, or several."""
        known = self._catalogue.services
        if len(services) == 1:
            own = known[services[0]].systems
            foreign = [s for s in systems if s not in own and not self._near_system(s, own)]
            if not foreign:
                system = next((s for s in systems if s in own), known[services[0]].system)
                return _Verdict(named=Named.SERVICE, services=services, system=system, evidence=tuple(groups))
            offered = (*services, *(s.id for f in foreign for s in self._portal(f)))
            return _Verdict(named=Named.SEVERAL, services=tuple(dict.fromkeys(offered)), evidence=tuple(groups))
        common = set.intersection(*(set(known[s].systems) for s in services))
        leading = [s for s in known[services[0]].systems if s in common]
        if leading and all(s in common for s in systems):
            system = next((s for s in systems if s in common), leading[0])
            return _Verdict(named=Named.SYSTEM, services=services, system=system, evidence=tuple(groups))
        return _Verdict(named=Named.SEVERAL, services=services, evidence=tuple(groups))

    def _near_system(self, system: str, own: tuple[str, ...]) -> bool:
        """Whether a system carries no service of its own, so that naming it beside a service routes nothing."""
        del own
        return not self._catalogue.services_of(system)

    def _portal(self, system: str) -> list:  # type: ignore[type-arg]
        return [s for s in self._catalogue.services_of(system) if s.channel == "portal"]

    def _system_verdict(
        self, subject: Subject, systems: tuple[str, ...], chosen: list[Evidence], body: Sequence[Word]
    ) -> _Verdict:
        """Rules 2 and 3: only systems are named."""
        if not systems:
            return _Verdict(named=Named.NOTHING)
        network = self._speaks_of_network(subject.words) or self._speaks_of_network(body)
        if len(systems) > 1:
            carriers = [set(s.id for s in self._catalogue.services_of(system)) for system in systems]
            if set.intersection(*carriers) or not all(carriers):
                systems = (self._most_special(systems),)
            else:
                offered = tuple(s.id for system in systems for s in self._portal(system)[:2])
                return _Verdict(named=Named.SEVERAL, services=offered, evidence=tuple(chosen))
        system = systems[0]
        services = self._catalogue.services_of(system)
        if network:
            s2s = [s.id for s in services if s.channel == "s2s"]
            if len(s2s) == 1:
                return _Verdict(named=Named.SERVICE, services=tuple(s2s), system=system, evidence=tuple(chosen))
        portal = self._portal(system)
        if len(portal) == 1:
            return _Verdict(named=Named.SERVICE, services=(portal[0].id,), system=system, evidence=tuple(chosen))
        return _Verdict(named=Named.SYSTEM, services=tuple(s.id for s in portal), system=system, evidence=tuple(chosen))

    def _most_special(self, systems: tuple[str, ...]) -> str:
        """Of systems that share services, the one that carries the fewest."""
        carrying = [s for s in systems if self._catalogue.services_of(s)] or list(systems)
        return min(carrying, key=lambda s: len(self._catalogue.services_of(s)))

    def _network_verdict(
        self, verdict: _Verdict, subject: Subject, body: Sequence[Word], chosen: list[Evidence]
    ) -> _Verdict:
        """A subject that speaks of a network service means that of the system it names (rule 2)."""
        del body
        if verdict.named not in {Named.SERVICE, Named.SYSTEM} or not self._speaks_of_network(subject.words):
            return verdict
        if verdict.system is None or any(
            self._catalogue.services[s].channel == "s2s" and s != "uslugi-sieciowe" for s in verdict.services
        ):
            return verdict
        s2s = [s.id for s in self._catalogue.services_of(verdict.system) if s.channel == "s2s"]
        if len(s2s) != 1:
            return verdict
        return _Verdict(named=Named.SERVICE, services=tuple(s2s), system=verdict.system, evidence=tuple(chosen))

    def _speaks_of_network(self, words: Sequence[Word]) -> bool:
        return any(_holds(words, each) for each in self._lexicon.network)

    def _network_service(self, subject: Subject, systems: tuple[str, ...]) -> tuple[str, str] | None:
        """The network service and its system, when the subject speaks of one and names the system (rule 2)."""
        if not self._speaks_of_network(subject.words):
            return None
        carried = [
            (s.id, system) for system in systems for s in self._catalogue.services_of(system) if s.channel == "s2s"
        ]
        return carried[0] if len({service for service, _ in carried}) == 1 else None

    def _pointed_at(self, subject: Subject, evidence: list[Evidence], body: Sequence[Word]) -> Match:
        """Rule 5: what the body, and the little that the subject says, point to."""
        index = self._index
        weights: dict[str, float] = {}
        words_by: dict[str, set[str]] = {}
        in_body = [*index.codes(body), *index.messages(body), *index.phrases(body, window=_NEAR)]
        for text, found, factor in ((subject.words, evidence, 0.6), (body, in_body, 1.0)):
            best: dict[str, Evidence] = {}
            for each in found:
                if not (
                    each.whole
                    or (each.how == "title" and each.weight >= self._lexicon.part and each.share >= self._lexicon.share)
                ):
                    continue
                for service in self._spoken_for(each):
                    if service not in best or best[service].weight < each.weight:
                        best[service] = each
            for service, each in best.items():
                shared = len(self._spoken_for(each))
                weights[service] = weights.get(service, 0.0) + factor * each.weight / (1 + 0.25 * (shared - 1))
                words_by.setdefault(service, set()).update(
                    text[p].written for p in sorted(each.places) if p < len(text)
                )
        ranked = sorted((w, s) for s, w in weights.items() if w >= self._lexicon.body)[::-1]
        top = ranked[0][0] if ranked else 1.0
        candidates = tuple(
            Candidate(
                service=service,
                system=self._catalogue.services[service].system,
                score=round(weight / (top + 1.0), 3),
                how="body",
                words=tuple(sorted(words_by[service])),
            )
            for weight, service in ranked[:_OFFERED]
        )
        return Match(named=Named.NOTHING, candidates=candidates, margin=_margin(candidates))

    def _spoken_for(self, evidence: Evidence) -> tuple[str, ...]:
        if evidence.services:
            return evidence.services
        return tuple(s.id for system in evidence.systems if not self._platform(system) for s in self._portal(system))

    def _match(self, subject: Subject, verdict: _Verdict, evidence: list[Evidence]) -> Match:
        words = subject.words
        weight = sum(e.weight for e in verdict.evidence)
        rivals = [e.weight for e in evidence if e.services and not set(e.services) & set(verdict.services)]
        score = weight / (weight + max(rivals, default=0.0) + 0.35)
        said = tuple(words[p].written for p in sorted({p for e in verdict.evidence for p in e.places}))
        hows = [e.how for e in verdict.evidence]
        candidates = [
            Candidate(
                service=s,
                system=verdict.system or self._catalogue.services[s].system,
                score=round(score, 3),
                how=hows[0],
                words=said,
            )
            for s in (verdict.services if verdict.named is not Named.SYSTEM else ())
        ]
        if verdict.named is Named.SYSTEM:
            candidates = [
                Candidate(service=None, system=verdict.system, score=round(score, 3), how="system", words=said)
            ]
            candidates += [
                Candidate(service=s, system=verdict.system, score=round(score / 2, 3), how="system", words=said)
                for s in verdict.services
            ]
        found = tuple(candidates)
        return Match(named=verdict.named, candidates=found, margin=_margin(found))


def _margin(candidates: Sequence[Candidate]) -> float:
    scores = sorted((c.score for c in candidates), reverse=True)
    return 1.0 if len(scores) == 1 else round(scores[0] - scores[1], 3) if scores else 0.0


def _holds(words: Sequence[Word], wanted: tuple[str, ...]) -> bool:
    """Whether the words hold a phrase, word for word."""
    length = len(wanted)
    return any(
        words[at].folded == wanted[0] and tuple(w.folded for w in words[at : at + length]) == wanted
        for at in range(len(words) - length + 1)
    )
