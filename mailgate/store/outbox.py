"""The outbox: letters, and pushes to the ticket system, that were written with a decision and have yet to leave.

A sender takes what is due with a lease, sends it outside any transaction, and marks it afterwards. If it dies between
the other side's yes and the mark, it leaves once more, with the same Message-ID or webhook-id.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select, update

from mailgate.store.audit import Act, Deed, write_down
from mailgate.store.bounces import Bounce, bounces_where
from mailgate.store.database import Database
from mailgate.store.tables import Channel, LetterState, bounces, outbox

# No letter is due later than this by itself: where one is, a clock that ran ahead has written so, and it leaves now.
FURTHEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter, or a push to the ticket system, that a sender has taken."""

    id: int
    # Message-ID with angle brackets, or webhook-id.
    message_id: str
    # MAIL FROM; "" is the null sender. A push has none either.
    sender: str = ""
    # "" for a push.
    recipient: str = ""
    # The ticket that it is about, or None.
    ticket: str | None = None
    # The complete letter (RFC 5322), CRLF line ends; or the push's JSON.
    content: bytes
    # Which attempt this is, counted from 1.
    attempt: int
    # Who took it.
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one attempt."""

    letter: Letter
    # "sent", "due" (again, at `due_at`), or "dead".
    state: LetterState
    # When that was known.
    at: datetime
    # When to try again; for "due".
    due_at: datetime | None = None
    # What went wrong, one sentence; None when sent.
    error: str | None = None
    # The number that the ticket system has given the ticket; "" when it gave none.
    number: str = ""


# What else follows when letters are marked, in the same transaction.
Consequence = Callable[[Connection, Sequence[Fate]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter, or a push to the ticket system, as lists show it."""

    id: int
    # "mail" or "csd".
    channel: str
    # Our number of the message that it answers or tells of; None where it tells operators something.
    message: int | None
    # Number of the ticket that it is about, or None.
    ticket: str | None
    # "due", "leased", "sent", "dead", "waiting", "cancelled".
    state: str
    # Of a push: "ticket.opened".
    event: str | None
    # Of a letter, as the three below.
    template: str | None
    # The address it goes to.
    recipient: str | None
    subject: str | None
    message_id: str
    cause: str | None
    created_at: datetime
    # due: when it is sent; leased: when the lease ends.
    due_at: datetime
    # Attempts begun.
    attempts: int
    sent_at: datetime | None
    # What the last attempt met, or what the letter waits for; None otherwise.
    error: str | None
    # The messages that said that it did not arrive, oldest first.
    bounces: tuple[Bounce, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDetails:
    """A letter with its bytes."""

    line: LetterLine
    content: bytes


LINE = tuple(outbox.c[name] for name in LetterLine.__dataclass_fields__ if name != "bounces")


class Outbox:
    """The letters in the outbox of one database, and the pushes to the ticket system beside them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self, worker: str, limit: int, lease: timedelta, now: datetime, channel: Channel = Channel.MAIL
    ) -> list[Letter]:
        """Take up to `limit` letters that are due, or whose sender has let its lease end.

        Raises:
            Temporary: nothing was taken.
        """
        takeable = [
            outbox.c.channel == channel,
            or_(outbox.c.state == LetterState.DUE, outbox.c.state == LetterState.LEASED),
            or_(outbox.c.due_at <= now, outbox.c.due_at > now + FURTHEST),
        ]
        if channel is Channel.CSD:
            takeable.append(is_first_of_its_ticket())
        with self._database.reading() as connection:
            if connection.execute(select(outbox.c.id).where(*takeable).limit(1)).first() is None:
                return []
        with self._database.writing() as connection:
            oldest = select(outbox.c.id).where(*takeable).order_by(outbox.c.due_at, outbox.c.id).limit(limit)
            ids = connection.execute(oldest.with_for_update(skip_locked=True, key_share=True)).scalars().all()
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(ids))
                .values(
                    state=LetterState.LEASED,
                    leased_by=worker,
                    due_at=now + lease,
                    attempts=outbox.c.attempts + 1,
                    taken_at=func.coalesce(outbox.c.taken_at, now),
                )
            )
            return _load(connection, ids)

    def forsake(self, worker: str, now: datetime) -> int:
        """End the leases of a sender that is known to be dead; the answer is how many letters it held.

        Raises:
            Temporary: the leases end by themselves.
        """
        with self._database.writing() as connection:
            ended = connection.execute(
                update(outbox)
                .where(outbox.c.state == LetterState.LEASED, outbox.c.leased_by == worker)
                .values(due_at=now)
            )
        return ended.rowcount

    def mark(self, fates: Sequence[Fate], then: Consequence | None = None) -> list[None]:
        """Write down what became of letters; who has lost his lease writes nothing, but a letter that left has left.

        Args:
            fates: of the letters.
            then: what else follows from it, in the same transaction.

        Raises:
            Temporary: nothing was marked; the letters leave again when their lease ends.
        """
        mine = (outbox.c.leased_by == bindparam("by")) & (outbox.c.attempts == bindparam("attempt"))
        statement = (
            update(outbox)
            .where(
                outbox.c.id == bindparam("letter"),
                or_(mine & (outbox.c.state == LetterState.LEASED), bindparam("left")),
            )
            .values(
                state=bindparam("new_state"),
                due_at=bindparam("when"),
                sent_at=bindparam("sent"),
                error=bindparam("said"),
                leased_by=None,
            )
        )
        with self._database.writing() as connection:
            connection.execute(statement, [_marks(fate) for fate in fates])
            if then:
                then(connection, fates)
        return [None] * len(fates)

    def retry(self, ids: Collection[int] | None, *, operator: str, now: datetime) -> int:
        """Send dead and waiting letters after all, with all attempts anew; `None` means every dead one.

        The answer is how many were set going. A letter whose bytes are erased cannot be sent any more.

        Raises:
            Temporary: none was.
        """
        which = (
            outbox.c.state == LetterState.DEAD
            if ids is None
            else outbox.c.id.in_(ids) & outbox.c.state.in_([LetterState.DEAD, LetterState.WAITING])
        ) & (outbox.c.content != b"")
        changes = {"state": LetterState.DUE, "due_at": now, "attempts": 0, "error": None}
        return self._change(which, changes, Deed(operator=operator, act=Act.LETTER_RELEASED, object=""), now)

    def cancel(self, ids: Collection[int], *, operator: str, now: datetime) -> int:
        """Let letters never leave that have not left: due, waiting or dead ones. The answer is how many.

        Raises:
            Temporary: none was cancelled.
        """
        which = outbox.c.id.in_(ids) & outbox.c.state.in_([LetterState.DUE, LetterState.WAITING, LetterState.DEAD])
        changes = {"state": LetterState.CANCELLED}
        return self._change(which, changes, Deed(operator=operator, act=Act.LETTER_CANCELLED, object=""), now)

    def _change(self, which: ColumnElement[bool], changes: dict[str, Any], deed: Deed, now: datetime) -> int:
        """Change letters, and write down who did."""
        with self._database.writing() as connection:
            found = connection.execute(
                select(outbox.c.id, outbox.c.state).where(which).with_for_update(key_share=True)
            ).all()
            former = {row.id: row.state for row in found}
            connection.execute(update(outbox).where(outbox.c.id.in_(former)).values(changes))
            deeds = [replace(deed, object=f"letter {letter}", details={"was": was}) for letter, was in former.items()]
            write_down(self._database, connection, deeds, now)
        return len(former)

    def list(
        self,
        *,
        limit: int = 50,
        state: LetterState | None = None,
        message: int | None = None,
        channel: Channel | None = None,
    ) -> tuple[LetterLine, ...]:
        """The newest letters and pushes."""
        statement = select(*LINE).order_by(outbox.c.id.desc()).limit(limit)
        if channel is not None:
            statement = statement.where(outbox.c.channel == channel)
        if state is not None:
            statement = statement.where(outbox.c.state == state)
        if message is not None:
            statement = statement.where(outbox.c.message == message)
        with self._database.reading() as connection:
            return _with_bounces(connection, [LetterLine(**row) for row in connection.execute(statement).mappings()])

    def show(self, number: int) -> LetterDetails | None:
        """One letter, or None."""
        with self._database.reading() as connection:
            found = connection.execute(select(*LINE, outbox.c.content).where(outbox.c.id == number)).mappings().first()
            if found is None:
                return None
            row = dict(found)
            content = row.pop("content")
            [line] = _with_bounces(connection, [LetterLine(**row)])
        return LetterDetails(line=line, content=content)


def is_first_of_its_ticket() -> ColumnElement[bool]:
    """Whether no earlier push about the same ticket has yet to arrive: an addition never overtakes its ticket.

    One that is dead holds up those behind it until an operator sends or cancels it.
    """
    earlier = outbox.alias("earlier")
    return ~exists().where(
        earlier.c.ticket == outbox.c.ticket,
        earlier.c.channel == Channel.CSD,
        earlier.c.id < outbox.c.id,
        earlier.c.state.not_in([LetterState.SENT, LetterState.CANCELLED]),
    )


def _with_bounces(connection: Connection, lines: Sequence[LetterLine]) -> tuple[LetterLine, ...]:
    """The letters with the bounces that are about them."""
    told = bounces_where(connection, bounces.c.letter.in_([line.id for line in lines])) if lines else ()
    by_letter: dict[int, tuple[Bounce, ...]] = {}
    for bounce in told:
        by_letter[bounce.letter] = (*by_letter.get(bounce.letter, ()), bounce)
    return tuple(replace(line, bounces=by_letter.get(line.id, ())) for line in lines)


def _load(connection: Connection, ids: Sequence[int]) -> list[Letter]:
    """The letters just taken, longest due first."""
    found = connection.execute(
        select(
            outbox.c.id,
            outbox.c.message_id,
            outbox.c.sender,
            outbox.c.recipient,
            outbox.c.ticket,
            outbox.c.content,
            outbox.c.attempts,
            outbox.c.leased_by,
        ).where(outbox.c.id.in_(ids))
    ).all()
    letters = {
        row.id: Letter(
            id=row.id,
            message_id=row.message_id,
            sender=row.sender or "",
            recipient=row.recipient or "",
            ticket=row.ticket,
            content=row.content,
            attempt=row.attempts,
            worker=row.leased_by,
        )
        for row in found
    }
    return [letters[number] for number in ids]


def _marks(fate: Fate) -> dict[str, object]:
    """The parameters of one mark. A yes of the relay counts whoever holds the lease by now."""
    left = fate.state is LetterState.SENT
    return {
        "letter": fate.letter.id,
        "by": fate.letter.worker,
        "attempt": fate.letter.attempt,
        "left": left,
        "new_state": fate.state,
        "when": fate.due_at or fate.at,
        "sent": fate.at if left else None,
        "said": fate.error,
    }
