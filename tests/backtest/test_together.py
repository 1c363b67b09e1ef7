"""Several processes replay the past as one would."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.app.backtest import backtest
from mailgate.app.house import folders_of, read_house
from mailgate.backtest.tally import Changed, Tally
from mailgate.cli.root import run
from mailgate.evaluate import KnownDesk
from mailgate.gate import consider
from mailgate.store.past import Stretch
from mailgate.store.verdicts import Verdict
from tests.cli.house import ROOT, Installation
from tests.store.cast import LEASE, anna, raw, writer

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LAST = '[[rule]]\nname = "last"\nwhy = "an operator looks"\nthen = { outcome = "hold" }\n'
ODD = """\
[[rule]]
name = "odd"
why = "a test"
when = { subject_has = ["(1)", "(3)", "(7)"] }
then = { queue = "odd" }
"""
COUNT = 9


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """An installation with few rules that have decided some mails, and a folder `new` with one rule more."""
    made = Installation.make(tmp_path / "house")
    (made.home / "rules").unlink()
    (made.home / "rules").mkdir()
    (made.home / "rules" / "policy.toml").write_text(LAST)
    shutil.copy(ROOT / "rules" / "desk.toml", made.home / "rules" / "desk.toml")
    shutil.copytree(made.home / "rules", made.home / "new")
    (made.home / "new" / "early.toml").write_text(ODD)
    assert run(["db", "upgrade", "--config", str(made.home / "config.toml")]) == 0
    decide(made)
    return made


def decide(made: Installation) -> None:
    """Keep mails and decide them, as the daemon does."""
    found = read_house(made.config, folders_of(made.config))
    with made.store() as store:
        store.keep([raw(anna(number)) for number in range(COUNT)])
        store.rulebooks.keep(found.book.revision, found.book.texts, NOON)
        verdicts = []
        for claimed in store.claim("w1", COUNT, LEASE, NOON):
            seen = consider(claimed.raw, desk=KnownDesk(), house=found)
            verdicts.append(Verdict(message=claimed, facts=seen.facts, decision=seen.decision, reply=None))
        store.record(verdicts, writer(), NOON)


def quiet(done: int, of: int) -> None:
    assert done <= of


def tried(made: Installation, processes: int) -> tuple[Tally, list[Changed]]:
    told: list[Changed] = []
    tally = Tally(examples=2)
    backtest(
        made.config,
        made.home / "new",
        Stretch(since=None, until=None),
        tally=tally,
        processes=processes,
        tick=quiet,
        tell=told.append,
        size=2,
    )
    return tally, told


def test_two_processes_find_what_one_finds_in_the_same_order(house: Installation) -> None:
    tally, told = tried(house, 2)

    assert (tally, told) == tried(house, 1)
    assert tally.mails == COUNT
    assert dict(tally.kinds) == {"queue none -> odd": 3}
    assert [each.message for each in told] == sorted((each.message for each in told), reverse=True)
