"""Incidents: many people write about one service at once."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from mailgate.store.columns import Moment, Words
from mailgate.store.tables.row import Row, table_of


class IncidentRow(Row, table=True):
    """An incident. Tickets name the one that they are tied to; there is at most one open one for each subject."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "ended_at"),)

    # "INC0000001".
    number: str = Field(primary_key=True, sa_type=Words)
    # One of the two is set.
    service: str | None = Field(sa_type=Words)
    system: str | None = Field(sa_type=Words)
    # When the first ticket of it was received, or what an operator said.
    began_at: datetime = Field(sa_type=Moment)
    noticed_at: datetime = Field(sa_type=Moment)
    # None while it is open.
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    # The operator who opened it; None: it was noticed by its rate, and ends by it.
    opened_by: str | None = Field(default=None, sa_type=Words)
    # The operator who closed it; None: nobody, or it ended by its rate.
    closed_by: str | None = Field(default=None, sa_type=Words)
    note: str = Field(sa_type=Words)
    # When it was noticed: authors who count, in so many minutes, and how many that are usual then.
    authors: int | None = Field(default=None)
    minutes: float | None = Field(default=None)
    usual: float | None = Field(default=None)


incidents = table_of(IncidentRow)
