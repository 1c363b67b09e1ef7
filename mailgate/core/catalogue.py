"""The services, systems, matters and other desks that mail can be about.

They stand in `rules/` as `[[service]]`, `[[system]]`, `[[matter]]` and `[[desk]]`; `read_catalogue` reads them and
reports every mistake.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import re2

from mailgate.core.problem import Problem
from mailgate.core.tables import Reader, Table, did_you_mean
from mailgate.core.words import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of the portal, or one network service."""

    id: str
    # Title as published, Polish; shown in letters.
    title: str
    # Title in English, or "".
    title_en: str = ""
    # Area of the catalogue: "Import".
    area: str = ""
    # "portal" or "s2s" (network service, GUIDE rule 2).
    channel: str = "portal"
    # System ids, the leading one first; empty for a service without a system.
    systems: tuple[str, ...] = ()
    # Form and message symbols: ("ZC415", "PW433").
    forms: tuple[str, ...] = ()
    # Names and spellings it is known by, in any language.
    names: tuple[str, ...] = ()
    # Words of a body that point to it when the subject names nothing (GUIDE rule 5).
    hints: tuple[str, ...] = ()
    # Everyday words, one by one, of people who write about it: two or three of them in a body point to it.
    about: tuple[str, ...] = ()
    # Phrases that hold one of its names and mean something else: ("AES-256",).
    not_in: tuple[str, ...] = ()
    # Words that, anywhere in the mail, say that its codes mean something else: ("inspektor ochrony danych",).
    unless: tuple[str, ...] = ()
    # Its description page, or "".
    page: str = ""
    # "services/import.toml:12"
    source: str = ""

    @property
    def system(self) -> str | None:
        """The leading system, or None."""
        return self.systems[0] if self.systems else None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One IT system behind the services."""

    id: str
    name: str
    full_name: str = ""
    names: tuple[str, ...] = ()
    # Patterns (RE2, whole word) of the symbols of its messages: ("CC5\\d\\d[A-Z]?",).
    messages: tuple[str, ...] = ()
    # Phrases that hold one of its names and mean something else: ("AES-256",).
    not_in: tuple[str, ...] = ()
    # Words that, anywhere in the mail, say that its codes mean something else: ("inspektor ochrony danych",).
    unless: tuple[str, ...] = ()
    # True for PUESC and SISC: the platform itself, which routes nothing (GUIDE rule 3).
    platform: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One service-request matter (GUIDE rule 6)."""

    id: str
    title: str
    title_en: str = ""
    # The proof of the author that it needs: "claimed" or "proven" (design section 5).
    trust: str = "proven"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDesk:
    """Another desk, to which misdirected mail is shown (GUIDE rule 9)."""

    id: str
    name: str
    name_en: str = ""
    # What it handles, as the letter says it.
    handles: str = ""
    handles_en: str = ""
    email: str = ""
    phone: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything mail can be about, by id, in the order of the files."""

    services: Mapping[str, Service] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)
    matters: Mapping[str, Matter] = field(default_factory=dict)
    desks: Mapping[str, OtherDesk] = field(default_factory=dict)

    def services_of(self, system: str) -> tuple[Service, ...]:
        """The services that the system carries, portal and network, in catalogue order."""
        return tuple(s for s in self.services.values() if system in s.systems)


class _Entry(Protocol):
    """What every entry of the catalogue has."""

    @property
    def id(self) -> str: ...

    @property
    def source(self) -> str: ...


E = TypeVar("E", bound=_Entry)


def read_catalogue(tables: Iterable[Table]) -> tuple[Catalogue, tuple[Problem, ...]]:
    """Read the catalogue from the tables of all rule files; tables of other names are left to other rooms."""
    tables = tuple(tables)
    problems: list[Problem] = []
    catalogue = Catalogue(
        services=_entries(tables, "service", _service, problems),
        systems=_entries(tables, "system", _system, problems),
        matters=_entries(tables, "matter", _matter, problems),
        desks=_entries(tables, "desk_of_others", _desk, problems),
    )
    for table in tables:
        if table.name == "service":
            problems.extend(_unknown_systems(table, catalogue))
    return catalogue, tuple(problems)


def _entries(
    tables: tuple[Table, ...], name: str, read: Callable[[Reader], E], problems: list[Problem]
) -> Mapping[str, E]:
    """Every entry of one kind by id; a second one of the same id is a Problem."""
    entries: dict[str, E] = {}
    for table in tables:
        if table.name != name:
            continue
        reader = Reader(table)
        entry = read(reader)
        if entry.id in entries:
            reader.problem(
                "id", f'{name} "{entry.id}" stands at {entries[entry.id].source} already; rename one of them'
            )
        problems.extend(reader.problems())
        entries.setdefault(entry.id, entry)
    return entries


def _service(reader: Reader) -> Service:
    return Service(
        id=reader.text("id"),
        title=reader.text("title"),
        title_en=reader.text("title_en", ""),
        area=reader.text("area"),
        channel=reader.choice("channel", ("portal", "s2s"), "portal"),
        systems=reader.texts("systems"),
        forms=reader.texts("forms"),
        names=reader.texts("names"),
        hints=reader.texts("hints"),
        about=_single_words(reader, "about"),
        not_in=reader.texts("not_in"),
        unless=reader.texts("unless"),
        page=reader.text("page", ""),
        source=reader.table.source,
    )


def _single_words(reader: Reader, key: str) -> tuple[str, ...]:
    words = reader.texts(key)
    for place, text in enumerate(words):
        if len(words_of(text)) != 1:
            reader.problem(
                f"{key}[{place}]", f'"{text}" is not one word; write the words one by one, or add it to `hints`'
            )
    return words


def _system(reader: Reader) -> System:
    messages = reader.texts("messages")
    for place, pattern in enumerate(messages):
        try:
            re2.compile(pattern)
        except re2.error as error:
            reader.problem(f"messages[{place}]", f'"{pattern}" is no pattern that RE2 understands: {error}')
    return System(
        id=reader.text("id"),
        name=reader.text("name"),
        full_name=reader.text("full_name", ""),
        names=reader.texts("names"),
        messages=messages,
        not_in=reader.texts("not_in"),
        unless=reader.texts("unless"),
        platform=reader.flag("platform"),
        source=reader.table.source,
    )


def _matter(reader: Reader) -> Matter:
    return Matter(
        id=reader.text("id"),
        title=reader.text("title"),
        title_en=reader.text("title_en", ""),
        trust=reader.choice("trust", ("claimed", "proven"), "proven"),
        source=reader.table.source,
    )


def _desk(reader: Reader) -> OtherDesk:
    return OtherDesk(
        id=reader.text("id"),
        name=reader.text("name"),
        name_en=reader.text("name_en", ""),
        handles=reader.text("handles", ""),
        handles_en=reader.text("handles_en", ""),
        email=reader.text("email", ""),
        phone=reader.text("phone", ""),
        source=reader.table.source,
    )


def _unknown_systems(table: Table, catalogue: Catalogue) -> list[Problem]:
    systems = table.values.get("systems", ())
    return [
        table.problem(f"systems[{place}]", f'there is no system "{system}"{did_you_mean(system, catalogue.systems)}')
        for place, system in enumerate(systems if isinstance(systems, list) else ())
        if isinstance(system, str) and system not in catalogue.systems
    ]
