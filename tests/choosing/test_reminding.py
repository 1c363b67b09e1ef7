"""Questions that nobody answers: one reminder, then the end; whoever answers then is told kindly."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from mailgate.gate import draft
from mailgate.reminding import Due, Patience, Reminding
from tests.choosing.house import NAMELESS, VAGUE, Desk, answer, desk, later, shipped, text_of

PATIENCE = Patience(remind_after=timedelta(days=3), expire_after=timedelta(days=14))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened
        assert opened.store.balance().missing == ()


def reminding(house: Desk, patience: Patience = PATIENCE) -> Reminding:
    return Reminding(
        store=house.store,
        consider=house.consider,
        draft=partial(draft, house=shipped()),
        writer=house.writer,
        patience=patience,
    )


def done(house: Desk, *, patience: Patience = PATIENCE, **time: float) -> list[tuple[str, int]]:
    """What one run did, so long after noon."""
    return [(each.due, each.question.message) for each in reminding(house, patience).run(later(**time))]


def test_before_its_time_nothing_is_due(house: Desk) -> None:
    house.ask()

    assert done(house, days=2, hours=23) == []


def test_whoever_has_not_answered_is_reminded_once_with_the_same_list(house: Desk) -> None:
    number, letter = house.ask()

    assert done(house, days=3) == [(Due.REMIND, number)]
    assert [done(house, days=day) for day in (3, 4, 13)] == [[], [], []]

    asked, reminder = house.letters(number)
    assert asked["Message-ID"] == letter["Message-ID"]
    assert "wciąż u nas czeka" in " ".join(text_of(reminder).split())
    assert reminder["Subject"] == letter["Subject"]
    assert house.became(number) == ("clarify", "points_to_service")


def test_the_reminder_can_be_answered(house: Desk) -> None:
    number, _ = house.ask()
    done(house, days=3)

    house.take(answer(house.letters(number)[-1], "1"), later(days=3, hours=1))
    house.settle(later(days=3, hours=1))

    assert house.became(number) == ("ticket", "chosen")


def test_after_the_time_that_is_set_it_expires_with_a_decision_of_its_own(house: Desk) -> None:
    number, _ = house.ask()
    done(house, days=3)

    assert done(house, days=14) == [(Due.EXPIRE, number)]
    assert done(house, days=15) == []

    assert house.became(number) == ("reject", "expired")
    assert [each.reason for each in house.show(number).decisions] == [
        "points_to_service",
        "points_to_service",
        "expired",
    ]
    assert house.show(number).decisions[-1].findings[0].saw == (
        "nobody has answered our question for 14 days; it waits no longer"
    )
    assert len(house.letters(number)) == 2


def test_a_refusal_is_not_reminded_of_and_stays_what_it_is(house: Desk) -> None:
    number, letter = house.ask(NAMELESS)

    assert done(house, days=3) == []
    assert done(house, days=14) == [(Due.EXPIRE, number)]

    assert house.became(number) == ("reject", "no_service")
    assert house.state(number) == "expired"
    late = house.take(answer(letter, "INTRASTAT"), later(days=15))
    house.settle(later(days=15))
    assert house.became(late) == ("reject", "answer_too_late")


def test_a_digit_that_comes_too_late_is_told_so(house: Desk) -> None:
    number, letter = house.ask()
    done(house, days=14)

    late = house.take(answer(letter, "1"), later(days=15))
    house.settle(later(days=15))

    assert house.became(late) == ("reject", "answer_too_late")
    assert "została już zamknięta" in " ".join(text_of(house.letters(late)[0]).split())
    assert house.became(number) == ("reject", "expired")


def test_a_late_answer_that_makes_sense_alone_is_judged_as_new(house: Desk) -> None:
    _, letter = house.ask()
    done(house, days=14)

    late = house.take(
        answer(letter, "Przy wysyłce deklaracji wciąż pojawia się błąd 500, od rana próbuję.", subject="AKC-WW - błąd"),
        later(days=15),
    )
    house.settle(later(days=15))

    assert house.became(late) == ("ticket", "service")


def test_without_reminders_there_is_none(house: Desk) -> None:
    house.ask()

    assert done(house, patience=Patience(remind_after=None, expire_after=timedelta(days=14)), days=5) == []


def test_an_answered_question_is_left_alone(house: Desk) -> None:
    _, letter = house.ask()
    house.take(answer(letter, "1"), later(hours=1))
    house.settle(later(hours=1))

    assert [done(house, days=day) for day in (3, 14)] == [[], []]


def test_an_answer_that_comes_while_the_reminder_is_made_wins(house: Desk) -> None:
    """The reminder was decided on, then the answer is recorded, then the reminder: it adds nothing."""
    number, letter = house.ask()
    slow = reminding(house)
    [question] = house.store.questions.unanswered(asked_before=later(days=3), reminded=False, limit=10)
    late = slow._reminder(house.store.questions.load(number)[0], question, later(days=3))
    house.take(answer(letter, "1"), later(days=3))
    house.settle(later(days=3))

    [recorded] = house.store.record([late], house.writer, later(days=3))

    assert recorded.state is None
    assert house.became(number) == ("ticket", "chosen")
    assert [each["Subject"] for each in house.letters(number)][1:] == ["Re: problem [ZGL0000001]"]


def test_two_clocks_remind_once(house: Desk) -> None:
    number, _ = house.ask(VAGUE)
    one, other = reminding(house), reminding(house)
    [question] = house.store.questions.unanswered(asked_before=later(days=3), reminded=False, limit=10)
    kept = house.store.questions.load(number)[0]
    verdicts = [each._reminder(kept, question, later(days=3)) for each in (one, other)]

    states = [house.store.record([each], house.writer, later(days=3))[0].state for each in verdicts]

    assert states == ["settled", None]
    assert len(house.letters(number)) == 2
