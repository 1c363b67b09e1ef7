"""Bells: who has mail tells the others at once; on one machine, pipes do."""

from threading import Event

from psycopg import sql

from mailgate.store.bells import LETTERS, MAIL, Bells, ring
from mailgate.store.facade import Store
from tests.cli.house import until
from tests.postgres import Server
from tests.store.cast import ON_A_FILE, ON_A_SERVER

PATIENCE = 30.0


def listeners(server: Server, store: Store) -> bool:
    """Whether anybody listens by now."""
    asked = sql.SQL("SELECT count(*) FROM pg_stat_activity WHERE datname = {} AND query LIKE 'LISTEN%'")
    [[count]] = server.say(asked.format(sql.Literal(store.database.engine.url.database)))
    return bool(count)


@ON_A_SERVER
def test_a_ring_is_heard_by_the_others_and_not_by_oneself(store: Store, url: str, server: Server) -> None:
    here, there, own = Event(), Event(), Event()
    other = Store(url)
    listening = Bells(other.database, {MAIL: there.set, LETTERS: here.set})
    listening.start()
    until(lambda: listeners(server, store), "somebody to listen")
    ringing = Bells(store.database, {MAIL: own.set})
    ringing.start()

    ringing.ring(MAIL)

    assert there.wait(PATIENCE)
    assert not here.is_set()
    assert not own.is_set()
    ringing.stop()
    listening.stop()
    other.close()


@ON_A_SERVER
def test_a_listener_that_was_cut_off_listens_again(store: Store, server: Server) -> None:
    heard = Event()
    bells = Bells(store.database, {MAIL: heard.set})
    bells.start()
    until(lambda: listeners(server, store), "it to listen")
    cut = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    server.say(cut)
    until(lambda: not listeners(server, store), "it to be cut off")
    until(lambda: listeners(server, store), "it to listen again")

    ring(store.database, {MAIL})

    assert heard.wait(PATIENCE)
    bells.stop()


@ON_A_FILE
def test_on_a_file_nobody_rings(store: Store) -> None:
    bells = Bells(store.database, {})
    bells.start()
    bells.ring(MAIL)
    ring(store.database, {MAIL})
    bells.stop()
