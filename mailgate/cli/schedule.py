"""`mailgate schedule`."""

from contextlib import closing
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mailgate.app.due import JobName, cron_of, next_run
from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, ListsByItself, Operator, by, command_group, read
from mailgate.cli.screen import complain, say, say_json, say_table
from mailgate.store.document import document
from mailgate.store.jobs import JobLine, Result

command = command_group(ListsByItself)


@command.callback()
def schedule() -> None:
    """What the daemon does by the clock, as [schedule] in config.toml says.

    Alone it lists the jobs, as `mailgate schedule list` does.
    """


@command.command("list")
def list_jobs(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List the jobs: when each is due next, when it ran last, and how that ended.

    Times are those of the time zone in [desk].

    Example: mailgate schedule list
    """
    settings = read(config)
    zone, at = ZoneInfo(settings.desk.timezone), now()
    with closing(open_store(settings)) as store:
        known = {line.name: line for line in store.jobs.list()}
    rows = [(name, cron_of(settings, name), next_run(settings, name, at), known.get(name)) for name in JobName]
    if as_json:
        say_json([{"name": name, "cron": cron, "next": due, "last": document(line)} for name, cron, due, line in rows])
        return
    say_table(
        ("job", "cron", "next", "last", "result"),
        [
            (
                name,
                cron or "never",
                f"{due.astimezone(zone):%Y-%m-%d %H:%M}" if due else "",
                f"{line.began_at.astimezone(zone):%Y-%m-%d %H:%M}" if line and line.began_at else "",
                _result(line),
            )
            for name, cron, due, line in rows
        ],
        cut=("cron",),
        empty="there are no jobs",
    )
    for name, _, _, line in rows:
        if line and line.said:
            say(f"{name}: {line.said}")


@command.command("run")
def run_now(
    name: Annotated[JobName, typer.Argument(metavar="JOB", help=f"One of {', '.join(JobName)}.")],
    operator: Operator = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Run one job now, whenever it is due; it does what the daemon does by the clock, and is written down like it.

    It never runs beside itself. Exit code 1: somebody has to look at it; 75: try again.

    Example: mailgate schedule run retention
    """
    from mailgate.app.jobs import run_job  # noqa: PLC0415  (to list jobs does not need what they need)

    ran = run_job(read(config), name, by(operator))
    if as_json:
        say_json(document(ran))
    elif ran.result is Result.DONE:
        say(f"{ran.job}: {ran.said}")
    if ran.result is not Result.DONE:
        complain(f"{ran.job}: {ran.said}")
        raise typer.Exit(1 if ran.result is Result.FAILED else 75)


def _result(line: JobLine | None) -> str:
    if line is None or line.began_at is None:
        return ""
    return line.result.value if line.result else "runs"
