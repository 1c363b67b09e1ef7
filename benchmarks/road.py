"""The whole road: mails a second kept (acknowledged, durable) and settled (ticket and letter recorded).

    .venv/bin/python benchmarks/road.py [--mails 2000] [--connections 10] [--json]

A real daemon with a fresh database takes mails of about 6 KB from hundreds of people of its directory, over kept SMTP
connections. Beside it stand two ceilings of the same machine and the same client: a door that stores nothing, and one
that stores durably. Letters are laid into the Maildir while the rest goes on, as in life.
"""

import argparse
import asyncio
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mailgate.core.facts import Person
from mailgate.store.facade import Store

ROOT = Path(__file__).parents[1]
DESK = "helpdesk-eclo@mf.gov.pl"
PEOPLE = 400
SIZE = 6_000
# Seconds that everything may take before the benchmark gives up.
_PATIENCE = 300
_FILLER = (
    "Sprawdziliśmy to na trzech komputerach i w dwóch przeglądarkach, za każdym razem jest tak samo. Proszę o pomoc. ",
    "W załączeniu opisuję kroki: logowanie, wybór kontekstu firmy, otwarcie formularza, podpis i wysyłka dokumentu. ",
    "Nasz informatyk potwierdza, że po naszej stronie nic się nie zmieniło od ostatniego poprawnego dokumentu. ",
)


def mails(count: int) -> list[bytes]:
    """Mails of about 6 KB, each different, with dots stuffed and their end; the texts are those of tests/routing."""
    cases = [json.loads(line) for line in (ROOT / "tests/routing/ordinary.jsonl").read_text("utf-8").splitlines()]
    return [_mail(number, cases[number % len(cases)]) for number in range(count)]


def _mail(number: int, case: dict[str, Any]) -> bytes:
    sender = f"osoba{number % PEOPLE}@firma.example"
    body = f"{case['body']}\n\nNumer sprawy {number}.\n"
    while len(body.encode()) < SIZE - 600:
        body += _FILLER[len(body) % len(_FILLER)] + ("\n" if len(body) % 5 == 0 else "")
    lines = [line[at : at + 300] for line in body.splitlines() for at in range(0, max(1, len(line)), 300)]
    head = (
        f"Authentication-Results: mailgate.localhost; dmarc=pass header.from=firma.example\r\n"
        f"From: Osoba {number % PEOPLE} <{sender}>\r\nTo: {DESK}\r\nSubject: {case['subject']}\r\n"
        f"Message-ID: <{number}@firma.example>\r\nDate: Mon, 5 Jan 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    text = "".join(("." if line.startswith(".") else "") + line + "\r\n" for line in lines)
    return (head + text + ".\r\n").encode()


class Feeder(asyncio.Protocol):
    """Sends the mails of a shared iterator over one connection, one after the other, and times each."""

    def __init__(self, contents: Iterator[bytes]) -> None:
        self._contents = contents
        self._steps: list[bytes] = [b"EHLO benchmark\r\n"]
        self._began = 0.0
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        self._write = transport.write  # type: ignore[attr-defined]  # what asyncio makes is a Transport
        self._close = transport.close

    def data_received(self, data: bytes) -> None:
        """Send the next step when an answer is whole. Answers are short: none comes in two pieces."""
        last = data.splitlines()[-1]
        if last[:1] not in b"23":
            raise RuntimeError(data.decode())
        if last[3:4] == b"-":
            return
        if not self._steps:
            self._next()
        if self._steps:
            self._write(self._steps.pop(0))

    def _next(self) -> None:
        now = time.perf_counter()
        if self._began:
            self.times.append(now - self._began)
        self._began = now
        content = next(self._contents, None)
        if content is None:
            self._close()
            return
        sender = content.split(b"<", 1)[1].split(b">", 1)[0]
        self._steps = [
            b"MAIL FROM:<" + sender + b">\r\n",
            b"RCPT TO:<" + DESK.encode() + b">\r\n",
            b"DATA\r\n",
            content,
        ]

    def connection_lost(self, _error: Exception | None) -> None:
        """Say that it is over."""
        self.done.set_result(None)


async def feed(port: int, contents: Sequence[bytes], connections: int) -> list[float]:
    """Send all mails; the seconds that each took from MAIL to its receipt."""
    shared = iter(contents)
    loop = asyncio.get_running_loop()
    feeders = [(await loop.create_connection(lambda: Feeder(shared), "127.0.0.1", port))[1] for _ in range(connections)]
    await asyncio.gather(*(feeder.done for feeder in feeders))
    return [each for feeder in feeders for each in feeder.times]


def ceiling(sink: str, contents: Sequence[bytes], connections: int) -> dict[str, Any]:
    """The door of this machine with nothing, or a durable sink, behind it."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        child = subprocess.Popen(  # noqa: S603 (our own file)
            [sys.executable, str(ROOT / "benchmarks/smtp.py"), "--serve", "mailgate", sink, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            port = int(child.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
            began = time.perf_counter()
            times = asyncio.run(feed(port, contents, connections))
            took = time.perf_counter() - began
        finally:
            child.communicate("")
    return {"what": f"door, {'stores nothing' if sink == 'none' else 'stores durably'}", **_figures(times, took)}


def road(contents: Sequence[bytes], connections: int, processes: int) -> list[dict[str, Any]]:
    """The daemon: what it keeps a second, and what it settles a second."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        port = _free_port()
        _install(folder, port, processes)
        daemon = subprocess.Popen(
            [sys.executable, "-m", "mailgate", "serve"], cwd=folder, stderr=(folder / "log").open("w")
        )
        try:
            started = _wait_for_port(port)
            began = time.perf_counter()
            times = asyncio.run(feed(port, contents, connections))
            kept = time.perf_counter() - began
            settled = _settled(folder / "var/mailgate.db", len(contents), began)
            memory = _memory(daemon.pid)
        finally:
            daemon.terminate()
            daemon.wait(30)
    rows = [{"what": f"mailgate, kept ({processes} worker)", **_figures(times, kept)}]
    rows.append({"what": f"mailgate, settled ({processes} worker)", "per second": round(len(contents) / settled)})
    rows.append({"what": "mailgate, start to open port", "s": round(started, 2)})
    rows.append({"what": "mailgate, peak memory", **memory})
    return rows


def _figures(times: list[float], took: float) -> dict[str, Any]:
    times.sort()
    quantile = {f"p{p} ms": round(times[min(len(times) - 1, len(times) * p // 100)] * 1e3, 1) for p in (50, 95, 99)}
    return {"per second": round(len(times) / took), **quantile}


def _install(folder: Path, port: int, processes: int) -> None:
    """A copy of rules and templates, a configuration, and a directory of people."""
    for each in ("rules", "templates"):
        shutil.copytree(ROOT / each, folder / each)
    (folder / "config.toml").write_text(
        f"[smtp]\nport = {port}\n[settle]\nprocesses = {processes}\n[letters]\nper_day = 1_000_000\n", encoding="utf-8"
    )
    (folder / "var").mkdir()
    store = Store(f"sqlite:///{folder / 'var/mailgate.db'}")
    store.upgrade()
    store.people.replace(
        [
            Person(login=f"osoba{n}@firma.example", name=f"Osoba {n}", first_contact=date(2020, 1, 1))
            for n in range(PEOPLE)
        ],
        operator="benchmark",
        now=datetime.now(UTC),
    )
    store.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int) -> float:
    """Seconds until the port opens."""
    began = time.perf_counter()
    while time.perf_counter() - began < _PATIENCE:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.perf_counter() - began
        time.sleep(0.01)
    raise RuntimeError("the daemon did not open its port")


def _settled(database: Path, count: int, began: float) -> float:
    """Seconds from `began` until all messages are settled."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    while time.perf_counter() - began < _PATIENCE:
        states = dict(connection.execute("SELECT state, count(*) FROM message GROUP BY state").fetchall())
        if states.get("settled", 0) + states.get("parked", 0) >= count:
            if states.get("parked"):
                raise RuntimeError(f"{states['parked']} messages were parked")
            return time.perf_counter() - began
        time.sleep(0.02)
    raise RuntimeError("the messages were not settled in time")


def _memory(pid: int) -> dict[str, Any]:
    """Peak resident memory of the daemon and of its workers, in MB."""
    workers = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    peaks = [_peak(each) for each in (pid, *workers)]
    return {"daemon MB": peaks[0], "workers MB": peaks[1:], "sum MB": sum(peaks)}


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Print the rows; one JSON object a line with --json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--processes", default="1", help="numbers of workers to try, with commas")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    contents = mails(told.mails)
    rows = [ceiling(sink, contents, told.connections) for sink in ("none", "durable")]
    for processes in map(int, told.processes.split(",")):
        rows += road(contents, told.connections, processes)
    for row in rows:
        figures = "  ".join(f"{name} {value}" for name, value in row.items() if name != "what")
        sys.stdout.write((json.dumps(row) if told.json else f"{row['what']:<36} {figures}") + "\n")


if __name__ == "__main__":
    main()
