"""Nothing is needed any more: the question ends without a ticket; and thanks for a closed ticket open no new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.choosing.house import VAGUE, Desk, answer, desk, later


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened
        assert opened.store.balance().missing == ()


def test_who_needs_nothing_any_more_is_asked_no_more(house: Desk) -> None:
    number, letter = house.ask()
    unsure = house.take(answer(letter, "Nie wiem.", message_id="<first@spedycja.example>"), later(hours=1))
    house.settle(later(hours=1))

    over = house.take(answer(letter, "Już nieaktualne, dziękuję."), later(hours=2))
    house.settle(later(hours=2))

    assert {house.became(each) for each in (number, unsure, over)} == {("ignore", "withdrawn")}
    assert house.state(number) == "settled"
    assert house.store.tickets.list() == ()
    assert house.letters(over) == []


def test_a_withdrawal_is_added_to_an_open_ticket_under_a_name_that_says_so(house: Desk) -> None:
    number = house.take(VAGUE.replace("Subject: problem", "Subject: AKC-WW"))
    house.settle()
    over = house.take(answer(house.letters(number)[-1], "Proszę anulować zgłoszenie."), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(over) == ("append", "append:withdrawn")
    [ticket] = house.store.tickets.list()
    found = house.store.tickets.show(ticket.number)
    assert found is not None
    assert [(entry.message, entry.reason) for entry in found.entries] == [
        (number, "service"),
        (over, "append:withdrawn"),
    ]


def test_thanks_for_a_closed_ticket_are_kept_with_it_and_nobody_answers(house: Desk) -> None:
    number = house.take(VAGUE.replace("Subject: problem", "Subject: AKC-WW"))
    house.settle()
    letter = house.letters(number)[-1]
    [ticket] = house.store.tickets.list()
    house.store.tickets.close(ticket.number, at=later(hours=1), operator="ola", now=later(hours=1))

    thanks = house.take(answer(letter, "Dziękuję za pomoc, działa.\n\nAnna Kowalska"), later(hours=2))
    more = house.take(
        answer(letter, "Dziękuję, ale błąd wrócił.", message_id="<more@spedycja.example>"), later(hours=3)
    )
    house.settle(later(hours=3))

    assert house.became(thanks) == ("append", "thanks")
    assert house.letters(thanks) == []
    assert house.became(more)[0] == "ticket"
    assert [each.related for each in house.store.tickets.list()] == [ticket.number, None]
