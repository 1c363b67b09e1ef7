"""Fill a store with as many settled messages as years leave behind: `python -m benchmarks.seeding FOLDER --messages N`.

FOLDER becomes an installation with that store (SQLite, or with --url PostgreSQL), to try anything on. A few dozen real
mails go through the real road first; the rest of the rows are copies of theirs, with numbers, digests, times and
authors of their own, written straight into the tables. Mails and letters are short, so that a million fits on a disk;
indexes and the numbers of rows are those of real life. All of it is settled, and `mailgate balance` agrees.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from psycopg import Binary
from psycopg.types.json import Json
from sqlalchemy import Column, Connection, Row, Table, func, select, text, update

from benchmarks.settling import DOMAIN, ROOT, Bench, lay_out, login, opened
from mailgate.store.database import Database, as_json
from mailgate.store.tables import (
    LetterState,
    QuestionState,
    arrivals,
    counters,
    decisions,
    entries,
    fingerprints,
    messages,
    outbox,
    questions,
    raws,
    tickets,
)
from mailgate.store.tickets import CLOSED, COUNTER

# Messages a day, and messages of one person, however many there are in all.
PER_DAY = 1_000
PER_PERSON = 20
# Real mails whose rows are copied.
_PATTERNS = 48
_AT_ONCE = 20_000
# Where this stands in a mail, each copy has its own number.
NUMBER = b"0000000"
# Findings that a copied decision tells of.
_FINDINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a copy stands."""

    # Which copy it is; it makes every number and name that must be its own.
    message: int
    decision: int
    letter: int
    ticket: str
    # As if it were that of the bytes.
    digest: str
    # The time, as it is written.
    at: object
    author: str


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
# What a copy has of its own, by table and column; everything else is as in the pattern.
_OWN: Mapping[Table, Mapping[str, Callable[[Place], object]]] = {
    messages: {
        "id": lambda p: p.message,
        "digest": lambda p: p.digest,
        "received_at": lambda p: p.at,
        "settled_at": lambda p: p.at,
        "message_id": lambda p: f"<{p.message}.seed@{DOMAIN}>",
        "author": lambda p: p.author,
    },
    raws: {"message": lambda p: p.message},
    arrivals: {
        "id": lambda p: p.message,
        "message": lambda p: p.message,
        "received_at": lambda p: p.at,
        "mail_from": lambda p: p.author,
    },
    fingerprints: {"value": lambda p: p.digest, "message": lambda p: p.message},
    tickets: {
        "number": lambda p: p.ticket,
        "message": lambda p: p.message,
        "opened_at": lambda p: p.at,
        "recorded_at": lambda p: p.at,
        "closed_at": lambda p: p.at,
        "requester": lambda p: p.author,
    },
    decisions: {"id": lambda p: p.decision, "message": lambda p: p.message, "decided_at": lambda p: p.at},
    entries: {
        "id": lambda p: p.message,
        "ticket": lambda p: p.ticket,
        "message": lambda p: p.message,
        "added_at": lambda p: p.at,
        "author": lambda p: p.author,
    },
    outbox: {
        "id": lambda p: p.letter,
        "message": lambda p: p.message,
        "decision": lambda p: p.decision,
        "message_id": lambda p: f"<{p.digest[:40]}@mf.gov.pl>",
        "recipient": lambda p: p.author,
        "recipient_key": lambda p: p.author,
        "created_at": lambda p: p.at,
        "due_at": lambda p: p.at,
        "taken_at": lambda p: p.at,
        "sent_at": lambda p: p.at,
    },
    questions: {
        "message": lambda p: p.message,
        "token": lambda p: p.digest[:16],
        "author": lambda p: p.author,
        "asked_at": lambda p: p.at,
        "closed_at": lambda p: p.at,
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stencil:
    """One row of a real message, as it is written, with holes for what a copy has of its own."""

    values: tuple[object, ...]
    # Position, and what stands there.
    holes: tuple[tuple[int, Callable[[Place], object]], ...]

    def row(self, place: Place) -> list[object]:
        """The row for another place."""
        row = list(self.values)
        for at, value in self.holes:
            row[at] = value(place)
        return row


def seed(bench: Bench, count: int, *, until: datetime, mails: Sequence[bytes] = ()) -> None:
    """Bring an empty store to so many settled messages, of which the newest came at that time.

    Args:
        bench: the desk.
        count: messages in all; at least some dozens.
        until: aware.
        mails: real ones to copy, with all that was found in them; else a few dozen short ones.
    """
    database = bench.store.database
    patterns = _patterns(bench, until - timedelta(days=count / PER_DAY + 1), mails)
    places = _places(database, count, until)
    while chunk := list(islice(places, _AT_ONCE)):
        rows: dict[Table, list[list[object]]] = {table: [] for table in _OWN}
        for place in chunk:
            for table, stencil in patterns[place.message % len(patterns)].items():
                rows[table].append(stencil.row(place))
        _write(database, rows)
    _finish(database)


def _places(database: Database, count: int, until: datetime) -> Iterator[Place]:
    """The places of the copies: everything after what is there."""
    with database.reading() as connection:
        message, decision, letter = (
            connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
            for table in (messages, decisions, outbox)
        )
        ticket = connection.execute(select(counters.c.value).where(counters.c.name == COUNTER)).scalar_one()
    people = max(1, count // PER_PERSON)
    bind = _bind(database, messages.c.received_at)
    for number in range(1, count - message + 1):
        yield Place(
            message=message + number,
            decision=decision + number,
            letter=letter + number,
            ticket=f"ZGL{ticket + number:07d}",
            digest=sha256(b"%d" % number).hexdigest(),
            at=bind(until - timedelta(days=(count - message - number) / PER_DAY)),
            author=login(number * 7919 % people),
        )


def _patterns(bench: Bench, at: datetime, mails: Sequence[bytes]) -> list[dict[Table, Stencil]]:
    """Settle real mails, and take their rows."""
    bench.keep(mails or list(_short_mails(_PATTERNS)), at)
    bench.settle(lambda: at)
    database = bench.store.database
    with database.writing() as connection:
        _thin(connection, at, whole=bool(mails))
    with database.reading() as connection:
        numbers = connection.execute(select(messages.c.id).order_by(messages.c.id)).scalars().all()
        return [_stencils(database, connection, number) for number in numbers]


def _short_mails(count: int) -> Iterator[bytes]:
    """Mails of a few hundred bytes: of people with a login, of unproven ones, and of strangers."""
    cases = (ROOT / "tests/routing/ordinary.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(cases[:count]):
        case = json.loads(line)
        author = login(number) if number % 6 else f"obcy{number}@gdzie.example"
        domain = author.rpartition("@")[2]
        proof = f"Authentication-Results: mailgate.localhost; dmarc=pass header.from={domain}\r\n"
        yield (
            f"{proof if number % 8 else ''}From: Osoba {number} <{author}>\r\nSubject: {case['subject']}\r\n"
            f"Message-ID: <{number}.pattern@{domain}>\r\nDate: Mon, 5 Jan 2026 10:00:00 +0100\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{case['body'][:300]}\r\n"
        ).encode()


def _thin(connection: Connection, at: datetime, *, whole: bool) -> None:
    """Leave of the long documents what lists and sums look at; all letters have left, and all questions are over."""
    for row in connection.execute(select(decisions.c.id, decisions.c.findings, decisions.c.facts)).all():
        told = [each for each in row.findings if each["hit"]][-_FINDINGS:]
        facts = row.facts if whole else row.facts | {"request": row.facts["request"] | {"cues": []}}
        connection.execute(update(decisions).where(decisions.c.id == row.id).values(findings=told, facts=facts))
    connection.execute(
        update(outbox).values(content=b"Subject: seeded\r\n\r\n", state=LetterState.SENT, taken_at=at, sent_at=at)
    )
    connection.execute(update(tickets).values(status=CLOSED, closed_at=at))
    connection.execute(update(questions).values(state=QuestionState.EXPIRED, closed_at=at))


def _stencils(database: Database, connection: Connection, number: int) -> dict[Table, Stencil]:
    """The rows of one message, by table."""
    found = {}
    for table in _OWN:
        key = table.c.id if table is messages else table.c.message
        row = connection.execute(select(table).where(key == number)).first()
        if row is not None:
            found[table] = _stencil(database, table, row)
    return found


def _stencil(database: Database, table: Table, row: Row[Any]) -> Stencil:
    names = table.columns.keys()
    own = dict(_OWN[table])
    if table is outbox and row.ticket is not None:
        own["ticket"] = lambda place: place.ticket
    if table is raws and NUMBER in row.content:
        bind = _bind(database, raws.c.content)
        own["content"] = lambda place: bind(row.content.replace(NUMBER, b"%07d" % place.message))
    return Stencil(
        values=tuple(_bind(database, column)(value) for column, value in zip(table.columns, row, strict=True)),
        holes=tuple((names.index(name), value) for name, value in own.items()),
    )


def _bind(database: Database, column: Column[Any]) -> Callable[[Any], Any]:
    """What makes of a value what is written: what SQLite's driver takes, or a field of COPY's text."""
    dialect = database.engine.dialect
    bind = column.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
    return bind if database.is_sqlite else lambda value: _field(bind(value))


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, Binary):
        value = f"\\x{value.obj.hex()}"
    if isinstance(value, Json):
        value = as_json(value.obj)
    return str(value).translate(_ESCAPES)


def _write(database: Database, rows: Mapping[Table, Sequence[Sequence[object]]]) -> None:
    """Write rows as quickly as the database takes them."""
    with database.migrating() as connection:
        driver: Any = connection.connection.driver_connection
        if not database.is_sqlite:
            # What refers to what is right; to have it checked row by row takes as long as all the rest.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, more in rows.items():
            columns = ", ".join(f'"{name}"' for name in table.columns.keys())  # noqa: SIM118  (no mapping of Python's)
            if database.is_sqlite:
                marks = ", ".join("?" * len(table.columns))
                driver.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', more)  # noqa: S608  (ours)
                continue
            with driver.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in more))


def _finish(database: Database) -> None:
    """Let new rows be numbered after these, and let the planner know how many there are."""
    with database.migrating() as connection:
        last = connection.execute(select(func.max(tickets.c.number))).scalar_one()
        number = int(last.lstrip("ZGL")) if last else 0
        connection.execute(update(counters).where(counters.c.name == COUNTER).values(value=number))
        if not database.is_sqlite:
            for table in _OWN:
                if "id" in table.c:
                    connection.execute(
                        text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}")  # noqa: S608  (ours)
                    )
    analyse(database)


def analyse(database: Database) -> None:
    """Let the planner know what is there, as PostgreSQL does by itself."""
    with database.migrating() as connection:
        connection.execute(text("ANALYZE"))


def main() -> None:
    """Seed an installation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an empty or a new one")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--url", default="", help="of an empty PostgreSQL database, instead of a file in FOLDER")
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with opened(lay_out(told.folder, "", max(1, told.messages // PER_PERSON), told.url)) as bench:
        seed(bench, told.messages, until=datetime.now(UTC))
    sys.stdout.write(f"{told.messages} messages in {time.monotonic() - begun:.0f} seconds\n")


if __name__ == "__main__":
    main()
