"""The outbox as rows: taken with a lease, marked afterwards, never deleted."""

from datetime import timedelta

from mailgate.store.facade import Store
from mailgate.store.outbox import Fate
from mailgate.store.tables import LetterState
from tests.store.cast import LEASE, NOON, anna, claim_all, letter, raw, verdict, writer

MINUTE = timedelta(minutes=1)


def write_letters(store: Store, count: int = 1) -> None:
    """Letters that are due."""
    store.keep([raw(anna(number)) for number in range(count)])
    verdicts = [verdict(message, reply=letter(cause=f"ticket:{message.id}")) for message in claim_all(store)]
    store.record(verdicts, writer(), NOON)


def state_of(store: Store) -> str:
    [line] = store.outbox.list()
    return line.state


def test_a_letter_is_taken_once_with_its_bytes_and_the_null_sender(store: Store) -> None:
    write_letters(store)

    [taken] = store.outbox.claim("s1", 10, LEASE, NOON)

    assert (taken.sender, taken.recipient, taken.attempt) == ("", "anna.kowalska@spedycja.example", 1)
    assert b"ZGL0000001" in taken.content
    assert store.outbox.claim("s2", 10, LEASE, NOON) == []


def test_a_sent_letter_stays_sent(store: Store) -> None:
    write_letters(store)
    [taken] = store.outbox.claim("s1", 10, LEASE, NOON)

    store.outbox.mark([Fate(letter=taken, state=LetterState.SENT, at=NOON + MINUTE)])

    [line] = store.outbox.list()
    assert (line.state, line.sent_at, line.attempts) == ("sent", NOON + MINUTE, 1)
    assert store.outbox.claim("s1", 10, LEASE, NOON + timedelta(days=30)) == []


def test_when_a_sender_dies_its_letter_leaves_again_with_the_same_message_id(store: Store) -> None:
    write_letters(store)
    [first] = store.outbox.claim("s1", 10, LEASE, NOON)

    [second] = store.outbox.claim("s2", 10, LEASE, NOON + LEASE)

    assert second.message_id == first.message_id
    assert second.content == first.content
    assert second.attempt == 2


def test_the_letters_of_a_sender_known_to_be_dead_leave_again_at_once(store: Store) -> None:
    write_letters(store, 2)
    store.outbox.claim("dead", 1, LEASE, NOON)
    store.outbox.claim("alive", 1, LEASE, NOON)

    assert store.outbox.forsake("dead", NOON) == 1

    [taken] = store.outbox.claim("next", 10, LEASE, NOON)
    assert taken.attempt == 2


def test_a_yes_of_the_relay_counts_even_if_the_lease_is_over(store: Store) -> None:
    write_letters(store)
    [slow] = store.outbox.claim("s1", 10, LEASE, NOON)
    store.outbox.claim("s2", 10, LEASE, NOON + LEASE)

    store.outbox.mark([Fate(letter=slow, state=LetterState.SENT, at=NOON + LEASE)])

    assert state_of(store) == "sent"


def test_a_failure_told_after_the_lease_is_over_changes_nothing(store: Store) -> None:
    write_letters(store)
    [slow] = store.outbox.claim("s1", 10, LEASE, NOON)
    [fast] = store.outbox.claim("s2", 10, LEASE, NOON + LEASE)
    store.outbox.mark([Fate(letter=fast, state=LetterState.SENT, at=NOON + LEASE)])

    store.outbox.mark([Fate(letter=slow, state=LetterState.DEAD, at=NOON + LEASE, error="refused")])

    assert state_of(store) == "sent"


def test_a_postponed_letter_waits_for_its_time(store: Store) -> None:
    write_letters(store)
    [taken] = store.outbox.claim("s1", 10, LEASE, NOON)
    store.outbox.mark(
        [Fate(letter=taken, state=LetterState.DUE, at=NOON, due_at=NOON + MINUTE, error="451 come back later")]
    )

    assert store.outbox.claim("s1", 10, LEASE, NOON + MINUTE / 2) == []
    [line] = store.outbox.list()
    assert (line.state, line.error) == ("due", "451 come back later")
    assert len(store.outbox.claim("s1", 10, LEASE, NOON + MINUTE)) == 1


def test_a_dead_letter_is_shown_and_can_be_sent_after_all(store: Store) -> None:
    write_letters(store, 2)
    taken = store.outbox.claim("s1", 10, LEASE, NOON)
    store.outbox.mark([Fate(letter=one, state=LetterState.DEAD, at=NOON, error="550 no such user") for one in taken])
    assert [line.error for line in store.outbox.list(state=LetterState.DEAD)] == ["550 no such user"] * 2

    assert store.outbox.retry([taken[0].id], operator="ewa", now=NOON) == 1
    [again] = store.outbox.claim("s1", 10, LEASE, NOON)
    assert (again.id, again.attempt) == (taken[0].id, 1)
    assert store.outbox.retry(None, operator="ewa", now=NOON) == 1


def test_retry_does_not_send_again_what_was_sent(store: Store) -> None:
    write_letters(store)
    [taken] = store.outbox.claim("s1", 10, LEASE, NOON)
    store.outbox.mark([Fate(letter=taken, state=LetterState.SENT, at=NOON)])

    assert store.outbox.retry([taken.id], operator="ewa", now=NOON) == 0
    assert store.outbox.retry(None, operator="ewa", now=NOON) == 0


def test_letters_of_one_message_can_be_listed(store: Store) -> None:
    write_letters(store, 3)

    [line] = store.outbox.list(message=2)

    assert line.message == 2
    assert store.outbox.show(99) is None
