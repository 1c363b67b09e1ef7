"""What whoever watches is shown: metrics, whether the process lives, and whether it can do its work."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from mailgate.app.due import JobName, late_by
from mailgate.app.parts import now
from mailgate.config import Config
from mailgate.log import Log
from mailgate.metrics import TYPE, JobReading, Readings, write_metrics
from mailgate.store import schema
from mailgate.store.balance import balance
from mailgate.store.database import Database
from mailgate.store.gauges import Watch
from mailgate.store.jobs import Jobs, Result
from mailgate.store.relays import Relays
from mailgate.trouble import Permanent, Temporary
from mailgate.web import Page, WebDoor, as_page

# Seconds that a page is shown again before it is made anew, however many ask.
_FRESH = 5.0
# Seconds that the database has for an answer.
_PATIENCE = 5.0
# The database does not answer: what is said of it to whoever asks, the log says more.
_ILL = "the database does not answer"


@dataclass(slots=True)
class Kept:
    """A page that is made at most every few seconds, for one at a time."""

    make: Callable[[], Page]
    _page: Page | None = None
    _made_at: float = 0.0
    _making: asyncio.Task[Page] | None = None

    async def page(self) -> Page:
        """The page; whoever comes while it is made waits for it."""
        if self._page is not None and time.monotonic() - self._made_at < _FRESH:
            return self._page
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(asyncio.to_thread(self.make))
        made = await asyncio.wait_for(asyncio.shield(self._making), _PATIENCE)
        self._page, self._made_at = made, time.monotonic()
        return made


@dataclass(slots=True, kw_only=True)
class Watching:
    """The pages of one daemon."""

    config: Config
    database: Database
    log: Log
    # How many workers run, and how many should.
    workers: Callable[[], tuple[int, int]]
    _watch: Watch = field(init=False)
    _missing: tuple[int, datetime] | None = field(default=None, init=False)
    _door: WebDoor = field(init=False)
    _balancing: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Prepare the door."""
        self._watch = Watch(self.database)
        self._door = WebDoor(
            host=self.config.web.host,
            port=self.config.web.port,
            pages={
                "/metrics": partial(self._shown, Kept(self._metrics)),
                "/health": self._health,
                "/ready": partial(self._shown, Kept(self._ready)),
            },
            failed=lambda path, error: self.log.error("page failed", path=path, exc_info=error),
        )

    async def open(self) -> None:
        """Begin to show.

        Raises:
            Permanent: the port is taken.
        """
        try:
            await self._door.open()
        except OSError as error:
            raise Permanent(f"nobody can listen on {self._door.host}:{self._door.port}: {error.strerror}") from None
        self.log.info("watched", web=f"{self._door.host}:{self._door.port}")
        if self.config.web.balance_every_minutes:
            self._balancing = asyncio.create_task(self._balance())

    async def close(self) -> None:
        """Show no more."""
        if self._balancing is not None:
            self._balancing.cancel()
        await self._door.close()

    async def _shown(self, kept: Kept) -> Page:
        try:
            return await kept.page()
        except (Temporary, TimeoutError):
            return as_page(503, {"ready": False, "reasons": [_ILL]})

    async def _health(self) -> Page:
        """Whoever reads this has been answered by the event loop."""
        return as_page(200, {"alive": True})

    def _ready(self) -> Page:
        """Whether mail can be taken, decided and answered."""
        reasons = []
        try:
            schema.check(self.database)
        except Temporary:
            reasons.append(_ILL)
        except Permanent:
            reasons.append("the tables are not those of this version: run `mailgate db upgrade`")
        running, wanted = self.workers()
        if running < wanted:
            reasons.append(f"{running} of {wanted} workers run")
        return as_page(503 if reasons else 200, {"ready": not reasons, "reasons": reasons})

    def _metrics(self) -> Page:
        running, wanted = self.workers()
        moment = now()
        missing, balanced_at = self._missing or (None, None)
        readings = Readings(
            now=moment,
            gauges=self._watch.look(moment),
            workers=running,
            workers_wanted=wanted,
            silent_relays=len(Relays(self.database).silent(self.config.identity.alarm_after)),
            missing=missing,
            balanced_at=balanced_at,
            jobs=tuple(self._jobs(moment)),
        )
        return Page(type=TYPE, content=write_metrics(readings))

    def _jobs(self, moment: datetime) -> Iterator[JobReading]:
        for line in Jobs(self.database).list():
            if line.name in set(JobName):
                yield JobReading(
                    name=line.name,
                    done_at=line.done_at,
                    failed=line.result is Result.FAILED,
                    late=late_by(self.config, line, moment).total_seconds(),
                )

    async def _balance(self) -> None:
        """Count everything now and then; it reads the whole database, in a thread."""
        pause = timedelta(minutes=self.config.web.balance_every_minutes).total_seconds()
        while True:
            try:
                found = await asyncio.to_thread(balance, self.database)
                self._missing = len(found.missing), now()
            except Temporary as trouble:
                self.log.warning("balance waits", why=str(trouble))
            await asyncio.sleep(pause)
