"""The virus scanner: a real clamd with one signature, that of the EICAR test file (eicar.org)."""

import io
import json
import shutil
import socket
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mailgate.app.scanning import Scanner, make_scanner
from mailgate.clamd import Clamd, TooLarge
from mailgate.config.house import ClamavSection, LogSection
from mailgate.core.mail import RawMessage, Scan, ScanResult
from mailgate.core.mail.read import read
from mailgate.intake import Settler
from mailgate.log import make_log
from mailgate.store.claims import StoredMessage
from mailgate.trouble import Temporary
from mailgate.vital import Vital
from tests.cli.house import Installation, until
from tests.store.cast import LEASE, NOON, Considered, consider, new_store, raw, writer

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
# Written in two pieces, so that no scanner stops at this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# What clamd calls what it finds by a signature that is not its own.
SIGNATURE = "Eicar-Test-Signature.UNOFFICIAL"
CONFIG = """\
Foreground yes
LogFile {home}/clamd.log
LocalSocket {home}/clamd.ctl
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {home}/signatures
TemporaryDirectory {home}
User root
StreamMaxLength 1M
MaxThreads 4
"""


def mail(*attachments: tuple[str, bytes]) -> bytes:
    """A mail of Anna's with these files."""
    parts = "".join(
        f'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{b64encode(content).decode()}\r\n"
        for name, content in attachments
    )
    return (
        "Authentication-Results: mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example\r\n"
        "From: Anna Kowalska <anna.kowalska@spedycja-baltyk.example>\r\nTo: helpdesk-eclo@mf.gov.pl\r\n"
        f"Subject: SENT100 - odrzucone\r\nMessage-ID: <{len(parts)}@spedycja-baltyk.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPrzesyłam zrzut ekranu.\r\n"
        f"{parts}--b--\r\n"
    ).encode()


CLEAN = mail(("zrzut.png", b"\x89PNG\r\n\x1a\n"))
INFECTED = mail(("zrzut.png", b"\x89PNG\r\n\x1a\n"), ("faktura.com", EICAR))


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running clamd."""

    unix: str
    tcp: str


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    home = tmp_path_factory.mktemp("clamd")
    (home / "signatures").mkdir()
    (home / "signatures/eicar.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = CONFIG.format(home=home, port=port)
    (home / "clamd.conf").write_text(
        config if Path("/root").owner() == home.owner() else config.replace("User root\n", "")
    )
    with (home / "said").open("wb") as said:
        process = subprocess.Popen([CLAMD, "-c", home / "clamd.conf"], stdout=said, stderr=said)  # noqa: S603  (a server of the test's own)
    try:
        until(lambda: process.poll() is not None or answers(f"{home}/clamd.ctl"), "clamd to listen")
        assert process.poll() is None, (home / "said").read_text()
        yield Daemon(f"{home}/clamd.ctl", f"127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(30)


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(path) == 0


def scanner(address: str, *, required: bool = False, said: io.StringIO | None = None) -> Scanner:
    made = make_scanner(
        ClamavSection(address=address, required=required, timeout=5.0, size_limit=2_000_000),
        make_log(LogSection(), said or io.StringIO()),
        Vital("clamd", lambda: NOON),
    )
    assert made is not None
    return made


def message(content: bytes) -> RawMessage:
    return replace(raw(), content=content)


@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_what_is_in_a_mail_is_found_over_either_socket(clamd: Daemon, way: str) -> None:
    asked = Clamd(getattr(clamd, way), timeout=5.0, size_limit=2_000_000)

    assert asked.scan(CLEAN) is None
    assert asked.scan(INFECTED) == SIGNATURE
    assert asked.scan(b"") is None


def test_the_attachment_in_which_it_is_is_marked(clamd: Daemon) -> None:
    scan = scanner(clamd.unix).scan(message(INFECTED))

    [clean, infected] = read(message(INFECTED)).attachments
    assert scan == Scan(result=ScanResult.INFECTED, signature=SIGNATURE, attachments=(infected.digest,))
    assert clean.name == "zrzut.png"


@pytest.mark.parametrize("size", [1_500_000, 2_500_000])
def test_what_is_too_large_for_clamd_or_for_us_is_said_to_be_so(clamd: Daemon, size: int) -> None:
    with pytest.raises(TooLarge):
        Clamd(clamd.unix, timeout=5.0, size_limit=2_000_000).scan(b"a" * size)

    assert scanner(clamd.unix, required=True).scan(message(b"a" * size)) == Scan(result=ScanResult.TOO_LARGE)


def test_a_message_is_scanned_once(tmp_path: Path) -> None:
    before = Scan(result=ScanResult.CLEAN)

    assert scanner(f"{tmp_path}/nobody", required=True).scan(replace(message(CLEAN), scan=before)) == before


def test_an_absent_scanner_delays_nothing_and_is_told_of_once(tmp_path: Path) -> None:
    said = io.StringIO()
    asked = scanner(f"{tmp_path}/nobody", said=said)

    assert [asked.scan(message(CLEAN)) for _ in range(100)] == [None] * 100

    [line] = said.getvalue().splitlines()
    assert "did not answer (No such file or directory)" in json.loads(line)["why"]


def test_a_required_scanner_that_is_absent_makes_mail_wait(tmp_path: Path) -> None:
    asked = scanner(f"{tmp_path}/nobody", required=True)

    for _ in range(2):
        with pytest.raises(Temporary, match="did not answer"):
            asked.scan(message(CLEAN))


def test_an_ill_scanner_is_asked_again_after_a_pause(clamd: Daemon, tmp_path: Path) -> None:
    time = [100.0]
    (tmp_path / "clamd.ctl").symlink_to(tmp_path / "nobody")
    asked = replace(scanner(f"{tmp_path}/clamd.ctl"), clock=lambda: time[0])
    assert asked.scan(message(INFECTED)) is None
    (tmp_path / "clamd.ctl").unlink()
    (tmp_path / "clamd.ctl").symlink_to(clamd.unix)

    time[0] += 59.0
    assert asked.scan(message(INFECTED)) is None
    time[0] += 2.0
    found = asked.scan(message(INFECTED))

    assert found is not None
    assert found.result is ScanResult.INFECTED


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A server that answers anything with this, or never."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            client, _ = server.accept()
            with client:
                client.settimeout(10)
                if answer is not None:
                    client.sendall(answer)
                while client.recv(65536):
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("answer", [b"stream: Can't allocate memory ERROR\0", b"\x1b[2J\0", b"OK\0", None])
def test_a_scanner_that_lies_or_hangs_is_trouble_and_not_an_answer(answer: bytes | None) -> None:
    with answering(answer) as address, pytest.raises(Temporary):
        Clamd(address, timeout=0.5, size_limit=2_000_000).scan(CLEAN)


def test_mail_waits_for_a_required_scanner_and_what_it_said_is_kept(clamd: Daemon, tmp_path: Path) -> None:
    seen: list[RawMessage] = []

    def think(raw_: RawMessage, _: object) -> Considered:
        seen.append(raw_)
        considered = consider(replace(raw(), content=raw().content))
        return replace(considered, facts=replace(considered.facts, scan=raw_.scan))

    with closing(new_store(tmp_path)) as store:
        store.keep([message(INFECTED)])
        ill = Settler(
            store=store,
            consider=think,
            writer=writer(),
            worker="w1",
            lease=LEASE,
            scan=scanner(f"{tmp_path}/nobody", required=True).scan,
        )
        ill.settle(NOON)
        assert (store.balance().states["kept"], seen) == (1, [])

        replace(ill, scan=scanner(clamd.unix, required=True).scan).settle(NOON + LEASE)

        [stored] = store.messages.load([1])
        assert isinstance(stored, StoredMessage)
        assert stored.raw.scan == seen[0].scan
        assert stored.raw.scan is not None
        assert stored.raw.scan.signature == SIGNATURE


def test_a_daemon_holds_an_infected_mail_and_says_why(clamd: Daemon, tmp_path: Path) -> None:
    house = Installation.make(tmp_path / "house", config=f'[clamav]\naddress = "{clamd.unix}"\nrequired = true\n')
    house.upgrade_with_people()
    with house.daemon() as daemon:
        infected, clean = map(daemon.settled, daemon.send(INFECTED, CLEAN))

    assert (infected.line.outcome, infected.line.reason) == ("hold", "infected")
    saw = next(each.saw for each in infected.decisions[0].findings if each.rule == "infected")
    assert saw == f"the scanner found {SIGNATURE} in faktura.com"
    assert clean.line.outcome == "ticket"
    assert infected.decisions[0].facts is not None
    assert infected.decisions[0].facts["scan"]["result"] == "infected"
