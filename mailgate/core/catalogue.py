"""The services, systems, matters and other desks that mail can be about."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
