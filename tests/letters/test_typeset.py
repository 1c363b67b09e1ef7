"""Markdown becomes plain text that is pleasant to read, and HTML."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.reply.typeset import typeset


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Jedno\nzdanie", "Jedno zdanie\n"),
        ("a\n\nb", "a\n\nb\n"),
        ("Pozdrawiamy  \nHelp Desk", "Pozdrawiamy\nHelp Desk\n"),
        ("**tłusto** i *kursywa*", "tłusto i kursywa\n"),
        ("## Co dalej\n\nOdpiszemy.", "Co dalej\nOdpiszemy.\n"),
        ("- a\n- b", "- a\n- b\n"),
        ("- a\n\n- b", "- a\n\n- b\n"),
        ("1. a\n2. b", "1. a\n2. b\n"),
        ("9. a\n1. b", "9. a\n10. b\n"),
        ("- a\n  1. b\n  2. c", "- a\n\n  1. b\n  2. c\n"),
        ("1. a\n\n2. b\n\n   c\n\nd", "1. a\n\n2. b\n\n   c\n\nd\n"),
        ("- a\n\n\n- b\n\n\n## c\n\n\nd", "- a\n\n- b\n\nc\nd\n"),
        ("a\n\n---\n\nb", f"a\n\n{'-' * 40}\n\nb\n"),
        ("[Pytania](https://puesc.gov.pl/pomoc)", "Pytania: https://puesc.gov.pl/pomoc\n"),
        ("[https://puesc.gov.pl](https://puesc.gov.pl)", "https://puesc.gov.pl\n"),
        ("[puesc.gov.pl](https://puesc.gov.pl)", "https://puesc.gov.pl\n"),
        ("<https://puesc.gov.pl>", "https://puesc.gov.pl\n"),
        ("[a@b.pl](mailto:a@b.pl)", "a@b.pl\n"),
        ("[a@b.pl](mailto:a@b.pl?subject=x)", "a@b.pl\n"),
        ("[napisz](mailto:a@b.pl)", "napisz: a@b.pl\n"),
        ("[SENT](mailto:a@b.pl?subject=SENT%20100)", "SENT: mailto:a@b.pl?subject=SENT%20100\n"),
        ("[+48 33](tel:+4833)", "+48 33\n"),
        ("<b>x</b> ![y](https://z.example)", "<b>x</b> !y: https://z.example\n"),
        ("&copy; \\*", "© *\n"),
    ],
)
def test_the_text_reads_well(markdown: str, text: str) -> None:
    assert typeset(markdown).text == text


def test_long_paragraphs_are_wrapped_and_lists_hang() -> None:
    markdown = "- " + "słowo " * 30
    assert typeset(markdown).text == textwrap.dedent("""\
        - słowo słowo słowo słowo słowo słowo słowo słowo słowo słowo słowo
          słowo słowo słowo słowo słowo słowo słowo słowo słowo słowo słowo
          słowo słowo słowo słowo słowo słowo słowo słowo
        """)


def test_an_address_is_never_torn_apart() -> None:
    address = "https://puesc.gov.pl/" + "a" * 100
    assert address in typeset(f"Opis tej usługi: [{address}]({address})").text.splitlines()


def test_a_phone_number_is_never_torn_apart() -> None:
    for words in range(20):
        assert "+48 33 483" in typeset("słowo " * words + "+48\u00a033\u00a0483").text


def test_html_of_the_source_is_shown_and_not_obeyed() -> None:
    assert "&lt;script&gt;" in typeset("<script>alert(1)</script>").html


def test_the_addresses_of_links_are_known() -> None:
    assert typeset("[a](https://a.example) [b](mailto:b@b.example)").links == (
        "https://a.example",
        "mailto:b@b.example",
    )


@given(st.lists(st.text(alphabet="abcdefghijkląęóżwzi", min_size=1, max_size=20), min_size=1, max_size=80))
def test_wrapping_loses_no_word_and_keeps_to_the_width(words: list[str]) -> None:
    text = typeset(" ".join(words)).text
    assert text.split() == words
    assert all(len(line) <= 72 for line in text.splitlines())
