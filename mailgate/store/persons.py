"""Everything that is held about one person who wrote to the desk: found, and on request erased.

What is theirs: messages of which they are an author, tickets opened for them, what they added to tickets, letters to
them and letters that answer their messages, their entry in the directory. What is theirs and must stay (that a message
came, what became of it, the number of a ticket, the digest by which a copy is recognised) stays under a pseudonym.
Messages of others that mention the address are theirs to ask for: they are named, and not touched.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, delete, or_, select, update

from mailgate.core.address import normalise
from mailgate.core.mail import Envelope, Mail, RawMessage
from mailgate.core.mail.read import read
from mailgate.store.audit import Act, AuditLine, Deed, pseudonym, write_down
from mailgate.store.claims import StoredMessage, load
from mailgate.store.database import Database
from mailgate.store.erasure import scrub
from mailgate.store.tables import (
    Channel,
    LetterState,
    MessageState,
    arrivals,
    audits,
    bounces,
    decisions,
    entries,
    messages,
    outbox,
    people,
    questions,
    raws,
    strangers,
    tickets,
)
from mailgate.store.tickets import OPEN
from mailgate.trouble import Permanent

# What stands in the place of words that are erased.
ERASED = "(erased)"
# Messages that are read at once in the search for mentions.
_PAGE = 50
# Rows that one statement names.
_MOST = 500

# Every table, and what `erase` does to a person's rows in it. A test holds this against the tables that there are.
TREATMENT = {
    "message": "digest, times, size, state, outcome and reason stay; author becomes the pseudonym, the rest goes",
    "raw": "goes",
    "arrival": "time and way in stay; envelope and client go",
    "relay": "stays: our own relays",
    "mailbox": "stays: our own mailboxes",
    "sighting": "stays: numbers of mails in our mailboxes, and of their messages",
    "vital": "stays: how what we ask is; nothing of anybody",
    "fingerprint": "stays: a digest, by which a copy is recognised",
    "decision": "the bare outcome, route and revision stay; findings, facts, what was known and the traceback go",
    "ticket": "number, route and status stay; requester becomes the pseudonym, the rest goes",
    "entry": "author becomes the pseudonym, the text and the names of attachments go",
    "status_change": "stays: acts of operators",
    "outbox": "template, state and times stay; recipient becomes the pseudonym, the rest goes; none leaves any more",
    "bounce": "the address becomes the pseudonym",
    "question": "the author becomes the pseudonym",
    "answer": "stays: numbers of messages",
    "person": "goes",
    "stranger": "goes",
    "audit": "stays: it names nobody",
    "rulebook": "stays: nothing of a person",
    "notice": "stays: what operators tell everybody",
    "incident": "stays: what operators say of a service",
    "job": "stays: nothing of a person",
    "counter": "stays: nothing of a person",
    "agreement": "stays: nothing of a person",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is held about one address, by name."""

    # As it is compared.
    address: str
    # By what it stands in the audit trail, and in what stays after it was erased.
    pseudonym: str
    # Our numbers of the messages that are theirs.
    messages: tuple[int, ...]
    # Those among them that no worker has decided yet: they cannot be erased now.
    waiting: tuple[int, ...]
    # Numbers of tickets that were opened for them, and those among them that are open.
    tickets: tuple[str, ...]
    open_tickets: tuple[str, ...]
    # Numbers of tickets of others that they added to.
    added_to: tuple[str, ...]
    # Our numbers of letters to them, or in answer to their messages.
    letters: tuple[int, ...]
    # Whether they are in the directory.
    in_directory: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (self.messages or self.tickets or self.added_to or self.letters or self.in_directory)


class Persons:
    """People and what is held about them, in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, address: str) -> Holdings:
        """What is held about an address, however it is spelt.

        Raises:
            Temporary: the database did not answer.
        """
        with self._database.snapshot() as connection:
            return self._find(connection, normalise(address))

    def mentions(self, holdings: Holdings, tick: Callable[[int, int], None]) -> tuple[int, ...]:
        """Our numbers of other people's messages that mention the address: in their bytes, or in their text once read.

        Every stored message is read for it.

        Args:
            holdings: whose address, and which messages are not others'.
            tick: told how many of how many messages have been read.

        Raises:
            Temporary: the database did not answer.
        """
        with self._database.reading() as connection:
            others = sorted(set(connection.execute(select(raws.c.message)).scalars()) - set(holdings.messages))
        found = []
        for start in range(0, len(others), _PAGE):
            tick(start, len(others))
            stored = load(self._database, others[start : start + _PAGE])
            found += [each.id for each in stored if _mentions(each, holdings.address)]
        return tuple(sorted(found))

    def trail(self, holdings: Holdings) -> tuple[AuditLine, ...]:
        """The rows of the audit trail about the person, their messages, tickets and letters, oldest first.

        Raises:
            Temporary: the database did not answer.
        """
        names = [
            holdings.pseudonym,
            *(f"message {number}" for number in holdings.messages),
            *(f"ticket {number}" for number in holdings.tickets),
            *(f"letter {number}" for number in holdings.letters),
        ]
        with self._database.reading() as connection:
            rows = [
                row
                for part in _parts(names)
                for row in connection.execute(select(audits).where(audits.c.object.in_(part))).mappings()
            ]
        return tuple(sorted((AuditLine(**row) for row in rows), key=lambda line: line.number))

    def exported(self, holdings: Holdings, *, operator: str, now: datetime) -> None:
        """Write down that somebody is about to export what is held.

        Raises:
            Temporary, Permanent: it was not written down, and must not happen.
        """
        deed = Deed(operator=operator, act=Act.PERSON_EXPORTED, object=holdings.pseudonym, details=_counts(holdings))
        with self._database.writing() as connection:
            write_down(self._database, connection, [deed], now)

    def erase(self, address: str, *, operator: str, now: datetime) -> tuple[Holdings, bool]:
        """Erase a person in one transaction. The answer: what was held, and whether the files are clean too (`scrub`).

        Raises:
            Permanent: a message of theirs is not decided yet.
            Temporary: nothing was erased.
        """
        with self._database.writing() as connection:
            found = self._find(connection, normalise(address))
            if found.waiting:
                raise Permanent(
                    f"message {found.waiting[0]} waits for a worker, so nothing was erased; let `mailgate serve` "
                    "decide it, then come again"
                )
            if not found.is_empty:
                self._erase(connection, found)
                deed = Deed(operator=operator, act=Act.PERSON_ERASED, object=found.pseudonym, details=_counts(found))
                write_down(self._database, connection, [deed], now)
        return found, scrub(self._database)

    def _find(self, connection: Connection, key: str) -> Holdings:
        mine = _messages_of(connection, key)
        opened = {
            *_where(connection, tickets.c.number, _spelt(connection, tickets.c.requester, key)),
            *_related(connection, tickets.c.number, tickets.c.message, mine),
        }
        letters = {
            *_where(connection, outbox.c.id, _spelt(connection, outbox.c.recipient, key)),
            *_related(connection, outbox.c.id, outbox.c.message, mine),
        }
        undecided = messages.c.state.in_([MessageState.KEPT, MessageState.CLAIMED])
        is_open = tickets.c.status == OPEN
        return Holdings(
            address=key,
            pseudonym=pseudonym(self._database, key),
            messages=tuple(mine),
            waiting=tuple(_related(connection, messages.c.id, messages.c.id, mine, undecided)),
            tickets=tuple(sorted(opened)),
            open_tickets=tuple(sorted(_related(connection, tickets.c.number, tickets.c.number, opened, is_open))),
            added_to=tuple(sorted({*_related(connection, entries.c.ticket, entries.c.message, mine)} - opened)),
            letters=tuple(sorted(letters)),
            in_directory=connection.execute(select(people.c.login).where(people.c.login == key)).first() is not None,
        )

    def _erase(self, connection: Connection, found: Holdings) -> None:
        """What `TREATMENT` says, table by table."""
        name = found.pseudonym
        for part in _parts(found.messages):
            _erase_messages(connection, part, name)
        for numbers in _parts(found.tickets):
            connection.execute(
                update(tickets)
                .where(tickets.c.number.in_(numbers))
                .values(requester=name, requester_name="", subject=ERASED, identifiers=[])
            )
        for part in _parts(found.letters):
            of_letters = outbox.c.id.in_(part)
            connection.execute(
                update(outbox)
                .where(of_letters, outbox.c.state.in_([LetterState.DUE, LetterState.WAITING, LetterState.DEAD]))
                .values(state=LetterState.CANCELLED)
            )
            connection.execute(update(outbox).where(of_letters).values(content=b"", draft=None, error=None))
            connection.execute(
                update(outbox)
                .where(of_letters, outbox.c.channel == Channel.MAIL)
                .values(recipient=name, recipient_key=name, recipient_domain="", subject=ERASED)
            )
        connection.execute(update(bounces).where(bounces.c.recipient_key == found.address).values(recipient_key=name))
        connection.execute(delete(people).where(people.c.login == found.address))
        connection.execute(delete(strangers).where(strangers.c.login == found.address))
        _erase_in_others(connection, found.address, name)


def _erase_messages(connection: Connection, ids: Sequence[int], name: str) -> None:
    """The rows of messages, of their receipts, of the decisions about them, and of what they added to tickets."""
    connection.execute(delete(raws).where(raws.c.message.in_(ids)))
    connection.execute(
        update(messages)
        .where(messages.c.id.in_(ids))
        .values(state=MessageState.ERASED, message_id=None, author=name, author_name="", subject=ERASED, scan=None)
    )
    connection.execute(
        update(arrivals)
        .where(arrivals.c.message.in_(ids))
        .values(mail_from=None, client=None, helo=None, login=None, results=None, recipients=[])
    )
    connection.execute(
        update(decisions).where(decisions.c.message.in_(ids)).values(findings=[], known=None, facts=None, trace=None)
    )
    connection.execute(
        update(entries).where(entries.c.message.in_(ids)).values(author=name, text=ERASED, attachments=[])
    )
    connection.execute(update(questions).where(questions.c.message.in_(ids)).values(author=name))


def _erase_in_others(connection: Connection, key: str, name: str) -> None:
    """The address in what is recorded of other people's messages: whose ticket they answer, which letter came back."""
    columns = (decisions.c.findings, decisions.c.known, decisions.c.facts)
    said = json.dumps(key)[1:-1].replace("%", "\\%").replace("_", "\\_")
    mentioning = or_(*(cast(column, Text).ilike(f"%{said}%", escape="\\") for column in columns))
    pattern = re.compile(re.escape(key), re.IGNORECASE)
    for row in connection.execute(select(decisions.c.id, *columns).where(mentioning)).all():
        changed = {column.name: _replaced(getattr(row, column.name), pattern, name) for column in columns}
        connection.execute(update(decisions).where(decisions.c.id == row.id).values(changed))


def _replaced(value: Any, pattern: re.Pattern[str], name: str) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """A JSON document with the name in the place of the address."""
    if isinstance(value, str):
        return pattern.sub(name, value)
    if isinstance(value, dict):
        return {key: _replaced(each, pattern, name) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, pattern, name) for each in value]
    return value


def _messages_of(connection: Connection, key: str) -> list[int]:
    """Our numbers of the messages of which the address is an author; of those not read yet, by reading them."""
    found = _where(connection, messages.c.id, _spelt(connection, messages.c.author, key))
    unread = select(messages.c.id, messages.c.received_at, raws.c.content).join(raws, raws.c.message == messages.c.id)
    for number, received_at, content in connection.execute(unread.where(messages.c.author.is_(None))):
        if any(normalise(author.addr) == key for author in _read(content, received_at).authors):
            found.append(number)
    return sorted(set(found))


def _spelt(connection: Connection, column: ColumnElement[Any], key: str) -> ColumnElement[bool]:
    """Where a column names the address, in whatever spelling, alone or among others ("a@x.example, b@x.example")."""
    written = connection.execute(select(column).distinct().where(column.is_not(None))).scalars()
    return column.in_([each for each in written if key in {normalise(one) for one in each.split(", ")}])


def _where(connection: Connection, column: ColumnElement[Any], which: ColumnElement[bool]) -> list[Any]:
    return list(connection.execute(select(column).where(which)).scalars())


def _related(
    connection: Connection,
    column: ColumnElement[Any],
    key: ColumnElement[Any],
    keys: Iterable[Any],
    *which: ColumnElement[bool],
) -> list[Any]:
    """The values of a column in the rows of these keys."""
    return [value for part in _parts(keys) for value in _where(connection, column, and_(key.in_(part), *which))]


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, as many at a time as one statement may name."""
    listed = list(values)
    for start in range(0, len(listed), _MOST):
        yield listed[start : start + _MOST]


def _read(content: bytes, received_at: datetime) -> Mail:
    return read(RawMessage(content=content, envelope=Envelope(source="file"), received_at=received_at))


def _mentions(stored: StoredMessage, key: str) -> bool:
    """Whether a message mentions the address: in its bytes or its envelope, or in its words once read."""
    raw = stored.raw
    if key in raw.content.lower().decode("latin-1") or key == normalise(raw.envelope.mail_from or ""):
        return True
    mail = read(raw)
    return key in "\n".join((mail.subject, mail.text, *(value for _, value in mail.headers))).lower()


def _counts(found: Holdings) -> dict[str, Any]:
    """What is written down of it: numbers of ours."""
    return {
        "messages": found.messages,
        "tickets": found.tickets,
        "letters": found.letters,
        "directory": found.in_directory,
    }
