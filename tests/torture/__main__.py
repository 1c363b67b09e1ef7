"""Kill mailgate at each of its steps, start it again, and prove that nothing is lost or doubled.

`make kills` runs it: 500 kills and more, in about half an hour, and writes docs/torture.md. With `--share 0.1` it is a
tenth of that. It ends with 1 when anything was lost, doubled, or wrongly repeated.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.postgres import Server, postgres
from tests.torture.choosing import answer, remind, remind_by_clock, retain
from tests.torture.effects import fetch, lay, push
from tests.torture.ledger import Row, table
from tests.torture.road import deaths, walk
from tests.torture.victims import Nursery, nursery
from tests.torture.whole import die_at_steps, die_under_load

PAGE = """\
# Killed at every step

Written by `make kills` on {date}, with seed {seed}: {kills} kills in {minutes} minutes. Each is a SIGKILL at the step
that the line names; then the same thing is started again, senders without a receipt come again with the same bytes, and
every mail, ticket and letter is held against what was promised. `mailgate balance` and `mailgate audit verify` agree
after each part. How it is done: [tests/torture](../tests/torture).

- **acknowledged**: mails whose sender had a receipt (250 or exit code 0), or that lay in the mailbox; none may be lost.
  The lines of letters kill over letters to the mails above them, and count no mails of their own.
- **lost**: acknowledged mails that are not there with their very bytes, or did not become what they had to.
- **doubled tickets**: tickets beyond the one that a mail becomes, here or in the ticket system.
- **repeated letters**: the relay had said yes, and the kill came before our mark: the letter leaves once more under the
  same Message-ID, which is what a mail program knows a repeat by. Nothing but asking the relay, which nobody can, would
  avoid it.
- **wrongly repeated**: letters that were repeated without that, or under another Message-ID, or never left.

{table}
"""


def main() -> int:
    """Torture; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--share", type=float, default=1.0, help="how much of the whole program")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of what is drawn by chance")
    parser.add_argument("--write", type=Path, help="write the page there")
    given = parser.parse_args()
    begun = time.monotonic()
    rows = list(_torture(given.share, Random(given.seed)))  # noqa: S311  (chance, not secrecy)
    page = PAGE.format(
        date=datetime.now(UTC).date(),
        seed=given.seed,
        kills=sum(row.kills for row in rows),
        minutes=round((time.monotonic() - begun) / 60),
        table=table(rows),
    )
    sys.stdout.write(page)
    for row in rows:
        for fault in row.faults:
            sys.stdout.write(f"FAULT {row.way}, {row.step}: {fault}\n")
    if not all(row.is_clean for row in rows):
        return 1
    if given.write:
        given.write.write_text(page, encoding="utf-8")
    return 0


def _walk(chance: Random, folder: Path, born: Nursery, rounds: int) -> list[Row]:
    return walk(folder, born, islice(deaths(), rounds), chance)


def _walk_on_server(chance: Random, server: Server, folder: Path, born: Nursery, rounds: int) -> list[Row]:
    return walk(folder, born, islice(deaths(), rounds), chance, server.make("road"))


def _torture(share: float, chance: Random) -> Iterator[Row]:
    """Every part of the program; its rows as soon as it is over."""
    with postgres(fsync="on", synchronous_commit="on") as server, nursery() as born, TemporaryDirectory() as folder:
        parts: tuple[tuple[str, Callable[[Path, Nursery, int], list[Row]], int], ...] = (
            ("the road", partial(_walk, chance), 90),
            ("the road, on PostgreSQL", partial(_walk_on_server, chance, server), 30),
            ("mailboxes", fetch, 39),
            ("letters into a folder", lay, 10),
            ("the ticket system", push, 14),
            ("answers", answer, 20),
            ("reminders", remind, 9),
            ("reminders by the clock", remind_by_clock, 6),
            ("retention", retain, 10),
            ("whole daemons", partial(die_at_steps, chance=chance), 24),
            ("under load", partial(die_under_load, chance=chance), 12),
        )
        for name, part, most in parts:
            begun = time.monotonic()
            sys.stderr.write(f"{name} ...\n")
            rows = part(Path(folder) / name.replace(" ", "-"), born, max(1, round(most * share)))
            kills, lost = sum(row.kills for row in rows), sum(row.lost for row in rows)
            seconds = time.monotonic() - begun
            sys.stderr.write(f"{name}: {kills} kills, {lost} lost, {seconds:.0f} seconds\n")
            yield from rows


if __name__ == "__main__":
    sys.exit(main())
