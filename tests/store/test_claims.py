"""Claim: the oldest first, by one worker at a time, and never for ever."""

from datetime import timedelta

from mailgate.store.claims import MOST_CLAIMS
from mailgate.store.facade import Store
from tests.store.cast import LEASE, NOON, anna, raw, verdict, writer

SECOND = timedelta(seconds=1)


def keep_some(store: Store, count: int) -> list[int]:
    """Mails that came a second apart; the first one is the oldest."""
    kept = store.keep([raw(anna(number), received_at=NOON + number * SECOND) for number in range(count)])
    return [one.id for one in kept]


def test_the_oldest_mails_are_taken_first(store: Store) -> None:
    ids = keep_some(store, 5)

    first = store.claim("w1", 2, LEASE, NOON)
    second = store.claim("w2", 10, LEASE, NOON)

    assert [message.id for message in first] == ids[:2]
    assert [message.id for message in second] == ids[2:]
    assert store.claim("w3", 10, LEASE, NOON) == []


def test_what_is_claimed_comes_with_its_bytes(store: Store) -> None:
    store.keep([raw()])

    [message] = store.claim("w1", 1, LEASE, NOON)

    assert message.raw == raw()
    assert message.digest == raw().digest


def test_a_clock_that_was_set_back_hides_no_mail(store: Store) -> None:
    store.keep([raw(received_at=NOON)])

    assert len(store.claim("w1", 1, LEASE, NOON - timedelta(hours=1))) == 1


def test_when_a_worker_dies_its_mails_are_taken_one_by_one(store: Store) -> None:
    ids = keep_some(store, 3)
    store.claim("w1", 10, LEASE, NOON)
    later = NOON + LEASE

    assert store.claim("w2", 10, LEASE, later - SECOND) == []
    assert [message.id for message in store.claim("w2", 10, LEASE, later)] == ids[:1]
    assert [message.id for message in store.claim("w3", 10, LEASE, later)] == ids[1:2]


def test_a_mail_that_kills_every_worker_is_parked_and_its_companions_are_not(store: Store) -> None:
    killer, other = keep_some(store, 2)
    now = NOON
    store.claim("w1", 10, LEASE, now)
    for death in range(2, MOST_CLAIMS + 1):
        now += LEASE
        [taken] = store.claim(f"w{death}", 10, LEASE, now)
        assert taken.id == killer
    now += LEASE

    [taken] = store.claim("w9", 10, LEASE, now)

    assert taken.id == other
    shown = store.messages.show(killer)
    assert shown is not None
    assert (shown.line.state, shown.line.outcome, shown.line.reason) == ("parked", "hold", "crashed")
    assert "3 times" in (shown.decisions[0].trace or "")
    assert store.messages.raw(killer) is not None


def test_who_is_known_to_be_dead_holds_nothing_up(store: Store) -> None:
    keep_some(store, 2)
    store.claim("w1", 10, LEASE, NOON)

    assert store.forsake("w1", NOON) == 2
    assert len(store.claim("w1", 10, LEASE, NOON)) == 1


def test_mails_that_are_laid_back_are_taken_again_at_once_and_together(store: Store) -> None:
    keep_some(store, 3)

    for _ in range(2 * MOST_CLAIMS):
        taken = store.claim("w1", 10, LEASE, NOON)
        assert len(taken) == 3
        store.lay_back(taken)


def test_a_worker_that_lost_its_lease_cannot_lay_back_what_another_one_has(store: Store) -> None:
    keep_some(store, 1)
    slow = store.claim("w1", 10, LEASE, NOON)
    later = NOON + LEASE
    [fast] = store.claim("w2", 10, LEASE, later)

    store.lay_back(slow)

    assert store.claim("w3", 10, LEASE, later) == []
    [recorded] = store.record([verdict(fast)], writer(), later)
    assert recorded.state == "settled"


def test_a_batch_of_huge_mails_is_cut_so_that_it_fits_into_memory(store: Store) -> None:
    huge = "x" * (12 * 1024 * 1024)
    store.keep([raw(f"Subject: {number}\n\n{huge}", received_at=NOON + number * SECOND) for number in range(4)])

    assert len(store.claim("w1", 50, LEASE, NOON)) == 2
    assert len(store.claim("w1", 50, LEASE, NOON)) == 2


def test_one_mail_larger_than_a_batch_is_taken_alone(store: Store) -> None:
    store.keep([raw("Subject: x\n\n" + "x" * (33 * 1024 * 1024)), raw(received_at=NOON + SECOND)])

    assert len(store.claim("w1", 50, LEASE, NOON)) == 1
    assert len(store.claim("w1", 50, LEASE, NOON)) == 1
