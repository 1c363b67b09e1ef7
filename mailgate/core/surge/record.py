"""Who reports what, and how many of them count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from mailgate.core.address import domain_of, normalise
from mailgate.core.identity.alignment import organisational_domain


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """What reports are about: one service, or one system with all its services. Exactly one of the two is set."""

    service: str = ""
    system: str = ""

    @property
    def name(self) -> str:
        """Its id."""
        return self.service or self.system

    def covers(self, report: "Report") -> bool:
        """Whether a report is about it."""
        return report.service == self.service if self.service else report.system == self.system


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A ticket that somebody known has opened by mail."""

    at: datetime
    # Ids; "" when the mail names none.
    service: str
    system: str
    # The login.
    author: str
    # Whether it is proven that its owner wrote.
    proven: bool


def parties(reports: Iterable[Report], shared: Collection[str]) -> int:
    """How many independent people speak.

    A company speaks with one voice, however many of its people write; at public mail services everybody is their own.
    Of those whom nobody has proven at most as many count as of the proven: addresses can be forged by the hundred, so
    they alone are no surge. Another report never makes the number smaller.

    Args:
        reports: at any times.
        shared: domains of public mail services.
    """
    proven: set[str] = set()
    claimed: set[str] = set()
    for report in reports:
        (proven if report.proven else claimed).add(_party(report.author, shared))
    return len(proven) + min(len(claimed - proven), len(proven))


def _party(author: str, shared: Collection[str]) -> str:
    domain = domain_of(normalise(author))
    organisation = organisational_domain(domain) or domain
    return normalise(author) if organisation in shared else organisation
