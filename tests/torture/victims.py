"""Processes of mailgate that may die at any moment."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tests.cli.house import PATIENCE, ROOT, until
from tests.torture.snare import VARIABLE, Trap, children_of, session_of

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """One process that was born in a nursery."""

    nursery: "Nursery"
    pid: int
    log: Path
    # What it writes to stdout.
    out: Path

    @property
    def said(self) -> str:
        """Everything that it has said."""
        return self.out.read_text(encoding="utf-8") + self.log.read_text(encoding="utf-8")

    @property
    def is_ready(self) -> bool:
        """Whether it says so; before that it cannot be asked to stop."""
        return '"event": "ready"' in self.log.read_text(encoding="utf-8")

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """Its exit code, or minus the signal that it died of; None when it lives on."""
        code = self.nursery.ask({"wait": self.pid, "seconds": seconds})["code"]
        return None if code is None else int(code)

    def stop(self) -> None:
        """Ask it to stop, as a service manager does; it must end well."""
        os.kill(self.pid, signal.SIGTERM)
        code = self.wait()
        assert code == 0, f"asked to stop, it ended with {code}: {self.said}"

    def port(self) -> int | None:
        """The port that it listens on, once it does."""
        for line in self.log.read_text(encoding="utf-8").splitlines():
            if '"listening"' in line:
                return int(json.loads(line)["smtp"].rpartition(":")[2])
        return None


class Nursery:
    """The process that bears them; see `tests.torture.nursery`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        self._hear()

    def bear(self, folder: Path, *arguments: str, trap: Trap | None = None, stdin: Path | None = None) -> Victim:
        """Begin `mailgate ARGUMENTS` in a folder."""
        number = next(_NUMBERS)
        log = folder / f"log-{number}"
        out = folder / f"out-{number}"
        log.touch()
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "stdin": str(stdin) if stdin else None,
            "out": str(out),
            "log": str(log),
            "trap": trap.text if trap else None,
        }
        return Victim(nursery=self, pid=self.ask(asked)["pid"], log=log, out=out)

    def ask(self, request: Mapping[str, object]) -> dict[str, Any]:
        """One request."""
        assert self._process.stdin
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery that is gone in the end."""
    opened = Nursery()
    try:
        yield opened
    finally:
        opened.close()


class Whole:
    """A whole daemon with its workers, as the console script starts it, in a session of its own."""

    def __init__(self, folder: Path, trap: Trap | None = None) -> None:
        self._log = folder / f"log-{next(_NUMBERS)}"
        self.trap = trap
        armed = {VARIABLE: trap.text} if trap else {}
        with self._log.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mailgate", "serve"],
                cwd=folder,
                stderr=stream,
                start_new_session=True,
                env=os.environ | armed | {"PYTHONPATH": f"{ROOT / 'tests' / 'torture' / 'hook'}{os.pathsep}{ROOT}"},
            )

    @property
    def ended(self) -> bool:
        """Whether the daemon itself is dead; its workers may live on for a moment."""
        return self.process.poll() is not None

    @property
    def workers(self) -> list[int]:
        """The process numbers of its children."""
        return [] if self.ended else children_of(self.process.pid)

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of its log with that event."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [row for row in rows if row["event"] == name]

    @property
    def log(self) -> str:
        """Everything that it has said."""
        return self._log.read_text(encoding="utf-8")

    def port(self) -> int | None:
        """The port that it listens on, once it does."""
        found = self.events("listening")
        return int(found[-1]["smtp"].rpartition(":")[2]) if found else None

    def await_port(self) -> int | None:
        """The port, or None when it has died before it listened."""
        until(lambda: self.port() or self.ended, "the daemon to listen or to die")
        return self.port()

    def kill_all(self) -> None:
        """Kill it and its workers, as the end of a container does."""
        for pid in session_of(self.process.pid):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def kill_workers(self) -> None:
        """Kill its workers; it starts others."""
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL)

    def await_end(self) -> None:
        """Wait until nothing of it lives: workers end by themselves when their daemon is dead."""
        self.process.wait(PATIENCE)
        until(lambda: not session_of(self.process.pid), "the workers of a dead daemon to end")

    def stop(self) -> None:
        """Ask it to stop; it must end well."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        assert code == 0, f"asked to stop, the daemon ended with {code}: {self.log}"
        self.await_end()

    def end(self) -> None:
        """Let nothing of it stay behind."""
        for pid in session_of(self.process.pid):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


@contextmanager
def whole(folder: Path, trap: Trap | None = None) -> Iterator[Whole]:
    """A whole daemon that is gone in the end."""
    daemon = Whole(folder, trap)
    try:
        yield daemon
    finally:
        daemon.end()


def pause(seconds: float) -> None:
    """Let a moment pass that was drawn by chance: the kill that follows it must fall anywhere."""
    time.sleep(seconds)
