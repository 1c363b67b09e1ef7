"""Mail that was decided is read back as it was known then, a range at a time, from both databases."""

from datetime import timedelta

from mailgate.core.recollection import recollect
from mailgate.store.facade import Store
from mailgate.store.past import PastMail, Stretch
from mailgate.store.tables import MessageState
from tests.store.cast import BORYS, LEASE, NOON, REJECT, TICKET, anna, claim_all, consider, raw, verdict, writer

HOUR = timedelta(hours=1)
EVER = Stretch(since=None, until=None)


def fill(store: Store) -> None:
    """A ticket, a refusal and a mail that waits, an hour apart."""
    for text, hours in ((anna(1), 0), (BORYS, 1), (anna(2), 2)):
        store.keep([raw(text, received_at=NOON + hours * HOUR)])
    first, second = store.claim("w1", 2, LEASE, NOON)
    store.record([verdict(first, TICKET), verdict(second, REJECT)], writer(), NOON)


def test_what_was_found_and_known_comes_back_as_it_was(store: Store) -> None:
    fill(store)
    facts = consider(raw(anna(1))).facts

    past = PastMail(store.database).read(EVER)[0]

    assert past.record is not None
    assert past.record.seen is not None
    assert past.record.known == facts.known
    assert (past.record.seen.match, past.record.seen.request) == (facts.match, facts.request)
    assert (past.record.seen.identity, past.record.seen.identifiers) == (facts.identity, facts.identifiers)
    assert (past.record.has_question, past.record.has_choice) == (True, True)
    assert (past.record.decision.outcome, past.record.decision.queue) == (TICKET.outcome, TICKET.queue)


def test_both_ways_to_read_what_was_known_agree(store: Store) -> None:
    fill(store)
    details = store.messages.show(1)
    assert details is not None
    assert details.decisions[0].known is not None

    past = PastMail(store.database).read(EVER)[0]

    assert past.record is not None
    assert past.record.known == recollect(details.decisions[0].known)


def test_mail_that_waits_has_no_record(store: Store) -> None:
    fill(store)

    *_, waiting = PastMail(store.database).read(EVER)

    assert (waiting.state, waiting.record, waiting.has_bytes) == (MessageState.KEPT, None, True)


def test_a_message_stands_for_the_first_decision_that_rules_made_about_it(store: Store) -> None:
    store.keep([raw(BORYS)])
    (claimed,) = claim_all(store)
    store.record([verdict(claimed, REJECT)], writer(), NOON)
    (again,) = store.messages.load([claimed.id])
    store.record([verdict(again, TICKET)], writer(), NOON + HOUR)

    (past,) = PastMail(store.database).read(EVER)

    assert past.record is not None
    assert past.record.decision.reason == REJECT.reason


def test_ranges_are_bounded_by_the_time_of_receipt(store: Store) -> None:
    fill(store)
    past = PastMail(store.database)
    stretch = Stretch(since=NOON + HOUR, until=NOON + 2 * HOUR)

    assert [each.id for part in past.ranges(stretch, 1) for each in past.read(part)] == [2]
    assert past.count(stretch) == 1
