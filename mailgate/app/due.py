"""The jobs of `[schedule]`: what there is, and when each is due."""

import os
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mailgate.app.parts import process_name
from mailgate.config import Config
from mailgate.core.crontab import is_due, next_after
from mailgate.store.database import Database
from mailgate.store.jobs import JobLine, Result
from mailgate.store.turns import turn

# Who does what nobody has asked for.
SCHEDULE = "schedule"
# A job that is so late needs somebody to look at it.
_LATE = timedelta(hours=1)


class JobName(StrEnum):
    """The jobs. The values stand in `[schedule]`, on the command line, in the database and in JSON."""

    REMINDERS = "reminders"
    RETENTION = "retention"
    DIGEST = "digest"
    REPROCESS = "reprocess"


def cron_of(config: Config, name: JobName) -> str:
    """When a job is to run; "" when never: a digest without anybody to read it is none."""
    if name is JobName.DIGEST and not config.operators.addresses:
        return ""
    return str(getattr(config.schedule, name))


def due(config: Config, line: JobLine, at: datetime) -> bool:
    """Whether a job is to run now."""
    cron = cron_of(config, JobName(line.name))
    return bool(cron) and is_due(
        cron,
        ZoneInfo(config.desk.timezone),
        since=line.known_at,
        begun=line.began_at,
        again=line.result is None or line.result is Result.LATER,
        now=at,
    )


def next_run(config: Config, name: JobName, at: datetime) -> datetime | None:
    """When it runs next; None: never by the clock."""
    cron = cron_of(config, name)
    return next_after(cron, at, ZoneInfo(config.desk.timezone)) if cron else None


def late_by(config: Config, line: JobLine, at: datetime) -> timedelta:
    """For how long it should have been done; 0 unless that is an hour or more."""
    cron = cron_of(config, JobName(line.name))
    if not cron:
        return timedelta()
    late = at - next_after(cron, line.done_at or line.known_at, ZoneInfo(config.desk.timezone))
    return late if late >= _LATE else timedelta()


def turn_of(name: JobName, config: Config, database: Database, by: str) -> AbstractContextManager[None]:
    """Be the only one who does a job, by the clock or by hand, until the end of the block.

    Raises:
        Temporary: on entering: somebody else does it; the sentence says who.
    """
    where, _, _ = process_name("", config.database.node).rpartition(":")
    return turn(database, f"job-{name}", f"{by}, process {os.getpid()} on {where}")
