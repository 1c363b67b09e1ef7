"""`rules promote`: only what is sound goes live, at a stroke, after everybody has seen what changes."""

import json
import shutil
from pathlib import Path

import pytest

from mailgate.app.promoting import promote, promoting, read_candidate
from mailgate.cli.root import run
from mailgate.rulefiles import read_texts
from mailgate.trouble import Temporary
from tests.cli.house import ROOT, Installation

LAST = '[[rule]]\nname = "last"\nwhy = "an operator looks"\nthen = { outcome = "hold" }\n'
MINE = '[[rule]]\nname = "mine"\nwhy = "a test"\nwhen = { from_domain = "firma.example" }\nthen = { queue = "mine" }\n'


@pytest.fixture
def own(tmp_path: Path) -> Installation:
    """An installation with few rules, and a folder `new` with one rule more."""
    house = Installation.make(tmp_path / "house")
    (house.home / "rules").unlink()
    (house.home / "rules").mkdir()
    (house.home / "rules" / "policy.toml").write_text(LAST)
    shutil.copy(ROOT / "rules" / "desk.toml", house.home / "rules" / "desk.toml")
    shutil.copytree(house.home / "rules", house.home / "new")
    (house.home / "new" / "early.toml").write_text(MINE)
    assert run(["db", "upgrade", "--config", str(house.home / "config.toml")]) == 0
    return house


def rules(house: Installation, *arguments: str) -> int:
    return run(["rules", *arguments, "--config", str(house.home / "config.toml")])


def live(house: Installation) -> dict[str, str]:
    return dict(read_texts(house.home / "rules")[0])


def test_new_rules_go_live_with_the_name_of_whoever_promoted_them(
    own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    new = str(own.home / "new")

    assert rules(own, "promote", new, "--yes", "--operator", "jan") == 0

    said = capsys.readouterr().out
    assert "new rule mine" in said
    assert "nothing would change" in said
    assert live(own) == dict(read_texts(own.home / "new")[0])
    with own.store() as store:
        deed = store.audit.list(limit=1)[0]
    assert (deed.operator, deed.act, deed.details["how"]) == ("jan", "rules_changed", "promote")


def test_without_a_yes_in_a_pipe_it_only_shows_what_would_change(
    own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    before = live(own)

    assert rules(own, "promote", str(own.home / "new")) == 1

    said = capsys.readouterr()
    assert "new rule mine" in said.out
    assert "add --yes" in said.err
    assert live(own) == before


def test_a_broken_book_never_goes_live(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    before = live(own)
    (own.home / "new" / "early.toml").write_text(MINE.replace("queue", "queu"))

    assert rules(own, "promote", str(own.home / "new"), "--yes") == 1

    said = capsys.readouterr().err
    assert "early.toml:5" in said
    assert "nothing was changed" in said
    assert live(own) == before


def test_an_example_that_ends_elsewhere_keeps_rules_from_going_live(own: Installation) -> None:
    before = live(own)
    wrong = 'examples = [ { subject = "SENT", body = "Pomocy", becomes = "ticket" } ]\n'
    (own.home / "new" / "early.toml").write_text(MINE + wrong)

    assert rules(own, "promote", str(own.home / "new"), "--yes") == 1

    assert live(own) == before


def test_promoting_what_is_there_already_says_that_nothing_changes(
    own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rules(own, "promote", str(own.home / "rules"), "--json") == 0

    assert json.loads(capsys.readouterr().out)["changed"] is False


def test_two_do_not_promote_at_the_same_time(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    with promoting(own.config):
        assert rules(own, "promote", str(own.home / "new"), "--yes") == 75

    assert "somebody else is promoting" in capsys.readouterr().err
    assert "early.toml" not in live(own)


def test_rules_that_were_changed_meanwhile_are_not_run_over(own: Installation) -> None:
    candidate = read_candidate(own.config, own.home / "new")
    (own.home / "rules" / "other.toml").write_text(MINE)

    with own.store() as store, pytest.raises(Temporary, match="promote again"):
        promote(own.config, store, candidate, "jan")

    assert "early.toml" not in live(own)
