"""A process of its own, to compete and to be killed: `python -m tests.store.worker ROLE NAME DATABASE HOURS`.

It says "ready", waits for a line on stdin, and works in small steps until nothing is left (`keep`: until it is killed).
Each thing that may be relied upon is said on stdout at once, so that a kill takes nothing of it.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from mailgate.intake import Settler
from mailgate.keeper import Keeper
from mailgate.outbox import Sender, by_mail
from mailgate.store.brake import Limits
from mailgate.store.facade import Store
from tests.store.cast import NOON, anna, consider, raw, writer

MANY = Limits(window=timedelta(hours=24), per_address_per_day=100_000, per_day=100_000)
# More mails than any test lets a process keep.
ENOUGH = 100_000


def say(line: str) -> None:
    """A line that outlives a kill: it is in the pipe when this returns."""
    os.write(1, f"{line}\n".encode())


class Postman:
    """A relay that takes everything, and says what it took."""

    async def deliver(self, *, sender: str, recipient: str, message_id: str, content: bytes) -> None:
        del sender, recipient, content
        say(message_id)
        await asyncio.sleep(0)


def keep(store: Store, name: str, now: datetime) -> None:
    """Ten tasks keep mails; each receipt is said."""

    async def deliver(keeper: Keeper, numbers: Iterator[int]) -> None:
        for number in numbers:
            kept = await keeper.keep(raw(f"X-Client: {name}\n{anna(number)}", received_at=now))
            say(kept.digest)

    async def live() -> None:
        keeper, numbers = Keeper(store.database), iter(range(ENOUGH))
        await asyncio.gather(*(deliver(keeper, numbers) for _ in range(10)))

    asyncio.run(live())


def settle(store: Store, name: str, now: datetime) -> None:
    """Settle until nothing waits; each recorded ticket is said."""
    settler = Settler(store=store, consider=consider, writer=writer(MANY), worker=name, batch=5)
    while recorded := settler.settle(now):
        for one in recorded:
            if one.ticket:
                say(one.ticket)


def send(store: Store, name: str, now: datetime) -> None:
    """Send until nothing is due."""

    async def live() -> None:
        sender = Sender(
            outbox=store.outbox,
            hand_over=by_mail(Postman()),
            clock=lambda: now,
            name=name,
            attempts=50,
            batch=5,
            at_once=2,
        )
        while (await sender.send_due()).sent:
            pass
        await sender.close()

    asyncio.run(live())


def main() -> None:
    """Play the role."""
    role, name, url, hours = sys.argv[1:]
    store = Store(url)
    say("ready")
    sys.stdin.readline()
    {"keep": keep, "settle": settle, "send": send}[role](store, name, NOON + int(hours) * timedelta(hours=1))


if __name__ == "__main__":
    main()
