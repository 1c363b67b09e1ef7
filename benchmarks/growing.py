"""What one mail costs in a store of 1,000 messages, and in one of 1,000,000: it must be the same.

    .venv/bin/python -m benchmarks.growing [--sizes 1000,1000000] [--mails 400]

In one process, on SQLite and on PostgreSQL: mails of about 6 KB are kept and settled fifty at a time, then lists are
asked for, and the balance is taken, which alone may grow. The first mails are not counted: they fill caches. The last
line of each database says how much dearer a mail is in the largest store than in the smallest.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.road import CAREFUL, PEOPLE, mails
from benchmarks.seeding import PER_PERSON, seed
from benchmarks.settling import Bench, lay_out, opened
from tests.postgres import postgres

_BATCH = 50
_WARM = 2


def measure(size: int, contents: Sequence[bytes], url: str) -> dict[str, Any]:
    """One row: milliseconds for each mail, and for each list."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        people = max(PEOPLE, size // PER_PERSON)
        with opened(lay_out(Path(folder), "", people, url)) as bench:
            began = time.perf_counter()
            seed(bench, size, until=datetime.now(UTC) - timedelta(hours=1))
            seeded = time.perf_counter() - began
            costs = [_cost(bench, contents[at : at + _BATCH]) for at in range(0, len(contents), _BATCH)][_WARM:]
            lists = {name: _took(look) for name, look in _looks(bench).items()}
    row = {name: round(median(cost[name] for cost in costs), 2) for name in costs[0]}
    return {"messages": size, **row, **lists, "seeded in s": round(seeded)}


def _now() -> datetime:
    return datetime.now(UTC)


def _cost(bench: Bench, contents: Sequence[bytes]) -> dict[str, float]:
    """What one mail of a batch costs, in milliseconds: of this process's CPU, and by the clock."""
    found = {}
    acts: dict[str, Callable[[], object]] = {
        "keep": lambda: bench.keep(contents, _now()),
        "settle": lambda: bench.settle(_now),
    }
    for name, act in acts.items():
        began, used = time.perf_counter(), time.process_time()
        act()
        found[f"{name} cpu ms"] = (time.process_time() - used) / len(contents) * 1e3
        found[f"{name} ms"] = (time.perf_counter() - began) / len(contents) * 1e3
    return found


def _looks(bench: Bench) -> dict[str, Callable[[], object]]:
    store = bench.store
    return {
        "messages list ms": store.messages.list,
        "tickets list ms": store.tickets.list,
        "outbox list ms": store.outbox.list,
        "balance ms": store.balance,
    }


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round((time.perf_counter() - began) * 1e3, 1)


def _rows(sizes: Sequence[int], contents: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    with postgres(**CAREFUL) as server:
        for on in ("SQLite", "PostgreSQL"):
            rows = []
            for size in sizes:
                url = "" if on == "SQLite" else server.make(f"growing{size}")
                rows.append(measure(size, contents, url))
                yield {"on": on, **rows[-1]}
                if url:
                    server.drop(f"growing{size}")
            dearer = {
                name: f"x{rows[-1][name] / rows[0][name]:.2f}" for name in rows[0] if name.endswith(("cpu ms", " ms"))
            }
            yield {"on": on, "messages": f"{sizes[0]} to {sizes[-1]}", **dearer}


def main() -> None:
    """Print the rows; one JSON object a line with --json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,1000000", help="messages in the store, with commas, ascending")
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    for row in _rows([int(each) for each in told.sizes.split(",")], [each[:-3] for each in mails(told.mails)]):
        figures = "  ".join(f"{name} {value}" for name, value in row.items() if name != "on")
        sys.stdout.write((json.dumps(row) if told.json else f"{row['on']:<12} {figures}") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
