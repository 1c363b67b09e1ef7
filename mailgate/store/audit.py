"""The audit trail: who looked at what in full, who changed what. Rows are only added, each sealed to the one before.

A row is written in the transaction of the act, so neither exists without the other. It holds the digest of the row
before it: whoever changes, drops or inserts a row breaks every digest after it. Two things are computed for each row:

- `digest`, the sha256 of its canonical JSON with the digest of the row before. Anybody can check it, without a secret.
  It shows damage, and changes by somebody who does not know or cannot do better. Whoever may write to the database
  and does know, can compute all digests anew.
- `seal`, the HMAC-SHA256 of the digest with our secret. It stops him too, as long as he cannot read the secret: an
  account of the database server, a restored or edited backup, a hole in a program that shares the database.

Rows cut off at the end are missed by the counter beside the table. Nothing here stops whoever has both the secret and
the database; against him a head (number and digest) that was noted elsewhere is compared: `verify(expected=...)`.

No row holds a mail's words, an address or a name of anybody who writes to the desk: messages, tickets and letters
stand in it by number, people by a pseudonym. So nothing in it ever has to be erased.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mailgate.core.address import normalise
from mailgate.store.database import Database
from mailgate.store.tables import audits, counters

COUNTER = "audit"
# What the first row holds in place of the digest of the row before it.
BEGINNING = "0" * 64
# Rows that are read at once.
_PAGE = 1000
# Hex digits of a pseudonym.
_PSEUDONYM = 16


class Act(StrEnum):
    """What was done. The values stand in the table and in JSON."""

    # Somebody looked at a message, ticket or letter with nothing masked.
    REVEALED = "revealed"
    # The daemon took another revision of the rules.
    RULES_CHANGED = "rules_changed"
    # A golden mail was added, removed, or something else of it accepted.
    GOLDEN_CHANGED = "golden_changed"
    # A letter that waited, or was given up, was set going.
    LETTER_RELEASED = "letter_released"
    LETTER_CANCELLED = "letter_cancelled"
    # Letters to an address that some came back from may go again.
    ADDRESS_LIFTED = "address_lifted"
    # What letters about a service tell everybody.
    NOTICE_ADDED = "notice_added"
    NOTICE_REMOVED = "notice_removed"
    INCIDENT_OPENED = "incident_opened"
    INCIDENT_CLOSED = "incident_closed"
    TICKET_CLOSED = "ticket_closed"
    TICKET_REOPENED = "ticket_reopened"
    # An operator decided what becomes of a message, or let the rules judge it again.
    REVIEWED = "reviewed"
    DIRECTORY_CHANGED = "directory_changed"
    PERSON_EXPORTED = "person_exported"
    PERSON_ERASED = "person_erased"
    # Bytes were erased because they were old enough.
    RETENTION_APPLIED = "retention_applied"
    # A message was decided anew: somebody ran the rules over it again.
    REPROCESSED = "reprocessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did, to be written down."""

    # Who did it.
    operator: str
    act: Act
    # To what: "message 17", "ticket ZGL0000017", "letter 3", "rules 0f3a...", "directory", a pseudonym.
    object: str
    # What else is to be known of it: numbers and counts, nothing of a person.
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One row of the trail."""

    # From 1, without a gap.
    number: int
    at: datetime
    operator: str
    act: str
    object: str
    details: dict[str, Any]
    # Digest of the row before.
    previous: str
    digest: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What checking the whole trail found."""

    # Rows that were checked.
    rows: int
    # The first row with which something is wrong, and what; None when nothing is.
    broken: int | None = None
    problem: str = ""
    # Digest of the last good row: note it elsewhere, to be compared later.
    head: str = BEGINNING


def write_down(database: Database, connection: Connection, deeds: Sequence[Deed], now: datetime) -> None:
    """Add rows in the transaction of the acts. The last thing in it: from here on, other writers of rows wait.

    Two writers cannot both follow the same row. On SQLite every writing transaction is alone; elsewhere the row of the
    counter is locked until the transaction ends.

    Raises:
        Temporary, Permanent: nothing was written; the act must not happen either.
    """
    if not deeds:
        return
    key = _key(database)
    last = connection.execute(
        update(counters)
        .where(counters.c.name == COUNTER)
        .values(value=counters.c.value + len(deeds))
        .returning(counters.c.value)
    ).scalar_one()
    first = last - len(deeds) + 1
    previous = connection.execute(select(audits.c.digest).where(audits.c.number == first - 1)).scalar() or BEGINNING
    rows = []
    for number, deed in enumerate(deeds, start=first):
        row = _row(number, deed, previous, now)
        row["digest"] = previous = digest_of(row)
        row["seal"] = _seal(key, previous)
        rows.append(row)
    connection.execute(insert(audits), rows)


class Audit:
    """The trail of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, deed: Deed, now: datetime) -> None:
        """Write down an act that changes nothing else: a look.

        Raises:
            Temporary, Permanent: it was not written; the act must not happen.
        """
        with self._database.writing() as connection:
            write_down(self._database, connection, [deed], now)

    def list(
        self,
        *,
        limit: int = 50,
        since: datetime | None = None,
        operator: str | None = None,
        act: str | None = None,
        object: str | None = None,  # noqa: A002  (the column's name)
    ) -> tuple[AuditLine, ...]:
        """The newest rows."""
        statement = select(audits).order_by(audits.c.number.desc()).limit(limit)
        for column, value in ((audits.c.operator, operator), (audits.c.act, act), (audits.c.object, object)):
            if value is not None:
                statement = statement.where(column == value)
        if since is not None:
            statement = statement.where(audits.c.at >= since)
        with self._database.reading() as connection:
            return tuple(AuditLine(**row) for row in connection.execute(statement).mappings())

    def verify(self, expected: tuple[int, str] | None = None) -> Verified:
        """Check every row from the first.

        Args:
            expected: number and digest (or its beginning) of a row as they were noted elsewhere.
        """
        key = _key(self._database)
        previous, rows = BEGINNING, 0
        with self._database.snapshot() as connection:
            counted = connection.execute(select(counters.c.value).where(counters.c.name == COUNTER)).scalar_one()
            while page := connection.execute(_after(rows)).all():
                for row in page:
                    problem = _problem(row, rows + 1, previous, key) or _unexpected(row, expected)
                    if problem:
                        return Verified(rows=rows, broken=rows + 1, problem=problem, head=previous)
                    previous, rows = row.digest, rows + 1
        if rows != max(counted, expected[0] if expected else 0):
            return Verified(rows=rows, broken=rows + 1, problem="it was written, and is gone", head=previous)
        return Verified(rows=rows, head=previous)


def pseudonym(database: Database, address: str) -> str:
    """By what a person stands in the trail, and in whatever stays when everything else of them is erased.

    Keyed with our secret: without it nobody finds out which addresses stand behind pseudonyms by trying them.
    """
    said = f"person {normalise(address)}".encode("utf-8", "surrogatepass")
    return f"person-{hmac.new(_key(database), said, sha256).hexdigest()[:_PSEUDONYM]}"


def digest_of(row: Mapping[str, Any]) -> str:
    """The digest of a row: sha256 of its JSON with sorted names, no blanks, in pure ASCII, its time in UTC."""
    said = {name: row[name] for name in ("number", "operator", "act", "object", "details", "previous")}
    said["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _row(number: int, deed: Deed, previous: str, now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "at": now,
        # What no database can hold must not be in the digest either.
        "operator": _clean(deed.operator),
        "act": str(deed.act),
        "object": _clean(deed.object),
        "details": json.loads(json.dumps(dict(deed.details))),
        "previous": previous,
    }


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _key(database: Database) -> bytes:
    """The key of seals and pseudonyms, made from our secret so that neither tells anything of the other's use."""
    return hmac.digest(database.secret(), b"mailgate audit", "sha256")


def _seal(key: bytes, digest: str) -> str:
    return hmac.new(key, digest.encode(), sha256).hexdigest()


def _after(number: int) -> Any:  # noqa: ANN401  (a statement of SQLAlchemy)
    return select(audits).where(audits.c.number > number).order_by(audits.c.number).limit(_PAGE)


def _problem(row: Row[Any], number: int, previous: str, key: bytes) -> str:
    """What is wrong with a row; "" when nothing is."""
    if row.number != number:
        return "it was written, and is gone"
    if row.previous != previous:
        return "it does not follow the row before it"
    if row.digest != digest_of(dict(row._mapping)):  # noqa: SLF001  (the public name of SQLAlchemy's mapping)
        return "it was changed after it was written"
    if not hmac.compare_digest(row.seal, _seal(key, row.digest)):
        return "it is not sealed with our secret: somebody wrote it who has not got it, or the secret is another one"
    return ""


def _unexpected(row: Row[Any], expected: tuple[int, str] | None) -> str:
    if expected and row.number == expected[0] and not row.digest.startswith(expected[1]):
        return "it is not the row that was noted"
    return ""
