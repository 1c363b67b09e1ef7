"""What the ticket system is told: each event once, in the order of its ticket, in the form that is published."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mailgate.core.decision import Decision
from mailgate.store.facade import Store
from mailgate.store.outbox import Fate, Letter
from mailgate.store.pushes import take_numbers
from mailgate.store.tables import Channel, LetterState
from tests.store.cast import (
    ANNA,
    BORYS,
    NOON,
    REJECT,
    TICKET,
    anna,
    append_to,
    claim_all,
    compose,
    letter,
    new_store,
    raw,
    verdict,
    writer,
)

SCHEMA = Draft202012Validator(json.loads((Path(__file__).parents[2] / "docs/csd.schema.json").read_text()))
WAIT = timedelta(seconds=15)
TELLING = replace(writer(), number_wait=WAIT)
LEASE = timedelta(minutes=10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        yield opened


def decide(store: Store, text: str, decision: Decision = TICKET, *, told: bool = True, now: datetime = NOON) -> None:
    """A mail comes and is decided."""
    store.keep([raw(text)])
    reply = letter(cause=text) if decision is TICKET else None
    store.record([verdict(each, decision, reply) for each in claim_all(store, now)], TELLING if told else writer(), now)


def due(store: Store, now: datetime = NOON) -> list[Letter]:
    return store.outbox.claim("csd", 50, LEASE, now, Channel.CSD)


def answer(store: Store, push: Letter, number: str = "", now: datetime = NOON) -> None:
    """The ticket system has taken it."""
    fate = Fate(letter=push, state=LetterState.SENT, at=now, number=number)
    store.outbox.mark([fate], partial(take_numbers, compose=compose))


def refuse(store: Store, push: Letter) -> None:
    fate = Fate(letter=push, state=LetterState.DEAD, at=NOON, error="refused")
    store.outbox.mark([fate], partial(take_numbers, compose=compose))


def told(push: Letter) -> dict[str, Any]:
    """What it says; held against the published form."""
    said: dict[str, Any] = json.loads(push.content)
    SCHEMA.validate(said)
    return said


def letters(store: Store, now: datetime = NOON) -> list[str]:
    """The letters that leave now."""
    return [each.content.decode() for each in store.outbox.claim("mail", 50, LEASE, now)]


def test_without_a_ticket_system_nothing_is_told(store: Store) -> None:
    decide(store, ANNA, told=False)

    assert due(store) == []
    assert len(letters(store)) == 1


def test_a_new_ticket_is_told_of_with_what_the_mail_says(store: Store) -> None:
    decide(store, ANNA)

    [push] = due(store)
    said = told(push)
    assert said["type"] == "ticket.opened"
    assert said["data"]["ticket"]["number"] == "ZGL0000001"
    assert said["data"]["ticket"]["requester"] == {"address": "anna.kowalska@spedycja.example", "name": "Anna Kowalska"}
    assert "zostało odrzucone z błędem 4011" in said["data"]["entry"]["text"]
    assert said["data"]["ticket"]["identifiers"][0]["value"] == "SENT20261123000417"


def test_a_mail_that_opens_no_ticket_is_told_of_to_nobody(store: Store) -> None:
    decide(store, ANNA, REJECT)

    assert due(store) == []


def test_deciding_the_same_again_tells_nothing_again(store: Store) -> None:
    decide(store, ANNA)
    answer(store, due(store)[0])
    [again] = store.messages.load([1])

    store.record([verdict(again)], TELLING, NOON)

    assert due(store) == []


def test_an_addition_never_overtakes_its_ticket(store: Store) -> None:
    decide(store, ANNA)
    decide(store, anna(2), append_to("ZGL0000001"))

    [first] = due(store)
    assert told(first)["type"] == "ticket.opened"
    assert due(store) == []
    answer(store, first)
    [second] = due(store)
    assert told(second)["type"] == "ticket.entry_added"
    assert told(second)["data"]["ticket"] == {"number": "ZGL0000001"}


def test_a_ticket_that_waits_holds_up_no_other_one(store: Store) -> None:
    decide(store, ANNA)
    due(store)
    decide(store, BORYS)

    [other] = due(store)
    assert other.ticket == "ZGL0000002"


def test_what_comes_after_a_dead_push_waits_until_an_operator_sends_or_cancels_that(store: Store) -> None:
    decide(store, ANNA)
    [first] = due(store)
    refuse(store, first)
    decide(store, anna(2), append_to("ZGL0000001"))
    assert due(store) == []

    assert store.outbox.retry(None, operator="ewa", now=NOON) == 1
    assert [each.id for each in due(store)] == [first.id]
    refuse(store, first)
    store.outbox.cancel([first.id], operator="ewa", now=NOON)
    [second] = due(store)
    assert told(second)["type"] == "ticket.entry_added"


def test_a_status_is_told_of_each_time_it_changes(store: Store) -> None:
    decide(store, ANNA)
    answer(store, due(store)[0])
    later = NOON + timedelta(hours=1)
    said = []
    for act in (store.tickets.close, store.tickets.reopen, store.tickets.close):
        if act == store.tickets.reopen:
            store.tickets.reopen("ZGL0000001", operator="ewa", now=later)
        else:
            store.tickets.close("ZGL0000001", at=later, operator="ewa", now=later)
        [push] = due(store, later)
        said.append(told(push)["type"])
        answer(store, push)

    assert said == ["ticket.closed", "ticket.reopened", "ticket.closed"]
    assert store.balance().missing == ()


def test_a_ticket_that_is_decided_anew_is_told_of_as_moved(store: Store) -> None:
    decide(store, ANNA)
    answer(store, due(store)[0])
    [again] = store.messages.load([1])

    store.record([verdict(again, replace(TICKET, queue="urgent"))], TELLING, NOON)

    [push] = due(store)
    assert told(push)["data"]["ticket"]["queue"] == "urgent"


def test_tickets_older_than_the_switch_are_told_of_never(store: Store) -> None:
    decide(store, ANNA, told=False)
    decide(store, anna(2), append_to("ZGL0000001"))
    store.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)

    assert due(store) == []
    assert store.balance().missing == ()


def test_the_letter_waits_for_the_number_and_leaves_with_it(store: Store) -> None:
    decide(store, ANNA)
    [push] = due(store)
    assert letters(store) == []

    answer(store, push, "CSD-2026-000417")

    [text] = letters(store)
    assert "Pani zgłoszenie ma numer CSD-2026-000417." in text
    assert "Subject: [CSD-2026-000417] SENT100" in text
    shown = store.tickets.show("CSD-2026-000417")
    assert shown is not None
    assert (shown.line.number, shown.line.csd_number) == ("ZGL0000001", "CSD-2026-000417")


def test_the_letter_leaves_with_our_number_when_none_comes_in_time_and_a_late_one_is_noted(store: Store) -> None:
    decide(store, ANNA)
    [push] = due(store)

    [text] = letters(store, NOON + WAIT)
    answer(store, push, "CSD-2026-000417", NOON + 2 * WAIT)

    assert "Pani zgłoszenie ma numer ZGL0000001." in text
    [line] = store.tickets.list()
    assert line.csd_number == "CSD-2026-000417"


@pytest.mark.parametrize("end", [answer, refuse])
def test_the_letter_waits_no_longer_when_there_will_be_no_number(store: Store, end: Any) -> None:
    decide(store, ANNA)
    [push] = due(store)

    end(store, push)

    assert ["ZGL0000001" in text for text in letters(store)] == [True]


def test_while_the_push_is_tried_again_the_letter_goes_on_waiting(store: Store) -> None:
    decide(store, ANNA)
    [push] = due(store)
    fate = Fate(letter=push, state=LetterState.DUE, at=NOON, due_at=NOON + LEASE, error="ill")
    store.outbox.mark([fate], partial(take_numbers, compose=compose))

    assert letters(store) == []
    assert len(letters(store, NOON + WAIT)) == 1


def test_a_number_that_another_ticket_has_is_not_taken(store: Store) -> None:
    decide(store, ANNA)
    decide(store, BORYS)
    for push in due(store):
        answer(store, push, "CSD-2026-000417")

    assert sorted(line.csd_number or "" for line in store.tickets.list()) == ["", "CSD-2026-000417"]


def test_a_push_of_a_sender_that_died_goes_again_with_the_same_key_and_the_same_bytes(store: Store) -> None:
    decide(store, ANNA)
    [first] = due(store)

    [second] = due(store, NOON + LEASE)

    assert (second.message_id, second.content, second.attempt) == (first.message_id, first.content, 2)


def test_pushes_are_no_letters(store: Store) -> None:
    """They count for no cap, and are shown and counted apart."""
    for number in range(3):
        decide(store, anna(number))

    found = store.balance()
    assert (found.letters["due"], found.pushes["due"], found.missing) == (3, 3, ())
    assert [line.event for line in store.outbox.list(channel=Channel.CSD)] == ["ticket.opened"] * 3
    assert {line.event for line in store.outbox.list(channel=Channel.MAIL)} == {None}


def test_who_is_erased_is_erased_from_what_was_told_and_nothing_more_is_told(store: Store) -> None:
    decide(store, ANNA)
    store.persons.erase("anna.kowalska@spedycja.example", operator="ewa", now=NOON)

    shown = store.outbox.show(store.outbox.list(channel=Channel.CSD)[0].id)
    assert shown is not None
    assert (shown.content, shown.line.state, shown.line.recipient) == (b"", "cancelled", None)
    assert due(store) == []


def test_half_a_character_spoils_no_payload(store: Store) -> None:
    store.keep([raw(ANNA)])
    [message] = claim_all(store)
    found = verdict(message)
    mail = replace(found.facts.mail, subject="\ud83d SENT")
    store.record([replace(found, facts=replace(found.facts, mail=mail))], TELLING, NOON)

    [push] = due(store)
    assert told(push)["data"]["ticket"]["subject"] == "? SENT"
