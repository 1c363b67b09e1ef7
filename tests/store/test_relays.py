"""Whether our relay still speaks: an alarm where its header is suddenly missing, and nowhere else."""

from datetime import timedelta

from mailgate.core.identity import Hearing
from mailgate.store.facade import Store
from tests.store.cast import NOON

RELAY = "192.0.2.25"
HEARD, MISSING = (RELAY, Hearing.HEARD), (RELAY, Hearing.MISSING)


def test_a_relay_that_falls_silent_is_named_with_when_and_how_many(store: Store) -> None:
    store.relays.hear([HEARD] * 3, NOON)
    store.relays.hear([MISSING] * 2, NOON + timedelta(minutes=5))
    assert store.relays.silent(3) == ()
    store.relays.hear([MISSING], NOON + timedelta(minutes=6))
    (silent,) = store.relays.silent(3)
    assert (silent.way, silent.mails) == (RELAY, 3)
    assert (silent.heard_at, silent.since) == (NOON, NOON + timedelta(minutes=5))


def test_one_mail_with_the_header_ends_the_alarm(store: Store) -> None:
    store.relays.hear([*[HEARD] * 3, *[MISSING] * 3], NOON)
    assert len(store.relays.silent(3)) == 1
    store.relays.hear([HEARD], NOON)
    assert store.relays.silent(3) == ()


def test_where_the_header_never_was_nothing_is_missed(store: Store) -> None:
    store.relays.hear([MISSING] * 50, NOON)
    assert store.relays.silent(1) == ()


def test_where_the_header_comes_now_and_then_nothing_is_missed(store: Store) -> None:
    store.relays.hear([HEARD, HEARD, MISSING, MISSING, MISSING] * 20, NOON)
    assert store.relays.silent(3) == ()


def test_each_relay_is_listened_to_for_itself(store: Store) -> None:
    other = ("192.0.2.26", Hearing.HEARD)
    store.relays.hear([HEARD, other] * 3, NOON)
    store.relays.hear([MISSING, other, MISSING, other, MISSING], NOON)
    assert [silent.way for silent in store.relays.silent(3)] == [RELAY]


def test_a_relay_that_speaks_as_ever_costs_no_write(store: Store) -> None:
    store.relays.hear([HEARD] * 100, NOON)
    with store.database.writing():
        # Another writer would wait for this one.
        store.relays.hear([HEARD], NOON + timedelta(seconds=30))
    store.relays.hear([*[HEARD] * 5, *[MISSING] * 3], NOON + timedelta(seconds=31))
    assert len(store.relays.silent(3)) == 1
