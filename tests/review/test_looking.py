"""`mailgate review` lists what waits, and shows one mail with all that whoever decides wants to know."""

import json

import pytest

from tests.choosing.house import VAGUE, answer, later
from tests.review.house import Office

FORGED = VAGUE.replace("<vague@", "<forged@").replace("From: Anna", "From: Ewa Nowak <ewa@x.example>, Anna")


def test_alone_it_lists_what_waits_in_80_columns(place: Office, capsys: pytest.CaptureFixture[str]) -> None:
    place.desk.ask()
    place.desk.take(FORGED, later(hours=1))
    place.desk.settle(later(hours=1))

    assert place.run("review") == 0

    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "age", "from", "subject", "waits", "for", "reason"]
    assert [row.split()[0] for row in rows] == ["1", "2"]
    assert "author" in rows[0]
    assert "operator" in rows[1]
    assert max(map(len, rows)) <= 80


def test_options_are_those_of_the_list(place: Office, capsys: pytest.CaptureFixture[str]) -> None:
    place.desk.ask()

    assert place.run("review", "--reason", "forged", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []

    assert place.run("review", "list", "--service", "intrastat", "--json") == 0
    [line] = json.loads(capsys.readouterr().out)
    assert (line["id"], line["outcome"], line["reason"], line["question"]) == (
        1,
        "clarify",
        "points_to_service",
        "open",
    )


def test_one_mail_is_shown_with_its_text_what_was_asked_and_what_was_answered(
    place: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    number, letter = place.desk.ask()
    place.desk.take(answer(letter, "Nie wiem, proszę po prostu o pomoc."), later(hours=1))
    place.desk.settle(later(hours=1))

    assert place.run("review", "show", str(number)) == 0

    said = capsys.readouterr().out
    assert "waits for its author's answer: clarify, points_to_service" in said
    assert "the body gives us something to offer" in said
    assert "nie mogę wysłać deklaracji AKC-WW ani zgłoszenia INTRASTAT" in said
    assert "[blad.png, image/png, 70 bytes]" in said
    assert "Nie wiem, proszę po prostu o pomoc." in said
    assert "1. intrastat: Złóż zgłoszenie INTRASTAT" in said
    assert "pisze:" not in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_mail_that_is_not_there_is_named(place: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("review", "show", "17") == 1
    assert capsys.readouterr().err == 'there is no message "17"; see: mailgate review list\n'
