"""Letters to operators, as rows of the outbox: they answer no message and count against no limit."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from mailgate.core.reply import Reply
from mailgate.store.database import Database
from mailgate.store.tables import Channel, LetterState, outbox
from mailgate.store.verdicts import Writer


def tell_operators(
    database: Database, connection: Connection, letters: Sequence[Reply], writer: Writer, now: datetime
) -> int:
    """Write letters of `to_operator` in a transaction; what was told already is not told again.

    The answer is how many are new. They have no key by which the caps on letters count.
    """
    rows = []
    for reply in letters:
        name = sha256("\n".join((reply.template, reply.cause, reply.to)).encode()).hexdigest()
        message_id = writer.letter_id(name, reply.template)
        rows.append(
            {
                "message": None,
                "decision": None,
                "ticket": None,
                "channel": Channel.MAIL,
                "template": reply.template,
                "state": LetterState.DUE,
                "message_id": message_id,
                "recipient": reply.to,
                "cause": reply.cause,
                "subject": reply.subject,
                "created_at": now,
                "due_at": now,
                "attempts": 0,
                "volley": 0,
                "sender": "",
                "content": writer.compose(reply, message_id, now),
            }
        )
    if not rows:
        return 0
    statement = database.insert(outbox).on_conflict_do_nothing(index_elements=["message_id"]).returning(outbox.c.id)
    return len(connection.execute(statement, rows).all())
