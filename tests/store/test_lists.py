"""Lists for the command line: newest first, filtered, and with the names of the contract (design section 7)."""

import json
from dataclasses import replace
from datetime import timedelta

from mailgate.core.decision import Finding
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.tables import MessageState
from tests.store.cast import BORYS, LEASE, NOON, REJECT, TICKET, anna, claim_all, raw, verdict, writer

HOUR = timedelta(hours=1)


def fill(store: Store) -> None:
    """A ticket, a refusal and a mail that waits, an hour apart."""
    for text, hours in ((anna(1), 0), (BORYS, 1), (anna(2), 2)):
        store.keep([raw(text, received_at=NOON + hours * HOUR)])
    first, second = store.claim("w1", 2, LEASE, NOON)
    store.record([verdict(first, TICKET), verdict(second, REJECT)], writer(), NOON)


def test_messages_are_listed_newest_first(store: Store) -> None:
    fill(store)

    assert [line.id for line in store.messages.list()] == [3, 2, 1]
    assert [line.id for line in store.messages.list(limit=1)] == [3]


def test_messages_are_filtered_by_state_outcome_reason_and_time(store: Store) -> None:
    fill(store)

    assert [line.id for line in store.messages.list(state=MessageState.KEPT)] == [3]
    assert [line.id for line in store.messages.list(outcome="ticket")] == [1]
    assert [line.id for line in store.messages.list(reason="no_service")] == [2]
    assert [line.id for line in store.messages.list(since=NOON + HOUR)] == [3, 2]


def test_a_message_is_found_by_number_digest_or_message_id(store: Store) -> None:
    fill(store)
    [line] = store.messages.list(outcome="reject")

    for name in ("2", line.digest, line.digest[:12], line.digest[:12].upper(), "<akcww@tranzyt.example>"):
        assert store.messages.find(name) == (2,)
    assert store.messages.find("<nobody@example>") == ()
    assert store.messages.find("99999999999999999999") == ()


def test_tickets_are_listed_newest_first_and_filtered(store: Store) -> None:
    store.keep([raw(anna(1)), raw(BORYS, received_at=NOON + HOUR)])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)

    assert [ticket.number for ticket in store.tickets.list()] == ["ZGL0000002", "ZGL0000001"]
    assert [ticket.number for ticket in store.tickets.list(requester="borys@tranzyt.example")] == ["ZGL0000002"]
    assert store.tickets.list(status="closed") == ()
    assert store.tickets.list(queue="rmpd") == ()
    assert store.tickets.show("ZGL9999999") is None


def test_documents_bear_the_names_of_the_contract(store: Store) -> None:
    fill(store)

    message = json.loads(json.dumps(document(store.messages.list()[-1])))
    ticket = json.loads(json.dumps(document(store.tickets.list()[0])))

    for name in [
        "id",
        "message_id",
        "digest",
        "source",
        "received_at",
        "from",
        "subject",
        "state",
        "outcome",
        "reason",
    ]:
        assert name in message
    assert message["from"] == "anna.kowalska@spedycja.example"
    assert message["received_at"] == "2026-11-23T12:00:00+00:00"
    for name in [
        "number",
        "service",
        "system",
        "kind",
        "matter",
        "requester",
        "subject",
        "queue",
        "status",
        "opened_at",
    ]:
        assert name in ticket


def test_a_whole_message_fits_into_json(store: Store) -> None:
    fill(store)

    shown = json.loads(json.dumps(document(store.messages.show(1))))

    assert shown["decisions"][0]["findings"][0]["rule"] == "service-named"
    assert shown["receipts"][0]["envelope"]["recipients"] == ["helpdesk-eclo@mf.gov.pl"]
    assert shown["tickets"] == ["ZGL0000001"]
    assert store.messages.show(99) is None
    assert store.messages.raw(99) is None


def test_what_an_operator_has_said_is_told_from_what_rules_have_said_since(store: Store) -> None:
    store.keep([raw(anna(number)) for number in (1, 2, 3)])
    for message in claim_all(store):
        store.record([verdict(message, REJECT)], writer(), NOON)
    own = Finding(rule="reviewed", hit=True, saw="ola has decided so", source="operator")
    ruled = replace(TICKET, reason="reviewed", findings=(own, *TICKET.findings))
    first, second, third = store.messages.load([1, 2, 3])
    for message, decision in ((first, ruled), (second, ruled), (third, TICKET)):
        store.record([replace(verdict(message, decision), operator="ola")], writer(), NOON)
    store.record([verdict(second, replace(TICKET, queue="konta"))], writer(), NOON)

    assert store.messages.ruled([1, 2, 3]) == {1}
