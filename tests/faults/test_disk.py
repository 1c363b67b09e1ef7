"""The disk is full, or the database is gone: senders keep their mail, and as soon as it is well again, all goes on."""

import os
import smtplib
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.house import Daemon, Installation, numbered, until

pytestmark = pytest.mark.long

# Bytes of the disk that is filled.
SMALL = 12 * 1024 * 1024
BIG = b"X-Filler: " + b"x" * 900


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A file system of its own; only root may mount one."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603  (a command of the system)
    assert mounted.returncode == 0, f"run this as root, who may mount a disk: {mounted.stderr.decode()}"
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S603, S607  (as above)


def fill(place: Path) -> Path:
    """Take all the room there is."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                continue
        except OSError:
            return filler
    raise AssertionError("the disk cannot be filled")


def offer(daemon: Daemon, numbers: range) -> tuple[list[str], list[int]]:
    """Send mails one by one; gives the digests of those with a receipt, and the codes of the refusals."""
    taken, refused = [], []
    for number in numbers:
        try:
            taken += daemon.send(numbered(number))
        except smtplib.SMTPResponseException as refusal:
            refused.append(refusal.smtp_code)
    return taken, refused


def test_while_the_disk_is_full_senders_come_again_and_then_nothing_is_missing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk"):
        house = Installation.make(tmp_path / "house")
        (house.home / "var").symlink_to(tmp_path / "disk", target_is_directory=True)
        house.upgrade_with_people()
        with house.daemon() as daemon:
            taken, refused = offer(daemon, range(5))
            assert (len(taken), refused) == (5, [])
            for digest in taken:
                daemon.settled(digest)

            filler = fill(tmp_path / "disk")
            more, refused = offer(daemon, range(5, 100))
            assert set(refused) <= {451, 452}
            assert len(refused) > 50, "what fits into the log that is there already may be taken"
            assert house.run("receive", stdin=numbered(1000)).code == 75
            filler.unlink()

            rest, refused = offer(daemon, range(100, 105))
            assert refused == []
            for digest in taken + more + rest:
                assert daemon.settled(digest).decisions[-1].outcome == "ticket"
            with house.store() as store:
                until(lambda: store.balance().letters["sent"] == len(taken + more + rest), "every letter to leave")
            assert daemon.stop() == 0
        assert house.run("balance").code == 0
        assert house.run("audit", "verify").code == 0


def test_a_file_that_may_not_grow_is_a_full_disk_too(tmp_path: Path) -> None:
    """Where nobody can mount anything: a limit on the size of files, as of a quota."""
    house = Installation.make(tmp_path / "house")
    house.upgrade_with_people()
    size = sum(file.stat().st_size for file in (house.home / "var").glob("mailgate.db*"))
    with house.daemon("--role", "smtp", under=("prlimit", f"--fsize={size}")) as daemon:
        taken, refused = offer(daemon, range(400))
        assert set(refused) == {451}
        assert not daemon.ended
    with house.daemon() as daemon:
        for digest in taken:
            assert daemon.settled(digest).decisions[-1].outcome == "ticket"
    assert house.run("balance").code == 0


def test_while_another_process_has_the_database_the_sender_is_asked_to_come_again(tmp_path: Path) -> None:
    house = Installation.make(tmp_path / "house")
    house.upgrade_with_people()
    with house.daemon() as daemon:
        with closing(sqlite3.connect(house.home / "var" / "mailgate.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            taken, refused = offer(daemon, range(1))
            assert (taken, refused) == ([], [451])
            other.execute("ROLLBACK")
        [digest], refused = offer(daemon, range(1))
        assert refused == []
        assert daemon.settled(digest).decisions[-1].outcome == "ticket"


def test_a_database_that_was_away_for_a_while_loses_nothing_and_is_used_again(tmp_path: Path) -> None:
    house = Installation.make(tmp_path / "house")
    house.upgrade_with_people()
    with house.daemon() as daemon:
        before, _ = offer(daemon, range(20))
        os.rename(house.home / "var", house.home / "away")  # noqa: PTH104  (while it is being written to)
        taken, refused = offer(daemon, range(20, 25))
        assert (taken, refused) == ([], [451] * 5)
        until(lambda: daemon.events("worker waits"), "the worker to notice")
        (house.home / "away").rename(house.home / "var")

        after, refused = offer(daemon, range(25, 30))

        assert refused == []
        for digest in before + after:
            assert daemon.settled(digest).decisions[-1].outcome == "ticket"
        assert daemon.stop() == 0
    assert house.run("balance").code == 0
