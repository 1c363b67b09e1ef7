"""Secrets stand in files that only we may read, or in the environment; nowhere else, and nothing says them."""

import os
from pathlib import Path

import pytest

from mailgate.app.files import check_modes
from mailgate.app.parts import make_relay
from mailgate.cli.root import run
from mailgate.config import BadConfig, read_config
from tests.cli.house import Installation

SECRET = "correct-horse-battery-staple"


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(BadConfig) as raised:
        read_config(file)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        (f'[letters]\nrelay_user = "desk"\nrelay_password = "{SECRET}"\n', 3, "letters.relay_password"),
        (f'[database]\nurl = "postgresql://desk:{SECRET}@db.example.org/mailgate"\n', 2, "database.url"),
        (f'[letters]\nrelay_host = "smtp://desk:{SECRET}@relay.example.org"\n', 2, "letters.relay_host"),
        (f'[smtp]\napi_token = "{SECRET}"\n', 2, "smtp.api_token"),
        (f'[[mailbox]]\nname = "a"\npassword = "{SECRET}"\n', 3, "mailbox.password"),
    ],
)
def test_a_secret_in_the_configuration_itself_is_a_mistake_that_does_not_say_it(
    tmp_path: Path, text: str, line: int, name: str
) -> None:
    [problem] = problems(tmp_path, text)

    assert SECRET not in problem
    assert f"{name}: a secret must not stand here" in problem
    assert f":{line}: " in problem or name == "mailbox.password"
    assert f"MAILGATE_{name.upper().replace('.', '__')} in the environment" in problem


def test_check_says_so_too(house: Installation) -> None:
    with (house.home / "config.toml").open("a") as config:
        config.write(f'[letters]\nrelay_password = "{SECRET}"\n')

    told = house.run("check")

    assert told.code == 1
    assert "a secret must not stand here" in told.out
    assert SECRET not in told.out + told.err


def test_a_mistake_in_an_address_with_a_password_from_the_environment_does_not_say_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILGATE_DATABASE__URL", f"oracle://desk:{SECRET}@db.example.org/mailgate")

    [problem] = problems(tmp_path, "")

    assert SECRET not in problem
    assert "oracle://desk:***@db.example.org/mailgate" in problem


def test_the_relays_password_may_come_from_the_environment_and_is_shown_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILGATE_LETTERS__RELAY_PASSWORD", SECRET)
    (tmp_path / "config.toml").write_text('[letters]\nrelay_host = "relay.example.org"\nrelay_user = "desk"\n')

    config = read_config(tmp_path / "config.toml")
    relay = make_relay(config)

    assert SECRET not in f"{config!r} {config} {config.model_dump_json()}"
    assert SECRET not in repr(relay)
    assert run(["config"]) == 0
    said = capsys.readouterr().out
    assert SECRET not in said
    assert "# relay_password: only in the environment, as MAILGATE_LETTERS__RELAY_PASSWORD" in said


def test_files_that_others_may_read_are_told_of_and_files_in_a_closed_folder_are_not(tmp_path: Path) -> None:
    home = tmp_path / "house"
    home.mkdir()
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.geteuid() and folder.is_relative_to("/tmp/"):  # noqa: S108  (where tests are)
            folder.chmod(0o755)
    for name, mode in (("open", 0o644), ("group", 0o640), ("closed", 0o600), ("mailgate.db", 0o666)):
        (home / name).write_text("x")
        (home / name).chmod(mode)
    (home / "config.toml").write_text(
        '[letters]\nsecret_file = "open"\nrelay_password_file = "group"\n[smtp]\nusers_file = "closed"\n'
        '[database]\nurl = "sqlite:///mailgate.db"\n'
    )
    config = read_config(home / "config.toml")

    told = {Path(problem.file).name: problem.message for problem in check_modes(config)}
    assert {name: said.partition(" may")[0] for name, said in told.items()} == {
        "open": "everybody",
        "group": "its group",
        "mailgate.db": "everybody",
    }

    home.chmod(0o700)
    assert check_modes(config) == ()


def test_check_warns_of_them_and_goes_on(house: Installation) -> None:
    house.upgrade_with_people()

    told = house.run("check")

    assert told.code == 0, told.out
