"""What dead processes held: others have it at once, and each message and letter still comes to one end."""

from datetime import timedelta

from mailgate.store.facade import Store
from mailgate.store.holders import bequeath, holders
from tests.store.cast import BORYS, LEASE, NOON, claim_all, letter, raw, verdict, writer

SOON = NOON + timedelta(seconds=1)


def test_what_the_dead_held_is_taken_by_others_before_its_lease_ends(store: Store) -> None:
    store.keep([raw(), raw(BORYS)])
    claim_all(store, worker="north:worker-0")
    assert holders(store.database) == {"north:worker-0"}
    assert store.claim("south:worker-0", 10, LEASE, SOON) == []

    assert bequeath(store.database, "north:worker-0", SOON) == 2
    assert bequeath(store.database, "north:worker-0", SOON) == 0, "once is enough"

    taken = [store.claim("south:worker-0", 10, LEASE, SOON) for _ in range(2)]
    assert [len(each) for each in taken] == [1, 1], "alone, because it may be what kills"


def test_whoever_was_only_thought_dead_adds_nothing(store: Store) -> None:
    store.keep([raw()])
    early = claim_all(store, worker="north:worker-0")
    bequeath(store.database, "north:worker-0", SOON)
    late = store.claim("south:worker-0", 10, LEASE, SOON)
    store.record([verdict(message) for message in late], writer(), SOON)

    [recorded] = store.record([verdict(message) for message in early], writer(), SOON)

    assert recorded.state is None
    assert store.balance().tickets == 1


def test_letters_of_the_dead_leave_from_another_machine(store: Store) -> None:
    store.keep([raw()])
    store.record([verdict(message, reply=letter()) for message in claim_all(store)], writer(), NOON)
    [first] = store.outbox.claim("north:outbox", 10, LEASE, NOON)

    assert bequeath(store.database, "north:outbox", SOON) == 1

    [again] = store.outbox.claim("south:outbox", 10, LEASE, SOON)
    assert again.message_id == first.message_id
    assert holders(store.database) == {"south:outbox"}


def test_a_mailbox_of_the_dead_is_read_by_another_machine_before_its_lease_ends(store: Store) -> None:
    place = "imap.example desk INBOX"
    assert store.mailboxes.hold("desk", place, "north:imap", LEASE, NOON)
    assert holders(store.database) == {"north:imap"}
    assert not store.mailboxes.hold("desk", place, "south:imap", LEASE, SOON)

    assert bequeath(store.database, "north:imap", SOON) == 1

    assert store.mailboxes.hold("desk", place, "south:imap", LEASE, SOON)
