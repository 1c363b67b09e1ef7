"""What recognising costs, and how it grows with the catalogue.

    .venv/bin/python benchmarks/recognition.py [--services 100,1000,10000] [--rounds 3] [--json]

First the whole judgement of a 6 KB mail with the catalogue in rules/: recognition, cues, rules, completeness. Then the
match alone, of the same subjects, in catalogues made larger with services of made-up words that share the ordinary
ones ("złóż deklarację w sprawie ..."). CPU time of this process, medians.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailgate.core.catalogue import Catalogue, Service
from mailgate.core.request import understand
from mailgate.core.rulebook import Rulebook
from mailgate.core.service import Lexicon, Recogniser, read_lexicon
from mailgate.core.tables import read_tables
from mailgate.rulefiles import read_rules

ROOT = Path(__file__).parents[1]
_SYLLABLES = ("ba", "ko", "ter", "mi", "zan", "lu", "sek", "dro", "wit", "pol", "gar", "nem", "fi", "cho", "rus", "tam")
_FRAMES = (
    "Złóż deklarację w sprawie {} od wyrobów {}",
    "Uzyskaj pozwolenie na {} oraz {}",
    "Zarejestruj {} i zarządzaj {}",
)


def main() -> None:
    """Print the rows; one JSON object a line with --json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    book = read_rules(ROOT / "rules")
    if not isinstance(book, Rulebook):
        raise SystemExit("\n".join(map(str, book)))
    rows = [_whole(book, told.rounds), *(_match(book, int(n), told.rounds) for n in told.services.split(","))]
    for row in rows:
        figures = "  ".join(f"{name} {value}" for name, value in row.items() if name != "what")
        sys.stdout.write((json.dumps(row) if told.json else f"{row['what']:<44} {figures}") + "\n")


def _whole(book: Rulebook, rounds: int) -> dict[str, Any]:
    """Everything between reading a mail and deciding on it."""
    mails = [(case["subject"], _six_kilobytes(case["body"])) for case in _cases()]

    def judge(mail: tuple[str, str]) -> None:
        subject = book.recogniser.read(mail[0])
        understand(subject.mended, mail[1], book.recogniser.find_service(subject, mail[1]), book.cues)

    return {"what": "6 KB mail: service, kind, matter, desk", **_figures(judge, mails, rounds)}


def _match(book: Rulebook, count: int, rounds: int) -> dict[str, Any]:
    """The match alone, in a catalogue of so many services."""
    catalogue = _catalogue(book.catalogue, count)
    began = time.process_time()
    recogniser = Recogniser(catalogue, _lexicon(book))
    built = time.process_time() - began
    subjects = [case["subject"] for case in _cases()]

    def match(subject: str) -> None:
        recogniser.find_service(recogniser.read(subject), "")

    return {
        "what": f"match in {len(catalogue.services):,} services",
        **_figures(match, subjects, rounds),
        "built in s": round(built, 2),
    }


def _lexicon(book: Rulebook) -> Lexicon:
    tables = [table for file, text in book.texts.items() for table in read_tables(file, text)[0]]
    return read_lexicon(tables)[0]


def _figures(work: Callable[[Any], None], things: Sequence[Any], rounds: int) -> dict[str, Any]:
    for thing in things:
        work(thing)
    times = []
    for _ in range(rounds):
        for thing in things:
            began = time.process_time_ns()
            work(thing)
            times.append(time.process_time_ns() - began)
    times.sort()
    return {"median us": round(statistics.median(times) / 1e3), "p95 us": round(times[len(times) * 95 // 100] / 1e3)}


def _cases() -> list[dict[str, Any]]:
    files = sorted((ROOT / "tests/routing").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def _six_kilobytes(body: str) -> str:
    """The body with ordinary sentences behind it, as in a long mail."""
    filler = "Sprawdziliśmy to na trzech komputerach i za każdym razem jest tak samo, bardzo proszę o pomoc. "
    return body + "\n" + filler * max(0, (6_000 - len(body.encode())) // len(filler.encode()))


def _catalogue(real: Catalogue, count: int) -> Catalogue:
    """The real services, and made-up ones up to the count; the same at every run."""
    made = random.Random(1)  # noqa: S311 (no secret)

    def word() -> str:
        return "".join(made.choice(_SYLLABLES) for _ in range(made.randint(3, 4))) + made.choice(("a", "y", "ych", "u"))

    services = dict(list(real.services.items())[:count])
    for number in range(count - len(services)):
        title = made.choice(_FRAMES).format(word(), word())
        names = (f"{word()} {word()}", f"{word()} {word()}")
        form = f"XQ-{number:05d}"
        services[f"made-{number}"] = Service(id=f"made-{number}", title=title, area="Made", forms=(form,), names=names)
    return replace(real, services=services)


if __name__ == "__main__":
    main()
