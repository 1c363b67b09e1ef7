"""An answer that is not proven to be its author's is no way round the proof that access to an account needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.choosing.house import NOON, VAGUE, Desk, answer, desk, later

WISHES = ("Odblokowanie konta", "Chodzi o zmianę adresu e-mail konta na PUESC, nie pamiętam hasła.")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened
        assert opened.store.balance().missing == ()


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize(("asked", "answered"), [("pass", "none"), ("none", "pass"), ("none", "none")])
def test_a_matter_that_is_chosen_needs_proof_of_both_mails(house: Desk, wish: str, asked: str, answered: str) -> None:
    number = house.take(VAGUE, NOON, auth=asked)
    house.settle(NOON)
    reply = house.take(answer(house.letters(number)[-1], wish), later(hours=1), auth=answered)
    house.settle(later(hours=1))

    assert house.store.tickets.list() == ()
    assert house.became(number) == ("hold", "matter_unproven")
    assert house.became(reply)[0] == "hold"


@pytest.mark.parametrize("wish", WISHES)
def test_a_matter_chosen_by_a_proven_author_becomes_a_ticket(house: Desk, wish: str) -> None:
    number, letter = house.ask()
    house.take(answer(letter, wish), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number) == ("ticket", "matter")


def test_a_service_chosen_by_an_unproven_answer_is_acknowledged_without_a_word_of_the_mail(house: Desk) -> None:
    number, letter = house.ask()
    house.take(answer(letter, "1"), later(hours=1), auth="none")
    house.settle(later(hours=1))

    assert house.became(number) == ("ticket", "chosen")
    assert "problem" not in house.letters(number)[-1]["Subject"]


def test_a_matter_in_the_subject_of_an_unproven_answer_is_held_and_the_question_stays_open(house: Desk) -> None:
    number, letter = house.ask()
    token = house.store.questions.of(number)[0].token
    subject = f"Odblokowanie konta [ref. {token}]"
    reply = house.take(answer(letter, "1", subject=subject), later(hours=1), auth="none")
    house.settle(later(hours=1))

    assert house.became(reply) == ("hold", "choice_unproven:matter")
    assert (house.became(number)[0], house.state(number)) == ("clarify", "open")
