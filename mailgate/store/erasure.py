"""Bytes that are to be gone: taken out of the tables, and out of the files beneath them."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from mailgate.core.identifiers import mask, masked
from mailgate.store.database import Database
from mailgate.store.tables import MessageState, decisions, messages, outbox, raws

# Milliseconds to wait for those who still read from the log of SQLite; writers wait too meanwhile.
_PATIENCE = 1_000


def erase_bytes(connection: Connection, ids: Sequence[int]) -> None:
    """Erase the bytes of messages, the attachments in them too.

    What was decided stays with its reasons, and so do digest and fingerprint, by which another copy is recognised.
    Personal numbers in what stays are masked: in the subject, in what rules saw, and in the numbers that were found.
    """
    connection.execute(delete(raws).where(raws.c.message.in_(ids)))
    connection.execute(update(messages).where(messages.c.id.in_(ids)).values(state=MessageState.ERASED))
    for number, subject in connection.execute(select(messages.c.id, messages.c.subject).where(messages.c.id.in_(ids))):
        if subject is not None and mask(subject) != subject:
            connection.execute(update(messages).where(messages.c.id == number).values(subject=mask(subject)))
    columns = (decisions.c.findings, decisions.c.known, decisions.c.facts, decisions.c.trace)
    for row in connection.execute(select(decisions.c.id, *columns).where(decisions.c.message.in_(ids))).all():
        before = {column.name: getattr(row, column.name) for column in columns}
        after = masked(before)
        if after != before:
            connection.execute(update(decisions).where(decisions.c.id == row.id).values(after))


def erase_letters(connection: Connection, ids: Sequence[int]) -> None:
    """Erase the bytes of letters; that they were written, to whom and why, stays."""
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(content=b"", draft=None))


def scrub(database: Database) -> bool:
    """See to it that erased bytes are in no file of the database any more; False when somebody else hinders it.

    On SQLite deleted content is overwritten with zeros in its page (PRAGMA secure_delete), but older copies of the page
    stand in the write-ahead log until that begins anew. So the log is written back and cut to nothing, for which
    nobody may be reading. Elsewhere the server reuses the room in its own time (VACUUM), and nothing is done here.
    Blocks that the file system has given free, backups and replicas are out of our reach.

    Raises:
        Temporary: the database did not answer.
    """
    return not database.is_sqlite or database.empty_log(_PATIENCE)
