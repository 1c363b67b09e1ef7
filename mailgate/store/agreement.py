"""What all machines on one database must agree on. The first one says it, until an operator says otherwise."""

from collections.abc import Mapping

from sqlalchemy import select

from mailgate.store.database import Database
from mailgate.store.tables import agreements


def agree(database: Database, ours: Mapping[str, str]) -> dict[str, str]:
    """What was agreed on, by name; what nobody has said yet is from now on what we say.

    Raises:
        Temporary: the database did not answer.
    """
    found = _found(database)
    if ours.keys() <= found.keys():
        return found
    with database.writing() as connection:
        rows = [{"name": name, "value": value} for name, value in sorted(ours.items())]
        connection.execute(database.insert(agreements).on_conflict_do_nothing(index_elements=["name"]), rows)
    return _found(database)


def insist(database: Database, ours: Mapping[str, str]) -> None:
    """Let what we say be what all must agree on.

    Raises:
        Temporary: nothing was changed.
    """
    statement = database.insert(agreements)
    rows = [{"name": name, "value": value} for name, value in sorted(ours.items())]
    with database.writing() as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": statement.excluded.value}), rows
        )


def _found(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {row.name: row.value for row in connection.execute(select(agreements.c.name, agreements.c.value))}
