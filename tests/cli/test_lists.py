"""What is stored, listed and shown: for scripts as JSON, for people in 80 columns."""

import json
from typing import Any

import pytest

from mailgate.cli.root import run
from tests.cli.house import Daemon, sample, until

FILES = (
    *("01-sent100-odrzucone.eml", "07-urlop-autoodpowiedz.eml", "10-dwie-uslugi.eml", "11-nieznany-nadawca.eml"),
    *("14-odblokowanie-bez-dowodu.eml", "18-ukrainska.eml"),
)
MESSAGE = {"id", "message_id", "digest", "source", "received_at", "from", "subject", "state", "outcome", "reason"}
TICKET = {"number", "service", "system", "kind", "matter", "requester", "subject", "queue", "status", "opened_at"}
NASTY = b"""\
Authentication-Results: mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example\r
From: "\x1b]0;owned\x07Anna" <anna.kowalska@spedycja-baltyk.example>\r
To: helpdesk-eclo@mf.gov.pl\r
Subject: =?utf-8?B?U0VOVDEwMCAbWzMxbSDigK4gdGVzdA==?=\r
Message-ID: <nasty@spedycja-baltyk.example>\r
\r
Nie dziala \x1b[2J SENT100, blad.\r
"""


@pytest.fixture(scope="module")
def full(daemon: Daemon) -> Daemon:
    """The shared daemon, with some sample mails decided and their letters sent."""
    for digest in daemon.send(*map(sample, FILES), NASTY):
        daemon.settled(digest)
    with daemon.house.store() as store:
        until(lambda: all_left(store.balance().letters), "the letters to leave")
    return daemon


def all_left(letters: dict[str, int]) -> bool:
    return letters["due"] + letters["leased"] == 0


def ask(daemon: Daemon, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run([*arguments, "--config", str(daemon.house.home / "config.toml")]) == code
    return capsys.readouterr().out


def ask_json(daemon: Daemon, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(ask(daemon, capsys, *arguments, "--json"))


def test_messages_have_the_fields_that_scripts_depend_on(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ask_json(full, capsys, "messages", "list", "--limit", "2")

    assert len(rows) == 2
    assert set(rows[0]) >= MESSAGE
    assert {row["source"] for row in rows} <= {"smtp", "pipe"}
    assert rows[0]["received_at"].endswith("+00:00")


def test_messages_can_be_asked_for_by_what_became_of_them(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ask_json(full, capsys, "messages", "list", "--outcome", "clarify", "--since", "1 day")

    assert [row["reason"] for row in rows] == ["several_services"]
    assert ask_json(full, capsys, "messages", "list", "--reason", "no_such_rule") == []


def test_tickets_have_the_fields_that_scripts_depend_on(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ask_json(full, capsys, "tickets", "list", "--requester", "oksana.shevchenko@dnipro-logistic.example")

    assert [(row["service"], row["status"]) for row in rows] == [("sent-do-polski", "open")]
    assert set(rows[0]) >= TICKET


@pytest.mark.parametrize("name", ["messages", "tickets", "outbox", "directory"])
def test_every_list_fits_into_80_columns_without_colour(
    name: str, full: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ask(full, capsys, name, "list")

    assert len(said.splitlines()) > 2
    assert max(map(len, said.splitlines())) <= 80
    assert "\x1b" not in said


def test_nothing_of_a_mail_steers_the_terminal_that_lists_or_shows_it(
    full: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    [row] = [
        m for m in ask_json(full, capsys, "messages", "list") if m["message_id"] == "<nasty@spedycja-baltyk.example>"
    ]
    [number] = ask_json(full, capsys, "messages", "show", str(row["id"]))["tickets"]

    for command in (
        ("messages", "list"),
        ("messages", "list", "--json"),
        ("messages", "show", str(row["id"])),
        ("tickets", "list"),
        ("tickets", "show", number),
        ("tickets", "show", number, "--json"),
        ("outbox", "list"),
    ):
        said = ask(full, capsys, *command)
        assert [sign for sign in "\x1b\x07\x9b\u202e" if sign in said] == [], command


def test_a_message_is_shown_with_its_receipts_its_reasons_and_what_came_of_it(
    full: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    [row] = ask_json(full, capsys, "messages", "list", "--outcome", "clarify")

    said = ask(full, capsys, "messages", "show", row["digest"][:12])

    assert "Received  " in said
    assert "by smtp from 127.0.0.1" in said
    assert "Decision  clarify, several_services" in said
    assert "yes several_services (policy.toml:" in said
    assert "Letter    clarify to grazyna.lecka@biuro-lecka.example: sent" in said


def test_the_bytes_of_a_message_come_back_as_they_were_received(full: Daemon) -> None:
    answer = full.house.run("messages", "raw", "<20260119124002.dnipro@dnipro-logistic.example>")

    assert answer.code == 0
    assert answer.out.encode() == sample("18-ukrainska.eml")


def test_a_letter_is_shown_as_its_reader_sees_it(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    [letter] = [x for x in ask_json(full, capsys, "outbox", "list") if x["template"] == "clarify"]

    said = ask(full, capsys, "outbox", "show", str(letter["id"]))

    assert "Dzień dobry" in said
    assert "To:      grazyna.lecka@biuro-lecka.example" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("messages", "show", "999999"),
        ("messages", "raw", "<nobody@nowhere.example>"),
        ("tickets", "show", "ZGL9999999"),
        ("outbox", "show", "999999"),
        ("outbox", "retry", "999999"),
        ("directory", "lookup", "nobody@nowhere.example"),
        ("directory", "lookup", "no address"),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence_with_exit_code_1(
    arguments: tuple[str, ...], full: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--config", str(full.house.home / "config.toml")]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_the_balance_agrees(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    sums = ask_json(full, capsys, "balance")

    assert sums["missing"] == []
    assert sums["messages"] == sum(sums["states"].values())
    assert ask(full, capsys, "balance").splitlines()[-1] == "nothing is missing"


def test_a_login_is_found_however_it_is_spelt(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    person = ask_json(full, capsys, "directory", "lookup", "Biuro@ŻÓŁW-Transport.example")

    assert person["name"] == "Łucja Żółtowska"
    assert person["csd_history"] is True


def test_what_is_exported_can_be_imported(full: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    said = ask(full, capsys, "directory", "export")

    file = full.house.home / "again.csv"
    file.write_text(said, encoding="utf-8")
    assert "the directory holds 25" in ask(full, capsys, "directory", "import", "--add", str(file))
