"""`golden`: a stored mail is kept beside the rules, run, accepted and taken away."""

import json
import shutil

import pytest

from mailgate.cli.root import run
from tests.cli.house import ROOT, Installation, sample
from tests.cli.stored import keep_decided


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with one decided mail."""
    house = Installation.make(tmp_path_factory.mktemp("golden") / "house")
    assert run(["db", "upgrade", "--config", str(house.home / "config.toml")]) == 0
    keep_decided(house, sample("01-sent100-odrzucone.eml"))
    return house


def mailgate(house: Installation, *arguments: str) -> int:
    return run([*arguments, "--config", str(house.home / "config.toml")])


def test_a_stored_mail_is_kept_run_accepted_and_taken_away(
    made: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (made.home / "rules").unlink()
    shutil.copytree(ROOT / "rules", made.home / "rules")
    folder = made.home / "rules" / "golden"

    assert mailgate(made, "golden", "add", "1", "--operator", "ewa") == 0
    name = "sent100-odrzucone-zgloszenie-blad-walida"
    assert "Read it before you share it" in capsys.readouterr().out
    assert b"owalsk" not in (folder / f"{name}.eml").read_bytes()
    assert mailgate(made, "golden", "add", "1") == 1
    assert f"there is a golden mail {name} already" in capsys.readouterr().err

    expected = folder / f"{name}.expected"
    expected.write_text(expected.read_text().replace('outcome = "ticket"', 'outcome = "hold"'))
    assert mailgate(made, "check") == 1
    said = capsys.readouterr().out
    assert f"golden/{name}.expected:1: golden mail {name} ends elsewhere now" in said
    assert '-outcome = "hold"\n+outcome = "ticket"' in said

    assert mailgate(made, "golden", "list", "--json") == 0
    assert [each["ends_as_expected"] for each in json.loads(capsys.readouterr().out)] == [False]
    assert mailgate(made, "golden", "accept", "--all", "--operator", "ewa") == 0
    assert f"accepted: {name}" in capsys.readouterr().out
    assert mailgate(made, "golden", "show", name) == 0
    assert capsys.readouterr().out.endswith("It does.\n")
    assert mailgate(made, "golden", "remove", name, "--operator", "ewa") == 0

    assert list(folder.iterdir()) == []
    with made.store() as store:
        trail = [(each.operator, each.details["how"]) for each in store.audit.list(act="golden_changed")]
    assert trail == [("ewa", "remove"), ("ewa", "accept"), ("ewa", "add")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("golden", "show", "nobody"), 'there is no golden mail "nobody"; see: mailgate golden list'),
        (("golden", "remove", "../policy"), 'there is no golden mail "../policy"'),
        (("golden", "add", "4711"), '"4711" names no stored messages; see: mailgate messages list'),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(
    arguments: tuple[str, ...], sentence: str, made: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mailgate(made, *arguments) == 1

    assert sentence in capsys.readouterr().err
