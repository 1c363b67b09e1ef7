"""Every revision of the rules that has decided anything, whole."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.database import Database
from mailgate.store.tables import audits, rulebooks

_NAMED = "rules "


class Rulebooks:
    """The rulebooks of one database. A decision can only be recorded when its revision is here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, revision: str, files: Mapping[str, str], now: datetime, operator: str = "mailgate") -> None:
        """Store a revision before it decides: file name to text. One that is here already stays as it is.

        That another revision decides from now on stands in the audit trail, with the names of the files that differ.

        Raises:
            Temporary: it was not stored, and must not decide.
        """
        row = {"revision": revision, "files": dict(files), "first_used_at": now}
        with self._database.writing() as connection:
            connection.execute(
                self._database.insert(rulebooks).on_conflict_do_nothing(index_elements=["revision"]), [row]
            )
            former = _last_taken(connection)
            if former != revision:
                deed = Deed(
                    operator=operator,
                    act=Act.RULES_CHANGED,
                    object=f"{_NAMED}{revision}",
                    details={"before": former, "files": _differing(connection, former, files)},
                )
                write_down(self._database, connection, [deed], now)

    def files(self, revision: str) -> dict[str, str] | None:
        """The files of a revision, or None."""
        with self._database.reading() as connection:
            found = connection.execute(select(rulebooks.c.files).where(rulebooks.c.revision == revision))
            return found.scalar_one_or_none()


def _last_taken(connection: Connection) -> str | None:
    """The revision that was taken last, as the audit trail has it; None at the very first."""
    newest = select(audits.c.object).where(audits.c.act == Act.RULES_CHANGED).order_by(audits.c.number.desc()).limit(1)
    found = connection.execute(newest).scalar()
    return found.removeprefix(_NAMED) if found else None


def _differing(connection: Connection, former: str | None, files: Mapping[str, str]) -> list[str]:
    """Names of the files that are new, gone, or not what they were."""
    before = connection.execute(select(rulebooks.c.files).where(rulebooks.c.revision == former)).scalar() or {}
    return sorted(name for name in {*before, *files} if before.get(name) != files.get(name))
