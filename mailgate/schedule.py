"""The clock: what happens at intervals. It is handed what to call, and knows nothing of what that does.

APScheduler skips a job that is a second late unless it is told otherwise; here a late job runs once, as soon as it
can, and never beside itself.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

_SETTINGS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _OnTheDot(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Every minute when a minute begins, not so long after whenever it was started."""

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next one, as APScheduler asks for it."""
        after = max(previous_fire_time, now) if previous_fire_time else now
        return _EPOCH + ((after - _EPOCH) // self._every + 1) * self._every


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again."""

    name: str
    every: timedelta
    # Called in a thread of the clock's own; what it raises is told, and it is called again at its next time.
    run: Callable[[], None]


class Schedule:
    """Calls jobs by the clock, each in a thread of its own and never beside itself, until it is stopped."""

    def __init__(self, jobs: Iterable[Job], told: Callable[[str, BaseException], None]) -> None:
        """Prepare; nothing runs yet.

        Args:
            jobs: what is to be done.
            told: called with the name of a job and what it raised.
        """
        self._jobs = tuple(jobs)
        self._clock = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(max_workers=max(len(self._jobs), 1))},
            job_defaults=_SETTINGS,
            timezone=UTC,
        )
        # That a job still runs when its next time comes is as it should be, and not worth a line of APScheduler's own.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._told = told
        self._clock.add_listener(self._tell, EVENT_JOB_ERROR)

    def start(self) -> None:
        """Run every job now, and from then on whenever a whole number of its intervals has passed since 1970."""
        for job in self._jobs:
            self._clock.add_job(job.run, _OnTheDot(job.every), id=job.name, next_run_time=datetime.now(UTC))
        self._clock.start()

    def stop(self) -> None:
        """Finish the jobs that run, and call no more."""
        if self._clock.running:
            self._clock.shutdown(wait=True)

    def _tell(self, event: JobExecutionEvent) -> None:
        self._told(event.job_id, event.exception)
