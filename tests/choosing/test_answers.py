"""Answers to our question, in a whole desk: the kept mail becomes a ticket, once, and for its own author alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailgate.store.tables import MessageState
from tests.choosing.house import ANNA, EWA, NAMELESS, NOON, VAGUE, Desk, answer, desk, later, text_of


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened
        assert opened.store.balance().missing == ()


def place_of(house: Desk, number: int, service: str) -> int:
    """The number that the letter shows before a service."""
    return house.store.questions.of(number)[0].offers.index(service) + 1


def test_a_digit_in_reply_opens_the_ticket_of_the_kept_mail(house: Desk) -> None:
    number, letter = house.ask()
    place = place_of(house, number, "intrastat")

    reply = house.take(answer(letter, str(place)), later(hours=3))
    house.settle(later(hours=3))

    [line] = house.store.tickets.list()
    ticket = house.store.tickets.show(line.number)
    assert ticket is not None
    assert (line.service, line.message, line.opened_at, line.requester) == ("intrastat", number, NOON, ANNA)
    assert [entry.message for entry in ticket.entries] == [number, reply]
    assert ticket.entries[0].text.startswith("Dzień dobry,\nnie mogę wysłać deklaracji")
    assert [each["name"] for each in ticket.entries[0].attachments] == ["blad.png"]
    assert ticket.entries[1].text == str(place)
    assert house.became(number) == ("ticket", "chosen")
    assert house.became(reply) == ("append", "choice")
    assert house.state(number) == "settled"


def test_there_is_one_letter_in_all_and_it_stands_under_the_answer(house: Desk) -> None:
    number, letter = house.ask()

    reply = house.take(answer(letter, "1"), later(hours=3))
    house.settle(later(hours=3))

    asked, acknowledged = house.letters(number)
    assert house.letters(reply) == []
    assert acknowledged["In-Reply-To"] == "<answer@spedycja.example>"
    assert asked["Message-ID"] in acknowledged["References"]
    assert acknowledged["Subject"] == "Re: problem [ZGL0000001]"
    assert "23 listopada 2026 r., godz. 13:00" in " ".join(text_of(acknowledged).split())


def test_the_letter_asks_for_nothing_to_be_pasted(house: Desk) -> None:
    number, letter = house.ask()

    token = house.store.questions.of(number)[0].token
    assert letter["Subject"] == f"Re: problem [ref. {token}]"
    assert "Nie musisz niczego opisywać drugi raz" in " ".join(text_of(letter).split())
    assert text_of(letter).count(f"%5Bref.%20{token}%5D") == len(house.store.questions.of(number)[0].offers)


def test_a_click_on_a_choice_is_an_answer_though_it_names_no_message(house: Desk) -> None:
    number, letter = house.ask()
    [question] = house.store.questions.of(number)
    subject = f"1. Tytuł usługi [ref. {question.token}]"

    house.take(answer(letter, "", subject=subject, names=False, quoting=False), later(hours=1))
    house.settle(later(hours=1))

    [line] = house.store.tickets.list()
    assert (line.service, line.message) == (question.offers[0], number)


def test_a_program_that_drops_the_thread_and_keeps_the_subject_is_understood(house: Desk) -> None:
    number, letter = house.ask()

    house.take(answer(letter, "1", names=False, quoting=False), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number) == ("ticket", "chosen")


def test_nobody_else_may_choose(house: Desk) -> None:
    number, letter = house.ask()

    reply = house.take(answer(letter, "1", author=f"Ewa Nowak <{EWA}>"), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number)[0] == "clarify"
    assert house.state(number) == "open"
    assert house.became(reply) == ("reject", "no_service")


def test_a_forged_answer_chooses_nothing(house: Desk) -> None:
    number, letter = house.ask()

    reply = house.take(answer(letter, "1"), later(hours=1), auth="fail (p=reject)")
    house.settle(later(hours=1))

    assert house.became(number)[0] == "clarify"
    assert house.became(reply) == ("hold", "forged")


def test_a_reference_that_we_never_made_is_no_answer(house: Desk) -> None:
    number, letter = house.ask()

    house.take(answer(letter, "1", subject="Re: problem [ref. BCDFG-HJKMN]", names=False), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number)[0] == "clarify"


def test_a_second_answer_is_added_to_the_ticket(house: Desk) -> None:
    number, letter = house.ask()
    house.take(answer(letter, "1"), later(hours=1))
    house.settle(later(hours=1))

    second = house.take(answer(letter, "Jednak 2", message_id="<second@spedycja.example>"), later(hours=2))
    house.settle(later(hours=2))

    [line] = house.store.tickets.list()
    assert house.became(second) == ("append", "append")
    assert house.show(second).tickets == (line.number,)
    assert line.message == number


def test_the_same_answer_twice_is_one(house: Desk) -> None:
    number, letter = house.ask()
    twice = answer(letter, "1")

    house.take(twice, later(hours=1))
    copy = house.take(f"Received: by another.example; 23 Nov 2026\n{twice}", later(hours=1))
    house.settle(later(hours=1))

    [line] = house.store.tickets.list()
    assert house.became(copy) == ("ignore", "duplicate")
    assert len(house.letters(number)) == 2
    assert line.message == number


def test_of_two_answers_in_one_batch_the_first_chooses_and_the_second_is_added(house: Desk) -> None:
    number, letter = house.ask()
    first = house.take(answer(letter, "1", message_id="<first@spedycja.example>"), later(hours=1))
    second = house.take(answer(letter, "2", message_id="<second@spedycja.example>"), later(hours=1, seconds=1))

    house.settle(later(hours=1, seconds=2))

    [line] = house.store.tickets.list()
    assert line.service == house.store.questions.of(number)[0].offers[0]
    assert [house.became(each) for each in (first, second)] == [("append", "choice"), ("append", "append")]


def test_of_two_workers_with_an_answer_each_one_opens_the_ticket(house: Desk) -> None:
    """Both have considered before either has recorded; whoever is late considers again."""
    number, letter = house.ask()
    house.take(answer(letter, "1", message_id="<first@spedycja.example>"), later(hours=1))
    second = house.take(answer(letter, "2", message_id="<second@spedycja.example>"), later(hours=1, seconds=1))
    now = later(hours=1, seconds=2)
    lease = timedelta(minutes=2)
    one, other = (
        [house.settler(name)._judge(each, now) for each in house.store.claim(name, 1, lease, now)]
        for name in ("w1", "w2")
    )

    recorded = [*house.store.record(one, house.writer, now), *house.store.record(other, house.writer, now)]

    assert [(each.message, each.state) for each in recorded if each.state is MessageState.KEPT] == [(second, "kept")]
    house.settle(now)
    assert len(house.store.tickets.list()) == 1
    assert house.became(second) == ("append", "append")
    assert house.show(second).tickets == house.show(number).tickets


def test_an_unclear_answer_is_asked_about_once_more_with_the_same_list(house: Desk) -> None:
    number, letter = house.ask()

    unclear = house.take(answer(letter, "A czym one się różnią?"), later(hours=1))
    house.settle(later(hours=1))

    [again] = house.letters(unclear)
    [question] = house.store.questions.of(number)
    assert house.became(unclear) == ("clarify", "choice_unclear")
    assert (question.asked, question.state) == (2, "open")
    assert list_of(again) == list_of(letter)
    assert again["Subject"] == letter["Subject"]


def list_of(letter: EmailMessage) -> list[str]:
    """The lines of the letter that show the choices."""
    return [line for line in text_of(letter).splitlines() if line[:3] in {"1. ", "2. ", "3. "}]


def test_the_answer_to_the_second_question_brings_the_first_answer_along(house: Desk) -> None:
    number, letter = house.ask()
    unclear = house.take(answer(letter, "A czym one się różnią? Błąd ma numer 4011."), later(hours=1))
    house.settle(later(hours=1))
    [again] = house.letters(unclear)

    clear = house.take(answer(again, "2", message_id="<clear@spedycja.example>"), later(hours=2))
    house.settle(later(hours=2))

    [line] = house.store.tickets.list()
    ticket = house.store.tickets.show(line.number)
    assert ticket is not None
    assert [entry.message for entry in ticket.entries] == [number, unclear, clear]
    assert house.became(unclear) == ("append", "choice")
    assert line.service == house.store.questions.of(number)[0].offers[1]


def test_after_two_unclear_answers_an_operator_gets_all_of_it(house: Desk) -> None:
    number, letter = house.ask()
    first = house.take(answer(letter, "Nie wiem."), later(hours=1))
    house.settle(later(hours=1))
    second = house.take(
        answer(house.letters(first)[0], "Naprawdę nie wiem.", message_id="<second@spedycja.example>"), later(hours=2)
    )
    house.settle(later(hours=2))
    third = house.take(answer(letter, "To może 2?", message_id="<third@spedycja.example>"), later(hours=3))
    house.settle(later(hours=3))

    assert {house.became(each) for each in (number, first, second)} == {("hold", "choice_given_up")}
    assert house.became(third) == ("hold", "choice_held")
    assert house.state(number) == "held"
    assert house.letters(second)[0]["Subject"] == "Re: problem"
    assert house.store.tickets.list() == ()


def test_none_of_them_is_asked_about_with_other_words(house: Desk) -> None:
    _, letter = house.ask()

    none = house.take(answer(letter, "żadna z nich"), later(hours=1))
    house.settle(later(hours=1))

    assert "Skoro żadna z podanych usług nie pasuje" in text_of(house.letters(none)[0])


def test_a_refusal_for_a_missing_service_is_cured_by_its_name(house: Desk) -> None:
    number, letter = house.ask(NAMELESS)
    assert house.became(number) == ("reject", "no_service")

    reply = house.take(answer(letter, "Złóż zgłoszenie INTRASTAT"), later(hours=1))
    house.settle(later(hours=1))

    [line] = house.store.tickets.list()
    assert (line.service, line.message, line.opened_at) == ("intrastat", number, NOON)
    assert house.became(reply) == ("append", "choice")


def test_a_system_cures_it_too(house: Desk) -> None:
    number, letter = house.ask(NAMELESS)

    house.take(answer(letter, "EMCS"), later(hours=1))
    house.settle(later(hours=1))

    [line] = house.store.tickets.list()
    assert (line.service, line.system, line.message) == (None, "emcs", number)


def test_a_service_request_needs_the_proof_that_it_always_needs(house: Desk) -> None:
    """The kept mail was not proven, so what it becomes by the answer waits for an operator."""
    number = house.take(NAMELESS, auth="none")
    house.settle()
    [letter] = house.letters(number)

    reply = house.take(answer(letter, "odblokowanie konta"), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number) == ("hold", "matter_unproven")
    assert house.became(reply) == ("hold", "matter_unproven")
    assert house.store.tickets.list() == ()


def test_an_account_that_was_blocked_meanwhile_opens_no_ticket(house: Desk) -> None:
    number, letter = house.ask()
    person = house.store.people.find(ANNA)
    assert person is not None
    house.store.people.merge([replace(person, active=False)], operator="ola", now=later(minutes=30))

    reply = house.take(answer(letter, "1"), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number) == ("hold", "account_blocked")
    assert house.became(reply) == ("hold", "account_blocked")


def test_an_answer_with_an_attachment_brings_it_to_the_ticket(house: Desk) -> None:
    number, letter = house.ask()
    head, _, body = answer(letter, "1").partition("\n\n")
    head = head.replace("text/plain; charset=utf-8", 'multipart/mixed; boundary="b9"')
    text = (
        f"{head}\n\n--b9\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n--b9\n"
        'Content-Type: application/pdf; name="zrzut.pdf"\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK\n--b9--\n'
    )

    reply = house.take(text, later(hours=1))
    house.settle(later(hours=1))

    [ticket] = [house.store.tickets.show(each) for each in house.show(number).tickets]
    assert ticket is not None
    assert [(e.message, [a["name"] for a in e.attachments]) for e in ticket.entries] == [
        (number, ["blad.png"]),
        (reply, ["zrzut.pdf"]),
    ]


def test_a_mail_of_its_own_in_an_old_thread_still_cures_the_refusal(house: Desk) -> None:
    """Older letters asked for a subject that names the service; whoever does so in the thread is understood."""
    number, letter = house.ask(NAMELESS)

    house.take(answer(letter, "Jak w poprzedniej wiadomości.", subject="INTRASTAT - błąd"), later(hours=1))
    house.settle(later(hours=1))

    [line] = house.store.tickets.list()
    assert (line.service, line.message) == ("intrastat", number)


def test_the_vague_mail_of_the_cast_offers_both_services(house: Desk) -> None:
    number, _ = house.ask(VAGUE)

    assert set(house.store.questions.of(number)[0].offers) >= {"akc-ww", "intrastat"}
