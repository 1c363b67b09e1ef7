"""Every revision of the rules that has decided anything, whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mailgate.core.rulebook.changes import changes_in_short
from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.database import Database
from mailgate.store.tables import audits, decisions, rulebooks

_NAMED = "rules "


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """One revision of the rules as lists show it."""

    revision: str
    # When it was stored: before it first decided, or when it was put aside.
    first_used_at: datetime
    # When it was last taken into force; None: it never was.
    taken_at: datetime | None
    # Who took it then; "mailgate" when a daemon found the files changed. None: nobody has.
    operator: str | None
    # How it was taken then: "promote", "rollback"; "" when the files were changed by hand.
    how: str
    # The revision before it then, or None.
    before: str | None
    # Whether it was taken last of all.
    in_force: bool
    # Messages that it has decided about.
    messages: int
    # What is other than in the revision before: "new rule akc_pa".
    changes: tuple[str, ...]


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
        with self._database.writing() as connection:
            self._take(connection, revision, files, now, operator=operator, how="")

    def keep_aside(self, revision: str, files: Mapping[str, str], now: datetime) -> None:
        """Store a revision that does not decide, so that one can come back to it.

        Raises:
            Temporary: it was not stored.
        """
        with self._database.writing() as connection:
            self._insert(connection, revision, files, now)

    @contextmanager
    def taking(
        self, revision: str, files: Mapping[str, str], now: datetime, *, operator: str, how: str
    ) -> Iterator[None]:
        """Store a revision and write down who takes it, while the block puts the files in their place.

        A daemon that sees the files at once finds the operator's name there already. When the block raises, nothing
        was stored.

        Raises:
            Temporary: it was not stored, and must not decide.
        """
        with self._database.writing() as connection:
            self._take(connection, revision, files, now, operator=operator, how=how)
            yield

    def in_force(self) -> str | None:
        """The revision that was taken last; None when none ever was."""
        with self._database.reading() as connection:
            return _last_taken(connection)

    def before(self, revision: str) -> str | None:
        """The revision that was in force when this one was last taken; None when it never was, or was the first."""
        with self._database.reading() as connection:
            taken = [line for line in _takings(connection) if line[0] == revision]
        return taken[-1][3].get("before") if taken else None

    def find(self, name: str) -> tuple[str, ...]:
        """The revisions whose name begins like that."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(rulebooks.c.revision).where(rulebooks.c.revision.startswith(name.lower(), autoescape=True))
            )
            return tuple(found.scalars())

    def log(self) -> tuple[RevisionLine, ...]:
        """Every revision, the one that was taken last first."""
        with self._database.reading() as connection:
            stored = connection.execute(select(rulebooks)).all()
            takings = {each[0]: each for each in _takings(connection)}
            counted = select(decisions.c.revision, func.count(decisions.c.message.distinct())).group_by(
                decisions.c.revision
            )
            messages: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
            last = _last_taken(connection)
        files = {row.revision: row.files for row in stored}
        lines = [
            _line(row.revision, row.first_used_at, takings.get(row.revision), files, messages, last) for row in stored
        ]
        return tuple(sorted(lines, key=lambda line: (line.taken_at or line.first_used_at, line.in_force), reverse=True))

    def _take(
        self,
        connection: Connection,
        revision: str,
        files: Mapping[str, str],
        now: datetime,
        *,
        operator: str,
        how: str,
    ) -> None:
        self._insert(connection, revision, files, now)
        former = _last_taken(connection)
        if former != revision:
            details = {"before": former, "files": _differing(connection, former, files)}
            deed = Deed(
                operator=operator,
                act=Act.RULES_CHANGED,
                object=f"{_NAMED}{revision}",
                details=details | ({"how": how} if how else {}),
            )
            write_down(self._database, connection, [deed], now)

    def _insert(self, connection: Connection, revision: str, files: Mapping[str, str], now: datetime) -> None:
        row = {"revision": revision, "files": dict(files), "first_used_at": now}
        connection.execute(self._database.insert(rulebooks).on_conflict_do_nothing(index_elements=["revision"]), [row])

    def files(self, revision: str) -> dict[str, str] | None:
        """The files of a revision, or None."""
        with self._database.reading() as connection:
            found = connection.execute(select(rulebooks.c.files).where(rulebooks.c.revision == revision))
            return found.scalar_one_or_none()


def _takings(connection: Connection) -> list[tuple[str, datetime, str, dict[str, Any]]]:
    """Each time that a revision was taken, oldest first: revision, when, by whom, details."""
    rows = connection.execute(select(audits).where(audits.c.act == Act.RULES_CHANGED).order_by(audits.c.number))
    return [(row.object.removeprefix(_NAMED), row.at, row.operator, row.details) for row in rows]


def _line(
    revision: str,
    stored: datetime,
    taking: tuple[str, datetime, str, dict[str, Any]] | None,
    files: Mapping[str, Mapping[str, str]],
    messages: Mapping[str, int],
    last: str | None,
) -> RevisionLine:
    _, at, operator, details = taking or (revision, None, None, {})
    before = details.get("before")
    return RevisionLine(
        revision=revision,
        first_used_at=stored,
        taken_at=at,
        operator=operator,
        how=details.get("how", ""),
        before=before,
        in_force=revision == last,
        messages=messages.get(revision, 0),
        changes=changes_in_short(files[before], files[revision]) if before and before in files else (),
    )


def _last_taken(connection: Connection) -> str | None:
    """The revision that was taken last, as the audit trail has it; None at the very first."""
    newest = select(audits.c.object).where(audits.c.act == Act.RULES_CHANGED).order_by(audits.c.number.desc()).limit(1)
    found = connection.execute(newest).scalar()
    return found.removeprefix(_NAMED) if found else None


def _differing(connection: Connection, former: str | None, files: Mapping[str, str]) -> list[str]:
    """Names of the files that are new, gone, or not what they were."""
    before = connection.execute(select(rulebooks.c.files).where(rulebooks.c.revision == former)).scalar() or {}
    return sorted(name for name in {*before, *files} if before.get(name) != files.get(name))
