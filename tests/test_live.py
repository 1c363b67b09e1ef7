"""The house of a running daemon follows the operator's files, and never into a mistake."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mailgate.app.live import LiveHouse
from mailgate.config import BadConfig, Config
from mailgate.config.house import LogSection
from mailgate.log import make_log

ROOT = Path(__file__).parent.parent
RULE = '[[rule]]\nname = "mine"\nwhy = "a test"\nwhen = { from_domain = "firma.example" }\nthen = { queue = "mine" }\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in ("rules", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def live(home: Path) -> tuple[LiveHouse, io.StringIO]:
    stream = io.StringIO()
    return LiveHouse(Config(root=home), make_log(LogSection(), stream)), stream


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_without_a_change_nothing_is_read_again(home: Path) -> None:
    house, stream = live(home)
    before = house.house

    assert house.refresh() is False

    assert house.house is before
    assert events(stream) == []


def test_a_new_rule_is_taken_over(home: Path) -> None:
    house, stream = live(home)
    (home / "rules" / "early.toml").write_text(RULE)

    assert house.refresh() is True

    assert house.house.book.rule("mine") is not None
    assert [event["event"] for event in events(stream)] == ["rules reloaded"]


def test_a_changed_letter_is_taken_over(home: Path) -> None:
    house, _ = live(home)
    letter = home / "templates" / "pl" / "ticket.md"
    letter.write_text(letter.read_text(encoding="utf-8") + "\nDo zobaczenia.\n", encoding="utf-8")

    assert house.refresh() is True


def test_a_rule_that_is_taken_away_is_gone(home: Path) -> None:
    file = home / "rules" / "early.toml"
    file.write_text(RULE)
    house, _ = live(home)
    file.unlink()

    assert house.refresh() is True

    assert house.house.book.rule("mine") is None


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("rules/early.toml", RULE.replace("from_domain", "from_domian"), "early.toml:4"),
        ("rules/early.toml", RULE + 'examples = [{ subject = "EMCS PL2", becomes = "ignore" }]\n', "early.toml:6"),
        ("templates/pl/ticket.md", "Subject: x\n\n{{ numer }}\n", "ticket.md:3"),
        ("templates/en/ticket.md", "", "ticket.md:1"),
    ],
)
def test_a_mistake_keeps_the_last_good_house_and_is_told_once(home: Path, file: str, text: str, place: str) -> None:
    house, stream = live(home)
    before = house.house
    (home / file).write_text(text, encoding="utf-8")

    assert [house.refresh(), house.refresh()] == [False, False]

    assert house.house is before
    told = events(stream)
    assert place in told[0]["problem"]
    assert [event["event"] for event in told if event["event"] == "rules not reloaded"] == ["rules not reloaded"]


def test_when_the_mistake_is_mended_the_new_rules_hold(home: Path) -> None:
    house, _ = live(home)
    file = home / "rules" / "early.toml"
    file.write_text(RULE.replace("from_domain", "from_domian"))
    house.refresh()

    file.write_text(RULE)

    assert house.refresh() is True
    assert house.house.book.rule("mine") is not None


def test_there_is_no_beginning_with_a_mistake(home: Path) -> None:
    (home / "rules" / "early.toml").write_text(RULE.replace("from_domain", "from_domian"))

    with pytest.raises(BadConfig) as caught:
        live(home)

    assert [problem.line for problem in caught.value.problems] == [4]


def test_an_example_that_ends_elsewhere_is_told_but_mail_is_answered(home: Path) -> None:
    (home / "rules" / "early.toml").write_text(RULE + 'examples = [{ subject = "EMCS PL2", becomes = "ignore" }]\n')

    house, stream = live(home)

    assert house.house.book.rule("mine") is not None
    assert "early.toml:6" in events(stream)[0]["problem"]
