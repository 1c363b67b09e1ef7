"""`mailgate review ticket|reject|ignore|release`: what they take, what they say, and their exit codes."""

import json

import pytest

from tests.choosing.house import VAGUE
from tests.review.house import Office


def test_each_act_says_what_became_of_each_mail(place: Office, capsys: pytest.CaptureFixture[str]) -> None:
    number, _ = place.desk.ask()
    other, _ = place.desk.ask(VAGUE.replace("<vague@", "<vague2@").replace("Dzień dobry", "Witam"))

    assert place.run("review", "ticket", str(number), "--pick", "1", "--operator", "ola", "--note", "telefon") == 0
    assert capsys.readouterr().out == f"message {number} is ticket, reviewed, ZGL0000001; letter sent\n"

    assert place.run("review", "ignore", str(number), str(other), "--operator", "ewa", "--json") == 1
    first, second = json.loads(capsys.readouterr().out)
    assert (first["changed"], first["ticket"]) == (False, "ZGL0000001")
    assert (second["changed"], second["outcome"]) == (True, "ignore")
    assert place.desk.show(other).decisions[-1].operator == "ewa"


def test_all_of_one_cause_are_released_by_its_name(place: Office, capsys: pytest.CaptureFixture[str]) -> None:
    number, _ = place.desk.ask()

    assert place.run("review", "release", "points_to_servce") == 1
    assert 'did you mean "points_to_service"?' in capsys.readouterr().err

    assert place.run("review", "release", "points_to_service") == 0
    assert capsys.readouterr().out == (f"message {number} stays clarify, points_to_service: it is so already\n")


def test_what_cannot_be_is_told_in_one_sentence(place: Office, capsys: pytest.CaptureFixture[str]) -> None:
    number, _ = place.desk.ask()

    for arguments, code, sentence in (
        (("--service", "a", "--pick", "1"), 2, "name one of them"),
        (("--pick", "7"), 1, "has no candidate 7; there are: 1 "),
        ((), 1, "names no service; say what it is about"),
    ):
        assert place.run("review", "ticket", str(number), *arguments) == code
        assert sentence in capsys.readouterr().err
    assert place.run("review", "reject", "17", "--reason", "no_login") == 1
    assert capsys.readouterr().err == 'there is no message "17"; see: mailgate review list\n'
