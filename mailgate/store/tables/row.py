"""What all tables have in common."""

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Row(
    SQLModel,
    registry=registry(
        metadata=MetaData(
            naming_convention={
                "pk": "pk_%(table_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            }
        )
    ),
):
    """A row of ours; the metadata of our tables alone."""


def table_of(row: type[Row]) -> Table:
    """The table that statements use."""
    return Row.metadata.tables[str(row.__tablename__)]
