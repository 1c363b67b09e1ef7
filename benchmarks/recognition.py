"""What recognising costs, and how it grows with the catalogue.

    .venv/bin/python -m benchmarks.recognition [--services 100,1000,10000] [--rounds 5] [--json]

First what it costs to understand a mail of 6 KB with the catalogue in rules/: which service it names, what it asks for.
In three sorts, since they take different ways: the subject names a service; it does not, but the body points to some;
neither does. Then the match alone, of the same subjects, in catalogues made larger with services of made-up words that
share the ordinary ones ("złóż deklarację w sprawie ...").

CPU time of this process: the median and the 95th percentile of all mails in all rounds; and "at best", the median of
each mail's best round, which says more on a machine that has other work to do.
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
from mailgate.core.service import Lexicon, Match, Named, Recogniser, read_lexicon
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
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    book = read_rules(ROOT / "rules")
    if not isinstance(book, Rulebook):
        raise SystemExit("\n".join(map(str, book)))
    rows = [*_whole(book, told.rounds), *(_match(book, int(n), told.rounds) for n in told.services.split(","))]
    for row in rows:
        figures = "  ".join(f"{name} {value}" for name, value in row.items() if name != "what")
        sys.stdout.write((json.dumps(row) if told.json else f"{row['what']:<44} {figures}") + "\n")


def _whole(book: Rulebook, rounds: int) -> list[dict[str, Any]]:
    """Everything between reading a mail and deciding on it, by what the mail names."""

    def judge(mail: tuple[str, str]) -> Match:
        subject = book.recogniser.read(mail[0])
        match = book.recogniser.find_service(subject, mail[1])
        understand(subject.mended, mail[1], match, book.cues)
        return match

    sorts: dict[str, list[tuple[str, str]]] = {"the subject names": [], "the body points": [], "nothing is named": []}
    for case in _cases():
        mail = case["subject"], _six_kilobytes(case["body"])
        match = judge(mail)
        named = match.named is not Named.NOTHING
        sort = "the subject names" if named else "the body points" if match.candidates else "nothing is named"
        sorts[sort].append(mail)
    return [
        {"what": f"6 KB mail, {sort} ({len(mails)})", **_figures(judge, mails, rounds)} for sort, mails in sorts.items()
    ]


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
    each: list[list[int]] = [[] for _ in things]
    for _ in range(rounds):
        for thing, times in zip(things, each, strict=True):
            began = time.process_time_ns()
            work(thing)
            times.append(time.process_time_ns() - began)
    every = sorted(time for times in each for time in times)
    return {
        "median us": round(statistics.median(every) / 1e3),
        "p95 us": round(every[len(every) * 95 // 100] / 1e3),
        "at best us": round(statistics.median(map(min, each)) / 1e3),
    }


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
