"""A little torture with every build; `make kills` does it all, and docs/torture.md shows what came of it."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.postgres import Server
from tests.torture.choosing import answer, remind, retain
from tests.torture.effects import fetch, lay, push
from tests.torture.ledger import Row
from tests.torture.road import named, walk
from tests.torture.victims import Nursery, nursery
from tests.torture.whole import die_under_load


@pytest.fixture(scope="module")
def born() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


def faults(rows: list[Row]) -> list[Row]:
    """The rows that are not clean."""
    return [row for row in rows if not row.is_clean]


CHANCE = Random(6)  # noqa: S311  (chance, not secrecy)


def test_kills_on_the_road_lose_nothing_and_double_nothing(tmp_path: Path, born: Nursery) -> None:
    rows = walk(
        tmp_path / "road",
        born,
        [
            named("SMTP", "keep: uncommitted", "claim: after", "take a letter: after"),
            named("LMTP", "receipt (250): before", "record: before", "send the text: before"),
            named("pipe", "receipt (exit 0): after", "record: uncommitted", "mark sent: after"),
        ],
        CHANCE,
    )

    assert faults(rows) == []
    assert [row.kills for row in rows] == [1] * 9
    assert sum(row.acknowledged for row in rows) == 3 * 3 + 3 + 3 + 1


def test_kills_on_the_road_on_postgresql_lose_nothing_and_double_nothing(
    tmp_path: Path, born: Nursery, server: Server
) -> None:
    last = named("LMTP", "receipt (250): after", "record: uncommitted", "mark sent: uncommitted")

    assert faults(walk(tmp_path / "server", born, [last], CHANCE, server.make("kills"))) == []


def test_kills_of_whoever_reads_a_mailbox_lose_nothing_and_double_nothing(tmp_path: Path, born: Nursery) -> None:
    assert faults(fetch(tmp_path / "mailboxes", born, 1)) == []


def test_kills_of_whoever_lays_letters_into_a_folder_repeat_none(tmp_path: Path, born: Nursery) -> None:
    assert faults(lay(tmp_path / "folder", born, 1)) == []


def test_kills_of_whoever_tells_the_ticket_system_open_no_ticket_twice(tmp_path: Path, born: Nursery) -> None:
    assert faults(push(tmp_path / "pushes", born, 2)) == []


def test_a_kill_between_the_relays_yes_and_our_mark_repeats_a_letter_under_the_same_message_id(
    tmp_path: Path, born: Nursery
) -> None:
    last = named("pipe", "keep: after", "record: after", "the relay's yes: after")

    rows = walk(tmp_path / "yes", born, [last], CHANCE)

    assert faults(rows) == []
    assert [row.repeated > 0 for row in rows] == [False, False, True]


def test_kills_over_an_answer_revive_the_kept_mail_once(tmp_path: Path, born: Nursery) -> None:
    assert faults(answer(tmp_path / "answers", born, 2)) == []


def test_a_reminder_that_was_killed_leaves_once(tmp_path: Path, born: Nursery) -> None:
    assert faults(remind(tmp_path / "reminders", born, 2)) == []


def test_retention_that_was_killed_erases_once(tmp_path: Path, born: Nursery) -> None:
    assert faults(retain(tmp_path / "retention", born, 2)) == []


def test_a_daemon_that_is_killed_under_load_loses_nothing(tmp_path: Path, born: Nursery) -> None:
    assert faults(die_under_load(tmp_path / "load", born, 1, CHANCE)) == []
