"""An installation in a folder of its own, its commands and its daemon: the real thing, on real sockets."""

import json
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from mailgate.app.secret import secret_of
from mailgate.config import Config, read_config
from mailgate.store.facade import Store
from mailgate.store.messages import MessageDetails

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples"
DESK = "helpdesk-eclo@mf.gov.pl"
ANNA = "anna.kowalska@spedycja-baltyk.example"
MAILGATE = (sys.executable, "-m", "mailgate")
# Seconds until something that must happen has happened; a daemon under load on a slow machine needs some.
PATIENCE = 60.0

Found = TypeVar("Found")


def until(look: Callable[[], Found | None], what: str, patience: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it finds anything: the one way in which tests wait for what tells nobody."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        # Between two looks; no test depends on how long that is.
        time.sleep(0.02)
    raise AssertionError(f"in vain waited for {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with config.toml, rules and templates."""

    home: Path

    @classmethod
    def make(cls, home: Path, *, config: str = "", own_files: bool = False) -> "Installation":
        """Lay the files out; with `own_files` rules and templates may be changed."""
        home.mkdir(parents=True, exist_ok=True)
        (home / "config.toml").write_text(f"[smtp]\nport = 0\n{config}", encoding="utf-8")
        for folder in ("rules", "templates"):
            if own_files:
                shutil.copytree(ROOT / folder, home / folder)
            else:
                (home / folder).symlink_to(ROOT / folder)
        return cls(home)

    def run(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run one command in this folder."""
        done = subprocess.run(  # noqa: S603  (our own command)
            [*MAILGATE, *arguments], cwd=self.home, input=stdin, capture_output=True, timeout=PATIENCE, check=False
        )
        return Answer(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    @property
    def config(self) -> Config:
        """The configuration."""
        return read_config(self.home / "config.toml")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store of this installation."""
        opened = Store(self.config.database_url, secret=secret_of(self.config))
        try:
            yield opened
        finally:
            opened.close()

    def upgrade_with_people(self) -> None:
        """Make the database, with the sample people in it."""
        answer = self.run("directory", "import", str(SAMPLES / "people.csv"))
        assert answer.code == 0, answer.err

    @contextmanager
    def daemon(self, *arguments: str, under: tuple[str, ...] = ()) -> Iterator["Daemon"]:
        """A daemon that is ready; it is gone in the end, whatever happens. `under` is a command that starts it."""
        daemon = Daemon(self, *arguments, under=under)
        try:
            until(lambda: daemon.ended or daemon.events("ready"), "the daemon to be ready")
            assert not daemon.ended, daemon.log
            yield daemon
        finally:
            daemon.end()


class Daemon:
    """A running `mailgate serve`."""

    def __init__(self, house: Installation, *arguments: str, under: tuple[str, ...] = ()) -> None:
        self.house = house
        self._log = house.home / "log"
        with self._log.open("ab") as stream:
            command = [*under, *MAILGATE, "serve", *arguments]
            self.process = subprocess.Popen(command, cwd=house.home, stderr=stream)  # noqa: S603  (our own)

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of the log with that event."""
        rows = [json.loads(line) for line in self.log.splitlines() if line.startswith("{") and line.endswith("}")]
        return [row for row in rows if row["event"] == name]

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def port(self) -> int:
        return int(self.events("listening")[-1]["smtp"].rpartition(":")[2])

    @property
    def children(self) -> list[int]:
        """The process numbers of its workers."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def send(self, *contents: bytes, sender: str = ANNA) -> list[str]:
        """Send mails through the port; gives their digests."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE) as client:
            for content in contents:
                client.sendmail(sender, [DESK], content, ["BODY=8BITMIME"])
        return [sha256(content).hexdigest() for content in contents]

    def settled(self, digest: str) -> MessageDetails:
        """The message with these bytes, once it is decided."""
        with self.house.store() as store:

            def look() -> MessageDetails | None:
                numbers = store.messages.find(digest)
                found = store.messages.show(numbers[0]) if numbers else None
                return found if found and found.decisions else None

            return until(look, f"message {digest[:12]} to be decided")

    def stop(self) -> int:
        """Ask it to stop; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        """Let nothing of it stay behind."""
        if not self.ended:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(PATIENCE)


def alive(pid: int) -> bool:
    """Whether a process still runs; one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def sample(name: str) -> bytes:
    """The bytes of one sample mail."""
    return (SAMPLES / name).read_bytes()


def numbered(number: int) -> bytes:
    """Another mail of Anna's each time."""
    return sample("01-sent100-odrzucone.eml").replace(b"<20260119081241", b"<%d.20260119081241" % number)
