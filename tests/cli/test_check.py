"""`check`: every mistake at once, each with its file and line."""

import json
from pathlib import Path

import pytest

from mailgate.cli.root import run
from tests.cli.house import Installation


@pytest.fixture
def own(tmp_path: Path) -> Installation:
    """An installation whose files may be changed."""
    return Installation.make(tmp_path / "house", own_files=True)


def check(house: Installation, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    code = run(["check", "--config", str(house.home / "config.toml")])
    return code, capsys.readouterr().out.splitlines()


def test_the_rules_of_the_repository_have_no_mistake(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(own, capsys)

    assert (code, [line for line in said if not line.startswith(("note: ", "no mistake: "))]) == (0, [])


def test_mistakes_in_config_rules_and_templates_are_told_together(
    own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (own.home / "config.toml").write_text('[smtp]\nport = "x"\n')
    (own.home / "rules" / "local.toml").write_text('[[rule]]\nname = "mine"\nwhy = "a test"\nthen = { queu = "x" }\n')
    letter = own.home / "templates" / "pl" / "ticket.md"
    letter.write_text(letter.read_text(encoding="utf-8") + "\n{{ numer }}\n", encoding="utf-8")

    code, said = check(own, capsys)

    assert code == 1
    places = {line.partition(": ")[0].removeprefix(f"{own.home}/") for line in said}
    assert places == {
        "config.toml:2",
        "rules/local.toml:4",
        f"templates/pl/ticket.md:{len(letter.read_text().splitlines())}",
    }


def test_an_example_that_ends_elsewhere_is_a_mistake(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    policy = own.home / "rules" / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    wrong = 'auth = "claimed", becomes = "hold" },'
    assert wrong in text
    policy.write_text(text.replace(wrong, 'auth = "claimed", becomes = "reject" },', 1), encoding="utf-8")

    code, said = check(own, capsys)

    line = text[: text.index(wrong)].count("\n") + 1
    assert code == 1
    assert said[0].startswith(f"{own.home}/rules/policy.toml:{line}: this example of rule")
    assert 'outcome is "hold", not "reject"' in said[0]


def test_json_lists_the_mistakes_for_editors(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    (own.home / "rules" / "local.toml").write_text("[[rul]]\n")

    assert run(["check", "--json", "--config", str(own.home / "config.toml")]) == 1

    [mistake] = json.loads(capsys.readouterr().out)
    assert (mistake["file"], mistake["line"]) == (f"{own.home}/rules/local.toml", 1)


def test_a_folder_without_rules_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")

    assert run(["check", "--config", str(tmp_path / "config.toml")]) == 1

    assert "there is no rule file" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('[desk]\ntimezone = "Europe/Warszawa"\n', 'there is no time zone "Europe/Warszawa"'),
        ('[identity]\nnetworks = ["10.0.0.0/99"]\n', '"10.0.0.0/99" is no network'),
        ("[desk]\nrecipients = []\n", "all mail would be refused"),
        ('[desk]\nrecipients = ["helpdesk"]\n', '"helpdesk" is no mail address'),
        ('[desk]\nticket_prefix = "zgl"\n', "write 2 to 8 capital letters"),
        ('[database]\nurl = "postgresql://x/y"\n', "postgresql+psycopg:"),
    ],
)
def test_settings_that_name_what_does_not_exist_are_mistakes(
    setting: str, sentence: str, own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (own.home / "config.toml").write_text(setting)

    code, said = check(own, capsys)
    [mistake] = [line for line in said if not line.startswith("note: ")]

    assert code == 1
    assert "config.toml:2: " in mistake
    assert sentence in mistake


def test_files_that_settings_name_are_looked_at(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    (own.home / "config.toml").write_text(
        '[smtp]\ntls_certificate = "no.pem"\ntls_key = "no.key"\nusers_file = "no.users"\n'
        '[letters]\nrelay_host = "localhost"\nrelay_password_file = "no.password"\n'
    )

    code, said = check(own, capsys)

    assert code == 1
    for name in ("no.pem", "no.users", "no.password"):
        assert [line for line in said if name in line], name


def test_from_the_current_folder_files_are_named_as_an_editor_opens_them(own: Installation) -> None:
    (own.home / "rules" / "local.toml").write_text("[[rul]]\n")

    answer = own.run("check")

    assert answer.code == 1
    assert answer.out.startswith("rules/local.toml:1: ")
