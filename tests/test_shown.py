"""Words from outside cannot steer a terminal."""

import re

from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.shown import shown, shown_line

ANYTHING = st.text(st.characters(codec=None, categories=None))


def test_an_escape_sequence_is_shown_and_not_obeyed() -> None:
    assert shown("\x1b[31mczerwony\x1b[0m\x07") == r"\x1b[31mczerwony\x1b[0m\x07"


def test_bidi_and_unseen_characters_are_shown() -> None:
    assert shown("gpj.exe\u202e a\u200bb\U000e0041") == r"gpj.exe\u202e a\u200bb\U000e0041"


def test_polish_and_ukrainian_stay_as_they_are() -> None:
    assert shown("Zażółć gęślą jaźń – „Привіт”\n\tok") == "Zażółć gęślą jaźń – „Привіт”\n\tok"


def test_a_lone_carriage_return_cannot_overwrite_the_line() -> None:
    assert shown("good\rbad\r\nnext") == "good\\x0dbad\nnext"


def test_one_line_stays_one_line_and_is_cut_visibly() -> None:
    assert shown_line("  a\r\n\tb \x0b c  ") == "a b c"
    assert shown_line("x" * 50, 10) == "xxxxxxxxx…"


@given(ANYTHING)
def test_whatever_comes_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown(text)) == []
    assert "\n" not in shown_line(text)
    assert len(shown_line(text, 40)) <= 40
    shown(text).encode()


@given(ANYTHING)
def test_what_was_shown_is_not_changed_again(text: str) -> None:
    assert shown(shown(text)) == shown(text)
