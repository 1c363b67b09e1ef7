"""Long lines on a terminal: folded between words, beside their label; nothing is lost, and nothing breaks a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mailgate.cli.screen import folded

LINK = "https://puesc.gov.pl/web/guest/uslugi/zloz-uzupelnij-zaktualizuj-lub-zamknij-zgloszenie"


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("Subject   AES", ["Subject   AES"]),
        (
            "Subject   AES nie działa od rana i nie wiemy dlaczego",
            ["Subject   AES nie działa od", "          rana i nie wiemy", "          dlaczego"],
        ),
        ("Zgłoszenie zostało odrzucone dziś z błędem", ["Zgłoszenie zostało odrzucone", "dziś z błędem"]),
        ("  - nie można wysłać deklaracji akcyzowej", ["  - nie można wysłać", "  deklaracji akcyzowej"]),
        (
            "Subject   東京港の貨物 通関申告エラー について",
            ["Subject   東京港の貨物", "          通関申告エラー", "          について"],
        ),
        (f"See       {LINK} now", [f"See       {LINK}", "          now"]),
    ],
)
def test_a_long_line_goes_on_under_its_beginning(line: str, lines: list[str]) -> None:
    assert [each.rstrip() for each in folded(line, 30).split("\n")] == lines


@given(st.lists(st.text("aż東 -:.", min_size=1, max_size=12), max_size=30).map(" ".join), st.integers(30, 120))
def test_folding_keeps_every_word_and_the_width(line: str, columns: int) -> None:
    found = folded(line, columns)

    assert found.split() == line.split()
    assert all(cell_len(each) <= max(columns, 30) + 24 for each in found.split("\n"))
