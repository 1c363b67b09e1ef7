"""Machines on one database: they have names of their own and the same secret, or they do not start."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from mailgate.app.agreeing import warnings_about
from mailgate.app.parts import open_database, process_name
from mailgate.app.presence import Presence
from mailgate.store.database import Database
from mailgate.store.locks import Locks
from mailgate.trouble import Permanent, Temporary
from tests.cli.house import Installation, sample
from tests.postgres import Server

NUMBERS = count(1)
SECRET = Path("var/secret")


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """The URL of a database without tables, of the test's own."""
    name = f"machines{next(NUMBERS)}"
    server.make(name)
    yield server.url(name, tcp=True)
    server.drop(name)


def machine(home: Path, url: str, *, prefix: str = "ZGL", secret: bytes | None = None) -> Installation:
    """An installation of one machine."""
    config = f'[desk]\nticket_prefix = "{prefix}"\n[database]\nurl = "{url}"\nnode = "{home.name}"\n'
    made = Installation.make(home, config=config)
    if secret:
        (home / SECRET).parent.mkdir()
        (home / SECRET).write_bytes(secret)
    return made


def test_a_machine_with_another_secret_does_not_start_and_one_with_the_same_does(tmp_path: Path, url: str) -> None:
    north = machine(tmp_path / "north", url)
    assert north.run("db", "upgrade").code == 0
    open_database(north.config).close()
    secret = (north.home / SECRET).read_bytes()

    open_database(machine(tmp_path / "south", url, secret=secret).config).close()
    east = machine(tmp_path / "east", url)
    with pytest.raises(Permanent, match="is not the one of the other machines"):
        open_database(east.config)
    with pytest.raises(Permanent, match='"ABC" here and "ZGL" on the other machines'):
        open_database(machine(tmp_path / "west", url, prefix="ABC", secret=secret).config)

    assert "do it with --apply" in east.run("db", "agree").out
    assert east.run("db", "agree", "--apply").code == 0
    open_database(east.config).close()
    with pytest.raises(Permanent, match="copy that file from one of them"):
        open_database(north.config)


def test_a_store_moves_by_one_command_and_mail_goes_on(tmp_path: Path, url: str) -> None:
    house = Installation.make(tmp_path / "house")
    house.upgrade_with_people()
    assert house.run("receive", stdin=sample("01-sent100-odrzucone.eml")).code == 0

    moved = house.run("db", "copy", "--to", url)
    again = house.run("db", "copy", "--to", url)

    assert moved.code == 0, moved.err
    assert "its balance is the same" in moved.out
    assert (again.code, "is not empty" in again.err) == (1, True)
    (house.home / "config.toml").write_text(f'[database]\nurl = "{url}"\n')
    assert house.run("receive", stdin=sample("09-temat-bez-uslugi.eml")).code == 0
    assert [line["id"] for line in house.run("messages", "list", "--json").json] == [2, 1]


def test_a_name_that_another_process_has_is_waited_for_and_then_refused(url: str) -> None:
    here, there = Database(url), Database(url)
    first, second = Locks(here), Locks(there)
    Presence(first, "north:outbox").begin()
    seconds = count(0, 5)
    waited: list[float] = []

    late = Presence(second, "north:outbox")
    with pytest.raises(Permanent, match=r"give each machine a name of its own in database\.node"):
        late.begin(pause=waited.append, timer=lambda: float(next(seconds)))
    assert len(waited) == 3
    with pytest.raises(Temporary, match="has taken our name"):
        late.beat()

    first.close()
    late.begin()
    late.beat()
    second.close()
    here.close()
    there.close()


def test_a_process_is_named_by_its_machine_and_its_part() -> None:
    assert process_name("outbox", "north") == "north:outbox"
    assert process_name("outbox").endswith(":outbox")


def test_a_server_that_acknowledges_too_early_is_worth_a_warning(url: str) -> None:
    with closing(Database(url)) as database:
        assert list(warnings_about(database)) == [
            "it acknowledges what is not on its disk yet; set fsync and synchronous_commit to on"
        ]
