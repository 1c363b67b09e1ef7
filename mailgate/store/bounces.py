"""Letters that came back, and the addresses that get none until they write again.

A bounce counts only when it names the Message-ID of a letter of ours, which is keyed with our secret and known to
nobody but whoever got the letter, and when it speaks of the very address that the letter went to. So nobody can silence
somebody else by forging one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, distinct, func, select, update

from mailgate.core.address import normalise
from mailgate.core.automatic import Automatic
from mailgate.core.facts import Facts
from mailgate.core.identity import Trust
from mailgate.store.audit import Act, Deed, pseudonym, write_down
from mailgate.store.database import Database
from mailgate.store.tables import LetterState, bounces, outbox

# What a letter says that waits because its recipient is suppressed; it leaves when that ends.
SUPPRESSED = "withheld: letters to this address come back; it gets none until it writes again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A letter came back."""

    # Our number of the letter in the outbox.
    letter: int
    # The address that it went to.
    recipient: str
    # Our number of the message that said so, and when we received it.
    message: int
    told_at: datetime
    # Whether the address cannot be reached for good; false for delays and full disks.
    for_good: bool
    # Since when it counts no longer, and because of whom: "message 17", or an operator's name.
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """An address that gets no letters."""

    address: str
    # When we received the last bounce.
    since: datetime
    # Our numbers of the letters that came back for good.
    letters: tuple[int, ...]


class Bounces:
    """The bounces of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def suppressed(self, least: int, *, limit: int = 50) -> tuple[Suppressed, ...]:
        """The addresses that get no letters, the newest first; `least` letters to each came back for good."""
        page = _suppressed(least).order_by(func.max(bounces.c.told_at).desc()).limit(limit)
        with self._database.reading() as connection:
            keys = connection.execute(page).scalars().all()
            found = connection.execute(
                select(bounces.c.recipient_key, bounces.c.letter, bounces.c.told_at)
                .where(COUNTS, bounces.c.recipient_key.in_(keys))
                .order_by(bounces.c.id)
            ).all()
        return tuple(
            Suppressed(
                address=key,
                since=max(row.told_at for row in found if row.recipient_key == key),
                letters=tuple(dict.fromkeys(row.letter for row in found if row.recipient_key == key)),
            )
            for key in keys
        )

    def lift(self, address: str, *, operator: str, now: datetime) -> bool:
        """Let letters go to an address again, those too that wait for it. False when none of its letters came back.

        Raises:
            Temporary: nothing changed.
        """
        with self._database.writing() as connection:
            count = _lift(connection, normalise(address), before=now, by=operator, now=now)
            if count:
                who = pseudonym(self._database, address)
                deed = Deed(operator=operator, act=Act.ADDRESS_LIFTED, object=who, details={"bounces": count})
                write_down(self._database, connection, [deed], now)
        return bool(count)


# Bounces that count against an address.
COUNTS = bounces.c.for_good & bounces.c.lifted_at.is_(None)
_LINE = (*(bounces.c[name] for name in Bounce.__dataclass_fields__ if name != "recipient"), outbox.c.recipient)


def bounces_where(connection: Connection, which: ColumnElement[bool]) -> tuple[Bounce, ...]:
    """The bounces for which it holds, oldest first."""
    found = select(*_LINE).join(outbox, outbox.c.id == bounces.c.letter).where(which).order_by(bounces.c.id)
    return tuple(Bounce(**row) for row in connection.execute(found).mappings())


def told_by(message: int, received_at: datetime, facts: Facts) -> list[dict[str, Any]]:
    """The rows of what a message says of letters of ours."""
    if facts.automatic is None:
        return []
    return [
        {
            "message": message,
            "letter": letter.id,
            "recipient_key": normalise(letter.recipient),
            "for_good": _for_good(facts.automatic, letter.recipient),
            "told_at": received_at,
        }
        for letter in facts.known.bounced
    ]


def _for_good(automatic: Automatic, recipient: str) -> bool:
    """Whether the address cannot be reached. A letter has one recipient: where none is named, it is that one."""
    ours = {normalise(recipient), ""}
    return any(each.for_good and each.address in ours for each in automatic.deliveries)


def add_bounces(database: Database, connection: Connection, rows: Collection[dict[str, Any]]) -> None:
    """Add bounces; what a message has said already is not added again."""
    if rows:
        connection.execute(
            database.insert(bounces).on_conflict_do_nothing(index_elements=["message", "letter"]), list(rows)
        )


def is_sign_of_life(facts: Facts) -> bool:
    """Whether somebody who reads mail at its author's address has written it."""
    person_wrote = facts.automatic is None and facts.envelope.mail_from != ""
    return person_wrote and facts.identity.trust is not Trust.FORGED and facts.identity.address is not None


def lift_all(connection: Connection, signs: Mapping[str, tuple[datetime, int]], now: datetime) -> None:
    """Forget the bounces of addresses that have written since.

    Args:
        connection: of the recording transaction.
        signs: by address: when its last mail was received, and our number of it.
        now: the time.
    """
    keys = {normalise(address): sign for address, sign in signs.items()}
    counting = select(bounces.c.recipient_key).distinct().where(COUNTS, bounces.c.recipient_key.in_(keys))
    for key in connection.execute(counting).scalars().all() if keys else ():
        received_at, message = keys[key]
        _lift(connection, key, before=received_at, by=f"message {message}", now=now)


def _lift(connection: Connection, key: str, *, before: datetime, by: str, now: datetime) -> int:
    """Let bounces that were told by then count no longer, and let waiting letters go; how many bounces they were."""
    lifted = connection.execute(
        update(bounces)
        .where(COUNTS, bounces.c.recipient_key == key, bounces.c.told_at <= before)
        .values(lifted_at=now, lifted_by=by)
    )
    if lifted.rowcount:
        connection.execute(
            update(outbox)
            .where(outbox.c.recipient_key == key, outbox.c.state == LetterState.WAITING, outbox.c.error == SUPPRESSED)
            .values(state=LetterState.DUE, due_at=now, error=None)
        )
    return lifted.rowcount


def suppressed_among(connection: Connection, keys: Iterable[str], least: int) -> set[str]:
    """Those of the addresses that get no letters."""
    asked = set(keys)
    if not asked or not least:
        return set()
    return set(connection.execute(_suppressed(least).where(bounces.c.recipient_key.in_(asked))).scalars())


def hold_back(connection: Connection, keys: Iterable[str]) -> None:
    """Let letters wait that are due to these addresses; one that is just being sent is sent."""
    connection.execute(
        update(outbox)
        .where(outbox.c.recipient_key.in_(bindparam("keys", expanding=True)), outbox.c.state == LetterState.DUE)
        .values(state=LetterState.WAITING, error=SUPPRESSED),
        {"keys": list(keys)},
    )


def _suppressed(least: int) -> Select[str]:
    return (
        select(bounces.c.recipient_key)
        .where(COUNTS)
        .group_by(bounces.c.recipient_key)
        .having(func.count(distinct(bounces.c.letter)) >= max(least, 1))
    )
