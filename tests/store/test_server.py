"""PostgreSQL: sessions that are the same on every server, and troubles that are waited out."""

from threading import Barrier, Thread

import pytest
from psycopg import sql
from sqlalchemy import Connection, text

from mailgate.store.facade import Store
from mailgate.store.server import SESSION
from mailgate.trouble import Permanent, Temporary
from tests.postgres import Server
from tests.store.cast import BORYS, NOON, ON_A_SERVER, claim_all, raw, verdict, writer


def show(connection: Connection, name: str) -> str:
    found: str = connection.execute(text(f"SHOW {name}")).scalar_one()
    return found


def cut(server: Server, store: Store) -> None:
    """End every session of the store, as a server that falls over does."""
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {} AND pid <> pg_backend_pid()"
    server.say(sql.SQL(ends).format(sql.Literal(store.database.engine.url.database)))


@ON_A_SERVER
def test_a_session_is_the_same_whatever_the_server_prefers(store: Store) -> None:
    with store.database.writing() as connection:
        said = {name: show(connection, name) for name in SESSION if not name.startswith("tcp_")}

    assert said == {
        "timezone": "UTC",
        "datestyle": "ISO, DMY",
        "client_encoding": "UTF8",
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "20s",
        "client_connection_check_interval": "2s",
    }


@ON_A_SERVER
def test_a_server_elsewhere_asks_a_silent_node_for_a_sign_of_life(store: Store, server: Server) -> None:
    elsewhere = Store(server.url(str(store.database.engine.url.database), tcp=True))
    with elsewhere.database.reading() as connection:
        said = [show(connection, f"tcp_keepalives_{name}") for name in ("idle", "interval", "count")]
    elsewhere.close()

    assert said == ["3", "2", "2"], "it is missed after 7 seconds"


@ON_A_SERVER
def test_what_the_url_says_of_a_session_holds_beside_ours(store: Store) -> None:
    url = store.database.engine.url.update_query_dict({"options": "-c work_mem=7MB", "application_name": "ours"})
    other = Store(url.render_as_string(hide_password=False))
    with other.database.reading() as connection:
        said = [show(connection, name) for name in ("work_mem", "application_name", "datestyle")]
    other.close()

    assert said == ["7MB", "ours", "ISO, DMY"]


@ON_A_SERVER
def test_a_server_that_falls_over_costs_nobody_a_mail(store: Store, server: Server) -> None:
    store.keep([raw()])
    cut(server, store)

    [kept] = store.keep([raw(BORYS)])

    assert not kept.duplicate


@ON_A_SERVER
def test_a_server_that_falls_over_within_a_transaction_gives_no_receipt(store: Store, server: Server) -> None:
    def write() -> None:
        with store.database.writing() as connection:
            connection.execute(text("UPDATE counter SET value = 9"))
            cut(server, store)

    with pytest.raises(Temporary, match="look at its disk and its server"):
        write()

    assert store.tickets.draw(1) == ["ZGL0000001"]


@ON_A_SERVER
def test_two_that_wait_for_each_other_are_parted_and_one_comes_again(store: Store) -> None:
    both = Barrier(2)
    ended: list[str] = []

    def take(first: str, second: str) -> None:
        try:
            with store.database.writing() as connection:
                connection.execute(text(f"UPDATE counter SET value = value WHERE name = '{first}'"))  # noqa: S608  (our own)
                both.wait(10)
                connection.execute(text(f"UPDATE counter SET value = value WHERE name = '{second}'"))  # noqa: S608  (our own)
            ended.append("done")
        except Temporary as trouble:
            ended.append("deadlock" if "deadlock" in str(trouble) else str(trouble))

    threads = [Thread(target=take, args=names) for names in (("ticket", "audit"), ("audit", "ticket"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["deadlock", "done"]


@ON_A_SERVER
def test_a_lock_that_is_not_given_is_waited_for_no_longer_than_that(store: Store) -> None:
    url = store.database.engine.url.update_query_dict({"options": "-c lock_timeout=100ms"})
    hasty = Store(url.render_as_string(hide_password=False))
    with store.database.writing() as holder:
        holder.execute(text("LOCK TABLE message"))
        with pytest.raises(Temporary, match="lock timeout"):
            hasty.keep([raw()])
    hasty.close()

    assert store.messages.list() == ()


@ON_A_SERVER
def test_a_server_that_only_reads_is_told_to_the_operator(store: Store) -> None:
    url = store.database.engine.url.update_query_dict(
        {"options": "-c default_transaction_read_only=on", "target_session_attrs": "any"}
    )
    replica = Store(url.render_as_string(hide_password=False))

    with pytest.raises(Temporary, match=r"only reads: let database\.url name the primary"):
        replica.keep([raw()])
    replica.close()


def test_a_database_without_tables_says_how_to_make_them(server: Server) -> None:
    store = Store(server.make("bare"))

    with pytest.raises(Temporary, match="run `mailgate db upgrade`"):
        store.keep([raw()])
    with pytest.raises(Permanent, match="run `mailgate db upgrade`"):
        store.check()
    store.close()
    server.drop("bare")


def test_a_server_that_is_not_there_is_temporary_and_keeps_its_password_to_itself() -> None:
    store = Store("postgresql+psycopg://mailgate:geheim@127.0.0.1:1/mailgate")

    with pytest.raises(Temporary) as trouble:
        store.keep([raw()])

    assert "127.0.0.1" in str(trouble.value)
    assert "geheim" not in str(trouble.value)


def test_a_database_that_cannot_hold_every_letter_is_refused(server: Server) -> None:
    server.say(sql.SQL("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN2' LOCALE 'C'"))
    store = Store(server.url("latin"))

    with pytest.raises(Permanent, match="UTF8"):
        store.upgrade()
    store.close()
    server.drop("latin")


@ON_A_SERVER
def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.database.reading() as connection:
        before = connection.execute(text("SELECT count(*) FROM message")).scalar_one()
        store.keep([raw()])
        after = connection.execute(text("SELECT count(*) FROM message")).scalar_one()

    assert (before, after) == (0, 0)


@ON_A_SERVER
def test_a_copy_that_comes_while_its_mail_is_claimed_does_not_wait(store: Store) -> None:
    store.keep([raw()])
    messages = claim_all(store)
    with store.database.writing() as recorder:
        recorder.execute(text("SELECT * FROM message FOR NO KEY UPDATE"))
        [copy] = store.keep([raw()])
    store.record([verdict(message) for message in messages], writer(), NOON)

    assert copy.duplicate
    assert store.balance().missing == ()
