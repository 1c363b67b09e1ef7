"""What every command has in common: help, usage, exit codes, the generated pages."""

import re
import tomllib
from pathlib import Path

import pytest

from mailgate.cli.manual import manual
from mailgate.cli.root import COMMANDS, load, run
from mailgate.config import Config, read_config
from mailgate.config_text import write_config
from tests.cli.house import ROOT, Installation


def test_alone_it_says_on_one_screen_what_it_is_and_what_to_try(house: Installation) -> None:
    answer = house.run()

    assert (answer.code, answer.err) == (0, "")
    assert len(answer.out.splitlines()) <= 24
    assert answer.out.startswith("mailgate keeps the mail door")
    named = re.findall(r"samples/\S+\.eml", answer.out)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    summary = COMMANDS[name][1]
    group = load(name)

    first = (group.help or "").partition("\n")[0]

    assert first, f"{name} has no help"
    assert len(summary) <= 60
    assert summary.endswith(".")


def commands_with_help() -> list[tuple[str, str]]:
    found = []
    for name in COMMANDS:
        command = load(name)
        inner = getattr(command, "commands", {})
        found += [(f"{name} {each}", inner[each].help or "") for each in inner] or [(name, command.help or "")]
    return found


@pytest.mark.parametrize(("name", "text"), commands_with_help())
def test_every_help_text_teaches_by_an_example(name: str, text: str) -> None:
    assert "Example" in text, name
    assert "mailgate" in text.partition("Example")[2]


LISTS = ("messages", "tickets", "outbox", "directory")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_takes_json_and_limit(name: str) -> None:
    options = {option for each in load(name).commands["list"].params for option in each.opts}

    assert {"--json", "--limit", "--config"} <= options


def test_the_page_of_the_commands_is_fresh() -> None:
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == manual(), "run `make docs`"


def test_the_page_of_every_setting_is_fresh() -> None:
    assert (ROOT / "docs/config.toml").read_text(encoding="utf-8") == write_config(), "run `make docs`"


def test_the_generated_configuration_means_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(write_config(), encoding="utf-8")

    assert read_config(file) == Config(root=tmp_path)


def test_taking_away_each_comment_sign_still_means_the_defaults(tmp_path: Path) -> None:
    page = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", write_config())
    file = tmp_path / "config.toml"
    file.write_text(page, encoding="utf-8")

    assert {name for table in tomllib.loads(page).values() for name in table} >= {"port", "recipients", "relay_host"}
    assert read_config(file) == Config(root=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["mesages"], "No such command 'mesages'; did you mean 'messages'?; see: mailgate --help"),
        (["messages", "list", "--limt", "3"], "see: mailgate messages list --help"),
        (["messages", "list", "--limit", "0"], "see: mailgate messages list --help"),
        (["messages", "list", "--since", "soon"], 'write "3 days", "12h" or "2026-01-31"'),
        (["explain"], "see: mailgate explain --help"),
        (["--config", "nowhere.toml", "balance"], "there is no file nowhere.toml"),
        (["balance", "--config", "nowhere.toml"], "there is no file nowhere.toml"),
    ],
)
def test_a_mistake_of_usage_is_one_sentence_and_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert sentence in captured.err
    assert len(captured.err.splitlines()) == 1


def test_without_a_database_one_sentence_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["balance"]) == 1

    assert "run `mailgate db upgrade`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_may_be_named_before_or_after_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text('[database]\nurl = "sqlite:///other/mail.db"\n')

    assert run(["--config", str(file), "db", "upgrade"]) == 0
    assert run(["balance", "--config", str(file), "--json"]) == 0

    assert (tmp_path / "other" / "mail.db").exists()
    assert '"messages": 0' in capsys.readouterr().out


def test_every_mistake_in_the_configuration_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[smtp]\nport = 99999\nhots = "x"\n')

    assert run(["balance", "--config", str(file)]) == 1

    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in told] == [f"{file}:2", f"{file}:3"]


def test_help_is_plain_text_in_a_pipe(house: Installation) -> None:
    answer = house.run("messages", "--help")

    assert answer.code == 0
    assert "\x1b" not in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
