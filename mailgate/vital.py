"""How something outside the house is: how often asked, how often in vain, how long that took, since when it is ill.

Whoever asks notes it here, and now and then it is added to what the database has counted of all processes.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from mailgate.trouble import Temporary


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What was noted since the last time."""

    # What was asked: "directory", "dns", "clamd", "relay", "csd".
    service: str
    asked: int
    # Times that it did not answer, or could not do its work.
    failed: int
    # Seconds that all of it took.
    seconds: float
    # Since when it has not answered; None: it did the last time.
    ill_since: datetime | None


class Vital:
    """Notes how one service is. Safe to share between threads, as far as counts may be off by one."""

    def __init__(
        self, service: str, clock: Callable[[], datetime], timer: Callable[[], float] = time.perf_counter
    ) -> None:
        self._service = service
        self._clock = clock
        self._timer = timer
        self._asked = self._failed = 0
        self._seconds = 0.0
        self._ill_since: datetime | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around one question. `Temporary` is a failure; whatever else comes of it, somebody has answered."""
        begun, failed = self._timer(), False
        try:
            yield
        except Temporary:
            failed = True
            raise
        finally:
            self.note(asked=1, failed=int(failed), seconds=self._timer() - begun)

    def note(self, *, asked: int, failed: int, seconds: float) -> None:
        """Some questions at once, of which the last ones met what most did."""
        self._asked += asked
        self._failed += failed
        self._seconds += seconds
        if asked:
            self._ill_since = (self._ill_since or self._clock()) if 2 * failed > asked else None

    def take(self) -> Sign | None:
        """What was noted since the last time; None when nobody has asked."""
        if not self._asked:
            return None
        sign = Sign(
            service=self._service,
            asked=self._asked,
            failed=self._failed,
            seconds=self._seconds,
            ill_since=self._ill_since,
        )
        self._asked = self._failed = 0
        self._seconds = 0.0
        return sign
