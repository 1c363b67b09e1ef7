"""What was promised, and what came of it: each mail by its digest, each kill with its step, and the table of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from sqlalchemy import select

from mailgate.store.facade import Store
from mailgate.store.tables import Channel, LetterState, audits, entries, messages, outbox, raws, tickets
from tests.cli.post import Letter


class Mouth(Protocol):
    """Where letters arrive."""

    @property
    def letters(self) -> Sequence[Letter]:
        """All that have arrived, repeats too."""

    def await_quiet(self) -> None:
        """Wait until whoever was sending is known to be gone."""


@dataclass(slots=True, kw_only=True)
class Row:
    """One line of the table."""

    # The way, and the step on it.
    way: str
    step: str
    kills: int = 0
    # Mails that had a receipt.
    acknowledged: int = 0
    lost: int = 0
    # Tickets beyond the one that a mail becomes.
    doubled: int = 0
    # Letters that left once more, because the kill fell between the relay's yes and our mark.
    repeated: int = 0
    # Letters that left once more without that, or under another Message-ID; and letters that never left.
    wrong: int = 0
    # Anything else that does not agree, in words.
    faults: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong or self.faults)


@dataclass(slots=True, kw_only=True)
class Mail:
    """One mail that was sent to us."""

    content: bytes
    row: Row
    # Outcomes that may become of it.
    becomes: frozenset[str]
    # How many letters are written about it, each with its own Message-ID; None: that does not matter.
    letters: int | None
    # Whether a receipt was given.
    acknowledged: bool = False

    @property
    def digest(self) -> str:
        """sha256 of its bytes."""
        return sha256(self.content).hexdigest()


class Ledger:
    """Everything that one installation was sent, and every kill that it suffered."""

    def __init__(self, post: Mouth, place: str = "") -> None:
        """`place` is added to every way: "on PostgreSQL"."""
        self._post = post
        self._place = place
        self.mails: dict[str, Mail] = {}
        self.rows: dict[tuple[str, str], Row] = {}
        # How many kills have fallen between the relay's yes to a letter and our mark, by Message-ID.
        self.windows: Counter[str] = Counter()
        self._rows_of_windows: dict[str, Row] = {}

    def row(self, way: str, step: str) -> Row:
        """The line of a step."""
        way = f"{way} {self._place}".strip()
        return self.rows.setdefault((way, step), Row(way=way, step=step))

    def add(
        self,
        content: bytes,
        row: Row,
        *,
        becomes: Iterable[str] = ("ticket",),
        letters: int | None = 1,
        kept: bool = False,
    ) -> Mail:
        """A mail that is sent for the first time, or once more."""
        mail = Mail(content=content, row=row, becomes=frozenset(becomes), letters=letters)
        mail = self.mails.setdefault(mail.digest, mail)
        if kept:
            self.acknowledge(mail)
        return mail

    def acknowledge(self, mail: Mail) -> None:
        """Its sender has a receipt."""
        if not mail.acknowledged:
            mail.acknowledged = True
            mail.row.acknowledged += 1

    @property
    def unanswered(self) -> list[Mail]:
        """Mails without a receipt: their sender comes again with the same bytes."""
        return [mail for mail in self.mails.values() if not mail.acknowledged]

    def note_window(self, store: Store, row: Row) -> None:
        """The sender of letters is dead: whatever the relay has said yes to and we have not marked may leave again."""
        with store.database.reading() as connection:
            statement = select(outbox.c.message_id).where(outbox.c.state != LetterState.SENT)
            unmarked = set(connection.execute(statement).scalars())
        for message_id in unmarked & {_id(letter) for letter in self._post.letters}:
            self.windows[message_id] += 1
            self._rows_of_windows[message_id] = row

    def judge(self, store: Store) -> list[Row]:
        """Hold everything against the store and the relay; gives all rows."""
        left = Counter(map(_id, self._post.letters))
        with store.database.reading() as connection:
            kept = {row.digest: row for row in connection.execute(select(messages))}
            bytes_of = {row.message: row.content for row in connection.execute(select(raws))}
            opened = Counter(connection.execute(select(tickets.c.message)).scalars())
            added = Counter(connection.execute(select(entries.c.message)).scalars())
            written: dict[int, list[str]] = {}
            letters = select(outbox.c.message, outbox.c.message_id).where(outbox.c.channel == Channel.MAIL)
            for message, name in connection.execute(letters):
                written.setdefault(message, []).append(name)
        for mail in self.mails.values():
            row, found = mail.row, kept.get(mail.digest)
            if found is None or (found.state != "erased" and bytes_of.get(found.id) != mail.content):
                row.lost += mail.acknowledged
                continue
            if found.outcome not in mail.becomes or found.state not in ("settled", "erased"):
                row.lost += 1
                row.faults.append(f"message {found.id} is {found.state}, {found.outcome}, {found.reason}")
            row.doubled += max(0, opened[found.id] - 1) + max(0, added[found.id] - 1)
            ids = written.get(found.id, [])
            if mail.letters not in (None, len(ids)) or len(set(ids)) != len(ids) or not all(left[each] for each in ids):
                row.wrong += 1
                row.faults.append(f"message {found.id}: {len(ids)} letters, {[left[each] for each in ids]} left")
            for each in ids:
                again = left[each] - 1
                self._rows_of_windows.get(each, row).repeated += max(0, again)
                row.wrong += max(0, again - self.windows[each])
        strangers = left.keys() - {each for ids in written.values() for each in ids}
        if strangers and self.rows:
            next(iter(self.rows.values())).faults.append(f"letters of nobody: {sorted(strangers)}")
        return list(self.rows.values())


def erased_twice(store: Store) -> set[int]:
    """Messages that the audit trail has erased more than once."""
    with store.database.reading() as connection:
        deeds = connection.execute(select(audits.c.details).where(audits.c.object == "retention")).scalars()
        times = Counter(number for details in deeds for number in details.get("messages", ()))
    return {number for number, count in times.items() if count > 1}


def _id(letter: Letter) -> str:
    return str(letter.mail["Message-ID"])


def table(rows: Iterable[Row]) -> str:
    """The table, in Markdown."""
    return "\n".join(_lines(list(rows)))


def _lines(rows: list[Row]) -> Iterator[str]:
    yield "| way | step | kills | acknowledged | lost | doubled tickets | repeated letters | wrongly repeated |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        yield _line(row.way, row.step, row)
    total = Row(way="", step="")
    for name in ("kills", "acknowledged", "lost", "doubled", "repeated", "wrong"):
        setattr(total, name, sum(getattr(row, name) for row in rows))
    yield _line("**all**", "", total)


def _line(way: str, step: str, row: Row) -> str:
    numbers = (row.kills, row.acknowledged, row.lost, row.doubled, row.repeated, row.wrong)
    return f"| {way} | {step} | {' | '.join(map(str, numbers))} |"
