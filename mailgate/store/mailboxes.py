"""Mailboxes that mail is fetched from: who holds each, every mail seen in it, and what became of that.

A mail is known by mailbox, generation and UID. The UIDs of a folder mean something only as long as its UIDVALIDITY
stays the same (RFC 9051 section 2.3.1.1); when that changes, or another folder is configured, a new generation begins.
The row that says "kept" is committed in one transaction with the message, so that neither is there without the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, func, insert, or_, select, update

from mailgate.core.mail import RawMessage
from mailgate.core.mailbox import LeftMail, MailboxLine, MailboxState, Reason, SightingState
from mailgate.store.database import Database
from mailgate.store.keeping import keep_in
from mailgate.store.tables import mailboxes, sightings
from mailgate.trouble import Temporary

# How long a mail that could not be read is let be: twice as long each time.
_FIRST_REST, _LONGEST_REST = timedelta(seconds=30), timedelta(hours=6)


class Mailboxes:
    """The mailboxes of one database. Every method may raise `Temporary`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, name: str, place: str, holder: str, lease: timedelta, now: datetime) -> bool:
        """Take a mailbox, or hold it on; False while another process has it."""
        with self._database.writing() as connection:
            new = self._database.insert(mailboxes).on_conflict_do_nothing(index_elements=["name"])
            begin = {"generation": 0, "listed": 0, "seen": 0, "state": MailboxState.IDLE, "since": now}
            connection.execute(new.values(name=name, place=place, **begin))
            is_free = or_(mailboxes.c.holder.is_(None), mailboxes.c.holder == holder, mailboxes.c.held_until <= now)
            taken = connection.execute(
                update(mailboxes).where(mailboxes.c.name == name, is_free).values(holder=holder, held_until=now + lease)
            )
        return bool(taken.rowcount)

    def release(self, name: str, holder: str, now: datetime) -> None:
        """Let others have it at once."""
        with self._database.writing() as connection:
            connection.execute(
                update(mailboxes)
                .where(mailboxes.c.name == name, mailboxes.c.holder == holder)
                .values(holder=None, held_until=None, state=MailboxState.IDLE, since=now, trouble=None)
            )

    def list(self) -> tuple[MailboxLine, ...]:
        """Every mailbox that was ever read, by name."""
        with self._database.snapshot() as connection:
            return lines(connection)

    def unseen(self, name: str, uidvalidity: int, uids: Sequence[int]) -> tuple[int, ...]:
        """Of the UIDs that a server lists, those that should have been seen and were not.

        What came since the last look, and everything in a folder that is numbered anew, is due and not missing.
        """
        with self._database.snapshot() as connection:
            row = connection.execute(select(mailboxes).where(mailboxes.c.name == name)).one_or_none()
            if row is None or row.uidvalidity != uidvalidity:
                return ()
            mine = (sightings.c.mailbox == name, sightings.c.generation == row.generation)
            known = set(connection.execute(select(sightings.c.uid).where(*mine)).scalars())
        return tuple(uid for uid in uids if uid <= row.listed and uid not in known)

    def left(self, limit: int) -> tuple[LeftMail, ...]:
        """Mails that were not fetched, the newest first, each with its reason."""
        found = (
            select(*(sightings.c[name] for name in LeftMail.__dataclass_fields__))
            .where(sightings.c.reason.is_not(None), sightings.c.reason != Reason.RENUMBERED)
            .order_by(sightings.c.seen_at.desc(), sightings.c.uid.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return tuple(LeftMail(**row) for row in connection.execute(found).mappings())


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What one process writes down about the mailbox that it holds.

    Whoever has lost the mailbox to another process writes nothing: each transaction looks first.
    """

    database: Database
    name: str
    holder: str
    _generation: int = 0
    _uidvalidity: int = 0

    def open(self, place: str, uidvalidity: int, size_limit: int, now: datetime) -> bool:
        """The folder is open. Says whether it is numbered as it was.

        Args:
            place: login, server and folder.
            uidvalidity: what the server says.
            size_limit: mails that were too large and are not any more are due again.
            now: the time.
        """
        with self.database.writing() as connection:
            self._fence(connection)
            row = connection.execute(select(mailboxes).where(mailboxes.c.name == self.name)).one()
            is_same = (row.place, row.uidvalidity) == (place, uidvalidity)
            self._generation, self._uidvalidity = row.generation + (not is_same), uidvalidity
            if not is_same:
                self._begin(connection, place)
            connection.execute(
                update(sightings)
                .where(*self._here(), sightings.c.reason == Reason.TOO_LARGE, sightings.c.size <= size_limit)
                .values(state=SightingState.WAITING, reason=None, why=None)
            )
            connection.execute(self._mailbox().values(heard_at=now))
        return is_same or row.uidvalidity is None

    @property
    def listed(self) -> int:
        """The highest UID that was listed; 0: none."""
        with self.database.reading() as connection:
            return int(connection.execute(select(mailboxes.c.listed).where(mailboxes.c.name == self.name)).scalar_one())

    def list(self, uids: Sequence[int], now: datetime) -> int:
        """Write down that these UIDs are there, in ascending order; says how many were new."""
        if not uids:
            return 0
        span = sightings.c.uid.between(uids[0], uids[-1])
        with self.database.reading() as connection:
            known = set(connection.execute(select(sightings.c.uid).where(*self._here(), span)).scalars())
        new = [uid for uid in uids if uid not in known]
        with self.database.writing() as connection:
            self._fence(connection)
            if new:
                row = {"mailbox": self.name, "generation": self._generation, "uidvalidity": self._uidvalidity}
                row |= {"state": SightingState.WAITING, "attempts": 0, "seen_at": now}
                connection.execute(insert(sightings), [{**row, "uid": uid} for uid in new])
            connection.execute(
                self._mailbox().values(
                    listed=case((mailboxes.c.listed < uids[-1], uids[-1]), else_=mailboxes.c.listed),
                    seen=mailboxes.c.seen + len(new),
                )
            )
        return len(new)

    def due(self, limit: int, now: datetime) -> tuple[int, ...]:
        """UIDs to be fetched, oldest first."""
        is_due = or_(sightings.c.not_before.is_(None), sightings.c.not_before <= now)
        found = select(sightings.c.uid).where(*self._here(), sightings.c.state == SightingState.WAITING, is_due)
        with self.database.reading() as connection:
            return tuple(connection.execute(found.order_by(sightings.c.uid).limit(limit)).scalars())

    def keep(self, mails: Sequence[tuple[int, RawMessage]], *, is_done: bool) -> int:
        """Keep mails with their UIDs, in one transaction; says how many were new to us.

        Args:
            mails: by UID, at least one.
            is_done: nothing is to be done about them in the mailbox.

        Raises:
            Temporary: nothing was kept.
        """
        incoming = [raw for _, raw in mails]
        digests = [raw.digest for raw in incoming]
        with self.database.writing() as connection:
            self._fence(connection)
            kept = keep_in(self.database, connection, incoming, digests)
            connection.execute(
                update(sightings)
                .where(*self._here(), sightings.c.uid == bindparam("at"))
                .values(
                    state=SightingState.DONE if is_done else SightingState.KEPT,
                    message=bindparam("number"),
                    size=bindparam("bytes"),
                    reason=None,
                    why=None,
                ),
                [
                    {"at": uid, "number": receipt.id, "bytes": len(raw.content)}
                    for (uid, raw), receipt in zip(mails, kept, strict=True)
                ],
            )
        return sum(not receipt.duplicate for receipt in kept)

    def leave(self, uid: int, reason: Reason, why: str, size: int | None) -> None:
        """Write down why a mail is not fetched."""
        with self.database.writing() as connection:
            self._fence(connection)
            connection.execute(self._sighting(uid).values(state=SightingState.LEFT, reason=reason, why=why, size=size))

    def fail(self, uid: int, why: str, now: datetime) -> int:
        """Write down that a mail could not be read this time; it is due again later. Says how often that happened."""
        with self.database.writing() as connection:
            self._fence(connection)
            attempts = connection.execute(
                select(sightings.c.attempts).where(*self._here(), sightings.c.uid == uid)
            ).scalar_one()
            rest = min(_FIRST_REST * 2.0 ** min(attempts, 20), _LONGEST_REST)
            values = {"reason": Reason.UNREADABLE, "why": why, "attempts": attempts + 1, "not_before": now + rest}
            connection.execute(self._sighting(uid).values(values))
        return int(attempts) + 1

    def kept(self, limit: int) -> tuple[int, ...]:
        """UIDs of mails that are safe here, and of which the mailbox has not been told; oldest first."""
        found = select(sightings.c.uid).where(*self._here(), sightings.c.state == SightingState.KEPT)
        with self.database.reading() as connection:
            return tuple(connection.execute(found.order_by(sightings.c.uid).limit(limit)).scalars())

    def done(self, uids: Sequence[int]) -> None:
        """The mailbox has been told of these."""
        with self.database.writing() as connection:
            self._fence(connection)
            connection.execute(
                update(sightings)
                .where(*self._here(), sightings.c.uid == bindparam("at"))
                .values(state=SightingState.DONE),
                [{"at": uid} for uid in uids],
            )

    def say(self, state: MailboxState, trouble: str | None, now: datetime, *, heard: bool) -> None:
        """Write down what is going on, for operators; `heard`: the server has just answered."""
        with self.database.writing() as connection:
            row = connection.execute(select(mailboxes).where(mailboxes.c.name == self.name)).one_or_none()
            if row is None or row.holder != self.holder:
                return
            since = row.since if (row.state, row.trouble) == (state, trouble) else now
            heard_at = now if heard else row.heard_at
            connection.execute(self._mailbox().values(state=state, trouble=trouble, since=since, heard_at=heard_at))

    def _begin(self, connection: Connection, place: str) -> None:
        """A new generation: what was seen under the old numbers cannot be asked for any more."""
        connection.execute(
            self._mailbox().values(place=place, generation=self._generation, uidvalidity=self._uidvalidity, listed=0)
        )
        old = (sightings.c.mailbox == self.name, sightings.c.generation < self._generation)
        connection.execute(
            update(sightings)
            .where(*old, or_(sightings.c.state == SightingState.WAITING, sightings.c.reason == Reason.TOO_LARGE))
            .values(state=SightingState.LEFT, reason=Reason.RENUMBERED, why="the folder was numbered anew")
        )
        connection.execute(
            update(sightings).where(*old, sightings.c.state == SightingState.KEPT).values(state=SightingState.DONE)
        )

    def _fence(self, connection: Connection) -> None:
        """Make sure that the mailbox is still ours.

        Raises:
            Temporary: another process has taken it over.
        """
        found = connection.execute(select(mailboxes.c.holder).where(mailboxes.c.name == self.name))
        if found.scalar_one_or_none() != self.holder:
            raise Temporary(f"another process has taken over the mailbox {self.name}")

    def _mailbox(self) -> Update:
        return update(mailboxes).where(mailboxes.c.name == self.name)

    def _sighting(self, uid: int) -> Update:
        return update(sightings).where(*self._here(), sightings.c.uid == uid)

    def _here(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Mails of this mailbox as it is numbered now."""
        return sightings.c.mailbox == self.name, sightings.c.generation == self._generation


def lines(connection: Connection) -> tuple[MailboxLine, ...]:
    """Every mailbox with its sums, by name."""
    counted = select(sightings.c.mailbox, sightings.c.state, sightings.c.reason, func.count().label("mails")).group_by(
        sightings.c.mailbox, sightings.c.state, sightings.c.reason
    )
    counts = connection.execute(counted).all()
    names = ("name", "place", "since", "trouble", "heard_at", "uidvalidity", "listed")
    return tuple(
        MailboxLine(
            **{name: row[name] for name in names},
            state=MailboxState(row["state"]),
            mails={
                state: sum(c.mails for c in counts if (c.mailbox, c.state) == (row["name"], state))
                for state in SightingState
            },
            reasons={
                reason: total
                for reason in Reason
                if (total := sum(c.mails for c in counts if (c.mailbox, c.reason) == (row["name"], reason)))
            },
        )
        for row in connection.execute(select(mailboxes).order_by(mailboxes.c.name)).mappings()
    )
