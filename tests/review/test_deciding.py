"""What an operator decides happens once, with all that follows, and stands in the record under their name."""

import json
import re

import pytest

from mailgate.core.facts import Person
from mailgate.core.outcome import Outcome
from mailgate.core.request import Kind
from mailgate.core.ruling import Subject
from mailgate.review.deciding import Done
from mailgate.review.wish import Wish, pick
from mailgate.store.tables import LetterState
from mailgate.store.verdicts import Crash
from mailgate.trouble import Permanent
from tests.choosing.house import ANNA, EWA, NOON, VAGUE, answer, later, text_of
from tests.review.house import Office

FROM_STRANGER = """\
From: Piotr Obcy <piotr@obcy.example>
To: helpdesk-eclo@mf.gov.pl
Subject: AKC-WW
Date: Mon, 23 Nov 2026 11:58:00 +0100
Message-ID: <stranger@obcy.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry, nie mogę wysłać deklaracji AKC-WW, pojawia się błąd.
"""
NAMED = VAGUE.replace("Subject: problem", "Subject: AKC-WW")
UNLOCK = VAGUE.replace("Subject: problem", "Subject: Odblokowanie konta")


def person(login: str, *, active: bool) -> Person:
    return Person(login=login, name="", organisation="Spedycja", first_contact=NOON.date(), active=active)


def reject(reason: str) -> Wish:
    return Wish(outcome=Outcome.REJECT, reason=reason)


def test_a_picked_service_opens_the_ticket_with_the_time_of_receipt_and_settles_the_question(place: Office) -> None:
    desk = place.desk
    number, letter = desk.ask()
    second = desk.take(answer(letter, "Nie wiem, proszę po prostu o pomoc."), later(hours=1))
    desk.settle(later(hours=1))
    first = desk.store.questions.of(number)[0].offers[0]
    wish = Wish(
        outcome=Outcome.TICKET, subject=Subject(service=pick(desk.store, number, 1)), note="tel. +48 600 100 200"
    )

    done = place.operator().decide(number, wish, later(hours=2))

    assert (done.changed, done.ticket, done.letter) == (True, "ZGL0000001", "sent")
    [ticket] = desk.store.tickets.list()
    assert (ticket.service, ticket.opened_at, ticket.requester) == (first, NOON, ANNA)
    assert (desk.became(number), desk.became(second)) == (("ticket", "reviewed"), ("append", "reviewed"))
    assert desk.state(number) == "settled"
    assert desk.store.waiting.list() == ()
    decision = desk.show(number).decisions[-1]
    assert (decision.operator, decision.findings[0].source) == ("ola", "operator")
    assert decision.findings[0].saw == "ola has decided so: tel. +48 600 100 200"
    [deed] = desk.store.audit.list(act="reviewed")
    assert (deed.operator, deed.object, deed.details["ticket"]) == ("ola", f"message {number}", "ZGL0000001")
    assert "600" not in json.dumps(deed.details)
    assert "ZGL0000001" in text_of(desk.letters(number)[-1])


def test_an_answer_that_comes_later_is_added_to_the_ticket(place: Office) -> None:
    desk = place.desk
    number, letter = desk.ask()
    place.ticket(number, "akc-ww")

    late = desk.take(answer(letter, "2"), later(hours=2))
    desk.settle(later(hours=2))

    assert desk.became(late)[0] == "append"
    assert [ticket.service for ticket in desk.store.tickets.list()] == ["akc-ww"]


def test_a_refusal_has_the_letter_of_its_rule(place: Office) -> None:
    desk = place.desk
    number, _ = desk.ask()

    place.operator().decide(number, reject("reject-form-filling"), NOON)

    assert desk.became(number) == ("reject", "form_filling")
    assert [line.template for line in desk.store.outbox.list(message=number)] == ["reject-form-filling", "clarify"]
    assert desk.state(number) == "settled"


@pytest.mark.parametrize(
    ("wish", "cure"),
    [
        (reject("form_fillin"), 'no rule refuses for "form_fillin"; did you mean "form_filling"?; reasons are '),
        (Wish(outcome=Outcome.TICKET, subject=Subject(service="akc-w")), 'no service "akc-w"; did you mean "akc-ww"?'),
        (Wish(outcome=Outcome.TICKET, subject=Subject(system="zefir")), 'no system "zefir"; did you mean "zefir2"?'),
        (Wish(outcome=Outcome.TICKET, labels={"queue": "kont"}), 'no queue "kont"; did you mean "konta"?'),
        (Wish(outcome=Outcome.TICKET, labels={"priority": "urgent"}), "known are high, low, normal"),
        (Wish(outcome=Outcome.TICKET), "names no service; say what it is about"),
    ],
)
def test_a_mistake_is_cured_and_nothing_changes(place: Office, wish: Wish, cure: str) -> None:
    number, _ = place.desk.ask()

    with pytest.raises(Permanent, match=re.escape(cure)):
        place.operator().decide(number, wish, NOON)

    assert place.desk.became(number) == ("clarify", "points_to_service")


def test_a_stranger_without_proof_gets_a_ticket_and_no_letter(place: Office) -> None:
    desk = place.desk
    number = desk.take(FROM_STRANGER, auth="none")
    desk.settle()
    assert desk.became(number) == ("reject", "no_login")

    done = place.ticket(number)

    assert (done.ticket, done.letter) == ("ZGL0000001", "none")
    assert desk.letters(number) == []


def test_nobody_is_written_to_whose_address_is_forged(place: Office) -> None:
    desk = place.desk
    number = desk.take(NAMED, auth="fail policy.published-domain-policy=reject")
    desk.settle()
    assert desk.became(number) == ("hold", "forged")

    assert place.operator().decide(number, reject("form_filling"), NOON).letter == "none"
    assert place.ticket(number).letter == "none"

    assert desk.letters(number) == []


def test_what_was_ignored_may_become_a_ticket_and_a_ticket_is_never_taken_away(place: Office) -> None:
    desk = place.desk
    number, _ = desk.ask()
    place.ignore(number)
    assert (desk.became(number), desk.state(number)) == (("ignore", "reviewed"), "settled")

    assert place.ticket(number, "akc-ww", queue="konta", priority="low").changed
    done = place.ignore(number)

    assert (done.changed, done.ticket) == (False, "ZGL0000001")
    assert "a ticket is never taken away" in done.why
    [ticket] = desk.store.tickets.list()
    assert (ticket.queue, ticket.priority) == ("konta", "low")


def test_a_ticket_gets_another_route_without_a_second_letter(place: Office) -> None:
    desk = place.desk
    number, _ = desk.ask()
    place.ticket(number, "akc-ww")
    letters = len(desk.letters(number))
    wish = Wish(outcome=Outcome.TICKET, subject=Subject(service="intrastat", kind=Kind.INFORMATION))

    assert place.operator().decide(number, wish, NOON).changed

    [ticket] = desk.store.tickets.list()
    assert (ticket.service, ticket.kind) == ("intrastat", "information")
    assert len(desk.letters(number)) == letters


def test_the_same_twice_changes_nothing(place: Office) -> None:
    number, _ = place.desk.ask()
    place.ticket(number, "akc-ww")

    done = place.ticket(number, "akc-ww")

    assert (done.changed, done.was_so, done.why) == (False, True, "it is so already")
    assert len(place.desk.show(number).decisions) == 2
    assert len(place.desk.store.audit.list(act="reviewed")) == 1


def test_of_two_operators_at_the_same_time_the_second_is_told_what_the_first_did(place: Office) -> None:
    desk = place.desk
    number, _ = desk.ask()
    wish = Wish(outcome=Outcome.TICKET, subject=Subject(service="intrastat"))

    def ola_ignores() -> Done:
        return place.ignore(number)

    done = place.operator("ewa", meanwhile=ola_ignores).decide(number, wish, NOON)

    assert (done.changed, done.why) == (False, "ola was quicker: ignore, reviewed")
    assert desk.store.tickets.list() == ()
    assert [deed.operator for deed in desk.store.audit.list(act="reviewed")] == ["ola"]


def test_an_answer_that_comes_while_the_operator_looks_wins_or_loses_whole(place: Office) -> None:
    desk = place.desk
    number, letter = desk.ask()
    service = desk.store.questions.of(number)[0].offers[1]

    def anna_answers() -> None:
        if desk.state(number) == "open":
            desk.take(answer(letter, "2"), later(hours=1))
            desk.settle(later(hours=1))

    wish = Wish(outcome=Outcome.TICKET, subject=Subject(service="rmpd"))
    done = place.operator(meanwhile=anna_answers).decide(number, wish, later(hours=1))

    assert (done.changed, done.why) == (False, "mailgate was quicker: ticket, chosen")
    assert [ticket.service for ticket in desk.store.tickets.list()] == [service]


def test_a_service_named_for_a_request_about_an_account_makes_it_a_ticket_of_that_service(place: Office) -> None:
    desk = place.desk
    number = desk.take(UNLOCK, auth="none")
    desk.settle()
    assert desk.became(number) == ("hold", "matter_unproven")

    place.ticket(number, "akc-ww")

    [ticket] = desk.store.tickets.list()
    assert (ticket.service, ticket.matter, ticket.kind) == ("akc-ww", None, "incident")


def test_who_would_be_held_again_stays_and_who_is_well_again_gets_a_ticket(place: Office) -> None:
    desk = place.desk
    desk.store.people.merge([person(ANNA, active=False), person(EWA, active=False)], operator="ola", now=NOON)
    mine, hers = desk.take(NAMED), desk.take(NAMED.replace(ANNA, EWA).replace("<vague@", "<hers@"))
    desk.settle()
    assert [desk.became(number) for number in (mine, hers)] == [("hold", "account_blocked")] * 2
    desk.store.people.merge([person(ANNA, active=True)], operator="ola", now=NOON)

    first, second = (place.operator().release(number, NOON) for number in (mine, hers))

    assert (first.outcome, first.reason, first.ticket) == ("ticket", "service", "ZGL0000001")
    assert (second.changed, second.why) == (False, "the rules would hold it again: account_blocked")
    decision = desk.show(mine).decisions[-1]
    assert (decision.operator, decision.findings[-1].rule) == ("ola", "released")
    assert [line.id for line in desk.store.waiting.list()] == [hers]


def test_a_letter_that_is_held_back_by_a_cap_waits_as_ever(place: Office) -> None:
    desk = place.desk
    numbers = [
        desk.take(NAMED.replace("<vague@", f"<{each}@").replace("błąd 500", f"błąd {each}")) for each in range(30)
    ]
    desk.settle()
    for number in numbers:
        place.ticket(number, "intrastat")

    assert len(desk.store.tickets.list()) == 30
    assert {line.state for line in desk.store.outbox.list(limit=100)} >= {LetterState.WAITING}


def test_a_mail_that_our_bug_had_parked_is_decided_as_if_it_had_just_come(place: Office) -> None:
    desk = place.desk
    numbers = [desk.take(NAMED.replace("<vague@", f"<{each}@").replace("500", f"50{each}")) for each in range(2)]
    claimed = desk.store.claim("w1", 10, later(minutes=2) - NOON, NOON)
    desk.store.record([Crash(message=each, trace="ValueError: no\n") for each in claimed], desk.writer, NOON)
    assert [line.reason for line in desk.store.waiting.list()] == ["crashed", "crashed"]

    released = place.operator().release(numbers[0], NOON)
    decided = place.ticket(numbers[1], "intrastat")

    assert (released.outcome, released.reason, released.letter) == ("ticket", "service", "sent")
    assert (decided.ticket, decided.letter) == ("ZGL0000002", "sent")
    assert {line.template for line in desk.store.outbox.list()} == {"ticket"}
    assert desk.store.waiting.list() == ()


def test_a_mail_that_still_crashes_us_stays_and_says_what_is_left_to_do(place: Office) -> None:
    desk = place.desk
    number = desk.take(NAMED)
    [claimed] = desk.store.claim("w1", 10, later(minutes=2) - NOON, NOON)
    desk.store.record([Crash(message=claimed, trace="ValueError: no\n")], desk.writer, NOON)

    def bug() -> None:
        raise ValueError("still there")

    with pytest.raises(Permanent, match=r"our bug \(ValueError\); answer it by hand: mailgate messages raw 1"):
        place.operator(meanwhile=bug).release(number, NOON)

    assert [line.reason for line in desk.store.waiting.list()] == ["crashed"]
