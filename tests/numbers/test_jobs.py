"""Jobs and the digest, on a real store of an installation: each once at a time, written down, and told."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mailgate.app.due import JobName, late_by, turn_of
from mailgate.app.jobs import run_job
from mailgate.cli.root import run
from mailgate.store.facade import Store
from mailgate.store.jobs import Result
from tests.cli.house import Installation
from tests.store.cast import ANNA, BORYS, LEASE, REJECT, TICKET, facts_of, raw, verdict, writer

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPERATORS = '[operators]\naddresses = ["ola@mf.gov.pl", "jan@mf.gov.pl"]\nlanguage = "pl"\n'


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    made = Installation.make(tmp_path, config=OPERATORS)
    assert run(["db", "upgrade", "--config", str(tmp_path / "config.toml")]) == 0
    return made


@pytest.fixture
def told(house: Installation, capsys: pytest.CaptureFixture[str]) -> "Told":
    capsys.readouterr()
    return Told(house, capsys)


class Told:
    """What commands print."""

    def __init__(self, house: Installation, capsys: pytest.CaptureFixture[str]) -> None:
        self._house, self._capsys = house, capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code and what was said."""
        code = run([*arguments, "--config", str(self._house.home / "config.toml")])
        said = self._capsys.readouterr()
        return code, said.out, said.err


def fill(store: Store, at: datetime) -> None:
    """A ticket, and two refusals: one with words that nobody may see, and that steer a terminal."""
    store.rulebooks.keep("r1", {"policy.toml": "# all of it\n"}, at)
    evil = BORYS.replace("AKC-WW - jak poprawić deklarację", "Pomocy =?utf-8?q?=1B[31m?= 44051401359")
    for text, decision in ((ANNA, TICKET), (evil, REJECT), (BORYS, REJECT)):
        store.keep([raw(text, received_at=at)])
        [claimed] = store.claim("w1", 1, LEASE, at)
        assert facts_of(claimed.raw)
        store.record([verdict(claimed, decision)], writer(), at)


def test_a_run_is_written_down_with_who_began_it_and_how_it_ended(house: Installation, told: Told) -> None:
    assert told("schedule", "run", "retention", "--operator", "ola")[:2] == (
        0,
        "retention: 0 messages, 0 letters erased\n",
    )

    with house.store() as store:
        [line] = store.jobs.list()
    assert (line.name, line.began_by, line.result, line.ended_at == line.done_at) == (
        "retention",
        "ola",
        Result.DONE,
        True,
    )
    code, listed, _ = told("schedule", "list")
    assert code == 0
    assert "15 3 * * *" in listed
    assert max(map(len, listed.splitlines())) <= 80


@pytest.mark.parametrize("arguments", [("schedule", "run", "retention"), ("retention", "--apply")])
def test_no_job_runs_beside_itself_by_the_clock_or_by_hand(
    house: Installation, told: Told, arguments: tuple[str, ...]
) -> None:
    with house.store() as store, turn_of(JobName.RETENTION, house.config, store.database, "jan"):
        code, _, said = told(*arguments)

        assert code == 75
        assert "jan" in said
        assert store.jobs.list() == ()


def test_a_run_that_fails_says_why_and_is_no_success(house: Installation, told: Told) -> None:
    (house.home / "var/secret").write_text("short", encoding="utf-8")

    code, _, said = told("schedule", "run", "digest")

    with house.store() as store:
        [line] = store.jobs.list()
    assert (code, line.result, line.done_at) == (1, Result.FAILED, None)
    assert line.said is not None
    assert line.said in said


def test_a_job_is_late_when_its_time_came_an_hour_ago(house: Installation) -> None:
    with house.store() as store:
        line = store.jobs.know(["retention"], NOON)["retention"]
        store.jobs.begin("retention", "schedule", NOON + DAY)
        store.jobs.end("retention", Result.FAILED, "the disk is full", NOON + DAY)
        [failed] = store.jobs.list()

    assert late_by(house.config, line, NOON + 14 * HOUR) == timedelta()
    assert late_by(house.config, failed, NOON + 16 * HOUR) == timedelta(minutes=105)


def test_the_digest_is_kept_once_a_day_for_each_operator(house: Installation, told: Told) -> None:
    now = datetime.now(UTC)
    with house.store() as store:
        fill(store, now - HOUR)

    first = run_job(house.config, JobName.DIGEST, "schedule")
    again = run_job(house.config, JobName.DIGEST, "schedule")

    assert (first.said, first.letters) == ("2 letters to operators", True)
    assert (again.said, again.letters) == ("0 letters to operators", False)
    assert "already" in told("digest", "--send")[1]
    with house.store() as store:
        letters = store.outbox.list()
        shown = store.outbox.show(letters[0].id)
        assert store.balance().missing == ()
    assert {each.recipient for each in letters} == {"ola@mf.gov.pl", "jan@mf.gov.pl"}
    assert shown is not None
    letter = message_from_bytes(shown.content, policy=policy.default)
    text = letter.get_body(("plain",))
    assert letter["Subject"] == "Raport: wiadomości 3, do załatwienia 0"
    assert text is not None
    assert "TEMATY, W KTÓRYCH NIE ROZPOZNANO USŁUGI" in text.get_content()
    assert "44051401359" not in text.get_content()
    assert "\x1b" not in text.get_content()


def test_the_digest_compares_with_the_weeks_before(house: Installation, told: Told) -> None:
    now = datetime.now(UTC)
    with house.store() as store:
        fill(store, now - 7 * DAY - HOUR)
        store.keep([raw(ANNA.replace("<sent100@", "<today@"), received_at=now - HOUR)])

    code, printed, _ = told("digest")

    assert code == 0
    assert "Wiadomości: 1; zwykle w tym czasie: 3 (-67%)" in printed
    assert max(map(len, printed.splitlines())) <= 80
