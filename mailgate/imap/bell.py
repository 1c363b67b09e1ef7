"""How the thread that reads a mailbox is woken, and how it is noticed that its connection is dead."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bell:
    """Wakes one thread; any other may ring."""

    _stopped: bool = False
    _ends: tuple[int, int] = field(default_factory=lambda: os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC))

    def ring(self) -> None:
        """Have a look at the mailbox, now."""
        with suppress(BlockingIOError):  # it has been rung often enough
            os.write(self._ends[1], b"\0")

    def stop(self) -> None:
        """End as soon as the work in hand is done."""
        self._stopped = True
        self.ring()

    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def wait(self, seconds: float, beside: int | None = None) -> None:
        """Come back when it rings, when something can be read from the file `beside`, or after so many seconds."""
        poller = select.poll()
        poller.register(self._ends[0], select.POLLIN)
        if beside is not None:
            poller.register(beside, select.POLLIN)
        if not self._stopped:
            poller.poll(max(0.0, seconds) * 1000)
        with suppress(BlockingIOError):
            os.read(self._ends[0], 65536)

    def close(self) -> None:
        """Nobody rings any more."""
        for end in self._ends:
            os.close(end)


@dataclass(slots=True)
class Pulse:
    """By when the server must have answered. Another thread looks, since a server that trickles never times out."""

    _by: float | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is done here must end in so many seconds."""
        self._by = time.monotonic() + seconds
        try:
            yield
        finally:
            self._by = None

    @property
    def is_overdue(self) -> bool:
        """Whether the answer should have come."""
        by = self._by
        return by is not None and time.monotonic() > by
