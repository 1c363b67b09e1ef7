"""What a PostgreSQL server is like: whether it keeps what it acknowledges, and what time it has."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from mailgate.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What was found."""

    # How far its clock is ahead of ours; negative when it is behind.
    ahead: timedelta
    # Whether a commit is on the disk when it is acknowledged.
    is_durable: bool


def look_at(database: Database) -> ServerState:
    """Look at the server of a database.

    Raises:
        Temporary: it did not answer.
    """
    with database.reading() as connection:
        connection.execute(text("SELECT 1"))
        before = datetime.now(UTC)
        theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        after = datetime.now(UTC)
        said = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in ("fsync", "synchronous_commit")}
    return ServerState(
        ahead=theirs - (before + (after - before) / 2),
        is_durable=said["fsync"] == "on" and said["synchronous_commit"] != "off",
    )
