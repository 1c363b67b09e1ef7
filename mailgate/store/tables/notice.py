"""What operators tell everybody who writes about a service."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from mailgate.store.columns import Moment, Words
from mailgate.store.tables.row import Row, table_of


class NoticeRow(Row, table=True):
    """A notice that letters repeat until a given time. Rows stay, so that old letters can be explained."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "until"),)

    id: int | None = Field(default=None, primary_key=True)
    # One of the two is set.
    service: str | None = Field(sa_type=Words)
    system: str | None = Field(sa_type=Words)
    # In Polish, and in English; "" without one.
    text: str = Field(sa_type=Words)
    text_en: str = Field(sa_type=Words)
    written_at: datetime = Field(sa_type=Moment)
    written_by: str = Field(sa_type=Words)
    # When letters cease to say it: the time given, or that of its removal.
    until: datetime = Field(sa_type=Moment)
    # Who took it away before that; None: nobody.
    removed_by: str | None = Field(default=None, sa_type=Words)


notices = table_of(NoticeRow)
