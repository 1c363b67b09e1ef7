"""`explain` on a stored message: as it would be decided now, as it was decided then, and in Polish."""

import json

import pytest

from mailgate.cli.root import run
from tests.cli.house import Installation, sample
from tests.cli.stored import keep_decided


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Anna was a login when her mail was decided; nobody is in the directory now."""
    house = Installation.make(tmp_path_factory.mktemp("stored") / "house")
    assert run(["db", "upgrade", "--config", str(house.home / "config.toml")]) == 0
    keep_decided(house, sample("01-sent100-odrzucone.eml"))
    return house


def explain(house: Installation, *arguments: str) -> int:
    return run(["explain", *arguments, "--config", str(house.home / "config.toml")])


def test_with_what_is_known_now_it_would_become_something_else_and_that_is_said(
    house: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(house, "1") == 0

    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("message 1 From Anna Kowalska")
    assert "Becomes reject, by rule no_login" in said
    assert "Then recorded is ticket (service), decided on" in said


def test_with_what_was_known_then_it_becomes_what_it_became(
    house: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(house, "--as-then", "--as-known", "--json", "1") == 0

    document = json.loads(capsys.readouterr().out)
    assert document["decision"]["outcome"] == document["recorded"]["outcome"] == "ticket"
    assert document["decision"]["revision"] == document["recorded"]["revision"]
    assert document["changes"][0]["outcome"] == "clarify"


def test_it_is_told_in_polish(house: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(house, "--lang", "pl", "1") == 0

    said = " ".join(capsys.readouterr().out.split())
    assert "Wynik odmowa (reject); rozstrzygnęła reguła no_login" in said
    assert "Wtedy w rejestrze jest: zgłoszenie (ticket), powód service" in said


def test_what_is_neither_file_nor_message_is_said_in_one_sentence(
    house: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(house, "4711") == 1

    assert "4711 is no file, and no stored message; see: mailgate messages list" in capsys.readouterr().err


def test_whoever_looks_at_it_in_full_stands_in_the_audit_trail(house: Installation) -> None:
    assert explain(house, "1", "--reveal", "--operator", "ewa") == 0

    with house.store() as store:
        newest = store.audit.list(limit=1)[0]
    assert (newest.operator, newest.act, newest.object) == ("ewa", "revealed", "message 1")
