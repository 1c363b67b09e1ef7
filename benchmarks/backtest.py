"""Replay a store of many mails under other rules: time, memory, and whether exactly what was planted is found.

    .venv/bin/python -m benchmarks.backtest [--mails 100000] [--processes 2] [--size 6000] [--folder DIR] [--json]

Some hundred real mails go down the whole road; the rest of the store are copies of them, each with a text, a time and
an author of its own. Three candidates are tried, each by `mailgate backtest` as an operator gives it:

- labels: a queue of its own for AKC-PA. The record is enough; no mail is read.
- words: a new name for a service. Every mail is read again, and what the candidate finds in it is found anew.
- nothing: only a remark differs.

Machines that measure are shared, so beside the time on the wall stands the time that all its processes have computed.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.seeding import NUMBER, PER_PERSON, seed
from benchmarks.settling import DOMAIN, ROOT, lay_out, login, opened

# Of so many patterns one is about AKC-PA, and one has the word that no service has yet.
_EVERY = 100
_PATTERNS = 400
_WORD = "kwit zielarski"
_RULE = """
[[rule]]
name = "queue-akc-pa"
why  = "AKC-PA has a team of its own"
when = { service = "akc-pa", subject_has = "korekta deklaracji" }
then = { queue = "akc-pa" }

"""
_FILLER = (
    "Sprawdziliśmy to na trzech komputerach i w dwóch przeglądarkach, za każdym razem jest tak samo. Proszę o pomoc. ",
    "W załączeniu opisuję kroki: logowanie, wybór kontekstu firmy, otwarcie formularza, podpis i wysyłka dokumentu. ",
    "Nasz informatyk potwierdza, że po naszej stronie nic się nie zmieniło od ostatniego poprawnego dokumentu. ",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One backtest."""

    candidate: str
    mails: int
    # Seconds on the wall, and computed by all processes together.
    seconds: float
    cpu: float
    # Largest resident memory of one process, in MB.
    memory: float
    planted: int
    found: int
    # Whether the mails that were found are those that were planted.
    exact: bool
    roads: dict[str, int]


def patterns(size: int) -> Iterator[bytes]:
    """Mails in full, of about that many bytes."""
    lines = (ROOT / "tests/routing/ordinary.jsonl").read_text("utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if "akc-pa" not in case["subject"].lower()]
    for number in range(_PATTERNS):
        case = cases[number % len(cases)]
        subject = {0: "AKC-PA - korekta deklaracji", 1: f"Pytanie o {_WORD}"}.get(number % _EVERY, case["subject"])
        body = f"{case['body']}\r\n\r\nNumer sprawy: {NUMBER.decode()}.\r\n"
        while len(body.encode()) < size - 600:
            body += _FILLER[len(body) % len(_FILLER)] + "\r\n"
        author = login(number)
        yield (
            f"Authentication-Results: mailgate.localhost; dmarc=pass header.from={DOMAIN}\r\n"
            f"From: Osoba {number} <{author}>\r\nSubject: {subject}\r\nMessage-ID: <{number}.pattern@{DOMAIN}>\r\n"
            f"Date: Mon, 5 Jan 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
        ).encode()


def candidates(home: Path) -> dict[str, str]:
    """Folders of rules to try, each with the beginning of the subjects of the mails that it changes; "" for none."""
    for name in ("labels", "words", "nothing"):
        shutil.copytree(home / "rules", home / name)
    labels = home / "labels" / "labels.toml"
    labels.write_text(labels.read_text("utf-8").replace("\n[[rule]]\n", f"\n{_RULE}[[rule]]\n", 1), "utf-8")
    words = home / "words" / "services" / "akcyza.toml"
    text = words.read_text("utf-8")
    words.write_text(text.replace('"AKC-WW (7)", ', f'"AKC-WW (7)", "{_WORD}", ', 1), "utf-8")
    remark = home / "nothing" / "labels.toml"
    remark.write_text(remark.read_text("utf-8") + "\n# a remark\n", "utf-8")
    return {"labels": "AKC-PA - korekta", "words": f"Pytanie o {_WORD}", "nothing": ""}


def measure(home: Path, candidate: str, subject: str, processes: int) -> Run:
    """Try one candidate."""
    changes = home / f"{candidate}.jsonl"
    command = (sys.executable, "-m", "mailgate", "backtest", "--rules", candidate, "--json", "--examples", "0")
    answer = home / f"{candidate}.json"
    begun = time.monotonic()
    with answer.open("w") as out:
        child = subprocess.Popen(  # noqa: S603  (our own command)
            [*command, "--processes", str(processes), "--changes", str(changes)], cwd=home, stdout=out
        )
        _, child.returncode, used = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begun
    told = json.loads(answer.read_text())
    found = {json.loads(line)["message"] for line in changes.read_text("utf-8").splitlines()}
    planted = planted_in(home, subject)
    return Run(
        candidate=candidate,
        mails=told["mails"],
        seconds=round(seconds, 1),
        cpu=round(used.ru_utime + used.ru_stime, 1),
        memory=round(used.ru_maxrss / 1024),
        planted=len(planted),
        found=len(found),
        exact=found == planted,
        roads=told["roads"],
    )


def planted_in(home: Path, subject: str) -> set[int]:
    """The messages with that subject, as the database has them."""
    import sqlite3  # noqa: PLC0415  (read from outside, so that nothing is compared with itself)

    with sqlite3.connect(home / "var" / "mailgate.db") as connection:
        rows = connection.execute("SELECT id FROM message WHERE ? <> '' AND subject LIKE ? || '%'", (subject, subject))
        return {number for (number,) in rows}


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--size", type=int, default=6_000, help="bytes of one mail")
    parser.add_argument("--folder", type=Path, help="an empty one for the store; else one that is gone afterwards")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as place:
        home = Path(place) / "house"
        home.mkdir()
        # In a process of its own: what it takes would count as memory of those that are started from here.
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(home, told.mails, told.size))
        filling.start()
        filling.join()
        for name, subject in candidates(home).items():
            run = measure(home, name, subject, told.processes)
            sys.stdout.write(f"{json.dumps(asdict(run)) if told.json else in_words(run)}\n")
            sys.stdout.flush()


def fill(home: Path, mails: int, size: int) -> None:
    """Make the store."""
    with opened(lay_out(home, "", max(_PATTERNS, mails // PER_PERSON))) as bench:
        seed(bench, mails, until=datetime.now(UTC), mails=list(patterns(size)))


def in_words(run: Run) -> str:
    """One line."""
    exact = "exactly the planted ones" if run.exact else f"NOT the {run.planted} planted ones"
    return (
        f"{run.candidate:8} {run.mails} mails: {run.seconds} s, {run.cpu} s computed, {run.memory} MB;"
        f" {run.found} changed, {exact}; {run.roads}"
    )


if __name__ == "__main__":
    main()
