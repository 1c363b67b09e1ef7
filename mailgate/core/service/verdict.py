"""What the chosen evidence of a subject names: one service, one system, several services, or nothing.

These are rules 1 to 4 of the eval GUIDE.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailgate.core.catalogue import Catalogue
from mailgate.core.service.evidence import Evidence
from mailgate.core.service.lexicon import Lexicon
from mailgate.core.service.records import Named
from mailgate.core.service.subject import Subject

# How many services of each system are offered when several systems are named.
_OFFERED_OF_A_SYSTEM = 2
# A service that opens the subject within so many words prevails over what is named later without "and".
_OPENS = 1
# Words that may stand between two names and the "and" that joins them.
_JOIN_REACH = 3
_JOINING_MARKS = frozenset("/+&,;|\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a subject names, and by which evidence."""

    named: Named
    # Services meant or offered, best first.
    services: tuple[str, ...] = ()
    # The system of the one service, or the one system that is named.
    system: str | None = None
    evidence: tuple[Evidence, ...] = ()


NOTHING = Verdict(named=Named.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges chosen evidence by the catalogue."""

    catalogue: Catalogue
    lexicon: Lexicon

    def judge(
        self, subject: Subject, chosen: Sequence[Evidence], evidence: Sequence[Evidence], network: frozenset[int] | None
    ) -> Verdict:
        """The verdict.

        Args:
            subject: the subject.
            chosen: the evidence that counts, heaviest first.
            evidence: all evidence; it helps to choose between services that share a form symbol.
            network: the places of the words that speak of a network service; empty when only the body does, None when
                nothing does.
        """
        if network:
            named = tuple(s for each in chosen for s in each.systems)
            meant = tuple(s for each in chosen for s in self._systems_of_network_services(each))
            exchanged = self._systems_exchanged(chosen, network)
            wanted = self._network_services(named) or self._network_services(meant) or self._network_services(exchanged)
            if wanted:
                return self._one(wanted[0], named, chosen)
        chosen = self._prevailing(subject, chosen)
        systems = tuple(dict.fromkeys(s for each in chosen for s in each.systems))
        groups = self._narrowed([each for each in chosen if each.services], systems, evidence)
        if not groups:
            return self._of_systems(systems, chosen, network=network is not None)
        verdict = self._of_services(groups, systems, chosen)
        return self._over_the_network(verdict, network, groups)

    def portal(self, system: str) -> tuple[str, ...]:
        """The portal services of a system."""
        return tuple(service.id for service in self.catalogue.services_of(system) if service.channel == "portal")

    def _systems_of(self, evidence: Evidence) -> set[str]:
        own = {system for service in evidence.services for system in self.catalogue.services[service].systems}
        return own | set(evidence.systems)

    def _systems_of_network_services(self, evidence: Evidence) -> tuple[str, ...]:
        services = (self.catalogue.services[service] for service in evidence.services)
        return tuple(s.systems[0] for s in services if s.channel == "s2s" and s.systems)

    def _systems_exchanged(self, chosen: Iterable[Evidence], network: frozenset[int]) -> tuple[str, ...]:
        """The systems of the services named beside the words for a network service: "webservice do banderol"."""
        services = (self.catalogue.services[s] for each in chosen if not each.places & network for s in each.services)
        return tuple(system for service in services for system in service.systems)

    def _prevailing(self, subject: Subject, chosen: Sequence[Evidence]) -> list[Evidence]:
        """Without what is named later and not joined, when a service or system opens the subject (rule 4)."""
        if len(chosen) < 2:
            return list(chosen)
        first = min(chosen, key=lambda each: min(each.places))
        if min(first.places) > _OPENS:
            return list(chosen)
        family = self._systems_of(first) or {*first.services}
        return [
            each
            for each in chosen
            if each is first
            or self._systems_of(each) & family
            or self._joined(subject, first, each)
            or any(self._joined(subject, other, each) for other in chosen if other not in {first, each})
        ]

    def _joined(self, subject: Subject, one: Evidence, other: Evidence) -> bool:
        """Whether "and", a comma, a stroke or the like stands between two names, near both."""
        left, right = sorted((one.places, other.places), key=min)
        start, end = max(left), min(right)
        if end <= start:
            return True
        between = subject.words[start : end + 1]
        for at, word in enumerate(between[:-1]):
            if at > _JOIN_REACH or len(between) - 1 - at > _JOIN_REACH:
                continue
            if (at > 0 and word.folded in self.lexicon.joining) or word.gap.strip() in _JOINING_MARKS:
                return True
        return False

    def _network_services(self, systems: Iterable[str]) -> tuple[str, ...]:
        """The one network service that these systems have, or none when there are several."""
        found = dict.fromkeys(
            service.id
            for system in systems
            for service in self.catalogue.services_of(system)
            if service.channel == "s2s"
        )
        return tuple(found) if len(found) == 1 else ()

    def _one(self, service: str, systems: Iterable[str], evidence: Sequence[Evidence]) -> Verdict:
        """One service, with the system that was named or else its first."""
        own = self.catalogue.services[service].systems
        named = [system for system in own if system in systems]
        system = named[0] if named else next(iter(own), None)
        return Verdict(named=Named.SERVICE, services=(service,), system=system, evidence=tuple(evidence))

    def _narrowed(
        self, groups: Iterable[Evidence], systems: Sequence[str], evidence: Iterable[Evidence]
    ) -> list[Evidence]:
        """Evidence that several services share, narrowed to those that a named system or other words favour."""
        alone = [each for each in evidence if len(each.services) == 1]
        narrowed = []
        for group in groups:
            services = group.services
            if len(services) > 1:
                favoured: dict[str, float] = {}
                for each in alone:
                    if not each.places <= group.places:
                        favoured[each.services[0]] = max(each.weight, favoured.get(each.services[0], 0.0))
                named = tuple(s for s in services if set(systems) & set(self.catalogue.services[s].systems)) or services
                best = sorted((s for s in named if s in favoured), key=lambda s: -favoured[s])
                services = tuple(best[:1]) or named
            narrowed.append(replace(group, services=services))
        return narrowed

    def _of_services(self, groups: list[Evidence], systems: tuple[str, ...], chosen: Sequence[Evidence]) -> Verdict:
        """One service; or several of one system, which is the system's ticket; or several of different systems."""
        services = tuple(dict.fromkeys(s for each in groups for s in each.services))
        known = self.catalogue.services
        if len(services) == 1:
            own = known[services[0]].systems
            foreign = [s for s in systems if s not in own and self.catalogue.services_of(s)]
            if not foreign:
                outside = tuple(s for each in chosen if not each.inner for s in each.systems)
                return self._one(services[0], outside, chosen)
            offered = (*services, *(s for system in foreign for s in self.portal(system)))
            return Verdict(named=Named.SEVERAL, services=tuple(dict.fromkeys(offered)), evidence=tuple(chosen))
        common = [s for s in known[services[0]].systems if all(s in known[each].systems for each in services)]
        if common and all(system in common for system in systems):
            system = next((s for s in systems if s in common), common[0])
            return Verdict(named=Named.SYSTEM, services=services, system=system, evidence=tuple(chosen))
        return Verdict(named=Named.SEVERAL, services=services, evidence=tuple(chosen))

    def _of_systems(self, systems: tuple[str, ...], chosen: Sequence[Evidence], *, network: bool) -> Verdict:
        """Only systems are named (rules 2 and 3)."""
        if not systems:
            return NOTHING
        if len(systems) > 1:
            carried = [{service.id for service in self.catalogue.services_of(system)} for system in systems]
            if all(carried) and not set.intersection(*carried):
                offered = (s for system in systems for s in self.portal(system)[:_OFFERED_OF_A_SYSTEM])
                return Verdict(named=Named.SEVERAL, services=tuple(dict.fromkeys(offered)), evidence=tuple(chosen))
            systems = (self._most_special(systems),)
        if network:
            wanted = self._network_services(systems)
            if wanted:
                return self._one(wanted[0], systems, chosen)
        portal = self.portal(systems[0])
        if len(portal) == 1:
            return self._one(portal[0], systems, chosen)
        return Verdict(named=Named.SYSTEM, services=portal, system=systems[0], evidence=tuple(chosen))

    def _most_special(self, systems: tuple[str, ...]) -> str:
        """Of systems that share services, the one that carries the fewest."""
        carrying = [system for system in systems if self.catalogue.services_of(system)] or list(systems)
        return min(carrying, key=lambda system: len(self.catalogue.services_of(system)))

    def _over_the_network(
        self, verdict: Verdict, network: frozenset[int] | None, groups: Iterable[Evidence]
    ) -> Verdict:
        """A service named in a subject that speaks of a network service is that of its system (rule 2)."""
        if not network or verdict.system is None or verdict.named is Named.SEVERAL:
            return verdict
        if any(network & each.places for each in groups):
            return verdict
        wanted = self._network_services((verdict.system,))
        return self._one(wanted[0], (verdict.system,), verdict.evidence) if wanted else verdict
