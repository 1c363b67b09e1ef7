"""The whole road: mails a second kept (acknowledged, durable) and settled (ticket and letter recorded).

    .venv/bin/python -m benchmarks.road [--mails 2000] [--connections 10] [--processes 1,2] [--json]

A real daemon with a fresh database, SQLite or PostgreSQL, takes mails of about 6 KB from hundreds of people of its
directory, over kept SMTP connections, or fetches them from a mailbox of a Dovecot. Beside it stand two ceilings of the
same machine and the same client: a door that stores nothing, and one that stores durably. Letters are laid into the
Maildir while the rest goes on, as in life. Each row of what is kept says how much that is of the second ceiling.
"""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.settling import DESK, ROOT, lay_out, login, open_store
from mailgate.store.database import Database
from mailgate.store.tables import MessageState, messages
from tests.cli.house import until
from tests.imap.dovecot import PASSWORD, Dovecot, running
from tests.postgres import postgres

PEOPLE = 400
# A server that keeps what it has acknowledged, with memory as one has that does nothing else.
CAREFUL = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
}
_IMAP = """
[identity]
sources = ["imap"]
[[imap]]
name = "bench"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password_file = "password"
poll = 1.0
"""
SIZE = 6_000
# Seconds that everything may take before the benchmark gives up.
_PATIENCE = 300
_FILLER = (
    "Sprawdziliśmy to na trzech komputerach i w dwóch przeglądarkach, za każdym razem jest tak samo. Proszę o pomoc. ",
    "W załączeniu opisuję kroki: logowanie, wybór kontekstu firmy, otwarcie formularza, podpis i wysyłka dokumentu. ",
    "Nasz informatyk potwierdza, że po naszej stronie nic się nie zmieniło od ostatniego poprawnego dokumentu. ",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Daemon:
    """A daemon whose door is open."""

    database: Database
    port: int
    pid: int
    # Seconds that it took to open it.
    started: float


def mails(count: int) -> list[bytes]:
    """Mails of about 6 KB, each different, with dots stuffed and their end; the texts are those of tests/routing."""
    cases = [json.loads(line) for line in (ROOT / "tests/routing/ordinary.jsonl").read_text("utf-8").splitlines()]
    return [_mail(number, cases[number % len(cases)]) for number in range(count)]


def _mail(number: int, case: dict[str, Any]) -> bytes:
    sender = login(number % PEOPLE)
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
        child = subprocess.Popen(  # noqa: S603  (our own file)
            [sys.executable, "-m", "benchmarks.smtp", "--serve", "mailgate", sink, folder],
            cwd=ROOT,
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


def road(contents: Sequence[bytes], connections: int, processes: int, url: str, durable: int) -> list[dict[str, Any]]:
    """The daemon behind its SMTP door: what it keeps a second, and what it settles a second.

    Args:
        contents: the mails.
        connections: so many bring them.
        processes: so many settle them.
        url: of an empty PostgreSQL database; "": SQLite.
        durable: mails a second of the durable ceiling.
    """
    on = f"{'PostgreSQL' if url else 'SQLite'}, {processes} {'worker' if processes == 1 else 'workers'}"
    with _daemon(f"[settle]\nprocesses = {processes}\n", url) as daemon:
        began = time.perf_counter()
        times = asyncio.run(feed(daemon.port, contents, connections))
        kept = time.perf_counter() - began
        settled = _await(lambda: _is_settled(daemon.database, len(contents)), began)
        memory = _memory(daemon.pid)
    figures = _figures(times, kept)
    share = {"of durable": f"{figures['per second'] / durable:.0%}"}
    return [
        {"what": f"kept, {on}", **figures, **share},
        {"what": f"settled, {on}", "per second": round(len(contents) / settled)},
        {"what": f"start to open port, {on}", "s": round(daemon.started, 2)},
        {"what": f"peak memory, {on}", **memory},
    ]


def mailbox(contents: Sequence[bytes], server: Dovecot, url: str) -> list[dict[str, Any]]:
    """The daemon at a mailbox: what it fetches a second, and what it settles a second."""
    on = "PostgreSQL" if url else "SQLite"
    server.user = on.lower()
    with server.client():
        """A mailbox comes into being when somebody looks into it."""
    with _daemon(_IMAP.format(port=server.port, user=server.user), url) as daemon:
        began = time.perf_counter()
        server.fill(content.removesuffix(b".\r\n") for content in contents)
        kept = _await(lambda: _count(daemon.database) >= len(contents), began)
        settled = _await(lambda: _is_settled(daemon.database, len(contents)), began)
    return [
        {"what": f"fetched by IMAP, {on}", "per second": round(len(contents) / kept)},
        {"what": f"settled from IMAP, {on}", "per second": round(len(contents) / settled)},
    ]


def _figures(times: list[float], took: float) -> dict[str, Any]:
    times.sort()
    quantile = {f"p{p} ms": round(times[min(len(times) - 1, len(times) * p // 100)] * 1e3, 1) for p in (50, 95, 99)}
    return {"per second": round(len(times) / took), **quantile}


@contextmanager
def _daemon(settings: str, url: str) -> Iterator[_Daemon]:
    """A daemon whose door is open."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        config = lay_out(folder, f"[smtp]\nport = {_free_port()}\n{settings}", PEOPLE, url)
        (folder / "password").write_text(PASSWORD)
        store = open_store(config)
        with (folder / "log").open("w") as log:
            began = time.perf_counter()
            daemon = subprocess.Popen([sys.executable, "-m", "mailgate", "serve"], cwd=folder, stderr=log)
        try:
            started = _await(lambda: _is_open(config.smtp.port), began)
            yield _Daemon(database=store.database, port=config.smtp.port, pid=daemon.pid, started=started)
        finally:
            daemon.terminate()
            daemon.wait(30)
            store.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _await(look: Callable[[], bool], began: float) -> float:
    """Seconds from `began` until that is so."""
    until(look, "the daemon", _PATIENCE)
    return time.perf_counter() - began


def _count(database: Database, *states: MessageState) -> int:
    """Messages in these states; in any, when none is named."""
    counted = select(func.count()).select_from(messages)
    with database.reading() as connection:
        return connection.execute(counted.where(messages.c.state.in_(states)) if states else counted).scalar_one()


def _is_settled(database: Database, count: int) -> bool:
    if parked := _count(database, MessageState.PARKED):
        raise RuntimeError(f"{parked} messages were parked")
    return _count(database, MessageState.SETTLED) >= count


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
    parser.add_argument("--processes", default="1,2", help="numbers of workers to try, with commas")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    for row in _rows(mails(told.mails), told.connections, [int(each) for each in told.processes.split(",")]):
        figures = "  ".join(f"{name} {value}" for name, value in row.items() if name != "what")
        sys.stdout.write((json.dumps(row) if told.json else f"{row['what']:<36} {figures}") + "\n")
        sys.stdout.flush()


def _rows(contents: Sequence[bytes], connections: int, processes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Every row, as soon as it is measured."""
    yield ceiling("none", contents, connections)
    durable = ceiling("durable", contents, connections)
    yield durable
    with postgres(**CAREFUL) as server, running() as dovecot:
        for number in processes:
            for url in ("", server.make(f"road{number}")):
                yield from road(contents, connections, number, url, durable["per second"])
        for url in ("", server.make("mailbox")):
            yield from mailbox(contents, dovecot, url)


if __name__ == "__main__":
    main()
