"""Messages a second through the SMTP door, beside aiosmtpd as it comes.

    .venv/bin/python -m benchmarks.smtp [--seconds 4] [--connections 10] [--door mailgate,aiosmtpd]

The door runs in a process of its own and stores either nothing, or each message in SQLite (WAL, synchronous=FULL, one
commit for all messages that wait). The client waits for every answer, as most senders do, and keeps its connections.
"""

import argparse
import asyncio
import json
import logging
import os
import queue
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from mailgate.config.doors import SmtpSection
from mailgate.core.mail import RawMessage
from mailgate.heap import return_large_blocks
from mailgate.smtp.door import Door

ROOT = Path(__file__).parents[1]
DESK = "helpdesk-eclo@mf.gov.pl"
SIZES = {"6 KB": 6_000, "280 KB": 280_000, "25 MB": 25_000_000}
HEAD = (
    b"From: Anna Nowak <anna.nowak@firma-transport.pl>\r\nTo: helpdesk-eclo@mf.gov.pl\r\n"
    b"Subject: AES - brak komunikatu IE529\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
)
LINE = b"Od rana nie dostajemy komunikatu IE529 do zgloszenia 26PL301010E0012345, prosze.\r\n"


def mail(size: int) -> bytes:
    """A mail of about that size, with its end."""
    return HEAD + LINE * ((size - len(HEAD)) // len(LINE)) + b".\r\n"


class DurableSink:
    """Stores messages; those that come while a commit is under way share the next one."""

    def __init__(self, file: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._waiting: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop = loop
        self._file = file
        threading.Thread(target=self._write, daemon=True).start()

    async def keep(self, content: bytes) -> None:
        """Come back when the message is durable."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put((content, done))
        await done

    def _write(self) -> None:
        database = sqlite3.connect(self._file, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, content BLOB NOT NULL)")
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            database.execute("BEGIN")
            database.executemany("INSERT INTO message (content) VALUES (?)", [(content,) for content, _ in batch])
            database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_release, [done for _, done in batch])


def _release(waiting: list["asyncio.Future[None]"]) -> None:
    for done in waiting:
        if not done.done():
            done.set_result(None)


async def _nothing(_content: bytes) -> None:
    """Store nothing."""


class _Plain:
    """What aiosmtpd needs to hand a message on."""

    def __init__(self, keep: Callable[[bytes], Awaitable[None]]) -> None:
        self._keep = keep

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  theirs
        await self._keep(envelope.original_content or b"")
        return "250 OK"


async def serve(door: str, sink: str, folder: Path) -> None:
    """Open a door, say its port, and close it when stdin ends."""
    return_large_blocks()
    loop = asyncio.get_running_loop()
    store = DurableSink(folder / "sink.db", loop).keep if sink == "durable" else _nothing
    if door == "aiosmtpd":
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        handler = _Plain(store)
        server = await loop.create_server(
            lambda: SMTP(handler, enable_SMTPUTF8=True, hostname="localhost", loop=loop), "127.0.0.1", 0, backlog=512
        )
        port = server.sockets[0].getsockname()[1]
    else:

        async def keep(message: RawMessage) -> None:
            await store(message.content)

        opened = Door(
            SmtpSection(port=0),
            recipients=[DESK],
            keep=keep,
            now=lambda: datetime.now(UTC),
            log=lambda *_args, **_fields: None,
        )
        await opened.start()
        port = opened.port
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


class Sender(asyncio.Protocol):
    """Sends one mail after another over one connection until told to stop, and times each.

    Args:
        content: the mail with its end.
        until: when to stop, by `time.perf_counter`.
        way: "kept" keeps the connection, "per mail" makes one for each, "pipelined" keeps it and sends what RFC 2920
            lets it send in one go, as Postfix does.
    """

    def __init__(self, content: bytes, until: float, way: str) -> None:
        sender, recipient = b"MAIL FROM:<anna.nowak@firma-transport.pl>\r\n", f"RCPT TO:<{DESK}>\r\n".encode()
        # What to send, and how many answers to wait for.
        self._steps = [(sender, 1), (recipient, 1), (b"DATA\r\n", 1), (content, 1)]
        if way == "pipelined":
            self._steps[:3] = [(sender + recipient + b"DATA\r\n", 3)]
        self._until = until
        self._once = way == "per mail"
        self._step = -2
        self._wanted = 1
        self._began = 0.0
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        self._write = transport.write  # type: ignore[attr-defined]  # what asyncio makes is a Transport
        self._close = transport.close
        self._began = time.perf_counter()

    def data_received(self, data: bytes) -> None:
        """Take the next step when all answers are there. Answers are short: none comes in two pieces."""
        lines = data.splitlines()
        if any(line[:1] not in b"23" for line in lines):
            raise RuntimeError(data.decode())
        self._wanted -= sum(line[3:4] == b" " for line in lines)
        if self._wanted:
            return
        self._step += 1
        if self._step == len(self._steps):
            self.times.append(time.perf_counter() - self._began)
            if self._once or time.perf_counter() > self._until:
                self._close()
                return
            self._step = 0
        if self._step == 0 and not self._once:
            self._began = time.perf_counter()
        said, self._wanted = (b"EHLO benchmark\r\n", 1) if self._step < 0 else self._steps[self._step]
        self._write(said)

    def connection_lost(self, _error: Exception | None) -> None:
        """Say that it is over."""
        self.done.set_result(None)


async def send(port: int, content: bytes, seconds: float, connections: int, way: str) -> list[float]:
    """Send for so long over so many connections; the time of each mail."""
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    times: list[float] = []

    async def one() -> None:
        while time.perf_counter() < until:
            _, sender = await loop.create_connection(lambda: Sender(content, until, way), "127.0.0.1", port)
            await sender.done
            times.extend(sender.times)

    await asyncio.gather(*(one() for _ in range(connections)))
    return times


def cpu_seconds(pid: int) -> float:
    """What a process has used of a core, in user and kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(door: str, sink: str, size: str, seconds: float, connections: int, way: str) -> dict[str, Any]:
    """One row of the table."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        child = subprocess.Popen(  # noqa: S603  this very file
            [sys.executable, "-m", "benchmarks.smtp", "--serve", door, sink, folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            port = int(child.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
            asyncio.run(send(port, mail(SIZES[size]), 0.5, connections, way))
            began, used = time.perf_counter(), cpu_seconds(child.pid)
            times = sorted(asyncio.run(send(port, mail(SIZES[size]), seconds, connections, way)))
            took, used = time.perf_counter() - began, cpu_seconds(child.pid) - used
            status = Path(f"/proc/{child.pid}/status").read_text()
            peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        finally:
            child.communicate("")
    return {
        "door": door,
        "sink": sink,
        "mail": size,
        "connection": way,
        "per second": round(len(times) / took),
        "cpu us": round(used / len(times) * 1e6),
        "p50 ms": round(times[len(times) // 2] * 1e3, 2),
        "p99 ms": round(times[len(times) * 99 // 100] * 1e3, 2),
        "peak MB": round(peak / 1024),
    }


def main() -> None:
    """Print the table, and the rows as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--door", default="aiosmtpd,mailgate")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", nargs=3, metavar=("DOOR", "SINK", "FOLDER"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.serve:
        asyncio.run(serve(told.serve[0], told.serve[1], Path(told.serve[2])))
        return
    rows = []
    for size, sink, way in (
        ("6 KB", "none", "kept"),
        ("6 KB", "none", "pipelined"),
        ("6 KB", "none", "per mail"),
        ("6 KB", "durable", "kept"),
        ("280 KB", "none", "kept"),
        ("280 KB", "durable", "kept"),
        ("25 MB", "durable", "kept"),
    ):
        for door in told.door.split(","):
            row = measure(door, sink, size, told.seconds, told.connections, way)
            rows.append(row)
            if told.json:
                sys.stdout.write(json.dumps(row) + "\n")
            else:
                head = "" if len(rows) > 1 else "  ".join(f"{name:>10}" for name in row) + "\n"
                sys.stdout.write(head + "  ".join(f"{value!s:>10}" for value in row.values()) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
