"""Whether our relay still speaks (relay mode).

A way on which some mails in a row had the relay's header is the relay's way. When as many in a row lack it there, the
relay has fallen silent: an alarm, until a mail has the header again. A way that never had it, or had it now and then,
raises no alarm: other machines send from there, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, insert, select, update

from mailgate.core.identity import Hearing
from mailgate.store.database import Database
from mailgate.store.tables import relays

# Mails in a row beyond which they are not counted: then a way is the relay's for sure.
_ENOUGH = 100
# How long it is no news that such a relay still speaks.
_NEWS = timedelta(minutes=1)

# Mails of one way that agree, one after the other: the way, whether they had the header, how many.
_Run = tuple[str, bool, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentRelay:
    """A way on which the relay has fallen silent."""

    # The client's address, or the way in where there is none.
    way: str
    # When its header came last.
    heard_at: datetime
    # When the first mail without it was settled.
    since: datetime
    # Mails without it.
    mails: int


class Relays:
    """What was heard of the relays of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hear(self, heard: Sequence[tuple[str, Hearing]], now: datetime) -> None:
        """Note for each mail, in order, whether it had the header.

        Raises:
            Temporary: nothing was noted.
        """
        runs = self._news(_runs(heard), now) if heard else []
        if not runs:
            return
        with self._database.writing() as connection:
            for way, has_header, mails in runs:
                if has_header:
                    _note_heard(connection, way, mails, now)
                else:
                    _note_missing(connection, way, mails, now)

    def _news(self, runs: list[_Run], now: datetime) -> list[_Run]:
        """The runs that say more than is known: a relay that speaks as ever costs no write."""
        ways = {way for way, _, _ in runs}
        steady = select(relays.c.way).where(
            relays.c.way.in_(ways),
            relays.c.heard >= _ENOUGH,
            relays.c.silent == 0,
            relays.c.heard_at > now - _NEWS,
        )
        with self._database.reading() as connection:
            known = set(connection.execute(steady).scalars())
        known -= {way for way, has_header, _ in runs if not has_header}
        return [run for run in runs if run[0] not in known]

    def silent(self, after: int) -> tuple[SilentRelay, ...]:
        """The ways that had the header so many times in a row, and now lack it as many times."""
        found = (
            select(
                relays.c.way, relays.c.heard_at, relays.c.silent_since.label("since"), relays.c.silent.label("mails")
            )
            .where(relays.c.silent >= after, relays.c.heard >= after)
            .order_by(relays.c.way)
        )
        with self._database.reading() as connection:
            return tuple(SilentRelay(**row) for row in connection.execute(found).mappings())


def _runs(heard: Sequence[tuple[str, Hearing]]) -> list[_Run]:
    """The mails, way by way."""
    runs: list[_Run] = []
    for way in sorted({way for way, _ in heard}):
        for each, said in heard:
            if each != way:
                continue
            has_header = said is Hearing.HEARD
            if runs and runs[-1][:2] == (way, has_header):
                runs[-1] = (way, has_header, runs[-1][2] + 1)
            else:
                runs.append((way, has_header, 1))
    return runs


def _note_heard(connection: Connection, way: str, mails: int, now: datetime) -> None:
    """The header is there. What was a row of mails before it was missing begins anew."""
    heard = case((relays.c.silent > 0, mails), (relays.c.heard >= _ENOUGH, _ENOUGH), else_=relays.c.heard + mails)
    changed = connection.execute(
        update(relays).where(relays.c.way == way).values(heard=heard, heard_at=now, silent=0, silent_since=None)
    )
    if not changed.rowcount:
        connection.execute(insert(relays).values(way=way, heard=mails, heard_at=now, silent=0, silent_since=None))


def _note_missing(connection: Connection, way: str, mails: int, now: datetime) -> None:
    """The header is missing; that matters only on a way that had it."""
    connection.execute(
        update(relays)
        .where(relays.c.way == way)
        .values(silent=relays.c.silent + mails, silent_since=func.coalesce(relays.c.silent_since, now))
    )
