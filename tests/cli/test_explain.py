"""`explain`: the decision and its reasons, for any file there is, and nothing stored."""

import json
from pathlib import Path

import pytest

from mailgate.cli.root import run
from tests.cli.house import ROOT, SAMPLES, Installation, sample

SENT = str(SAMPLES / "01-sent100-odrzucone.eml")
CONFIG = ("--config", str(ROOT / "config.toml"))


MAIL = """
    message_id from from_name sender reply_to to cc subject date text new_text answers attachments scan automatic
    machine identifiers language defects
"""
DECISION = """
    outcome reason service system kind matter environment desk queue priority template candidates revision
"""


def explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    run(["explain", "--json", *CONFIG, *arguments])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def peopled(tmp_path: Path) -> Installation:
    house = Installation.make(tmp_path / "house")
    house.upgrade_with_people()
    return house


def test_the_document_has_the_form_that_scripts_depend_on(capsys: pytest.CaptureFixture[str]) -> None:
    [document] = explain(capsys, "--as-known", str(SAMPLES / "06-zalacznik-zrzut-ekranu.eml"))

    shape = {key: sorted(value) if isinstance(value, dict) else value for key, value in document.items()}
    keys = "changes choice decision file findings identity mail match notices reply"
    assert " ".join(sorted(document)) == keys
    assert shape["mail"] == sorted(MAIL.split())
    assert shape["identity"] == sorted(["address", "trust", "evidence", "spf", "dkim", "dmarc", "arc"])
    assert shape["match"] == ["candidates", "margin"]
    assert shape["decision"] == sorted(DECISION.split())
    assert shape["reply"] == ["subject", "text", "to"]


def test_the_documents_come_in_the_order_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(SAMPLES / name) for name in ("18-ukrainska.eml", "01-sent100-odrzucone.eml", "05-cbam-english.eml")]

    documents = explain(capsys, "--as-known", *files)

    assert [document["file"] for document in documents] == files


def test_no_file_makes_it_die(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "binary.eml").write_bytes(bytes(range(256)) * 500)
    (tmp_path / "half.eml").write_bytes(sample("06-zalacznik-zrzut-ekranu.eml")[:1200])
    files = [str(tmp_path / name) for name in ("empty.eml", "binary.eml", "half.eml")]
    files = [files[0], str(tmp_path), files[1], str(tmp_path / "nowhere.eml"), files[2]]

    assert run(["explain", "--json", "--as-known", *CONFIG, *files]) == 1

    captured = capsys.readouterr()
    documents = [json.loads(line) for line in captured.out.splitlines()]
    assert [document["file"] for document in documents] == files
    assert ["error" in document for document in documents] == [False, True, False, True, False]
    assert captured.err.splitlines() == [documents[1]["error"], documents[3]["error"]]


def test_without_a_database_nobody_is_known(house: Installation) -> None:
    answer = house.run("explain", "--json", "--client", "127.0.0.1", SENT)

    assert answer.code == 0
    assert (answer.json["decision"]["reason"], answer.json["identity"]["trust"]) == ("no_login", "proven")
    assert not (house.home / "var").exists()


def test_the_directory_of_the_store_is_asked_where_there_is_one(peopled: Installation) -> None:
    answer = peopled.run("explain", "--json", "--client", "127.0.0.1", SENT, str(SAMPLES / "12-bez-historii-csd.eml"))

    decisions = [json.loads(line)["decision"] for line in answer.out.splitlines()]
    assert [decision["reason"] for decision in decisions] == ["service", "no_history"]
    with peopled.store() as store:
        assert store.balance().messages == 0


@pytest.mark.parametrize(("client", "trust"), [("127.0.0.1", "proven"), ("192.0.2.66", "claimed"), (None, "claimed")])
def test_results_are_believed_only_from_our_own_relay(
    client: str | None, trust: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [document] = explain(capsys, *(("--client", client) if client else ()), SENT)

    assert document["identity"]["trust"] == trust  # type: ignore[index]  # a JSON document


def test_other_rules_can_be_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy.toml").write_text('[[rule]]\nname = "all"\nwhy = "a test"\nthen = { outcome = "hold" }\n')
    (tmp_path / "desk.toml").write_text((ROOT / "rules/desk.toml").read_text(encoding="utf-8"))

    [document] = explain(capsys, "--rules", str(tmp_path), SENT)

    assert document["decision"]["outcome"] == "hold"  # type: ignore[index]  # a JSON document


NASTY = """\
From: "\x1b[31mred\x1b[0m" <anna.kowalska@spedycja-baltyk.example>
Subject: =?utf-8?B?U0VOVDEwMBtdMDt0aXRsZQcbWzJKIOKAriB0ZXN0?=
Message-ID: <x@y.example>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Nie działa\x1b[2J\x9b31m SENT100\u202e koniec
"""


@pytest.mark.parametrize("options", [(), ("--all",), ("--json",)])
def test_nothing_in_a_mail_reaches_the_terminal_as_a_command(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nasty\x1b[31m.eml"
    file.write_bytes(NASTY.encode())

    assert run(["explain", "--as-known", *CONFIG, *options, str(file)]) == 0

    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert "SENT100" in said
    assert [
        character for character in said if character != "\n" and (character < " " or "\x7f" <= character < "\xa0")
    ] == []
    assert "\u202e" not in said


def test_in_plain_words_it_says_what_becomes_of_the_mail_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--as-known", *CONFIG, SENT]) == 0

    said = capsys.readouterr().out
    assert "Becomes   ticket, by rule service (policy.toml:" in said
    assert 'by form "SENT100"' in said
    assert max(map(len, said.splitlines())) <= 80


def test_all_shows_every_rule_and_the_letter(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--as-known", "--all", *CONFIG, SENT]) == 0

    said = capsys.readouterr().out
    assert "no  machine_written" in said
    assert "dziękujemy za wiadomość" in said


def test_a_mail_can_come_from_standard_input(house: Installation) -> None:
    answer = house.run("explain", "--as-known", "--json", "-", stdin=sample("05-cbam-english.eml"))

    assert answer.json["decision"]["service"] == "cbam-portal"
