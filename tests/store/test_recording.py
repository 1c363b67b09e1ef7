"""Record: one transaction, once, and everything that follows from a decision."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import exc

from mailgate.core.decision import Outcome
from mailgate.core.facts import Known, Person
from mailgate.core.reply import Reply
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.verdicts import Crash, Postponed, Verdict, Writer
from tests.store.cast import (
    ANNA,
    ANNA_BY_IMAP,
    BORYS,
    LEASE,
    NOON,
    REJECT,
    REVISION,
    TICKET,
    WIDE,
    anna,
    append_to,
    claim_all,
    compose,
    facts_of,
    letter,
    letter_id,
    raw,
    token,
    verdict,
    writer,
)

HOUR = timedelta(hours=1)


def again(store: Store, number: int) -> StoredMessage:
    """A message that is looked at again, long after it was settled."""
    return store.messages.load([number])[0]


def test_a_ticket_is_opened_with_everything_on_it(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)

    [recorded] = store.record([verdict(message, reply=letter())], writer(), NOON + HOUR)

    assert (recorded.state, recorded.outcome, recorded.ticket, recorded.letter) == (
        "settled",
        "ticket",
        "ZGL0000001",
        "sent",
    )
    ticket = store.tickets.show("ZGL0000001")
    assert ticket is not None
    assert ticket.line.opened_at == NOON, "the clock of the ticket runs from the receipt of the mail"
    assert ticket.line.requester == "anna.kowalska@spedycja.example"
    assert ticket.requester_name == "Anna Kowalska"
    assert (ticket.line.service, ticket.line.system, ticket.line.kind) == ("sent-zgloszenie", "sent", "incident")
    assert (ticket.line.queue, ticket.line.priority, ticket.line.environment) == ("sent", "normal", "production")
    assert ticket.identifiers == ({"type": "sent", "value": "SENT20261123000417", "valid": True},)
    assert "odrzucone z błędem 4011" in ticket.entries[0].text


def test_the_letter_in_the_outbox_carries_the_number_of_the_ticket(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)

    store.record([verdict(message, reply=letter())], writer(), NOON)

    [line] = store.outbox.list()
    shown = store.outbox.show(line.id)
    assert shown is not None
    assert b"Pani zg\xc5\x82oszenie ma numer ZGL0000001." in shown.content
    assert line.message_id == letter_id(message.digest, "ticket")
    assert (line.ticket, line.state, line.recipient) == ("ZGL0000001", "due", "anna.kowalska@spedycja.example")
    assert line.subject == "[ZGL0000001] SENT100 - odrzucone zgłoszenie"


def test_the_decision_keeps_its_reasons_and_what_was_known(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    known = Known(person=Person(login="anna.kowalska@spedycja.example", name="Anna Kowalska"), has_history=True)

    store.record(
        [Verdict(message=message, facts=facts_of(message.raw, known), decision=TICKET, reply=None)], writer(), NOON
    )

    shown = store.messages.show(message.id)
    assert shown is not None
    [decision] = shown.decisions
    assert decision.revision == REVISION
    assert decision.findings == TICKET.findings
    assert decision.known is not None
    assert decision.known["person"]["name"] == "Anna Kowalska"
    assert decision.facts is not None
    assert decision.facts["identity"]["trust"] == "proven"
    assert decision.letter == "none"


def test_lists_show_what_the_mail_said(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)

    store.record([verdict(message)], writer(), NOON)

    [line] = store.messages.list()
    assert line.message_id == "<sent100@spedycja.example>"
    assert (line.from_, line.subject) == ("anna.kowalska@spedycja.example", "SENT100 - odrzucone zgłoszenie")
    assert (line.state, line.outcome, line.reason) == ("settled", "ticket", "service-named")


def test_numbers_of_tickets_go_up_and_are_never_used_twice(store: Store) -> None:
    store.keep([raw(anna(number)) for number in range(3)])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)
    store.keep([raw(anna(9))])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)

    assert sorted(ticket.number for ticket in store.tickets.list()) == [f"ZGL000000{n}" for n in (1, 2, 3, 4)]


def test_recording_the_same_message_twice_adds_nothing(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    batch = [verdict(message, reply=letter())]
    store.record(batch, writer(), NOON)

    [second] = store.record(batch, writer(), NOON)

    assert second.state is None
    assert len(store.tickets.list()) == len(store.outbox.list()) == 1
    shown = store.messages.show(message.id)
    assert shown is not None
    assert len(shown.decisions) == 1


def test_a_worker_that_lost_its_lease_adds_nothing_even_if_it_decided_otherwise(store: Store) -> None:
    store.keep([raw()])
    [slow] = claim_all(store, worker="slow")
    [fast] = claim_all(store, NOON + LEASE, worker="fast")
    store.record([verdict(fast, reply=letter())], writer(), NOON + LEASE)

    [late] = store.record([verdict(slow, REJECT, letter(template="reject-no-service"))], writer(), NOON + LEASE)

    assert late.state is None
    assert [line.outcome for line in store.messages.list()] == ["ticket"]
    assert len(store.outbox.list()) == 1


def test_the_same_decision_again_adds_nothing(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message, reply=letter())], writer(), NOON)
    store.rulebooks.keep("r2", {"policy.toml": "# a comment more\n"}, NOON)

    [recorded] = store.record(
        [verdict(again(store, message.id), replace(TICKET, revision="r2", findings=()), letter())],
        writer(),
        NOON + HOUR,
    )

    assert not recorded.is_new
    shown = store.messages.show(message.id)
    assert shown is not None
    assert [decision.revision for decision in shown.decisions] == [REVISION]
    assert shown.settled_at == NOON


def test_a_refusal_that_becomes_a_ticket_adds_a_decision_a_ticket_and_one_letter(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message, REJECT, letter(template="reject-no-service"))], writer(), NOON)

    for _ in range(2):
        store.record([verdict(again(store, message.id), TICKET, letter())], writer(), NOON + HOUR)

    shown = store.messages.show(message.id)
    assert shown is not None
    assert [decision.outcome for decision in shown.decisions] == ["reject", "ticket"]
    [ticket] = store.tickets.list()
    assert ticket.opened_at == NOON
    assert sorted(line.template or "" for line in store.outbox.list()) == ["reject-no-service", "ticket"]


def test_a_ticket_that_is_decided_anew_is_moved_and_keeps_its_number(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message, reply=letter())], writer(), NOON)

    moved = replace(TICKET, service="rmpd", system="rmpd", queue="rmpd")
    [recorded] = store.record([verdict(again(store, message.id), moved, letter())], writer(), NOON + HOUR)

    [ticket] = store.tickets.list()
    assert (ticket.number, ticket.service, ticket.queue) == ("ZGL0000001", "rmpd", "rmpd")
    assert recorded.letter == "withheld: this message has had this letter"
    assert len(store.outbox.list()) == 1


def test_a_ticket_is_never_taken_away(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message)], writer(), NOON)

    store.record([verdict(again(store, message.id), REJECT)], writer(), NOON + HOUR)

    assert [ticket.number for ticket in store.tickets.list()] == ["ZGL0000001"]
    assert store.balance().missing == ()


def test_the_same_mail_by_smtp_and_from_a_mailbox_is_one_ticket(store: Store) -> None:
    store.keep([raw(ANNA), raw(ANNA_BY_IMAP, source="imap", received_at=NOON + HOUR)])

    first, second = store.record(
        [verdict(message, reply=letter()) for message in claim_all(store)], writer(), NOON + HOUR
    )

    assert (first.outcome, second.outcome, second.reason) == ("ticket", "ignore", "duplicate")
    assert len(store.tickets.list()) == len(store.outbox.list()) == 1
    shown = store.messages.show(second.message)
    assert shown is not None
    assert shown.decisions[0].findings[0].saw == f"the same mail is message {first.message}"


def test_the_second_copy_is_recognised_long_after_the_first(store: Store) -> None:
    store.keep([raw(ANNA)])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)
    store.keep([raw(ANNA_BY_IMAP, source="imap")])

    [second] = store.record([verdict(message) for message in claim_all(store)], writer(), NOON + HOUR)

    assert (second.outcome, second.reason) == ("ignore", "duplicate")


def test_a_message_id_used_again_with_other_words_is_another_mail(store: Store) -> None:
    other = ANNA.replace("odrzucone z błędem 4011", "przyjęte, dziękuję")
    store.keep([raw(ANNA), raw(other, received_at=NOON + HOUR)])

    store.record([verdict(message) for message in claim_all(store)], writer(), NOON + HOUR)

    assert len(store.tickets.list()) == 2


def test_two_mails_without_a_message_id_are_two_mails(store: Store) -> None:
    bare = ANNA.replace("Message-ID: <sent100@spedycja.example>\n", "")
    store.keep([raw(bare), raw("Received: by mx\n" + bare, received_at=NOON + HOUR)])

    store.record([verdict(message) for message in claim_all(store)], writer(), NOON + HOUR)

    assert len(store.tickets.list()) == 2


def test_an_answer_is_added_to_its_ticket_once(store: Store) -> None:
    store.keep([raw(ANNA)])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)
    store.keep([raw(anna(2))])
    [answer] = claim_all(store)

    [recorded] = store.record([verdict(answer, append_to("ZGL0000001"))], writer(), NOON + HOUR)
    store.record([verdict(again(store, answer.id), append_to("ZGL0000001"))], writer(), NOON + HOUR)

    assert (recorded.outcome, recorded.ticket) == ("append", "ZGL0000001")
    ticket = store.tickets.show("ZGL0000001")
    assert ticket is not None
    assert [entry.message for entry in ticket.entries] == [ticket.line.message, answer.id]


def test_trouble_lays_a_mail_back_for_a_while_and_forgives_its_claims(store: Store) -> None:
    store.keep([raw()])
    now = NOON
    for times in range(5):
        [message] = store.claim("w1", 1, LEASE, now)
        assert message.postponed == times
        store.record([Postponed(message=message, until=now + HOUR)], writer(), now)
        assert store.claim("w1", 1, LEASE, now) == []
        now += HOUR


def test_a_crash_parks_one_mail_and_keeps_its_traceback(store: Store) -> None:
    store.keep([raw(ANNA), raw(BORYS, received_at=NOON + HOUR)])
    first, second = claim_all(store)

    store.record(
        [Crash(message=first, trace="Traceback ...\nZeroDivisionError: division by zero\n"), verdict(second)],
        writer(),
        NOON,
    )

    shown = store.messages.show(first.id)
    assert shown is not None
    assert (shown.line.state, shown.line.outcome, shown.line.reason) == ("parked", "hold", "crashed")
    assert "ZeroDivisionError" in (shown.decisions[0].trace or "")
    assert shown.decisions[0].findings[0].saw == "ZeroDivisionError: division by zero"
    assert [ticket.message for ticket in store.tickets.list()] == [second.id]


def test_a_parked_mail_can_be_settled_when_the_bug_is_mended(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([Crash(message=message, trace="Traceback ...")], writer(), NOON)

    store.record([verdict(again(store, message.id))], writer(), NOON + HOUR)

    [line] = store.messages.list()
    assert (line.state, line.outcome) == ("settled", "ticket")


def test_a_letter_that_cannot_be_written_parks_its_mail_alone(store: Store) -> None:
    def fails_for_anna(reply: Reply, message_id: str, now: datetime) -> bytes:
        if "anna" in reply.to:
            raise KeyError("no such placeholder")
        return compose(reply, message_id, now)

    store.keep([raw(ANNA), raw(BORYS, received_at=NOON + HOUR)])
    first, second = claim_all(store)

    store.record(
        [verdict(first, reply=letter()), verdict(second, reply=letter("borys@tranzyt.example"))],
        Writer(compose=fails_for_anna, letter_id=letter_id, token=token, limits=WIDE),
        NOON,
    )

    states = {line.id: line.state for line in store.messages.list()}
    assert states == {first.id: "parked", second.id: "settled"}
    assert [line.recipient for line in store.outbox.list()] == ["borys@tranzyt.example"]


def test_a_decision_by_rules_that_were_not_kept_is_refused_and_changes_nothing(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)

    with pytest.raises(exc.IntegrityError):
        store.record([verdict(message, replace(TICKET, revision="unknown"), letter())], writer(), NOON)

    assert store.tickets.list() == ()
    assert store.outbox.list() == ()
    assert [line.state for line in store.messages.list()] == ["claimed"]


def test_an_operators_decision_bears_his_name(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message, replace(TICKET, outcome=Outcome.HOLD, template=None))], writer(), NOON)

    store.record([replace(verdict(again(store, message.id)), operator="j.wrona")], writer(), NOON + HOUR)

    shown = store.messages.show(message.id)
    assert shown is not None
    assert [decision.operator for decision in shown.decisions] == [None, "j.wrona"]
