"""Every revision of the rules that has decided anything, whole."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from mailgate.store.database import Database
from mailgate.store.tables import rulebooks


class Rulebooks:
    """The rulebooks of one database. A decision can only be recorded when its revision is here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, revision: str, files: Mapping[str, str], now: datetime) -> None:
        """Store a revision before it decides: file name to text. One that is here already stays as it is.

        Raises:
            Temporary: it was not stored, and must not decide.
        """
        row = {"revision": revision, "files": dict(files), "first_used_at": now}
        with self._database.writing() as connection:
            connection.execute(
                self._database.insert(rulebooks).on_conflict_do_nothing(index_elements=["revision"]), [row]
            )

    def files(self, revision: str) -> dict[str, str] | None:
        """The files of a revision, or None."""
        with self._database.reading() as connection:
            found = connection.execute(select(rulebooks.c.files).where(rulebooks.c.revision == revision))
            return found.scalar_one_or_none()
