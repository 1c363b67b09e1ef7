"""Notices, as rows: written, taken away, and looked up for every letter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from mailgate.core.facts import KnownNotice
from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.database import Database
from mailgate.store.tables import notices
from mailgate.trouble import Permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice as lists show it."""

    id: int
    # Id of the service, or of the system with all its services.
    service: str | None
    system: str | None
    # In Polish, and in English; "" without one.
    text: str
    text_en: str
    written_at: datetime
    written_by: str
    # When letters cease to say it: the time given, or that of its removal.
    until: datetime
    # Who took it away before that, or None.
    removed_by: str | None


LINE = tuple(notices.c[name] for name in NoticeLine.__dataclass_fields__)
_KNOWN = tuple(notices.c[name] for name in KnownNotice.__dataclass_fields__)


class Notices:
    """The notices of one database. Every method may raise `Temporary`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        *,
        service: str | None,
        system: str | None,
        text: str,
        text_en: str,
        until: datetime,
        operator: str,
        now: datetime,
    ) -> int:
        """Let letters say it from now on; the answer is its number."""
        row = {
            "service": service,
            "system": system,
            "text": text,
            "text_en": text_en,
            "written_at": now,
            "written_by": operator,
            "until": until,
        }
        with self._database.writing() as connection:
            number: int = connection.execute(insert(notices).returning(notices.c.id), [row]).scalar_one()
            details = {"service": service, "system": system, "text": text, "until": until.isoformat()}
            deed = Deed(operator=operator, act=Act.NOTICE_ADDED, object=f"notice {number}", details=details)
            write_down(self._database, connection, [deed], now)
        return number

    def remove(self, number: int, *, operator: str, now: datetime) -> bool:
        """Let letters say it no more. False when none says it any more; nothing changes then.

        Raises:
            Permanent: there is no such notice.
        """
        with self._database.writing() as connection:
            found = connection.execute(
                select(notices.c.until).where(notices.c.id == number).with_for_update(key_share=True)
            ).first()
            if found is None:
                raise Permanent(f"there is no notice {number}; see: mailgate notices list --all")
            if found.until <= now:
                return False
            connection.execute(update(notices).where(notices.c.id == number).values(until=now, removed_by=operator))
            deed = Deed(operator=operator, act=Act.NOTICE_REMOVED, object=f"notice {number}")
            write_down(self._database, connection, [deed], now)
        return True

    def list(self, now: datetime, *, everything: bool = False, limit: int = 50) -> tuple[NoticeLine, ...]:
        """The newest of those that letters say, or of all that there ever were."""
        statement = select(*LINE).order_by(notices.c.id.desc()).limit(limit)
        if not everything:
            statement = statement.where(notices.c.until > now)
        with self._database.reading() as connection:
            return tuple(NoticeLine(**row) for row in connection.execute(statement).mappings())

    def show(self, number: int) -> NoticeLine | None:
        """One notice, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(*LINE).where(notices.c.id == number)).mappings().first()
        return NoticeLine(**row) if row else None

    def in_force(self, now: datetime) -> tuple[KnownNotice, ...]:
        """What letters say now, newest first."""
        statement = select(*_KNOWN).where(notices.c.until > now).order_by(notices.c.id.desc())
        with self._database.reading() as connection:
            return tuple(KnownNotice(**row) for row in connection.execute(statement).mappings())
