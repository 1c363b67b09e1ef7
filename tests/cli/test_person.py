"""A person asks what is held about them, and wants it erased; and old mail goes by itself."""

import io
import json
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.app.parts import now
from mailgate.cli.root import run
from mailgate.core.facts import Person
from mailgate.core.mail import RawMessage
from tests.cli.house import Installation
from tests.store.cast import LEASE, REJECT, REVISION, letter, raw, verdict, writer

ANNA = "anna.kowalska@spedycja.example"
LONG_AGO = timedelta(days=400)


@pytest.fixture
def desk(house: Installation, capsys: pytest.CaptureFixture[str]) -> Installation:
    """A desk with a refused mail of Anna's, 400 days old, and her entry in the directory."""
    assert run(["db", "upgrade", "--config", str(house.home / "config.toml")]) == 0
    capsys.readouterr()
    then = now() - LONG_AGO
    with house.store() as store:
        store.rulebooks.keep(REVISION, {"policy.toml": "# all of it\n"}, then)
        store.people.merge([Person(login=ANNA, name="Anna Kowalska")], operator="ola", now=then)
        mail = raw()
        store.keep([RawMessage(content=mail.content, envelope=mail.envelope, received_at=then)])
        claimed = store.claim("w1", 10, LEASE, then)
        store.record([verdict(message, REJECT, letter()) for message in claimed], writer(), then)
    return house


def ask(house: Installation, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run([*arguments, "--operator", "ewa", "--config", str(house.home / "config.toml")]) == code
    return capsys.readouterr().out


def check(house: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("balance",), ("audit", "verify")):
        assert run([*command, "--config", str(house.home / "config.toml")]) == 0
    capsys.readouterr()


def held(document: bytes) -> dict[str, object]:
    found = json.loads(document)
    return {name: len(found[name]) for name in ("messages", "tickets", "letters", "audit")}


def test_an_export_is_one_document_and_every_mail_as_it_was(
    desk: Installation, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = ask(desk, capsys, "person", "export", ANNA.upper(), str(tmp_path / "anna"))

    folder = tmp_path / "anna"
    assert "messages  1\n" in said
    assert sorted(file.name for file in folder.iterdir()) == ["letter-1.eml", "message-1.eml", "person.json"]
    assert (folder / "message-1.eml").read_bytes() == raw().content
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    document = json.loads((folder / "person.json").read_bytes())
    assert document["directory"]["name"] == "Anna Kowalska"
    assert held((folder / "person.json").read_bytes()) == {"messages": 1, "tickets": 0, "letters": 1, "audit": 1}
    assert document["audit"][0]["act"] == "person_exported"
    check(desk, capsys)


def test_an_export_can_be_a_zip_and_overwrites_nothing(
    desk: Installation, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "anna.zip"
    told = json.loads(ask(desk, capsys, "person", "export", ANNA, str(place), "--json"))

    with zipfile.ZipFile(io.BytesIO(place.read_bytes())) as packed:
        assert sorted(packed.namelist()) == told["files"] == ["letter-1.eml", "message-1.eml", "person.json"]
        assert packed.read("message-1.eml") == raw().content
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    ask(desk, capsys, "person", "export", ANNA, str(place), code=1)
    assert len(json.loads(ask_list(desk, capsys))) == 1


def ask_list(house: Installation, capsys: pytest.CaptureFixture[str]) -> str:
    config = str(house.home / "config.toml")
    assert run(["audit", "list", "--act", "person_exported", "--json", "--config", config]) == 0
    return capsys.readouterr().out


def test_erasing_is_dry_until_it_is_applied(desk: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    said = ask(desk, capsys, "person", "erase", ANNA)
    assert "nothing was erased; with --apply it is" in said
    assert "messages  1" in said

    said = ask(desk, capsys, "person", "erase", ANNA, "--apply")

    assert "erased; what stays, stays as person-" in said
    assert "nothing is held about them" in ask(desk, capsys, "person", "erase", ANNA, "--apply")
    check(desk, capsys)


def test_of_a_stranger_nothing_is_exported(
    desk: Installation, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ask(desk, capsys, "person", "export", "nobody@nowhere.example", str(tmp_path / "nobody"), code=1)
    ask(desk, capsys, "person", "export", "no address", str(tmp_path / "nobody"), code=1)

    assert not (tmp_path / "nobody").exists()


def test_retention_counts_first_erases_when_told_and_then_has_nothing_to_say(
    desk: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ask(desk, capsys, "retention")
    assert "messages  1 would be erased, with --apply: 1 reject" in said

    told = json.loads(ask(desk, capsys, "retention", "--apply", "--json"))
    assert (told["messages"]["reject"], told["applied"], told["scrubbed"]) == (1, True, True)

    assert ask(desk, capsys, "retention", "--apply") == ""
    config = str(desk.home / "config.toml")
    assert run(["messages", "show", "1", "--config", config]) == 0
    assert "yes service-named (policy.toml:40): the subject names SENT100" in capsys.readouterr().out
    assert run(["messages", "raw", "1", "--config", config]) == 1
    check(desk, capsys)


def test_0_days_keep_for_ever(desk: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    with (desk.home / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[retention]\nreject = 0\n")

    assert "messages  0 would be erased" in ask(desk, capsys, "retention")
