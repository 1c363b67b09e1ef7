"""`make demo`: a daemon on a free port takes the sample mails, and what became of each is shown.

Everything happens in a temporary folder, with the rules and templates of this checkout and the sample directory; it
ends by itself.
"""

import json
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from mailgate.app.house import folders_of, read_house
from mailgate.app.store import open_store
from mailgate.config import read_config
from mailgate.core.rulebook import Rulebook
from mailgate.core.shown import shown, shown_line
from mailgate.store.facade import Store
from mailgate.store.messages import MessageDetails

ROOT = Path(__file__).parent.parent
MAILGATE = (sys.executable, "-m", "mailgate")
# Seconds until something that must happen has happened.
PATIENCE = 60.0
WIDTH = 80

Found = TypeVar("Found")


def main() -> None:
    """Show what becomes of every sample."""
    with tempfile.TemporaryDirectory(prefix="mailgate-demo-") as name:
        home = Path(name)
        for folder in ("rules", "templates"):
            shutil.copytree(ROOT / folder, home / folder)
        (home / "config.toml").write_text("[smtp]\nport = 0\n", encoding="utf-8")
        people = str(ROOT / "samples/people.csv")
        subprocess.run([*MAILGATE, "directory", "import", people], cwd=home, check=True)  # noqa: S603  (ours)
        with daemon(home) as port:
            show(home, port, sorted((ROOT / "samples").glob("*.eml")))


@contextmanager
def daemon(home: Path) -> Iterator[int]:
    """A daemon that listens on a free port; it is stopped in the end, whatever happens."""
    log = home / "log"
    environment = {**os.environ, "MAILGATE_LOG__FORMAT": "json"}
    with log.open("wb") as stream:
        process = subprocess.Popen([*MAILGATE, "serve"], cwd=home, stderr=stream, env=environment)  # noqa: S603  (ours)
    try:
        address = until(lambda: listening(log, process), "the daemon did not start")
        yield int(address.rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(PATIENCE)


def listening(log: Path, process: "subprocess.Popen[bytes]") -> str | None:
    """The address that the daemon says it listens on."""
    if process.poll() is not None:
        sys.exit(f"the daemon ended at once:\n{log.read_text(encoding='utf-8')}")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    ready = any(event["event"] == "ready" for event in events)
    return next((event["smtp"] for event in events if event["event"] == "listening"), None) if ready else None


def until(look: Callable[[], Found | None], otherwise: str) -> Found:
    """What `look` finds, as soon as it finds anything."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        # The daemon is another process, and its database tells nobody: looked at again and again, until PATIENCE ends.
        time.sleep(0.05)
    sys.exit(f"{otherwise} within {PATIENCE:.0f} seconds")


def show(home: Path, port: int, files: list[Path]) -> None:
    """Send the files, and show each with its decision and its letter."""
    config = read_config(home / "config.toml")
    book = read_house(config, folders_of(config)).book
    store = open_store(config)
    console = Console(width=WIDTH, highlight=False)
    with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
        for file in files:
            content = file.read_bytes()
            sender = message_from_bytes(content, policy=policy.default)["From"].addresses[0].addr_spec
            begun = time.monotonic()
            client.sendmail(sender, [config.desk.recipients[0]], content, ["BODY=8BITMIME"])
            digest = sha256(content).hexdigest()
            message = until(lambda digest=digest: settled(store, digest), f"{file.name} was not decided")  # type: ignore[misc]
            print_message(console, file, message, book, time.monotonic() - begun)
            print_letter(console, store, message)
    store.close()


def settled(store: Store, digest: str) -> MessageDetails | None:
    """The message with these bytes, once it is decided."""
    numbers = store.messages.find(digest)
    found = store.messages.show(numbers[0]) if numbers else None
    return found if found and found.decisions else None


def print_message(console: Console, file: Path, message: MessageDetails, book: Rulebook, took: float) -> None:
    """What the mail says, what was decided, and why."""
    decision = message.decisions[-1]
    rule = book.rule(decision.reason)
    console.rule(Text(file.name, "bold"), align="left", characters="━")
    line(console, "from", f"{message.from_name} <{message.line.from_}>" if message.from_name else message.line.from_)
    line(console, "subject", message.line.subject)
    line(console, "becomes", f"{decision.outcome}, by rule {decision.reason}, after {1000 * took:.0f} ms", "bold green")
    line(console, "why", rule.why if rule else None)
    line(console, "saw", next((each.saw for each in decision.findings if each.rule == decision.reason), None))
    service = book.catalogue.services.get(decision.service or "")
    line(console, "service", f"{service.id} ({service.title})" if service else None)
    line(console, "system", decision.system)
    line(console, "offers", ", ".join(decision.candidates) if decision.outcome == "clarify" else None)
    labels = (decision.kind, decision.matter, f"queue {decision.queue}", f"priority {decision.priority}")
    line(console, "labels", ", ".join(str(label) for label in labels if label))
    line(console, "ticket", ", ".join(message.tickets))


def line(console: Console, label: str, value: str | None, style: str = "") -> None:
    """One labelled line; none without a value."""
    for place, row in enumerate(textwrap.wrap(shown_line(value or ""), WIDTH - 10, break_long_words=False)):
        console.print(Text(f"{'' if place else label:<10}", "dim") + Text(row, style), soft_wrap=True)


def print_letter(console: Console, store: Store, message: MessageDetails) -> None:
    """The letter that answers it."""
    letters = store.outbox.list(message=message.line.id)
    if not letters:
        line(console, "letter", message.decisions[-1].letter)
    for each in letters:
        found = store.outbox.show(each.id)
        letter = message_from_bytes(found.content if found else b"", policy=policy.default)
        body = letter.get_body(preferencelist=("plain",))
        text = shown(str(body.get_content())) if body else ""
        for row in (f"To: {letter['To']}", f"Subject: {shown_line(str(letter['Subject']))}", "", *text.splitlines()):
            console.print(Text("  │ ", "dim") + Text(row), soft_wrap=True)
    console.print()


if __name__ == "__main__":
    main()
