"""Lists of messages, and one message with everything that is known of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from mailgate.core.mail import Envelope, RawMessage
from mailgate.store.bounces import Bounce, bounces_where
from mailgate.store.claims import StoredMessage, load
from mailgate.store.database import Database
from mailgate.store.decisions import RecordedDecision, history, ruled_by_operators
from mailgate.store.tables import MessageState, arrivals, bounces, entries, messages


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message as lists show it."""

    # Our number.
    id: int
    # Message-ID with angle brackets, or None; like all that the mail says, None until it is recorded.
    message_id: str | None
    # sha256 of the bytes, hex.
    digest: str
    # The way in: "smtp", "lmtp", "imap", "pipe", "file".
    source: str
    received_at: datetime
    # The author's address; several with a comma between them.
    from_: str | None
    subject: str | None
    # "kept", "claimed", "settled", "parked", "erased".
    state: str
    outcome: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt that we gave for a message."""

    received_at: datetime
    envelope: Envelope
    # Verify mode: our own Authentication-Results; None when nobody has asked DNS.
    results: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDetails:
    """A message with everything that is known of it."""

    line: MessageLine
    # Size of the bytes.
    size: int
    # The author's display name, or None.
    from_name: str | None
    settled_at: datetime | None
    # kept: not before; claimed: when the lease ends.
    not_before: datetime | None
    claimed_by: str | None
    # The first one is the one it is judged with.
    receipts: tuple[Receipt, ...]
    # Oldest first.
    decisions: tuple[RecordedDecision, ...]
    # Numbers of the tickets that it opened or was added to.
    tickets: tuple[str, ...]
    # Letters of ours that it says did not arrive.
    bounces: tuple[Bounce, ...]


# Messages that are asked for in one statement.
_AT_ONCE = 500
# The columns of a line, but for the way in, which stands with the arrival.
LINE = (
    messages.c.id,
    messages.c.message_id,
    messages.c.digest,
    messages.c.received_at,
    messages.c.author.label("from_"),
    messages.c.subject,
    messages.c.state,
    messages.c.outcome,
    messages.c.reason,
)


class Messages:
    """The messages of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        *,
        limit: int = 50,
        state: MessageState | None = None,
        outcome: str | None = None,
        reason: str | None = None,
        since: datetime | None = None,
    ) -> tuple[MessageLine, ...]:
        """The newest messages."""
        newest = select(*LINE).order_by(messages.c.received_at.desc(), messages.c.id.desc()).limit(limit)
        for column, value in ((messages.c.state, state), (messages.c.outcome, outcome), (messages.c.reason, reason)):
            if value is not None:
                newest = newest.where(column == value)
        if since is not None:
            newest = newest.where(messages.c.received_at >= since)
        page = newest.subquery()
        statement = (
            select(page, arrivals.c.source)
            .join(arrivals, (arrivals.c.message == page.c.id) & arrivals.c.first)
            .order_by(page.c.received_at.desc(), page.c.id.desc())
        )
        with self._database.reading() as connection:
            return tuple(MessageLine(**row) for row in connection.execute(statement).mappings())

    def around(self, numbers: Collection[int], within: timedelta) -> tuple[MessageLine, ...]:
        """These messages, and what their authors wrote until so long after the last of them; the newest first."""
        with self._database.reading() as connection:
            wanted = connection.execute(
                select(messages.c.author, messages.c.received_at).where(messages.c.id.in_(numbers))
            ).all()
            if not wanted:
                return ()
            first, last = min(row.received_at for row in wanted), max(row.received_at for row in wanted)
            of_them = messages.c.author.in_({row.author for row in wanted if row.author})
            statement = (
                select(*LINE, arrivals.c.source)
                .join(arrivals, (arrivals.c.message == messages.c.id) & arrivals.c.first)
                .where(or_(of_them, messages.c.id.in_(numbers)), messages.c.received_at.between(first, last + within))
                .order_by(messages.c.received_at.desc(), messages.c.id.desc())
            )
            return tuple(MessageLine(**row) for row in connection.execute(statement).mappings())

    def find(self, name: str) -> tuple[int, ...]:
        """Our numbers of the messages of that name: our number, a digest or its beginning, or a Message-ID."""
        matches: list[ColumnElement[bool]] = [messages.c.message_id == name]
        if name.isascii() and name.isdigit() and len(name) < 10:
            matches.append(messages.c.id == int(name))
        digest = name.lower()
        if len(digest) >= 8 and set(digest) <= set("0123456789abcdef"):
            matches.append(messages.c.digest.between(digest, digest + "g"))
        with self._database.reading() as connection:
            return tuple(connection.execute(select(messages.c.id).where(or_(*matches)).limit(100)).scalars())

    def show(self, number: int) -> MessageDetails | None:
        """One message, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(messages).where(messages.c.id == number)).mappings().first()
            if row is None:
                return None
            came = connection.execute(
                select(arrivals).where(arrivals.c.message == number).order_by(arrivals.c.id)
            ).all()
            decided = history(connection, number)
            added = connection.execute(select(entries.c.ticket).where(entries.c.message == number)).scalars().all()
            told = bounces_where(connection, bounces.c.message == number)
        receipts = tuple(
            Receipt(
                received_at=arrival.received_at,
                envelope=Envelope(
                    source=arrival.source,
                    mail_from=arrival.mail_from,
                    recipients=tuple(arrival.recipients),
                    client=arrival.client,
                    helo=arrival.helo,
                    login=arrival.login,
                ),
                results=arrival.results,
            )
            for arrival in came
        )
        return MessageDetails(
            line=MessageLine(
                id=row["id"],
                message_id=row["message_id"],
                digest=row["digest"],
                source=receipts[0].envelope.source,
                received_at=row["received_at"],
                from_=row["author"],
                subject=row["subject"],
                state=row["state"],
                outcome=row["outcome"],
                reason=row["reason"],
            ),
            size=row["size"],
            from_name=row["author_name"],
            settled_at=row["settled_at"],
            not_before=row["not_before"],
            claimed_by=row["claimed_by"],
            receipts=receipts,
            decisions=decided,
            tickets=tuple(added),
            bounces=told,
        )

    def ruled(self, numbers: Sequence[int]) -> frozenset[int]:
        """Those of the messages of which an operator has said what becomes of them, and nobody anything else since.

        Raises:
            Temporary: the database did not answer.
        """
        found: set[int] = set()
        with self._database.reading() as connection:
            for place in range(0, len(numbers), _AT_ONCE):
                found |= ruled_by_operators(connection, numbers[place : place + _AT_ONCE])
        return frozenset(found)

    def raw(self, number: int) -> RawMessage | None:
        """The bytes of a message, or None when there is none or its bytes are erased."""
        stored = self.load([number])
        return stored[0].raw if stored else None

    def load(self, numbers: Sequence[int]) -> tuple[StoredMessage, ...]:
        """Messages with their bytes, oldest first, to be looked at again; erased ones are left out."""
        return tuple(load(self._database, numbers))
