"""Names that one process at a time holds: they are free as soon as it dies."""

import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from mailgate.store.database import Database
from mailgate.store.facade import Store
from mailgate.store.locks import Locks
from mailgate.store.turns import turn
from mailgate.trouble import Temporary
from tests.cli.house import until
from tests.postgres import Server
from tests.store.cast import ON_A_FILE, ON_A_SERVER

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from mailgate.store.database import Database
from mailgate.store.locks import Locks
print(Locks(Database(sys.argv[1])).take("mailbox helpdesk"), flush=True)
sys.stdin.read()
"""


@ON_A_SERVER
def test_a_name_is_held_by_one_process_at_a_time(store: Store, url: str) -> None:
    here, other = Locks(store.database), Database(url)
    there = Locks(other)

    assert here.take("schedule")
    assert here.take("schedule"), "and goes on holding it"
    assert not there.take("schedule")
    assert there.take("mailbox helpdesk")
    assert (here.holds("schedule"), there.holds("schedule")) == (True, False)

    here.give_back("schedule")
    assert there.take("schedule")
    there.close()
    here.close()
    other.close()


@ON_A_SERVER
def test_the_name_of_a_killed_process_is_free_within_a_moment(store: Store, url: str) -> None:
    locks = Locks(store.database)
    process = subprocess.Popen(  # noqa: S603  (our own)
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == "True\n"
    assert not locks.take("mailbox helpdesk")
    assert locks.unheld(["mailbox helpdesk", "nobody"]) == {"nobody"}

    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()

    assert until(lambda: locks.unheld(["mailbox helpdesk"]), "the server to miss it") == {"mailbox helpdesk"}
    assert locks.take("mailbox helpdesk")
    locks.close()


@ON_A_SERVER
def test_whoever_loses_his_connection_loses_his_names_and_takes_them_again(store: Store, server: Server) -> None:
    locks = Locks(store.database)
    locks.take("schedule")
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {} AND pid <> pg_backend_pid()"
    server.say(sql.SQL(ends).format(sql.Literal(make_url(str(store.database.engine.url)).database)))

    taken = until(lambda: _again(locks), "a new connection")

    assert taken
    locks.close()


def _again(locks: Locks) -> bool:
    try:
        return locks.take("schedule")
    except Temporary:
        assert not locks.holds("schedule")
        return False


@ON_A_FILE
def test_on_one_machine_every_name_is_ours(store: Store) -> None:
    locks = Locks(store.database)

    assert locks.take("schedule")
    assert locks.holds("schedule")
    assert locks.unheld(["schedule", "nobody"]) == frozenset()
    locks.close()


def test_long_work_is_done_by_one_at_a_time_and_the_others_are_told_by_whom(store: Store, url: str) -> None:
    other = Database(url)
    with turn(store.database, "reprocess", "ola, process 4711 on desk1"):
        busy = pytest.raises(Temporary, match=r"done already by ola, process 4711 on desk1: try again")
        with busy, turn(other, "reprocess", "jan, process 4712 on desk1"):
            raise AssertionError("two do it")
        with turn(other, "something else", "jan, process 4712 on desk1"):
            pass
    with turn(other, "reprocess", "jan, process 4712 on desk1"):
        pass
    other.close()
