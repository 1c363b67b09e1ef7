"""The directory: who is a PUESC login, and since when they know the desk."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select

from mailgate.core.facts import Person
from mailgate.store.audit import Act, Deed, pseudonym, write_down
from mailgate.store.database import Database
from mailgate.store.tables import people, strangers

FIND = select(people).where(people.c.login.in_(bindparam("logins", expanding=True)))

NEWER = ("name", "organisation", "active", "first_contact", "as_of")
# So many people are named in the audit trail, by their pseudonyms, when the directory is changed.
_MOST_NAMED = 100


class People:
    """The people of one database. Logins are compared as they are written: lower case, domain as A-labels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, persons: Sequence[Person], *, operator: str, now: datetime) -> None:
        """Make these the whole directory, in one transaction: nobody ever sees half of it.

        Raises:
            Temporary: the directory is what it was.
        """
        with self._database.writing() as connection:
            former = _everybody(connection)
            connection.execute(delete(people))
            if persons:
                connection.execute(insert(people), [_row(person) for person in persons])
            deed = self._changed(former, persons, operator=operator, whole=True)
            write_down(self._database, connection, [deed] if deed else [], now)

    def merge(self, persons: Sequence[Person], *, operator: str, now: datetime) -> None:
        """Add these, or bring them up to date, in one transaction; nobody is dropped.

        Raises:
            Temporary: the directory is what it was.
        """
        if not persons:
            return
        statement = self._database.insert(people)
        newer = {name: statement.excluded[name] for name in NEWER}
        with self._database.writing() as connection:
            former = _everybody(connection)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["login"], set_=newer),
                [_row(person) for person in persons],
            )
            deed = self._changed(former, persons, operator=operator, whole=False)
            write_down(self._database, connection, [deed] if deed else [], now)

    def _changed(
        self, former: dict[str, Person], persons: Sequence[Person], *, operator: str, whole: bool
    ) -> Deed | None:
        """What was done to the directory, for the trail: how many, and when they are few, who."""
        later = {person.login: person for person in persons}
        groups = {
            "added": [login for login in later if login not in former],
            "changed": [login for login, person in later.items() if former.get(login, person) != person],
            "removed": [login for login in former if whole and login not in later],
        }
        if not any(groups.values()):
            return None
        details: dict[str, Any] = {name: len(logins) for name, logins in groups.items()}
        if sum(details.values()) <= _MOST_NAMED:
            details["who"] = {
                name: [pseudonym(self._database, login) for login in logins] for name, logins in groups.items()
            }
        return Deed(operator=operator, act=Act.DIRECTORY_CHANGED, object="directory", details=details)

    def find(self, login: str) -> Person | None:
        """The person of that login, or None."""
        with self._database.reading() as connection:
            return find_people(connection, [login]).get(login)

    def outdated(
        self, logins: Iterable[str], now: datetime, *, keep: timedelta, keep_strangers: timedelta
    ) -> list[str]:
        """Those of the logins that the directory outside has to be asked for: nobody did, or too long ago.

        Args:
            logins: as `normalise_login` makes them.
            now: the time.
            keep: how long the entry of a person holds.
            keep_strangers: how long it holds that somebody has none.
        """
        asked = sorted(set(logins))
        fresh: set[str] = set()
        with self._database.reading() as connection:
            for table, holds in ((people, keep), (strangers, keep_strangers)):
                young = select(table.c.login).where(table.c.login.in_(asked), table.c.as_of > now - holds)
                fresh.update(connection.execute(young).scalars())
        return [login for login in asked if login not in fresh]

    def remember(self, login: str, person: Person | None, now: datetime, *, forget: timedelta) -> None:
        """Keep what the directory outside has just said of a login.

        Args:
            login: that was asked for.
            person: its entry, or None: it has none.
            now: when it was said.
            forget: what was said so long ago is deleted, so that this stays a small part of that directory.

        Raises:
            Temporary: nothing was kept.
        """
        with self._database.writing() as connection:
            for table in (people, strangers):
                old = table.c.as_of < now - forget
                connection.execute(delete(table).where(or_(table.c.login == login, old)))
            if person is None:
                connection.execute(insert(strangers), {"login": login, "as_of": now})
            else:
                connection.execute(insert(people), _row(replace(person, as_of=now)))

    def logins(self) -> frozenset[str]:
        """Every login."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(select(people.c.login)).scalars())

    def count(self) -> int:
        """How many there are."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(people)).scalar_one()

    def list(self, *, limit: int | None = None, after: str = "") -> tuple[Person, ...]:
        """People by login, those after a login when one is given."""
        statement = select(people).where(people.c.login > after).order_by(people.c.login).limit(limit)
        with self._database.reading() as connection:
            return tuple(Person(**row) for row in connection.execute(statement).mappings())


def find_people(connection: Connection, logins: Iterable[str]) -> dict[str, Person]:
    """The people of those logins that are known."""
    found = connection.execute(FIND, {"logins": list(set(logins))})
    return {row["login"]: Person(**row) for row in found.mappings()}


def _everybody(connection: Connection) -> dict[str, Person]:
    return {row["login"]: Person(**row) for row in connection.execute(select(people)).mappings()}


def _row(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in ("login", *NEWER)}
