"""What the store costs: `python -m benchmarks.store [MESSAGES]`.

Keeps mails of 6 KB with 1, 10 and 50 waiters at a time, then settles them with a rulebook that costs nothing, so
that the figures are those of the store alone. Beside them stands the ceiling of the same disk: a bare commit each.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailgate.core.mail import RawMessage
from mailgate.intake import Settler
from mailgate.keeper import Keeper
from mailgate.store.brake import Limits
from mailgate.store.facade import Store
from tests.store.cast import ANNA, NOON, TICKET, Considered, facts_of, letter, new_store, raw, writer

MANY = Limits(window=timedelta(hours=24), per_address_per_day=10**9, per_day=10**9)
BODY = "Proszę o pomoc, załączam opis błędu i numer zgłoszenia.\n" * 100


def mails(count: int) -> list[RawMessage]:
    """Mails of about 6 KB, all different."""
    return [raw(f"X-Number: {number}\n{ANNA}{BODY}") for number in range(count)]


def effortless() -> Callable[[RawMessage], Considered]:
    """A rulebook that opens a ticket for everything, without reading anything."""
    facts = facts_of(raw(ANNA + BODY))

    def consider(message: RawMessage) -> Considered:
        number = message.content[10:24]
        mail = replace(facts.mail, message_id=f"<{number!r}@spedycja.example>")
        return Considered(facts=replace(facts, mail=mail), decision=TICKET, reply=letter(cause=str(number)))

    return consider


def ceiling(file: Path, messages: list[RawMessage]) -> None:
    """One bare durable commit for each mail."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE raw (content BLOB)")
    for message in messages:
        connection.execute("INSERT INTO raw VALUES (?)", (message.content,))
    connection.close()


async def keep(store: Store, messages: list[RawMessage], waiters: int) -> list[float]:
    """Keep them, so many at a time; the answer is how long each waited, in seconds."""
    keeper, waits = Keeper(store.database), list[float]()

    async def deliver(queue: Iterator[RawMessage]) -> None:
        for message in queue:
            begin = time.perf_counter()
            await keeper.keep(message)
            waits.append(time.perf_counter() - begin)

    queue = iter(messages)
    await asyncio.gather(*(deliver(queue) for _ in range(waiters)))
    await keeper.close()
    return waits


def settle(store: Store) -> int:
    """Settle everything; the answer is how many."""
    settler = Settler(store=store, consider=effortless(), writer=writer(MANY), worker="bench")
    done = 0
    while recorded := settler.settle(NOON):
        done += len(recorded)
    return done


def say(what: str, count: int, seconds: float, waits: list[float] | None = None) -> None:
    """One line of the table."""
    line = f"{what:<32}{count / seconds:>8.0f} a second {seconds / count * 1e6:>8.0f} µs each"
    if waits:
        ordered = sorted(waits)
        p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
        line += f"   waited {p50:.1f} ms (p50) {p99:.1f} ms (p99)"
    print(line)  # noqa: T201  (the table is what this script is for)


def main() -> None:
    """Measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    messages = mails(count)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        ceiling(Path(folder) / "bare.db", messages)
        say("bare commit for each", count, time.perf_counter() - begin)
    for waiters in (1, 10, 50):
        with tempfile.TemporaryDirectory() as folder:
            store = new_store(Path(folder))
            begin = time.perf_counter()
            waits = asyncio.run(keep(store, messages, waiters))
            say(f"kept, {waiters} at a time", count, time.perf_counter() - begin, waits)
            if waiters == 50:
                begin = time.perf_counter()
                done = settle(store)
                say("settled, 50 in a batch", done, time.perf_counter() - begin)
            store.close()


if __name__ == "__main__":
    main()
