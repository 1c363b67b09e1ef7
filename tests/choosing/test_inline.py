"""Answers in the midst of our list, and mails whose words disagree."""

import pytest

from mailgate.core.choice import Chosen, make_token, tokens_in, without_tokens
from mailgate.core.choice.reading import Reader
from tests.choosing.house import shipped

OFFERS = ("intrastat", "rmpd", "akc-ww")
LIST = """\
> Wybierz usługę
> 1. „Złóż zgłoszenie INTRASTAT” (AIS/INTRASTAT):
>    mailto:helpdesk-eclo@mf.gov.pl?subject=1.%20x
>
> 2. „Wyślij zgłoszenie przewozu RMPD” (SENT):
>    mailto:helpdesk-eclo@mf.gov.pl?subject=2.%20x
{said}
>
> 3. „Złóż deklarację AKC-WW” (ZEFIR2):
>    mailto:helpdesk-eclo@mf.gov.pl?subject=3.%20x
"""


def read(own: str, whole: str | None = None, *, subject: str = "Re: problem"):
    book = shipped().book
    reader = Reader(catalogue=book.catalogue, recogniser=book.recogniser, cues=book.cues)
    return reader.read(subject, own, own if whole is None else whole, OFFERS, "problem")


@pytest.mark.parametrize("said", ["ta", "tak", "<- ta", "<---", "o to chodzi", "this one", "✓"])
def test_a_word_under_a_line_of_the_list_chooses_that_line(said: str) -> None:
    assert read(said, LIST.format(said=said)).service == "rmpd"


def test_a_remark_under_a_line_chooses_nothing() -> None:
    said = "co to jest?"
    assert read(said, LIST.format(said=said)).chosen is Chosen.UNCLEAR


def test_a_number_and_the_name_of_another_one_are_unclear() -> None:
    assert read("RMPD, czyli 1").chosen is Chosen.UNCLEAR


def test_what_is_denied_is_not_chosen() -> None:
    assert read("1 nie, 2 tak").service == "rmpd"


def test_the_number_of_a_link_gives_way_to_what_was_typed() -> None:
    assert read("jednak 3", subject="1. Złóż zgłoszenie INTRASTAT [ref. BCDFG-HJKMN]").service == "akc-ww"


def test_a_reference_is_the_same_each_time_and_differs_with_the_secret() -> None:
    one = make_token(b"a secret of ours, 1", "digest")
    assert one == make_token(b"a secret of ours, 1", "digest")
    assert one != make_token(b"a secret of ours, 2", "digest")
    assert one != make_token(b"a secret of ours, 1", "another digest")


@pytest.mark.parametrize(
    "subject",
    [
        "Re: problem [ref. BK7M4-2XP9R]",
        "Odp: problem (ref BK7M4-2XP9R)",
        "RE: problem ref. bk7m4 - 2xp9r",
        "BK7M4–2XP9R",
    ],
)
def test_a_reference_is_found_however_it_came_back(subject: str) -> None:
    assert tokens_in(subject) == ("BK7M4-2XP9R",)
    assert "2XP9R" not in without_tokens(subject).upper()
