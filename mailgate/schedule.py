"""The clock: what happens at intervals. It is handed what to call, and knows nothing of what that does.

APScheduler skips a job that is a second late unless it is told otherwise; here a late job runs once, as soon as it
can, and never beside itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_SETTINGS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again."""

    name: str
    every: timedelta
    # Called in a thread of the clock's own; what it raises is told, and it is called again at its next time.
    run: Callable[[], None]


class Schedule:
    """Calls jobs by the clock, one at a time, until it is stopped."""

    def __init__(self, jobs: Iterable[Job], told: Callable[[str, BaseException], None]) -> None:
        """Prepare; nothing runs yet.

        Args:
            jobs: what is to be done.
            told: called with the name of a job and what it raised.
        """
        self._clock = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(max_workers=1)}, job_defaults=_SETTINGS, timezone=UTC
        )
        self._told = told
        self._clock.add_listener(self._tell, EVENT_JOB_ERROR)
        self._jobs = tuple(jobs)

    def start(self) -> None:
        """Run every job now, and from then on at its intervals."""
        for job in self._jobs:
            self._clock.add_job(
                job.run, "interval", seconds=job.every.total_seconds(), id=job.name, next_run_time=datetime.now(UTC)
            )
        self._clock.start()

    def stop(self) -> None:
        """Finish the job that runs, and call no more."""
        if self._clock.running:
            self._clock.shutdown(wait=True)

    def _tell(self, event: JobExecutionEvent) -> None:
        self._told(event.job_id, event.exception)
