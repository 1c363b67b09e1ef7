"""People of the directory, and who did what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from mailgate.store.columns import Document, Moment, Words
from mailgate.store.tables.row import Row, table_of


class PersonRow(Row, table=True):
    """A PUESC login of the directory."""

    __tablename__ = "person"

    login: str = Field(primary_key=True, sa_type=Words)
    name: str = Field(sa_type=Words)
    organisation: str = Field(sa_type=Words)
    active: bool
    first_contact: date | None
    # When the directory outside said so; None: the row was imported.
    as_of: datetime | None = Field(sa_type=Moment)


class StrangerRow(Row, table=True):
    """A login that the directory outside did not know when it was asked."""

    __tablename__ = "stranger"

    login: str = Field(primary_key=True, sa_type=Words)
    as_of: datetime = Field(sa_type=Moment)


class AuditRow(Row, table=True):
    """Who did what. Rows are only added, each sealed to the one before; see `audit`. Triggers refuse anything else."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "object"),)

    # From 1, without a gap.
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    operator: str = Field(sa_type=Words)
    act: str = Field(sa_type=Words)
    # "message 17", "ticket ZGL0000017", a pseudonym; nothing of a person.
    object: str = Field(sa_type=Words)
    details: dict[str, Any] = Field(sa_type=Document)
    # The digest of the row before, or zeros.
    previous: str = Field(sa_type=Words)
    digest: str = Field(sa_type=Words)
    # HMAC of the digest with our secret.
    seal: str = Field(sa_type=Words)


class Agreement(Row, table=True):
    """What all machines that share the database must agree on: the fingerprint of the secret."""

    name: str = Field(primary_key=True, sa_type=Words)
    value: str = Field(sa_type=Words)


people = table_of(PersonRow)
strangers = table_of(StrangerRow)
audits = table_of(AuditRow)
agreements = table_of(Agreement)
