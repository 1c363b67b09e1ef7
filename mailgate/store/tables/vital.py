"""How what is outside the house is."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from mailgate.store.columns import Moment, Words
from mailgate.store.tables.row import Row, table_of


class VitalRow(Row, table=True):
    """What all processes have noted of a service, since ever."""

    __tablename__ = "vital"

    # "directory", "dns", "clamd", "relay", "csd".
    service: str = Field(primary_key=True, sa_type=Words)
    asked: int = Field(sa_type=BigInteger)
    failed: int = Field(sa_type=BigInteger)
    seconds: float
    # Since when whoever asked last has had no answer; None: it did answer.
    ill_since: datetime | None = Field(sa_type=Moment)
    asked_at: datetime = Field(sa_type=Moment)


vitals = table_of(VitalRow)
