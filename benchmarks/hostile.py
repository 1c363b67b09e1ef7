"""Random and hostile bytes at a door, while good mail must still be kept.

    .venv/bin/python -m benchmarks.hostile --seconds 120 [--seed 1] [--attackers 40]

The door runs in a process of its own. It fails, with exit code 1 and a sentence for each reason, when anything was
logged as a bug of ours or by asyncio, when a good mail did not get its 250 or is not there unchanged, when an answer
shows our inside, when a connection, a file or a byte in flight is left over, or when memory grew after the warm-up.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from mailgate.config.doors import SmtpSection
from mailgate.core.mail import RawMessage
from mailgate.heap import return_large_blocks
from mailgate.smtp.door import Door

DESK = "helpdesk-eclo@mf.gov.pl"
TESTS = Path(__file__).parent.parent / "tests" / "smtp"
# Good mail comes from another address than the attackers, who may use up what one address may take.
GOOD, EVIL = "127.0.0.1", "127.0.0.2"
OURS = (b"Traceback", b"Error(", b"Exception", b"aiosmtpd", b"Python", b"mailgate/")
WORDS = (
    b"EHLO a", b"HELO b", b"MAIL FROM:<a@b.pl>", b"MAIL FROM:<>", b"MAIL FROM:<", b"RCPT TO:<helpdesk-eclo@mf.gov.pl>",
    b"RCPT TO:<@", b"DATA", b"RSET", b"NOOP", b"VRFY x", b"HELP", b"STARTTLS", b"AUTH PLAIN", b"AUTH LOGIN",
    b"AUTH PLAIN AGEAYg==", b"BDAT 5 LAST", b"GET / HTTP/1.1", b"EXPN x", b"\0\0", b"\xff\xfe", b"\x1b[2J", b"9" * 300,
    b"MAIL FROM:<a@b.pl> SIZE=99999999999999999999", "MAIL FROM:<ż@ż.pl> SMTPUTF8".encode(), b'MAIL FROM:<"a@b.pl>',
    b"%s%n{0}${jndi:x}", b"QUIT",
)  # fmt: skip
ENDS = (b"\r\n", b"\n", b"\r", b"\r\n.\r\n", b"\n.\n", b"\n.\r\n", b"\r\n.\r", b"\0\r\n", b"")


# The door and its process


@dataclass
class Watch:
    """What the door's process has seen."""

    kept: Counter[bytes] = field(default_factory=Counter)
    others: int = 0
    troubles: list[str] = field(default_factory=list)

    async def keep(self, message: RawMessage) -> None:
        """Remember good mail; let now and then the event loop run in between, as a store would."""
        await asyncio.sleep(0)
        if message.content.startswith(b"Subject: good "):
            self.kept[message.content] += 1
        else:
            self.others += 1

    def log(self, event: str, **fields: object) -> None:
        """Take note of bugs alone."""
        if "exc_info" in fields:
            self.troubles.append(f"{event}: {fields['exc_info']!r}")

    def hear_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take note of what asyncio would print as a traceback."""
        self.troubles.append(f"asyncio: {context.get('message')} {context.get('exception')!r}")


class Ear(logging.Handler):
    """Hears what any library logs as a warning or worse."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        """Take note."""
        self._watch.troubles.append(f"{record.name}: {record.getMessage()}")


def status(door: Door, watch: Watch) -> str:
    """The state of the process as one line of JSON."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return json.dumps({
        "rss": pages * os.sysconf("SC_PAGE_SIZE"),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "connections": door.connections,
        "in_flight": door.bytes_in_flight,
        "good": sum(watch.kept.values()),
        "good_distinct": len(watch.kept),
        "others": watch.others,
        "troubles": watch.troubles[:20],
    })  # fmt: skip


async def serve(users: str) -> None:
    """Open a door, and answer every line on stdin with the state, until stdin ends."""
    return_large_blocks()
    watch = Watch()
    asyncio.get_running_loop().set_exception_handler(watch.hear_loop)
    logging.getLogger().addHandler(Ear(watch))
    section = SmtpSection(
        port=0,
        size_limit=200_000,
        memory_limit=5_000_000,
        max_connections=120,
        max_connections_per_address=80,
        command_timeout=2.0,
        data_timeout=4.0,
        auth_delay=0.01,
        auth_window=1.0,
        tls_certificate=TESTS / "certificate.pem",
        tls_key=TESTS / "key.pem",
        users_file=Path(users),
    )
    door = Door(section, recipients=[DESK], keep=watch.keep, now=lambda: datetime.now(UTC), log=watch.log)
    await door.start()
    sys.stdout.write(f"{door.port}\n")
    sys.stdout.flush()
    while await asyncio.to_thread(sys.stdin.readline):
        sys.stdout.write(status(door, watch) + "\n")
        sys.stdout.flush()
    await door.stop()


# The attackers


class Enemy:
    """One hostile connection."""

    def __init__(self, port: int, chance: random.Random, seen: bytearray) -> None:
        self.port = port
        self.chance = chance
        self._seen = seen

    async def connect(self) -> None:
        """Knock."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(EVIL, 0))

    async def send(self, data: bytes) -> None:
        """Send, in one piece or in several."""
        while data:
            cut = len(data) if self.chance.random() < 0.7 else self.chance.randint(1, len(data))
            self.writer.write(data[:cut])
            await self.writer.drain()
            data = data[cut:]

    async def hear(self) -> bytes:
        """What the door says next, if it says anything soon."""
        try:
            said = await asyncio.wait_for(self.reader.read(65_536), 0.2)
        except TimeoutError:
            return b""
        self._seen += said
        return said

    async def begin(self) -> None:
        """Everything up to the text of a mail."""
        await self.send(f"EHLO x\r\nMAIL FROM:<a@b.pl>\r\nRCPT TO:<{DESK}>\r\nDATA\r\n".encode())
        for _ in range(4):
            if b"354" in await self.hear():
                break

    def reset(self) -> None:
        """Leave with a reset instead of a goodbye."""
        line = self.writer.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def random_bytes(enemy: Enemy) -> None:
    """Anything."""
    for _ in range(enemy.chance.randint(1, 5)):
        await enemy.send(enemy.chance.randbytes(enemy.chance.choice((1, 10, 1_000, 100_000))))
    await enemy.hear()


async def broken_commands(enemy: Enemy) -> None:
    """Commands, mutated, glued and cut."""
    for _ in range(enemy.chance.randint(1, 30)):
        line = bytearray(enemy.chance.choice(WORDS))
        if line and enemy.chance.random() < 0.4:
            line[enemy.chance.randrange(len(line))] = enemy.chance.randrange(256)
        await enemy.send(bytes(line) + enemy.chance.choice(ENDS))
    await enemy.hear()


async def hostile_text(enemy: Enemy) -> None:
    """A mail of look-alike ends and smuggled commands, ended or not."""
    await enemy.begin()
    for _ in range(enemy.chance.randint(1, 30)):
        piece = enemy.chance.choice((enemy.chance.choice(WORDS), enemy.chance.randbytes(300), b"x" * 20_000))
        await enemy.send(piece + enemy.chance.choice(ENDS))
    await enemy.hear()


async def far_too_large(enemy: Enemy) -> None:
    """A mail beyond the limit, in lines or in none."""
    await enemy.begin()
    await enemy.send(enemy.chance.choice((b"x" * 998 + b"\r\n", b"y" * 1_000, b"..\r\n" * 250)) * 600)
    await enemy.send(b"\r\n.\r\n")
    await enemy.hear()


async def endless_line(enemy: Enemy) -> None:
    """A command that does not end."""
    await enemy.send(b"EHLO " + b"x" * enemy.chance.choice((3_000, 300_000)))
    await enemy.hear()


async def broken_tls(enemy: Enemy) -> None:
    """STARTTLS, and then something else than TLS."""
    await enemy.send(b"EHLO x\r\nSTARTTLS\r\n" + enemy.chance.choice((b"", b"EHLO evil\r\n")))
    await enemy.hear()
    await enemy.send(enemy.chance.choice((b"", b"\x16\x03\x01\x02\x00", enemy.chance.randbytes(500))))
    await enemy.hear()


async def over_tls(enemy: Enemy) -> None:
    """Real TLS, with guesses and rubbish inside."""
    await enemy.send(b"STARTTLS\r\n")
    for _ in range(3):
        if b"Ready" in await enemy.hear():
            break
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await asyncio.wait_for(enemy.writer.start_tls(context), 1)
    await enemy.send(b"EHLO x\r\n")
    for _ in range(enemy.chance.randint(1, 6)):
        guess = enemy.chance.choice(
            (b"AUTH PLAIN AGEAYg==", b"AUTH LOGIN\r\nYQ==\r\nYg==", b"AUTH PLAIN\r\n*", b"STARTTLS")
        )
        await enemy.send(enemy.chance.choice((guess, enemy.chance.choice(WORDS))) + b"\r\n")
        await enemy.hear()


async def deaf_flood(enemy: Enemy) -> None:
    """Very many commands, and no ear for the answers."""
    await enemy.send(enemy.chance.choice(WORDS) * 20 + b"\r\n" + b"EHLO x\r\n" * 5_000)


async def silence(enemy: Enemy) -> None:
    """Nothing, or half a mail, for longer than is allowed."""
    await enemy.send(enemy.chance.choice((b"", b"EHLO x\r\nMAIL", b"EHLO x\r\n")))
    if enemy.chance.random() < 0.5:
        await enemy.begin()
    for _ in range(30):
        await enemy.send(b"x")
        await asyncio.sleep(0.1)


async def knock(_enemy: Enemy) -> None:
    """Come and go."""


ATTACKS: Sequence[Callable[[Enemy], Awaitable[None]]] = (
    random_bytes, broken_commands, hostile_text, far_too_large, endless_line, broken_tls, over_tls, deaf_flood, silence,
    knock, knock, knock,
)  # fmt: skip


async def attack(port: int, chance: random.Random, until: float, seen: bytearray, done: Counter[str]) -> None:
    """One attacker: one hostile connection after another."""
    while time.monotonic() < until:
        enemy, way = Enemy(port, chance, seen), chance.choice(ATTACKS)
        try:
            await enemy.connect()
        except OSError:
            continue
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            await asyncio.wait_for(way(enemy), 5)
        done[way.__name__] += 1
        if chance.random() < 0.5:
            enemy.reset()
        else:
            enemy.writer.close()


async def write_mail(port: int, number: int) -> str:
    """One good mail, as a careful client sends it; what went wrong, or ""."""
    content = f"Subject: good {number}\r\n\r\n.dot\r\n".encode() + bytes(range(1, 10)) + b"\r\n"
    try:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(GOOD, 0))
            await reader.readline()
            for line in ("HELO good.example", "MAIL FROM:<anna@firma.pl>", f"RCPT TO:<{DESK}>", "DATA"):
                writer.write(f"{line}\r\n".encode())
                said = await reader.readline()
                if said[:1] not in b"23":
                    return f"good mail {number}: {line!r} got {said!r}"
            writer.write(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            said = await reader.readline()
            writer.close()
    except (OSError, TimeoutError) as error:
        return f"good mail {number}: {error!r}"
    return "" if said.startswith(b"250") else f"good mail {number} got {said!r}"


# The judge


@dataclass
class Report:
    """What was seen, and what is wrong with it."""

    good: int = 0
    problems: list[str] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)


async def besiege(child: "subprocess.Popen[str]", seconds: float, attackers: int, seed: int) -> Report:
    """Attack for so long, with a good mail in between ten times a second, and look at the door every second."""
    port = int(child.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
    report, seen, done = Report(), bytearray(), Counter[str]()
    began = time.monotonic()
    until = began + seconds
    chances = [random.Random(seed * 1_000 + number) for number in range(attackers)]  # noqa: S311  repeatable
    crowd = [asyncio.create_task(attack(port, chance, until, seen, done)) for chance in chances]
    look = began
    while time.monotonic() < until:
        report.good += 1
        problem = await write_mail(port, report.good)
        report.problems += [problem] if problem else []
        report.problems += [f"an answer shows {word!r}" for word in OURS if word in seen]
        seen.clear()
        if time.monotonic() >= look:
            look += 1
            report.states.append(await asyncio.to_thread(ask, child))
        await asyncio.sleep(0.1)
    await asyncio.gather(*crowd)
    for _ in range(100):
        report.states.append(await asyncio.to_thread(ask, child))
        if not report.states[-1]["connections"]:
            break
        await asyncio.sleep(0.1)
    sys.stdout.write(f"{sum(done.values())} hostile connections: {dict(done)}\n")
    return report


def ask(child: "subprocess.Popen[str]") -> dict[str, Any]:
    """The state of the door's process."""
    child.stdin.write("?\n")  # type: ignore[union-attr]  # it is a pipe
    child.stdin.flush()  # type: ignore[union-attr]  # likewise
    state: dict[str, Any] = json.loads(child.stdout.readline())  # type: ignore[union-attr]  # likewise
    return state


def judge(report: Report) -> list[str]:
    """Everything that is wrong."""
    last, states = report.states[-1], report.states
    problems = [*report.problems, *last["troubles"]]
    if (last["good"], last["good_distinct"]) != (report.good, report.good):
        problems.append(f"{report.good} good mails were sent, {last['good']} kept, {last['good_distinct']} different")
    if last["connections"] or last["in_flight"]:
        problems.append(f"left over: {last['connections']} connections, {last['in_flight']} bytes in flight")
    if last["files"] > states[0]["files"] + 2:
        problems.append(f"left over: files grew from {states[0]['files']} to {last['files']}")
    third = len(states) // 3
    early, late = (max(state["rss"] for state in part) for part in (states[third : 2 * third], states[2 * third :]))
    if late > early * 1.1:
        problems.append(f"memory grew from {early >> 20} to {late >> 20} MB")
    return problems


def main() -> int:
    """Besiege a door and judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--attackers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--serve", metavar="USERS", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.serve:
        asyncio.run(serve(told.serve))
        return 0
    # What the attackers' own asyncio thinks of broken connections.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        users = Path(folder) / "users"
        users.write_text(f"anna@firma.pl:{PasswordHasher(time_cost=1, memory_cost=1024).hash('right')}\n")
        command = [sys.executable, __file__, "--serve", str(users)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  us
        try:
            report = asyncio.run(besiege(child, told.seconds, told.attackers, told.seed))
        finally:
            child.communicate(timeout=60)
    problems = judge(report)
    rss = [state["rss"] >> 20 for state in report.states]
    middle = rss[len(rss) // 2]
    sys.stdout.write(f"{report.good} good mails, {report.states[-1]['others']} others kept\n")
    sys.stdout.write(
        f"memory: {rss[0]} MB at the start, {middle} in the middle, {rss[-1]} at the end, {max(rss)} at most\n"
    )
    sys.stdout.write("".join(f"WRONG: {problem}\n" for problem in problems) or "nothing wrong\n")
    return 1 if problems or child.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
