"""How things stand with a decided message, and what of a second decision is recorded."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain

from mailgate.core.outcome import Outcome
from mailgate.store.audit import Act, Deed
from mailgate.store.facade import Store
from mailgate.store.selection import Selection, count_selected, select_pages
from tests.store.cast import NOON, REJECT, REVISION, TICKET, anna, claim_all, letter, raw, verdict, writer

LATER = NOON + timedelta(days=3)
DEED = Deed(operator="ola", act=Act.REPROCESSED, object="message 1", details={"was": "reject no_service"})


def refused(store: Store, mails: int = 1) -> list[int]:
    """Mails of Anna's, refused, each with a letter."""
    store.keep([raw(anna(number), received_at=NOON + timedelta(minutes=number)) for number in range(mails)])
    claimed = claim_all(store)
    store.record(
        [verdict(each, REJECT, letter(template="reject-no-service", cause=each.digest)) for each in claimed],
        writer(), NOON,
    )  # fmt: skip
    return [each.id for each in claimed]


def test_a_second_decision_counts_only_while_the_first_one_stands(store: Store) -> None:
    [number] = refused(store)
    standing = store.standings([number])[number]
    assert (standing.outcome, standing.reason, standing.has_letter) == (Outcome.REJECT, "no_service", True)
    [message] = store.messages.load([number])
    again = replace(verdict(message, TICKET, letter()), instead_of=standing.decision, deed=DEED)

    [first] = store.record([again], writer(), LATER)
    [second] = store.record([replace(again, decision=REJECT, reply=None)], writer(), LATER)

    assert (first.outcome, first.letter, first.is_new) == (Outcome.TICKET, "sent", True)
    assert (second.state, second.is_new) == (None, False)
    [ticket] = store.tickets.list()
    assert (ticket.number, ticket.opened_at) == (first.ticket, NOON)
    [deed] = store.audit.list(act="reprocessed")
    assert (deed.operator, deed.details["ticket"]) == ("ola", first.ticket)
    assert store.standings([number])[number].ticket == first.ticket


def test_a_second_decision_that_says_the_same_leaves_no_trace(store: Store) -> None:
    [number] = refused(store)
    [message] = store.messages.load([number])
    again = replace(verdict(message, REJECT), instead_of=store.standings([number])[number].decision, deed=DEED)
    [recorded] = store.record([again], writer(), LATER)
    assert not recorded.is_new
    assert store.audit.list(act="reprocessed") == ()


def test_decided_mail_is_selected_oldest_first(store: Store) -> None:
    numbers = refused(store, 3)
    store.keep([raw()])

    def found(selection: Selection) -> list[int]:
        assert count_selected(store.database, selection) == len(list(chain(*select_pages(store.database, selection))))
        return list(chain(*select_pages(store.database, selection)))

    assert found(Selection()) == numbers
    assert found(Selection(revision=REVISION, outcomes=("reject",), reasons=("no_service",))) == numbers
    assert found(Selection(service="sent-zgloszenie")) == []
    assert found(Selection(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2))) == [numbers[1]]
