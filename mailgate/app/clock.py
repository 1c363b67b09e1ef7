"""What the daemon does by the clock: questions that nobody has answered, and surges.

The work on questions is done by a command of its own (`mailgate questions remind --apply`), so that the process at the
door stays small, and whatever goes wrong there is over when the command ends.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta

from mailgate.app.parts import now
from mailgate.config import Config
from mailgate.log import Log
from mailgate.schedule import Job, Schedule
from mailgate.store.database import Database
from mailgate.store.locks import Locks
from mailgate.trouble import Temporary

# Seconds that one round may take; what is left is done by the next one.
_LONGEST = 600.0
# What machines call the right to do all this.
_NAME = "schedule"
REMIND = ("questions", "remind", "--apply", "--json")


class Clock:
    """Looks at intervals for what is due, beginning now."""

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
            config: says how often.
            database: in which surges show.
            named: the options that name this configuration to a command.
            locks: of several machines one does it all, as long as it lives.
            on_letters: called when letters are due, from a thread.
            log: told of everything that was done.
        """
        self._command = (sys.executable, "-m", "mailgate", *REMIND, *named)
        self._locks = locks
        self._on_letters = on_letters
        self._log = log
        self._running: subprocess.Popen[str] | None = None
        every = timedelta(minutes=config.questions.look_every_minutes)
        jobs = [Job(name="questions", every=every, run=self._follow_up)]
        if config.surge.look_every_minutes:
            every = timedelta(minutes=config.surge.look_every_minutes)
            jobs.append(Job(name="surge", every=every, run=self._look_for_surges))
        self._config = config
        self._database = database
        self._schedule = Schedule(jobs, self._failed)

    def start(self) -> None:
        """Begin to look."""
        self._schedule.start()

    def stop(self) -> None:
        """Look no more. A round that is under way ends; each of its steps is done whole or not at all."""
        if self._running is not None:
            self._running.terminate()
        self._schedule.stop()

    def _follow_up(self) -> None:
        if not self._locks.take(_NAME):
            return  # another machine does
        with subprocess.Popen(self._command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:  # noqa: S603  (our own command)
            self._running = process
            try:
                said, _ = process.communicate(timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                said, _ = process.communicate()
            finally:
                self._running = None
        if process.returncode != 0:
            self._log.warning("questions not looked at", code=process.returncode, why="see what is said above")
            return
        done = json.loads(said)
        for each in done:
            self._log.info("question", did=each["due"], id=each["question"]["message"], letter=each["letter"])
        if any(each["letter"] == "sent" for each in done):
            self._on_letters()

    def _look_for_surges(self) -> None:
        """A look is a few statements on an index, so it is done here, and not by a command of its own."""
        if not self._locks.take(_NAME):
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
