"""A daemon that is stopped under load, short of handles or of memory, or whose clock jumps: it loses nothing."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from tests.cli.house import ANNA, DESK, PATIENCE, Daemon, Installation, numbered, until

pytestmark = pytest.mark.long

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
FREE = "[letters]\nper_address_per_day = 100000\nper_domain_per_day = 100000\nanswer_minutes = 0\n"
MEGABYTE = 1024 * 1024


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    made = Installation.make(tmp_path / "house", config=FREE)
    made.upgrade_with_people()
    return made


@contextmanager
def load(daemon: Daemon, clients: int = 4) -> Iterator[list[str]]:
    """Clients that send as fast as they can until the block ends or the door closes; the digests with a receipt."""
    taken: list[str] = []
    over, numbers, port = threading.Event(), count(), daemon.port

    def client() -> None:
        while not over.is_set():
            content = numbered(next(numbers))
            try:
                with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as door:
                    door.sendmail(ANNA, [DESK], content, ["BODY=8BITMIME"])
                    taken.append(digest_of(content))
            except (smtplib.SMTPException, OSError):
                return

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield taken
    finally:
        over.set()
        for thread in threads:
            thread.join()


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def all_become_tickets(house: Installation, daemon: Daemon, digests: list[str]) -> None:
    """Each of them one ticket and one letter that left once, and the balance agrees."""
    for digest in digests:
        assert daemon.settled(digest).decisions[-1].outcome == "ticket"
    with house.store() as store:
        until(lambda: not (store.balance().letters["due"] or store.balance().letters["leased"]), "letters to leave")
        found = store.balance()
    assert found.missing == ()
    assert found.tickets == found.messages == found.letters["sent"]
    assert len(list((house.home / "var/letters/new").iterdir())) == found.tickets


def test_sigterm_under_load_ends_it_well_and_in_time_and_loses_nothing(house: Installation) -> None:
    with house.daemon() as daemon:
        with load(daemon) as taken:
            until(lambda: len(taken) > 40, "mails to come in")
            assert daemon.stop() == 0
        assert daemon.events("stopped")
    with house.daemon() as daemon:
        all_become_tickets(house, daemon, taken)


def test_out_of_handles_the_door_takes_later_whom_it_cannot_take_now(house: Installation) -> None:
    with house.daemon(under=("prlimit", "--nofile=48")) as daemon:
        with ExitStack() as crowd:
            for _ in range(60):
                crowd.enter_context(socket.create_connection(("127.0.0.1", daemon.port), timeout=PATIENCE))
            until(lambda: len(list(Path(f"/proc/{daemon.process.pid}/fd").iterdir())) >= 47, "the handles to run out")
        digests = daemon.send(*map(numbered, range(5)))

        all_become_tickets(house, daemon, digests)
        assert daemon.stop() == 0


@cache
def huge(size: int) -> bytes:
    """A mail with an attachment of so many bytes."""
    head = numbered(0).replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    line = b"QUJD" * 18 + b"\n"
    kept = b"\n".join(x for x in head.split(b"\n") if not x.lower().startswith((b"content-", b"mime-")))
    return (
        kept + b"\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\n"
        b"Prosze o pomoc.\n\n--b1\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n"
        b"Content-Transfer-Encoding: base64\n\n" + line * (size // len(line)) + b"--b1--\n"
    ).replace(b"\n", b"\r\n")


def answer_to(port: int, content: bytes) -> int:
    """Send one mail; gives the code of the answer, or 0 where the connection broke: then the sender keeps it, too."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
            client.sendmail(ANNA, [DESK], content)
    except smtplib.SMTPResponseException as refusal:
        return refusal.smtp_code
    except (smtplib.SMTPServerDisconnected, OSError):
        return 0
    return 250


def test_short_of_memory_the_door_asks_to_come_later_and_the_daemon_lives(tmp_path: Path) -> None:
    limits = f"size_limit = {60 * MEGABYTE}\nmemory_limit = {400 * MEGABYTE}\n"
    house = Installation.make(tmp_path / "house", config=limits + FREE)
    house.upgrade_with_people()
    with house.daemon(under=("prlimit", f"--as={450 * MEGABYTE}")) as daemon:
        mails = [b"X-Number: %d\r\n" % number + huge(50 * MEGABYTE) for number in range(3)]
        with ThreadPoolExecutor(len(mails)) as senders:
            codes = list(senders.map(partial(answer_to, daemon.port), mails))

        # Where not even the system's buffer can be read, the connection is cut; that is below us.
        assert set(codes) <= {0, 250, 451, 452}
        assert set(codes) != {250}, "so much does not fit"
        until(lambda: answer_to(daemon.port, numbered(100)) == 250, "the memory to be given back")
        assert daemon.settled(digest_of(numbered(100))).decisions[-1].outcome == "ticket"
        assert daemon.stop() == 0
    assert house.run("balance").code == 0


def test_a_clock_that_jumps_forward_and_back_makes_nothing_twice_and_forgets_nothing(house: Installation) -> None:
    clock = house.home / "clock"
    clock.write_text("+0")
    moved = (
        "env",
        f"LD_PRELOAD={FAKETIME}",
        f"FAKETIME_TIMESTAMP_FILE={clock}",
        "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
    )
    digests: list[str] = []
    with house.daemon(under=moved) as daemon:
        for jump in ("+0", "+3d", "-3d", "+1h", "-1y"):
            clock.write_text(jump)
            digests += daemon.send(*map(numbered, range(len(digests), len(digests) + 5)))

        all_become_tickets(house, daemon, digests)
        clock.write_text("+0")
        assert daemon.stop() == 0
    with house.store() as store:
        receipts = [line.received_at for line in store.messages.list(limit=100)]
    assert max(receipts) - min(receipts) > timedelta(days=300), "the clock has jumped"


def test_while_dns_hangs_mail_is_settled_in_time_as_what_it_claims(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        dns = (
            f'[identity]\nmode = "verify"\nresolver = "127.0.0.1"\nresolver_port = {port}\n'
            "dns_query_timeout = 0.3\ndns_timeout = 1.0\n"
        )
        house = Installation.make(tmp_path / "house", config=dns)
        house.upgrade_with_people()
        with house.daemon() as daemon:
            digests = daemon.send(*map(numbered, range(20)))

            for digest in digests:
                assert daemon.settled(digest).decisions[-1].outcome == "ticket"
            assert {line["trust"] for line in daemon.events("settled")} == {"claimed"}
            assert daemon.stop() == 0
        assert house.run("balance").code == 0
