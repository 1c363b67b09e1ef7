"""Answers that say thanks or a withdrawal and nothing beside it, by the phrases of rules/cues/sayings.toml."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.sayings import Sayings, read_sayings
from mailgate.core.tables import read_tables

SHIPPED = Path(__file__).parents[2] / "rules/cues/sayings.toml"


@cache
def shipped() -> Sayings:
    tables, problems = read_tables("cues/sayings.toml", SHIPPED.read_text(encoding="utf-8"))
    sayings, mistakes = read_sayings(tables)
    assert (*problems, *mistakes) == ()
    return sayings


THANKS = (
    "Dziękuję",
    "Dzień dobry,\nbardzo dziękuję za szybką pomoc!\nPozdrawiam serdecznie\nAnna Kowalska",
    "Dziekujemy, problem zostal rozwiazany :)",
    "Działa, dzięki wielkie.",
    "Thank you very much for your help. It works now. Best regards, Anna",
    "Thanks, solved!",
    "Щиро дякую за допомогу! Все працює.",
    "Спасибо большое, вопрос решён",
    "Vielen Dank für die schnelle Hilfe. Das Problem ist gelöst.\nMit freundlichen Grüßen",
    "Děkuji, už to funguje. S pozdravem",
    "Labai ačiū už pagalbą!",
)
WITHDRAWALS = (
    "Nieaktualne",
    "Dzień dobry, sprawa już nieaktualna, dziękuję. Pozdrawiam, Anna Kowalska",
    "Proszę anulować zgłoszenie.",
    "Poradziliśmy sobie. Dziękujemy",
    "No longer needed, thank you.",
    "Please cancel my request.",
    "Вже неактуально, дякую",
    "Hat sich erübrigt, vielen Dank",
)
MORE = (
    "",
    "Dzień dobry",
    "Pozdrawiam serdecznie",
    "Dziękuję, ale nadal nie działa.",
    "Dziękuję. Mam jeszcze jedno pytanie.",
    "Dziękuję, działa?",
    "Dziękuję za nic",
    "Nie dziękuję",
    "Nie działa",
    "Dziękuję, problem 2 rozwiązany",
    "Thank you, but the error is back.",
    "Thanks for nothing",
    "Proszę anulować deklarację AKC-WW",
    "Proszę anulować zgłoszenie SENT20261123000417",
    "Nieaktualne, proszę o pomoc w innej sprawie",
    "Дякую, але не працює",
    "Danke, aber es funktioniert nicht",
    "Dziękuję " * 50,
)


@pytest.mark.parametrize("text", THANKS)
def test_thanks_alone_are_heard_in_each_language(text: str) -> None:
    assert "thanks" in shipped().only(text, ("Anna Kowalska",))


@pytest.mark.parametrize("text", WITHDRAWALS)
def test_a_withdrawal_is_heard_in_each_language(text: str) -> None:
    assert shipped().only(text, ("Anna Kowalska",)) == {"withdrawal"}


@pytest.mark.parametrize("text", MORE)
def test_whoever_says_anything_more_says_neither(text: str) -> None:
    assert shipped().only(text) == frozenset()


def test_thanks_alone_withdraw_nothing_and_what_works_now_does_both() -> None:
    assert shipped().only("Dziękuję bardzo") == {"thanks"}
    assert shipped().only("Już działa, dziękuję") == {"thanks", "withdrawal"}


def test_the_name_of_somebody_else_is_a_word_like_any_other() -> None:
    assert shipped().only("Dziękuję, Anna", ("Anna Kowalska",)) == {"thanks"}
    assert shipped().only("Dziękuję, Anna", ("Ewa Nowak",)) == frozenset()


@given(
    text=st.sampled_from((*THANKS, *WITHDRAWALS)),
    word=st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=5, max_size=12),
    place=st.integers(min_value=0, max_value=20),
)
def test_one_word_that_nobody_knows_is_more_wherever_it_stands(text: str, word: str, place: int) -> None:
    words = text.split()
    place = min(place, len(words))

    assert shipped().only(" ".join((*words[:place], word, *words[place:])), ("Anna Kowalska",)) == frozenset()


def test_mistakes_in_a_phrase_are_named_with_their_line() -> None:
    tables, _ = read_tables("a.toml", '[[saying]]\nfor = "thank"\nwords = ["dzię*kuję", "!"]\n')

    _, problems = read_sayings(tables)

    assert [problem.line for problem in problems] == [2, 3, 3]
    assert 'did you mean "thanks"?' in problems[0].message
