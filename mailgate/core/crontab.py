"""When a job is due, written as in a crontab: "15 3 * * *", "0 7 * * 1-5", "@daily".

What the fields mean, weekdays from Sunday = 0 among them, and what happens in the two nights in which clocks change, is
as in Debian's cron (crontab(5), cron(8)): what falls into the missing hour runs right after it, what falls into the
repeated hour runs once; what runs every few minutes or every hour runs on by the real time.
"""

from datetime import datetime, timedelta, tzinfo

from cronsim import CronSim, CronSimError

_NAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = 5
_EXAMPLE = '"15 3 * * *" is each day at 03:15, "0 7 * * 1-5" Monday to Friday at 07:00'
# A job that was missed longer ago waits for its next time.
_LATEST = timedelta(days=1)
# After a run that did not end, or ended with trouble that passes, it is tried again.
_AGAIN = timedelta(minutes=5)
_SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001  (the wall clock of no place; only the words are tried)


def mistake_in(line: str) -> str | None:
    """What is wrong with a line, and how it is right; None when nothing is."""
    words = _NAMES.get(line.strip().lower(), line)
    if len(words.split()) != _FIELDS:
        return f'"{line}" must have five fields, "minute hour day month weekday"; {_EXAMPLE}'
    try:
        next(CronSim(words, _SOME_DAY))
    except CronSimError as error:
        field = str(error).removeprefix("Bad ")
        return f'"{line}" has a mistake in its {field}; {_EXAMPLE}'
    except StopIteration:
        return f'"{line}" never comes; {_EXAMPLE}'
    return None


def next_after(line: str, moment: datetime, zone: tzinfo) -> datetime:
    """The first time after a moment.

    Args:
        line: without a mistake.
        moment: aware.
        zone: whose clocks are meant.
    """
    return next(CronSim(_NAMES.get(line.strip().lower(), line), moment.astimezone(zone)))


def is_due(line: str, zone: tzinfo, *, since: datetime, begun: datetime | None, again: bool, now: datetime) -> bool:
    """Whether a job is to run now: its time has come since it began last, at most a day ago.

    Args:
        line: without a mistake.
        zone: whose clocks are meant.
        since: when the job was first heard of.
        begun: when it began last; None: never.
        again: whether that run did not end, or ended with trouble that passes.
        now: the time.
    """
    if begun is not None and again and begun + _AGAIN <= now:
        return True
    return next_after(line, max(begun or since, now - _LATEST), zone) <= now
