"""Deaths of a whole daemon: whoever passes a step, its counterpart, or all at once; and at any moment under load."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event

from tests.cli.house import until
from tests.torture.ledger import Row
from tests.torture.office import Office, office
from tests.torture.steps import DOOR, LETTER, WORKER, Step
from tests.torture.victims import Nursery, Whole, pause, whole

_STEPS = tuple(("SMTP", step) for step in DOOR) + tuple(("letters", step) for step in LETTER)
_WORKERS = tuple(("worker", step) for step in WORKER)
_MAILS = 3
# Clients that send at the same time, under load.
_CLIENTS = 4
# Seconds of load before a kill, at most.
_LONGEST = 1.5


def die_at_steps(folder: Path, nursery: Nursery, kills: int, chance: Random) -> list[Row]:
    """So many deaths of a daemon with a worker, at the steps and with the victims in turn."""
    with office(folder, nursery) as here:
        deaths = [
            *((way, step, victims) for victims in ("all", "other") for way, step in (*_WORKERS, *_STEPS)),
            *((way, step, "self") for way, step in (*_WORKERS, *_STEPS)),
        ]
        chance.shuffle(deaths)
        for number in range(kills):
            _die(here, *deaths[number % len(deaths)])
        return here.judge()


def _die(here: Office, way: str, step: Step, victims: str) -> None:
    """One death, and what comes after it."""
    who = {"self": f"the {_process(way)}", "other": f"the {_other(way)}", "all": "all processes"}[victims]
    row = here.ledger.row(f"daemon: {who} killed", f"{way}: {step.name}")
    trap = here.trap(step, victims=victims)
    with whole(here.folder, trap) as daemon:
        mails = [here.ledger.add(here.mail(), row) for _ in range(_MAILS)]
        if port := daemon.await_port():
            for mail in mails:
                here.deliver(mail, port)
        until(lambda: Path(trap.mark).exists(), f"{step.name} to be reached")
        row.kills += 1
        if victims == "all" or (who == "the daemon"):
            daemon.await_end()
            here.note_window(row)
        else:
            _finish(here, daemon)
    _get_done(here)


def _get_done(here: Office) -> None:
    """A daemon that nobody kills does everything that is left."""
    if here.ledger.unanswered or here.waiting() or here.due():
        with whole(here.folder) as daemon:
            _finish(here, daemon)


def _finish(here: Office, daemon: Whole) -> None:
    """Bring what had no receipt, wait until everything is done, and stop."""
    port = daemon.await_port()
    assert port, f"the daemon did not start: {daemon.log}"
    for mail in here.ledger.unanswered:
        assert here.deliver(mail, port)
    until(lambda: not here.waiting(), "every mail to be decided")
    until(lambda: not here.due(), "every letter to leave")
    daemon.stop()


def _process(way: str) -> str:
    return "worker" if way == "worker" else "daemon"


def _other(way: str) -> str:
    return "daemon" if way == "worker" else "worker"


def die_under_load(folder: Path, nursery: Nursery, kills: int, chance: Random) -> list[Row]:
    """So many deaths at any moment, while mail comes in from all sides."""
    with office(folder, nursery) as here:
        for number in range(kills):
            victims = ("daemon", "worker", "all")[number % 3]
            who = "all processes" if victims == "all" else f"the {victims}"
            row = here.ledger.row(f"daemon: {who} killed", "at any moment, under load")
            with whole(here.folder) as daemon, _load(here, daemon, row):
                pause(chance.uniform(0.05, _LONGEST))
                _kill(daemon, victims)
                row.kills += 1
                if victims == "worker":
                    pause(chance.uniform(0.05, _LONGEST))
                    daemon.kill_all()
                daemon.await_end()
            here.note_window(row)
            # Every other time the dead are followed by the dying.
            if number % 2:
                _get_done(here)
        _get_done(here)
        return here.judge()


def _kill(daemon: Whole, victims: str) -> None:
    if victims == "all":
        daemon.kill_all()
    elif victims == "daemon":
        daemon.process.kill()
    else:
        daemon.kill_workers()


@contextmanager
def _load(here: Office, daemon: Whole, row: Row) -> Iterator[None]:
    """Clients that send one mail after the other, until the daemon is gone."""
    port = daemon.await_port()
    assert port, f"the daemon did not start: {daemon.log}"
    until(lambda: daemon.events("ready"), "the daemon to be ready")
    over = Event()

    def client() -> None:
        while not over.is_set() and here.deliver(here.ledger.add(here.mail(), row), port):
            continue

    with ThreadPoolExecutor(_CLIENTS) as clients:
        running = [clients.submit(client) for _ in range(_CLIENTS)]
        try:
            yield
        finally:
            over.set()
    for each in running:
        each.result()
