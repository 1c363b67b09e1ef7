"""Send what is due: take it with a lease, hand it over outside any transaction, mark it afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from mailgate.store.gather import Gather
from mailgate.store.outbox import Consequence, Fate, Letter, Outbox
from mailgate.store.tables import Channel, LetterState
from mailgate.trouble import Permanent, Temporary
from mailgate.vital import Vital

# Between attempts: one minute, twice as long each time, up to twelve hours. Twelve attempts take 29 hours.
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(hours=12)


# Hands over one letter or push; the answer is the number that the ticket system gives, or "".
# Temporary: try again later. Permanent: never try this one again.
HandOver = Callable[[Letter], Awaitable[str]]


class Relay(Protocol):
    """Where letters go; see `mailgate.relay`."""

    async def deliver(self, *, sender: str, recipient: str, message_id: str, content: bytes) -> None:
        """Hand over one letter.

        Raises:
            Temporary: try again later.
            Permanent: never try this letter again.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What became of the letters of one round."""

    sent: int
    # Will be tried again.
    postponed: int
    dead: int


def noted(vital: Vital, hand_over: HandOver) -> HandOver:
    """As that, and how it goes is noted."""

    async def deliver(letter: Letter) -> str:
        with vital.asking():
            return await hand_over(letter)

    return deliver


def by_mail(relay: Relay) -> HandOver:
    """How letters are handed over."""

    async def deliver(letter: Letter) -> str:
        await relay.deliver(
            sender=letter.sender, recipient=letter.recipient, message_id=letter.message_id, content=letter.content
        )
        return ""

    return deliver


class Sender:
    """Sends what leaves on one channel. Names of living senders must differ. It belongs to one event loop."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        hand_over: HandOver,
        clock: Callable[[], datetime],
        name: str,
        attempts: int,
        lease: timedelta = timedelta(minutes=10),
        batch: int = 50,
        at_once: int = 10,
        channel: Channel = Channel.MAIL,
        then: Consequence | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            outbox: what is due.
            hand_over: how it leaves.
            clock: the time.
            name: of this sender.
            attempts: before a letter is dead.
            lease: longer than `batch / at_once` exchanges with the other side may take.
            batch: letters that are taken at once.
            at_once: letters that are handed over side by side.
            channel: by which they leave.
            then: what else follows when they are marked, in the same transaction.
        """
        self._outbox = outbox
        self._deliver = hand_over
        self._channel = channel
        self._clock = clock
        self._name = name
        self._attempts = attempts
        self._lease = lease
        self._batch = batch
        self._places = asyncio.Semaphore(at_once)
        self._marks: Gather[Fate, None] = Gather(partial(outbox.mark, then=then))
        self._unmarked: list[Fate] = []

    async def send_due(self) -> Round:
        """Send one batch of what is due; all zero when nothing was.

        Raises:
            Temporary: the database did not answer. What was sent meanwhile is marked first thing next time.
        """
        await self._mark_belated()
        letters = await asyncio.to_thread(
            self._outbox.claim, self._name, self._batch, self._lease, self._clock(), self._channel
        )
        states = await asyncio.gather(*(self._send(letter) for letter in letters))
        if self._unmarked:
            raise Temporary("the database did not take note of letters that were sent; it is asked again")
        return Round(
            sent=states.count(LetterState.SENT),
            postponed=states.count(LetterState.DUE),
            dead=states.count(LetterState.DEAD),
        )

    async def close(self) -> None:
        """Finish what is under way."""
        await self._marks.close()

    async def _send(self, letter: Letter) -> LetterState:
        """Hand over one letter and mark it."""
        async with self._places:
            number, error = await self._hand_over(letter)
        fate = replace(fate_of(letter, error, self._clock(), self._attempts), number=number)
        try:
            await self._marks.add(fate)
        except Temporary:
            self._unmarked.append(fate)
        return fate.state

    async def _hand_over(self, letter: Letter) -> tuple[str, Exception | None]:
        """Hand over one letter; the answer is the number that came back, and what went wrong."""
        if letter.attempt > self._attempts:
            return "", Permanent("each time this letter was sent, the sender died; look at it before you retry it")
        try:
            return await self._deliver(letter), None
        except Exception as error:  # noqa: BLE001  (a bug of ours stops this letter and no other)
            return "", error

    async def _mark_belated(self) -> None:
        """Mark what could not be marked the last time, before anything is claimed again."""
        while self._unmarked:
            await self._marks.add(self._unmarked[-1])
            self._unmarked.pop()


def fate_of(letter: Letter, error: Exception | None, now: datetime, attempts: int) -> Fate:
    """What becomes of a letter after an attempt: sent, due again, or dead."""
    if error is None:
        return Fate(letter=letter, state=LetterState.SENT, at=now)
    said = str(error) if isinstance(error, (Temporary, Permanent)) else f"our bug: {type(error).__name__}: {error}"
    if isinstance(error, Permanent) or letter.attempt >= attempts:
        return Fate(letter=letter, state=LetterState.DEAD, at=now, error=said)
    return Fate(letter=letter, state=LetterState.DUE, at=now, due_at=now + back_off(letter.attempt), error=said)


def back_off(attempt: int) -> timedelta:
    """How long to wait after an attempt, counted from 1."""
    doublings = min(attempt - 1, 20)
    return min(FIRST_BACK_OFF * (1 << doublings), LONGEST_BACK_OFF)
