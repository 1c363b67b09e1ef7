"""Whether everything in the catalogue can be named: titles, names and symbols that never match, or collide.

Each is read as if it stood alone in a subject. One that names nothing, or something else, is a mistake. One that
services of different systems share is none: the sender is asked to choose; but an operator should know of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue, Service, System
from mailgate.core.problem import Problem
from mailgate.core.service.recogniser import Recogniser
from mailgate.core.service.records import Match, Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What is wrong with the names in the catalogue, and what is worth knowing."""

    # Titles, names and symbols that never name what they stand for.
    problems: tuple[Problem, ...]
    # Names that services of different systems share.
    notes: tuple[Problem, ...]


def audit(catalogue: Catalogue, recogniser: Recogniser) -> Audit:
    """Read every title, name and symbol of the services, and every name of the systems."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    for service in catalogue.services.values():
        for what, text in _names(service):
            match = recogniser.find_service(recogniser.read(text), "")
            offered = [candidate.service for candidate in match.candidates]
            if match.named is Named.NOTHING or service.id not in offered:
                problems.append(_problem(service, what, text, match))
            elif match.named is Named.SEVERAL:
                others = ", ".join(str(each) for each in offered if each != service.id)
                message = f'{what} "{text}" of "{service.id}" is shared with {others}; whoever writes it has to choose'
                notes.append(_at(service.source, message))
    problems.extend(_of_systems(catalogue, recogniser))
    return Audit(problems=tuple(sorted(set(problems))), notes=tuple(sorted(set(notes))))


def _names(service: Service) -> Iterator[tuple[str, str]]:
    yield "title", service.title
    if service.title_en:
        yield "title_en", service.title_en
    yield from (("form", form) for form in service.forms)
    yield from (("name", name) for name in service.names)


def _of_systems(catalogue: Catalogue, recogniser: Recogniser) -> Iterator[Problem]:
    for system in catalogue.systems.values():
        carried = {service.id for service in catalogue.services_of(system.id)}
        for name in () if system.platform else (system.name, *system.names):
            match = recogniser.find_service(recogniser.read(name), "")
            meant = {c.system for c in match.candidates} | {c.service for c in match.candidates}
            # A system that carries nothing leaves its name to the service of that name: CRPA.
            if not meant & {system.id, *carried} and (carried or not match.candidates):
                yield _problem(system, "name", name, match)


def _problem(entry: Service | System, what: str, text: str, match: Match) -> Problem:
    named = match.candidates[0] if match.candidates and match.named is not Named.NOTHING else None
    read_as = f'is read as "{named.service or named.system}"' if named else "is recognised as nothing"
    return _at(entry.source, f'{what} "{text}" {read_as}, so it never names "{entry.id}"; change or remove it')


def _at(source: str, message: str) -> Problem:
    file, _, line = source.rpartition(":")
    return Problem(file=file, line=int(line or 0), message=message)
