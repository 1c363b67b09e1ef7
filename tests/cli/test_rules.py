"""`rules`: former revisions are listed, compared, and put back."""

import json
import shutil
from pathlib import Path

import pytest

from mailgate.app.parts import now
from mailgate.app.rules import install_rules
from mailgate.cli.root import run
from mailgate.core.rulebook import revision_of
from mailgate.rulefiles import read_texts
from tests.cli.house import ROOT, Installation

MINE = '[[rule]]\nname = "mine"\nwhy = "a test"\nwhen = { from_domain = "firma.example" }\nthen = { queue = "mine" }\n'
LAST = '[[rule]]\nname = "last"\nwhy = "an operator looks"\nthen = { outcome = "hold" }\n'
PLACE = "early.toml"


@pytest.fixture
def own(tmp_path: Path) -> Installation:
    """An installation whose rules a daemon has taken, and then a changed set of them."""
    house = Installation.make(tmp_path / "house")
    (house.home / "rules").unlink()
    (house.home / "rules").mkdir()
    (house.home / "rules" / "policy.toml").write_text(LAST)
    shutil.copy(ROOT / "rules" / "desk.toml", house.home / "rules" / "desk.toml")
    assert run(["db", "upgrade", "--config", str(house.home / "config.toml")]) == 0
    take(house)
    (house.home / "rules" / PLACE).write_text(MINE)
    take(house)
    return house


def take(house: Installation) -> None:
    """As a daemon does that sees the files."""
    texts, _ = read_texts(house.home / "rules")
    with house.store() as store:
        store.rulebooks.keep(revision_of(texts), texts, now())


def rules(house: Installation, *arguments: str) -> int:
    return run(["rules", *arguments, "--config", str(house.home / "config.toml")])


def test_the_log_lists_revisions_with_what_changed(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    assert rules(own, "log") == 0

    head, newest, _ = capsys.readouterr().out.splitlines()
    assert head.split() == ["revision", "in", "force", "by", "mails", "what", "changed"]
    assert newest.split()[1:] == ["now", "mailgate", "0", "new", "rule", "mine"]


def test_the_former_revision_is_put_back_by_name_of_whoever_did_it(
    own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    before, _ = read_texts(own.home / "rules")

    assert rules(own, "rollback", "--yes", "--operator", "ewa") == 0

    assert "The rules are those of revision" in capsys.readouterr().out
    after, _ = read_texts(own.home / "rules")
    assert after == {name: text for name, text in before.items() if name != PLACE}
    with own.store() as store:
        newest = store.rulebooks.log()[0]
    assert (newest.operator, newest.how, newest.in_force) == ("ewa", "rollback", True)
    assert rules(own, "rollback", "--yes") == 0
    assert read_texts(own.home / "rules") == (before, ())


def test_what_was_changed_since_is_kept_before_it_is_replaced(own: Installation) -> None:
    (own.home / "rules" / PLACE).write_text("[[rul]]\n")
    changed, _ = read_texts(own.home / "rules")

    assert rules(own, "rollback", "--yes") == 0

    assert (own.home / "rules" / PLACE).read_text() == MINE
    with own.store() as store:
        kept = [store.rulebooks.files(line.revision) for line in store.rulebooks.log()]
    assert changed in kept


def test_the_difference_to_the_folder_is_a_unified_diff(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    (own.home / "rules" / PLACE).write_text(MINE.replace('queue = "mine"', 'queue = "ours"'))
    capsys.readouterr()

    assert rules(own, "diff") == 0

    said = capsys.readouterr().out
    assert f"+++ folder/{PLACE}" in said
    assert '-then = { queue = "mine" }\n+then = { queue = "ours" }\n' in said


def test_two_revisions_and_a_folder_are_compared(own: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    with own.store() as store:
        newest, oldest = (line.revision for line in store.rulebooks.log())
    capsys.readouterr()

    assert rules(own, "diff", "--json", oldest[:6], newest[:6]) == 0
    [between] = json.loads(capsys.readouterr().out)
    assert rules(own, "diff", newest, str(own.home / "rules")) == 0

    assert between["file"] == PLACE
    assert "no difference" in capsys.readouterr().out


def test_a_revision_that_no_longer_loads_is_refused_and_nothing_is_changed(
    own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    before, _ = read_texts(own.home / "rules")
    with own.store() as store:
        store.rulebooks.keep_aside("broken", {**before, PLACE: MINE.replace("from_domain", "from_domian")}, now())

    assert rules(own, "rollback", "broken", "--yes") == 1

    assert f"{PLACE}:4: there is no condition" in capsys.readouterr().err
    assert read_texts(own.home / "rules") == (before, ())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rollback", "0000000"), 'there is no revision "0000000"'),
        (("rollback",), "Nobody is here to answer; add --yes"),
        (("diff", "nowhere"), 'there is no revision "nowhere", and no such folder'),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    arguments: tuple[str, ...], sentence: str, own: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_texts(own.home / "rules")

    assert rules(own, *arguments) == 1

    assert sentence in capsys.readouterr().err
    assert read_texts(own.home / "rules") == before


def test_golden_mails_go_along(own: Installation) -> None:
    texts, _ = read_texts(own.home / "rules")
    with own.store() as store:
        install_rules(
            store,
            own.home / "rules",
            texts,
            how="promote",
            operator="ewa",
            also={"golden/a.eml": b"Subject: A\r\n\r\n"},
        )

    assert (own.home / "rules" / "golden" / "a.eml").read_bytes() == b"Subject: A\r\n\r\n"
