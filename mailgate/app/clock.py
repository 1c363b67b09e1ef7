"""What the daemon does by the clock, as `[schedule]` says.

Once a minute each job is looked up in the database: whether its time has come since it ran last. So it does not
matter which machine looks, when it began to, or whether a clock was set; what was missed is done at the first look.
The work is done by a command of its own (`mailgate schedule run`), so that the process at the door stays small, and
whatever goes wrong there is over when the command ends. Surges are looked for here, and at their own interval.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from mailgate.app.due import SCHEDULE, JobName, due
from mailgate.app.parts import now
from mailgate.config import Config
from mailgate.log import Log
from mailgate.schedule import Job, Schedule
from mailgate.store.database import Database
from mailgate.store.jobs import Jobs
from mailgate.store.locks import Locks
from mailgate.trouble import Temporary

_LOOK = timedelta(minutes=1)
# Seconds that one run may take; what is left is done by the next one.
_LONGEST = 6 * 3600.0
# A run that found another one at work, or nothing to work on.
_TRY_AGAIN = 75


class Clock:
    """Looks once a minute for jobs that are due, beginning now."""

    def __init__(
        self,
        config: Config,
        database: Database,
        named: Sequence[str],
        locks: Locks,
        on_letters: Callable[[], object],
        log: Log,
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            config: says when.
            database: has what ran last, and shows surges.
            named: the options that name this configuration to a command.
            locks: of several machines one does it all, as long as it lives.
            on_letters: called when letters are due, from a thread.
            log: told of everything that was done.
        """
        self._config = config
        self._command = (sys.executable, "-m", "mailgate", "schedule", "run")
        self._options = ("--operator", SCHEDULE, "--json", *named)
        self._database = database
        self._jobs = Jobs(database)
        self._locks = locks
        self._on_letters = on_letters
        self._log = log
        self._running: dict[JobName, subprocess.Popen[str]] = {}
        looks = [Job(name=name, every=_LOOK, run=partial(self._look, name)) for name in JobName]
        if config.surge.look_every_minutes:
            every = timedelta(minutes=config.surge.look_every_minutes)
            looks.append(Job(name="surge", every=every, run=self._look_for_surges))
        self._schedule = Schedule(looks, self._failed)

    def start(self) -> None:
        """Begin to look."""
        self._schedule.start()

    def stop(self) -> None:
        """Look no more. What is under way ends; each of its steps is done whole or not at all."""
        for process in tuple(self._running.values()):
            process.terminate()
        self._schedule.stop()

    def _look(self, name: JobName) -> None:
        """Run a job if it is due, and if it is ours to do."""
        try:
            if not self._locks.take(SCHEDULE):
                return  # another machine does
            if due(self._config, self._jobs.know((name,), now())[name], now()):
                self._run(name)
        except Temporary as trouble:
            self._log.warning("clock waits", job=name.value, why=str(trouble))

    def _run(self, name: JobName) -> None:
        command = (*self._command, name.value, *self._options)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:  # noqa: S603  (our own command)
            self._running[name] = process
            try:
                said, _ = process.communicate(timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                said, _ = process.communicate()
            finally:
                del self._running[name]
        self._tell(name, process.returncode, said)

    def _tell(self, name: JobName, code: int, said: str) -> None:
        if not said:
            self._log.warning("job not done", job=name.value, code=code, why="see what is said above")
            return
        ran = json.loads(said)
        tell = self._log.info if code == 0 else self._log.warning if code == _TRY_AGAIN else self._log.error
        tell("job", job=name.value, result=ran["result"], did=ran["said"])
        if ran["letters"]:
            self._on_letters()

    def _look_for_surges(self) -> None:
        """A look is a few statements on an index, so it is done here, and not by a command of its own."""
        if not self._locks.take(SCHEDULE):
            return  # another machine does
        from mailgate.app.surging import make_surging, say_what_surges  # noqa: PLC0415  (only who holds the schedule)

        try:
            looked = make_surging(self._config, self._database).look(now())
        except Temporary as trouble:
            self._log.warning("surges not looked for", why=str(trouble))
            return
        say_what_surges(looked, self._log)
        if looked.letters:
            self._on_letters()

    def _failed(self, job: str, error: BaseException) -> None:
        """A job that fails is done the next time."""
        self._log.error("clock failed", job=job, exc_info=error)
