"""How what is outside the house is, as all processes have noted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select

from mailgate.store.database import Database
from mailgate.store.tables import vitals
from mailgate.vital import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalLine:
    """One service."""

    service: str
    # Questions since ever, those that failed, and the seconds that all took.
    asked: int
    failed: int
    seconds: float
    # Since when whoever asked last has had no answer; None: it did answer.
    ill_since: datetime | None
    asked_at: datetime


class Vitals:
    """The signs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, signs: Sequence[Sign], now: datetime) -> None:
        """Add what one process has noted.

        Raises:
            Temporary: nothing was added.
        """
        if not signs:
            return
        insert = self._database.insert(vitals)
        sums = {name: vitals.c[name] + insert.excluded[name] for name in ("asked", "failed", "seconds")}
        # Whoever finds it ill finds it ill since the first one did.
        since = case(
            (insert.excluded.ill_since.is_(None), None),
            (vitals.c.ill_since < insert.excluded.ill_since, vitals.c.ill_since),
            else_=insert.excluded.ill_since,
        )
        statement = insert.on_conflict_do_update(
            index_elements=["service"],
            set_={**sums, "ill_since": since, "asked_at": insert.excluded.asked_at},
        )
        rows = [
            {
                "service": sign.service,
                "asked": sign.asked,
                "failed": sign.failed,
                "seconds": sign.seconds,
                "ill_since": sign.ill_since,
                "asked_at": now,
            }
            for sign in sorted(signs, key=lambda sign: sign.service)
        ]
        with self._database.writing() as connection:
            connection.execute(statement, rows)

    def list(self) -> tuple[VitalLine, ...]:
        """Every service that was ever asked.

        Raises:
            Temporary: the database did not answer.
        """
        columns = [vitals.c[name] for name in VitalLine.__dataclass_fields__]
        with self._database.reading() as connection:
            found = connection.execute(select(*columns).order_by(vitals.c.service)).mappings()
            return tuple(VitalLine(**row) for row in found)
