"""Several processes on one database, and processes that are killed."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgate.store.facade import Store
from mailgate.store.tables import LetterState
from tests.store.cast import NOON, anna, claim_all, letter, raw, verdict, writer
from tests.store.worker import MANY

ROOT = Path(__file__).parents[2]


class Process:
    """One worker process."""

    def __init__(self, role: str, name: str, url: str, hours: int = 0) -> None:
        command = [sys.executable, "-m", "tests.store.worker", role, name, url, str(hours)]
        self._process = subprocess.Popen(  # noqa: S603  (our own worker)
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait_until_ready(self) -> None:
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def go(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def hear(self, lines: int) -> list[str]:
        """The next lines that it says; fewer when it ends."""
        assert self._process.stdout
        heard = (self._process.stdout.readline().strip() for _ in range(lines))
        return [line for line in heard if line]

    def kill(self) -> list[str]:
        """Kill it as the power cut does; the answer is what it had said and we had not heard."""
        self._process.kill()
        return self.end()

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    def end(self) -> list[str]:
        """Wait until it ends; the answer is the rest of what it said."""
        assert self._process.stdin
        assert self._process.stdout
        said = self._process.stdout.read()
        self._process.wait(timeout=60)
        self._process.stdin.close()
        self._process.stdout.close()
        return said.split()


@contextmanager
def processes(role: str, url: str, count: int, hours: int = 0) -> Iterator[list[Process]]:
    """Processes that begin at the same moment; all have ended at the end."""
    started = [Process(role, f"{role}{hours}-{number}", url, hours) for number in range(count)]
    try:
        for process in started:
            process.wait_until_ready()
        for process in started:
            process.go()
        yield started
    finally:
        for process in started:
            if not process.has_ended:
                process.kill()


def fill(store: Store, count: int) -> None:
    """Mails that wait."""
    store.keep([raw(anna(number)) for number in range(count)])


def test_two_processes_keep_at_once_and_nothing_is_lost(store: Store, url: str) -> None:
    with processes("keep", url, 2) as (one, other):
        receipts = one.hear(100) + other.hear(100)
        receipts += one.kill() + other.kill()

    kept = {line.digest for line in store.messages.list(limit=100_000)}

    assert set(receipts) <= kept
    assert store.balance().missing == ()


def test_two_processes_settle_one_queue_and_no_mail_becomes_two_tickets(store: Store, url: str) -> None:
    fill(store, 200)

    with processes("settle", url, 2) as (one, other):
        numbers = one.end() + other.end()

    assert len(numbers) == len(set(numbers)) == 200
    found = store.balance()
    assert (found.tickets, found.letters["due"], found.states["settled"]) == (200, 200, 200)
    assert found.missing == ()


def test_two_processes_send_and_every_letter_leaves_once(store: Store, url: str) -> None:
    fill(store, 100)
    verdicts = [verdict(message, reply=letter(cause=f"ticket:{message.id}")) for message in claim_all(store)]
    store.record(verdicts, writer(MANY), NOON)

    with processes("send", url, 2) as (one, other):
        letters = one.end() + other.end()

    assert len(letters) == len(set(letters)) == 100
    assert store.balance().letters["sent"] == 100


def test_a_receipt_that_was_given_outlives_any_kill(store: Store, url: str) -> None:
    receipts: list[str] = []
    for hours in range(3):
        with processes("keep", url, 1, hours) as [keeper]:
            receipts += keeper.hear(40 + 17 * hours)
            receipts += keeper.kill()

    kept = {line.digest for line in store.messages.list(limit=100_000)}

    assert len(receipts) >= 3 * 40
    assert set(receipts) <= kept
    assert all(store.messages.raw(line.id) for line in store.messages.list(limit=100_000))
    assert store.balance().missing == ()


def test_killed_workers_lose_no_mail_and_open_no_ticket_twice(store: Store, url: str) -> None:
    fill(store, 120)
    for hours in range(3):
        with processes("settle", url, 1, hours) as [worker]:
            worker.hear(20 + 7 * hours)
            worker.kill()
            assert store.balance().missing == ()

    with processes("settle", url, 1, 3) as [worker]:
        worker.end()

    found = store.balance()
    assert found.states["settled"] == found.tickets == found.letters["due"] == 120
    assert found.missing == ()


def test_killed_senders_repeat_a_letter_only_with_the_same_message_id_and_lose_none(store: Store, url: str) -> None:
    fill(store, 60)
    verdicts = [verdict(message, reply=letter(cause=f"ticket:{message.id}")) for message in claim_all(store)]
    store.record(verdicts, writer(MANY), NOON)
    taken: list[str] = []
    for hours in range(3):
        with processes("send", url, 1, hours) as [sender]:
            taken += sender.hear(9)
            taken += sender.kill()
    with processes("send", url, 1, 3) as [sender]:
        taken += sender.end()

    written = {line.message_id for line in store.outbox.list(limit=1000)}
    assert set(taken) == written
    assert {line.state for line in store.outbox.list(limit=1000)} == {LetterState.SENT}
    assert sum(times - 1 for times in Counter(taken).values()) <= 3 * 5, "at most what was under way at each kill"
