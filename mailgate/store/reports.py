"""Tickets as reports: who writes about what, counted for `mailgate.core.surge`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select

from mailgate.core.surge import Report, Subject
from mailgate.store.database import Database
from mailgate.store.tables import tickets

PRODUCTION = "production"


class Reports:
    """The reports of one database. Every method may raise `Temporary`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def untied(self, since: datetime, until: datetime) -> tuple[Report, ...]:
        """Those of that time that no incident has."""
        return self._read(_between(since, until), tickets.c.incident.is_(None))

    def about(self, subject: Subject, since: datetime, until: datetime) -> tuple[Report, ...]:
        """Those about something, whether an incident has them or not."""
        return self._read(_between(since, until), is_about(subject))

    def authors(self, subject: Subject, windows: Sequence[tuple[datetime, datetime]]) -> list[int]:
        """How many different people wrote about something, in each of the windows."""
        with self._database.reading() as connection:
            return [
                connection.execute(
                    select(func.count(distinct(tickets.c.requester))).where(
                        is_about(subject), _between(since, until), tickets.c.environment == PRODUCTION
                    )
                ).scalar_one()
                for since, until in windows
            ]

    def first(self) -> datetime | None:
        """When the first ticket was opened, or None."""
        with self._database.reading() as connection:
            found: datetime | None = connection.execute(
                select(tickets.c.opened_at).order_by(tickets.c.opened_at).limit(1)
            ).scalar()
        return found

    def _read(self, *which: ColumnElement[bool]) -> tuple[Report, ...]:
        columns = (tickets.c.opened_at, tickets.c.service, tickets.c.system, tickets.c.requester, tickets.c.proven)
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(*which, tickets.c.environment == PRODUCTION)).all()
        return tuple(_report(row) for row in rows if row.service or row.system)


def is_about(subject: Subject) -> ColumnElement[bool]:
    """Whether a ticket is about it."""
    return tickets.c.service == subject.service if subject.service else tickets.c.system == subject.system


def _between(since: datetime, until: datetime) -> ColumnElement[bool]:
    return (tickets.c.opened_at > since) & (tickets.c.opened_at <= until)


def _report(row: Any) -> Report:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    return Report(
        at=row.opened_at,
        service=row.service or "",
        system=row.system or "",
        author=row.requester,
        proven=bool(row.proven),
    )
