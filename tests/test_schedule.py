"""The clock calls what it is handed, again and again, and survives what that raises."""

from datetime import timedelta
from threading import Event

from mailgate.schedule import Job, Schedule


def test_a_job_runs_at_once_and_again() -> None:
    runs: list[None] = []
    twice = Event()

    def run() -> None:
        runs.append(None)
        if len(runs) == 2:
            twice.set()

    clock = Schedule([Job(name="look", every=timedelta(milliseconds=20), run=run)], lambda *_: None)
    clock.start()
    try:
        assert twice.wait(30)
    finally:
        clock.stop()


def test_what_a_job_raises_is_told_and_it_runs_again() -> None:
    told: list[tuple[str, str]] = []
    again = Event()

    def run() -> None:
        if told:
            again.set()
        raise ValueError("our bug")

    clock = Schedule(
        [Job(name="look", every=timedelta(milliseconds=20), run=run)],
        lambda name, error: told.append((name, str(error))),
    )
    clock.start()
    try:
        assert again.wait(30)
    finally:
        clock.stop()

    assert told[0] == ("look", "our bug")


def test_a_clock_that_never_started_can_be_stopped() -> None:
    Schedule([], lambda *_: None).stop()
