"""Jobs that are done by the clock: when each ran last, and how that ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from mailgate.store.database import Database
from mailgate.store.tables import jobs


class Result(StrEnum):
    """How a run ended. The values stand in the database and in JSON."""

    DONE = "done"
    # Somebody has to look at it.
    FAILED = "failed"
    # Trouble that passes; it is tried again.
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job, and its last run."""

    name: str
    # When it was first heard of.
    known_at: datetime
    # None: it has never run.
    began_at: datetime | None
    # None: it runs, or was killed.
    ended_at: datetime | None
    result: Result | None
    # What it did, or what was wrong, one sentence.
    said: str | None
    # "schedule", or the operator who began it.
    began_by: str | None
    # When a run was last done.
    done_at: datetime | None


class Jobs:
    """The jobs of one database. Every method may raise `Temporary`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[JobLine, ...]:
        """All that were ever heard of, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(jobs).order_by(jobs.c.name)).mappings().all()
        return tuple(JobLine(**{**row, "result": Result(row["result"]) if row["result"] else None}) for row in rows)

    def know(self, names: Iterable[str], now: datetime) -> dict[str, JobLine]:
        """Those jobs; one that is new is heard of now."""
        found, wanted = {line.name: line for line in self.list()}, tuple(names)
        if new := [name for name in wanted if name not in found]:
            with self._database.writing() as connection:
                connection.execute(
                    self._database.insert(jobs).on_conflict_do_nothing(index_elements=["name"]),
                    [{"name": name, "known_at": now} for name in new],
                )
            found = {line.name: line for line in self.list()}
        return {name: found[name] for name in wanted}

    def begin(self, name: str, by: str, now: datetime) -> None:
        """A run begins."""
        self.know((name,), now)
        changes = {"began_at": now, "began_by": by, "ended_at": None, "result": None, "said": None}
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.name == name).values(changes))

    def end(self, name: str, result: Result, said: str, now: datetime) -> None:
        """A run has ended."""
        changes = {"ended_at": now, "result": result, "said": said}
        if result is Result.DONE:
            changes |= {"done_at": now}
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.name == name).values(changes))
