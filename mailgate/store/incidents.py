"""Incidents, as rows, and the tickets that are tied to them.

A ticket that is opened while an incident is open is tied in the same transaction. Those from before it was noticed, and
the few that a transaction beside it has opened, are tied by `tie`, as often as it is called: a ticket has one incident,
and the first one keeps it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from mailgate.core.reply import Reply
from mailgate.core.surge import Subject
from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.database import Database
from mailgate.store.pushes import tell_tied
from mailgate.store.reports import PRODUCTION, is_about
from mailgate.store.tables import counters, incidents, tickets
from mailgate.store.telling import tell_operators
from mailgate.store.verdicts import Writer
from mailgate.trouble import Permanent

COUNTER = "incident"
PREFIX = "INC"
# Tickets that are recorded late are tied to an incident that has ended meanwhile.
_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident as lists show it."""

    number: str
    # Id of the service, or of the system with all its services.
    service: str | None
    system: str | None
    # When its first ticket was received, or what an operator said.
    began_at: datetime
    noticed_at: datetime
    # None while it is open.
    ended_at: datetime | None
    # The operator who opened it; None: it was noticed by its rate, and ends by it.
    opened_by: str | None
    # The operator who closed it; None: nobody, or it ended by its rate.
    closed_by: str | None
    note: str
    # When it was noticed: people who count, in so many minutes, and how many that are usual then. None: by hand.
    authors: int | None
    minutes: float | None
    usual: float | None
    # How many tickets are tied to it.
    tickets: int

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(service=self.service or "", system=self.system or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """What a new ticket is held against."""

    number: str
    service: str | None
    system: str | None
    began_at: datetime

    def takes(self, ticket: Mapping[str, Any]) -> bool:
        """Whether a ticket, by its row, belongs to it."""
        about = ticket["service"] == self.service if self.service else ticket["system"] == self.system
        return bool(about and ticket["environment"] == PRODUCTION and ticket["opened_at"] >= self.began_at)


def open_incidents(connection: Connection) -> tuple[OpenIncident, ...]:
    """Those that are open; of a service first, then of a system."""
    columns = [incidents.c[name] for name in OpenIncident.__dataclass_fields__]
    found = connection.execute(select(*columns).where(incidents.c.ended_at.is_(None)).order_by(incidents.c.number))
    return tuple(sorted((OpenIncident(**row) for row in found.mappings()), key=lambda each: each.service is None))


def incident_of(ticket: Mapping[str, Any], among: Iterable[OpenIncident]) -> str | None:
    """The number of the incident that a new ticket belongs to, or None."""
    return next((each.number for each in among if each.takes(ticket)), None)


class Incidents:
    """The incidents of one database. Every method may raise `Temporary`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        row: Mapping[str, Any],
        now: datetime,
        *,
        letters: Callable[[str], Sequence[Reply]] | None = None,
        writer: Writer | None = None,
    ) -> str | None:
        """Open an incident, tie its tickets, and tell the operators, all in one transaction.

        Args:
            row: its columns but the number and what is not known yet.
            now: the time.
            letters: makes the letters to operators from its number; None: nobody is told.
            writer: writes them.

        Returns:
            Its number, or None when one about the same is open already: nothing changes then.
        """
        with self._database.writing() as connection:
            # 1. One opens after the other. 2. Who comes second sees what the first one has opened.
            connection.execute(select(counters.c.value).where(counters.c.name == COUNTER).with_for_update())
            subject = Subject(service=row["service"] or "", system=row["system"] or "")
            if any(_subject(each) == subject for each in open_incidents(connection)):
                return None
            drawn = (
                update(counters)
                .where(counters.c.name == COUNTER)
                .values(value=counters.c.value + 1)
                .returning(counters.c.value)
            )
            number = f"{PREFIX}{connection.execute(drawn).scalar_one():07d}"
            connection.execute(insert(incidents), [{**row, "number": number, "noticed_at": now}])
            _tie(self._database, connection, now)
            if letters and writer:
                tell_operators(self._database, connection, letters(number), writer, now)
            if row.get("opened_by"):
                details = {"service": row["service"], "system": row["system"], "note": row["note"]}
                deed = Deed(
                    operator=row["opened_by"], act=Act.INCIDENT_OPENED, object=f"incident {number}", details=details
                )
                write_down(self._database, connection, [deed], now)
        return number

    def end(self, number: str, now: datetime, *, operator: str | None = None) -> bool:
        """Close an incident; without an operator it ends by its rate. False when it was closed already.

        Raises:
            Permanent: there is no such incident.
        """
        with self._database.writing() as connection:
            found = connection.execute(
                select(incidents.c.ended_at).where(incidents.c.number == number).with_for_update()
            ).first()
            if found is None:
                raise Permanent(f'there is no incident "{number}"; see: mailgate incidents list')
            if found.ended_at is not None:
                return False
            _tie(self._database, connection, now)
            connection.execute(
                update(incidents).where(incidents.c.number == number).values(ended_at=now, closed_by=operator)
            )
            if operator:
                deed = Deed(operator=operator, act=Act.INCIDENT_CLOSED, object=f"incident {number}")
                write_down(self._database, connection, [deed], now)
        return True

    def tie(self, now: datetime) -> int:
        """Tie what belongs to an incident and is not tied yet; the answer is how many tickets. Safe at any time."""
        with self._database.reading() as connection:
            if not connection.execute(select(incidents.c.number).where(_takes_still(now)).limit(1)).first():
                return 0
        with self._database.writing() as connection:
            return _tie(self._database, connection, now)

    def list(self, *, only_open: bool = False, limit: int = 50) -> tuple[IncidentLine, ...]:
        """The newest incidents."""
        statement = select(*_LINE).order_by(incidents.c.number.desc()).limit(limit)
        if only_open:
            statement = statement.where(incidents.c.ended_at.is_(None))
        with self._database.reading() as connection:
            return tuple(IncidentLine(**row) for row in connection.execute(statement).mappings())

    def show(self, number: str) -> IncidentLine | None:
        """One incident, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_LINE).where(incidents.c.number == number.upper())).mappings().first()
        return IncidentLine(**row) if row else None


_LINE = (
    *(incidents.c[name] for name in IncidentLine.__dataclass_fields__ if name != "tickets"),
    select(func.count()).where(tickets.c.incident == incidents.c.number).scalar_subquery().label("tickets"),
)


def _subject(incident: OpenIncident) -> Subject:
    return Subject(service=incident.service or "", system=incident.system or "")


def _takes_still(now: datetime) -> Any:  # noqa: ANN401  (a condition of SQLAlchemy)
    return or_(incidents.c.ended_at.is_(None), incidents.c.ended_at > now - _LATE)


def _tie(database: Database, connection: Connection, now: datetime) -> int:
    """Tie the tickets of every incident that still takes some, those of services first."""
    columns = (incidents.c.number, incidents.c.service, incidents.c.system, incidents.c.began_at, incidents.c.ended_at)
    found = connection.execute(select(*columns).where(_takes_still(now)).order_by(incidents.c.number)).all()
    tied = 0
    for row in sorted(found, key=lambda each: each.service is None):
        subject = Subject(service=row.service or "", system=row.system or "")
        belongs = [
            tickets.c.incident.is_(None),
            is_about(subject),
            tickets.c.environment == PRODUCTION,
            tickets.c.opened_at >= row.began_at,
            tickets.c.opened_at <= (row.ended_at or now),
        ]
        changed = connection.execute(
            update(tickets).where(*belongs).values(incident=row.number).returning(tickets.c.number)
        )
        numbers = list(changed.scalars())
        tell_tied(database, connection, numbers, row.number, now)
        tied += len(numbers)
    return tied
