"""Who holds messages, letters and mailboxes, and what becomes of them when the holder is gone."""

from datetime import datetime

from sqlalchemy import select, update

from mailgate.store.database import Database
from mailgate.store.tables import LetterState, MessageState, mailboxes, messages, outbox


def holders(database: Database) -> frozenset[str]:
    """Names of those who hold any.

    Raises:
        Temporary: the database did not answer.
    """
    claimed = select(messages.c.claimed_by).where(messages.c.state == MessageState.CLAIMED).distinct()
    leased = select(outbox.c.leased_by).where(outbox.c.state == LetterState.LEASED).distinct()
    reading = select(mailboxes.c.holder).where(mailboxes.c.holder.is_not(None))
    with database.reading() as connection:
        return frozenset(
            name for statement in (claimed, leased, reading) for name in connection.execute(statement).scalars()
        )


def bequeath(database: Database, name: str, now: datetime) -> int:
    """End the leases of a dead holder; the answer is how many messages, letters and mailboxes others may take now.

    Who is not dead after all and records a message that was taken over adds nothing; a letter would leave twice, with
    one Message-ID.

    Raises:
        Temporary: the leases end by themselves.
    """
    with database.writing() as connection:
        freed = connection.execute(
            update(messages)
            .where(messages.c.state == MessageState.CLAIMED, messages.c.claimed_by == name, messages.c.not_before > now)
            .values(not_before=now)
        ).rowcount
        freed += connection.execute(
            update(outbox)
            .where(outbox.c.state == LetterState.LEASED, outbox.c.leased_by == name, outbox.c.due_at > now)
            .values(due_at=now)
        ).rowcount
        freed += connection.execute(
            update(mailboxes).where(mailboxes.c.holder == name, mailboxes.c.held_until > now).values(held_until=now)
        ).rowcount
    return freed
