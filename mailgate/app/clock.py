"""What the daemon does by the clock: questions that nobody has answered.

The work is done by a command of its own (`mailgate questions remind --apply`), so that the process at the door stays
small, and whatever goes wrong there is over when the command ends.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta

from mailgate.config import Config
from mailgate.log import Log
from mailgate.schedule import Job, Schedule
from mailgate.store.locks import Locks

# Seconds that one round may take; what is left is done by the next one.
_LONGEST = 600.0
# What machines call the right to do all this.
_NAME = "schedule"
REMIND = ("questions", "remind", "--apply", "--json")


class Clock:
    """Looks at intervals for what is due, beginning now."""

    def __init__(
        self, config: Config, named: Sequence[str], locks: Locks, on_letters: Callable[[], object], log: Log
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            config: says how often.
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
        self._schedule = Schedule([Job(name="questions", every=every, run=self._follow_up)], self._failed)

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

    def _failed(self, job: str, error: BaseException) -> None:
        """A job that fails is done the next time."""
        self._log.error("clock failed", job=job, exc_info=error)
