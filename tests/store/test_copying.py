"""A store moves from SQLite to PostgreSQL: all of it or nothing, and proven."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from mailgate.core.mail import Envelope, RawMessage
from mailgate.store.copying import copy
from mailgate.store.facade import Store
from mailgate.store.serving import at_work
from mailgate.store.tables import Row
from mailgate.trouble import Permanent
from tests.postgres import Server
from tests.store.cast import ANNA, BORYS, FILE, NOON, anna, claim_all, letter, raw, verdict, writer

ODD = RawMessage(
    content=b"From: a@b.example\r\nSubject: \xff\xfe\x00 odd\r\n\r\nNUL \x00, \xb1\r\n",
    envelope=Envelope(source="smtp", mail_from="zażółć\ud800\x00@b.example", recipients=("ę\udc80@mf.gov.pl",)),
    received_at=NOON,
)


@pytest.fixture
def source(empty: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite in which things have happened."""
    shutil.copy(empty, tmp_path / FILE)
    store = Store(f"sqlite:///{tmp_path / FILE}", secret=lambda: b"secret")
    store.keep([raw(), raw(BORYS), raw(anna(1))])
    store.record(
        [verdict(message, reply=letter(cause=f"{message.id}")) for message in claim_all(store)], writer(), NOON
    )
    store.tickets.close("ZGL0000001", at=NOON, operator="Łucja \u202e", now=NOON)
    store.keep([raw(), ODD])
    claim_all(store, worker="old:worker-0")
    yield store
    store.close()


@pytest.fixture
def target(server: Server) -> Iterator[Store]:
    """A database without a single table."""
    store = Store(server.make("target"), secret=lambda: b"secret")
    yield store
    store.close()
    server.drop("target")


def quiet(table: str, done: int, of: int) -> None:
    """Nobody looks at the bar."""


def test_everything_arrives_and_work_goes_on_with_the_next_numbers(source: Store, target: Store) -> None:
    copied = copy(source.database, target.database, quiet)

    assert {each.table: each.rows for each in copied} == {
        table.name: _count(source, table.name) for table in Row.metadata.sorted_tables
    }
    assert target.balance() == source.balance()
    assert target.messages.show(1) == source.messages.show(1)
    assert target.tickets.show("ZGL0000001") == source.tickets.show("ZGL0000001")
    assert target.messages.raw(4) == source.messages.raw(4)
    assert target.audit.verify() == source.audit.verify()
    [kept] = target.keep([raw(anna(2))])
    assert kept.id == 5
    assert target.tickets.draw(1) == ["ZGL0000004"]
    assert target.keep([raw(ANNA)])[0].duplicate


def _count(store: Store, table: str) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608  (our own)


def test_a_target_that_is_not_empty_is_refused_and_stays_as_it_is(source: Store, target: Store) -> None:
    target.upgrade()
    target.keep([raw()])

    with pytest.raises(Permanent, match=r"not empty \(there are rows in message"):
        copy(source.database, target.database, quiet)

    assert len(target.messages.list()) == 1


def test_whatever_happens_on_the_way_leaves_nothing_behind(source: Store, target: Store) -> None:
    def stumble(table: str, done: int, of: int) -> None:
        del of
        if table == "outbox" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source.database, target.database, stumble)

    assert target.messages.list() == ()
    assert target.tickets.draw(1) == ["ZGL0000001"]


def test_nothing_is_copied_while_a_daemon_is_at_work(source: Store, target: Store, tmp_path: Path) -> None:
    with at_work(source.database), pytest.raises(Permanent, match="stop `mailgate serve` first"):
        copy(source.database, target.database, quiet)

    assert copy(source.database, target.database, quiet)
    with (tmp_path / f"{FILE}.serving").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_only_sqlite_moves_and_only_to_postgresql(source: Store, target: Store) -> None:
    with pytest.raises(Permanent, match="from SQLite to PostgreSQL"):
        copy(target.database, source.database, quiet)
