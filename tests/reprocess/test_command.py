"""`mailgate reprocess`, as operators and cron jobs meet it."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from mailgate.app.writer import make_writer
from mailgate.cli.root import run
from mailgate.store.selection import Selection, count_selected, select_pages
from mailgate.store.turns import turn
from tests.choosing.house import NOON, Desk, shipped
from tests.cli.house import PATIENCE, ROOT, Installation
from tests.reprocess.test_again import STRANGER, Case
from tests.torture.snare import VARIABLE, Trap
from tests.torture.steps import REMINDER, Moment

# A process of ours that dies where the environment says.
VICTIM = "import sys; from tests.torture.snare import lay; lay(); from mailgate.cli.root import run; sys.exit(run({}))"
REFUSED = ("reprocess", "--outcome", "reject", "--operator", "ola")


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that has refused three mails of somebody who is a login by now; made once, and only looked at."""
    house = Installation.make(tmp_path_factory.mktemp("refusing") / "house")
    with house.store() as store:
        store.upgrade()
        store.rulebooks.keep(shipped().book.revision, shipped().book.texts, NOON)
        desk = Desk(store=store, writer=make_writer(house.config))
        for number in "123":
            text = STRANGER.replace("<celina-1@", f"<celina-{number}@")
            desk.take(text.replace("SENT100 -", f"SENT100 ({number}) -"))
        desk.settle()
        Case(desk=desk).register("celina@spedycja.example", "Celina Maj")
    return house


@pytest.fixture
def house(refusing: Installation, tmp_path: Path) -> Installation:
    """A copy of it that a test may change."""
    return Installation(Path(shutil.copytree(refusing.home, tmp_path / "house", symlinks=True)))


def ask(house: Installation, *arguments: str) -> int:
    return run([*arguments, "--config", str(house.home / "config.toml")])


def effects(house: Installation) -> tuple[list[int], list[tuple[int, str]], list[str]]:
    """Which messages have tickets, which have had which letters, and what the audit trail says was done."""
    with house.store() as store:
        tickets = sorted(line.message for line in store.tickets.list())
        letters = sorted((line.message or 0, line.template or "") for line in store.outbox.list())
        deeds = sorted(line.object for line in store.audit.list(act="reprocessed"))
    return tickets, [each for each in letters if each[1] == "ticket-later"], deeds


ONCE = ([1, 2, 3], [(n, "ticket-later") for n in (1, 2, 3)], [f"message {n}" for n in (1, 2, 3)])


def test_it_shows_what_would_change_then_does_it_and_is_silent_from_then_on(
    house: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(house, *REFUSED) == 0
    shown = capsys.readouterr().out
    assert "would become a ticket" in shown
    assert "nothing is done yet; to do it, add --apply" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert effects(house) == ([], [], [])

    assert ask(house, *REFUSED, "--apply") == 0
    assert "      3  became a ticket" in capsys.readouterr().out
    assert effects(house) == ONCE

    assert ask(house, "reprocess", "--since", "2020-01-01", "--apply") == 0
    assert capsys.readouterr() == ("", "")
    assert effects(house) == ONCE


def test_json_says_all_of_it(house: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(house, *REFUSED, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in ("applied", "looked", "letters", "stopped")} == {
        "applied": False,
        "looked": 3,
        "letters": 3,
        "stopped": None,
    }
    first = found["changes"][0]
    assert (first["message"], first["from"], first["change"]) == (1, "celina@spedycja.example", "open")
    assert (first["was"]["outcome"], first["was"]["reason"]) == ("reject", "no_login")
    assert (first["becomes"]["outcome"], first["becomes"]["route"]["system"]) == ("ticket", "sent")


def test_the_brake_ends_it_with_exit_code_1_and_says_how_to_go_on(
    house: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(house, *REFUSED, "--apply", "--max-letters", "2") == 1
    said = capsys.readouterr()
    assert "stopped before letter 3, as --max-letters 2 says; to go on, run it again: mailgate" in said.err
    assert len(effects(house)[0]) == 2


def test_who_comes_second_is_told_who_is_at_it(house: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    with house.store() as store, turn(store.database, "reprocess", "jan, process 4711 on desk1"):
        assert ask(house, *REFUSED, "--apply") == 75
        assert "done already by jan, process 4711 on desk1" in capsys.readouterr().err
    assert effects(house) == ([], [], [])


def test_whoever_selects_nothing_has_all_mail_decided_again(
    house: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(house, "reprocess", "--json") == 0
    with house.store() as store:
        assert json.loads(capsys.readouterr().out)["looked"] == len(store.messages.list())


def test_a_message_that_is_not_there_is_named(house: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(house, "reprocess", "77", "--since", "30d", "--until", "1d") == 1
    assert '"77" names no message' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(), (1, 2, 3)),
        (Selection(outcomes=("reject", "hold")), (1, 2, 3)),
        (Selection(outcomes=("ticket",)), ()),
        (Selection(reasons=("no_login",)), (1, 2, 3)),
        (Selection(reasons=("no_history",)), ()),
        (Selection(since=NOON), (1, 2, 3)),
        (Selection(since=NOON + timedelta(seconds=1)), ()),
        (Selection(until=NOON), ()),
        (Selection(until=NOON + timedelta(seconds=1)), (1, 2, 3)),
        (Selection(service="sent-do-polski"), ()),
        (Selection(revision=shipped().book.revision[:8]), (1, 2, 3)),
        (Selection(revision="no-such"), ()),
        (Selection(ids=(3, 2), outcomes=("reject",)), (2, 3)),
        (Selection(ids=(3, 2), reasons=("no_history",)), ()),
    ],
)
def test_mail_is_selected_by_what_became_of_it_and_when_it_came(
    refusing: Installation, selection: Selection, found: tuple[int, ...]
) -> None:
    with refusing.store() as store:
        assert tuple(chain.from_iterable(select_pages(store.database, selection))) == found
        assert count_selected(store.database, selection) == len(found)


def test_killed_in_the_middle_and_run_by_two_at_once_it_does_everything_once(
    house: Installation, tmp_path: Path
) -> None:
    arguments = [*REFUSED, "--apply", "--config", str(house.home / "config.toml")]
    [step] = [each for each in REMINDER if each.moment is Moment.UNCOMMITTED]
    trap = Trap.at(step, passes=2, victims="self", mark=tmp_path / "mark")

    def born(**environment: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603  (our own command)
            [sys.executable, "-c", VICTIM.format(arguments)], cwd=ROOT, env={**os.environ, **environment},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    with born(**{VARIABLE: trap.text}) as victim:
        assert victim.wait(PATIENCE) == -9
    assert len(effects(house)[0]) == 1, "the first one was done, the second one was not"

    with born() as one, born() as other:
        codes = {one.wait(PATIENCE), other.wait(PATIENCE)}
    assert codes <= {0, 75}
    assert 0 in codes
    assert effects(house) == ONCE
