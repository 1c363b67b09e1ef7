"""The worker processes: started, rung, and started again when one dies."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence

from mailgate.app.parts import process_name
from mailgate.app.signs import LAST, LETTERS, MAIL, READY
from mailgate.log import Log
from mailgate.trouble import Permanent

# Seconds before a worker that died is started again; twice as long each time, up to the longest.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
# Seconds of good work after which a death is the first one again.
_HEALTHY = 60.0
# Exit code of a worker that cannot work with the files as they are.
_MISTAKE = 1
# In place of an exit code, when the system had no process to give.
_NOT_STARTED = -1


class Workers:
    """So many processes that decide. They end by themselves when this process does, however it does."""

    def __init__(
        self, count: int, command: Sequence[str], *, on_letters: Callable[[], None], log: Log, node: str = ""
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            count: how many.
            command: what `python -m mailgate` is called with; the name of the worker follows.
            on_letters: called when letters are due.
            log: told of deaths.
            node: the name of this machine among those on one database.
        """
        self._count = count
        self._command = command
        self._on_letters = on_letters
        self._log = log
        self._node = node
        self._processes: set[Process] = set()
        self._minders: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._unready = set(range(count))
        # Done once every worker has said that it is ready; Permanent when one never will be.
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self) -> None:
        """Start them all."""
        self._minders = {asyncio.create_task(self._mind(place)) for place in range(self._count)}
        if not self._count:
            self.ready.set_result(None)

    def count(self) -> tuple[int, int]:
        """How many run, and how many should."""
        return len(self._processes), self._count

    def ring(self) -> None:
        """Tell them that mail has come."""
        for process in self._processes:
            pipe = process.stdin
            # A worker that has not read its last ring need not be rung again.
            if pipe is not None and not pipe.is_closing() and not pipe.transport.get_write_buffer_size():
                pipe.write(MAIL)

    async def stop(self, patience: float) -> None:
        """Let them settle what waits; what takes longer than `patience` seconds waits for the next start."""
        self._stopping.set()
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.write(LAST)
        await self._await_ends(patience)
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.close()
        await self._await_ends(patience)
        for process in self._processes:
            self._log.warning("worker killed", pid=process.pid, why="it did not end in time; its mails wait")
            process.kill()
        await asyncio.gather(*self._minders)

    async def _await_ends(self, patience: float) -> None:
        if self._minders:
            await asyncio.wait(self._minders, timeout=patience)

    async def _mind(self, place: int) -> None:
        """One worker's place: whoever dies there is followed by another of the same name, who takes over his mails."""
        wait, loop = _FIRST_WAIT, asyncio.get_running_loop()
        while True:
            begun = loop.time()
            code = await self._run(place)
            if self._stopping.is_set():
                return
            if code == _MISTAKE and place in self._unready:
                if not self.ready.done():
                    self.ready.set_exception(
                        Permanent("no worker could start: mend what is said above, then start mailgate again")
                    )
                return
            wait = _FIRST_WAIT if loop.time() - begun > _HEALTHY else wait
            self._log.error("worker died", code=code, again_in=wait)
            try:
                await asyncio.wait_for(self._stopping.wait(), wait)
            except TimeoutError:
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return

    async def _run(self, place: int) -> int:
        """One worker from its start to its end; gives its exit code."""
        name = process_name(f"worker-{place}", self._node)
        # A process group of its own: Ctrl-C is for us, and we let the workers finish.
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "mailgate", *self._command, "--name", name),
                stdin=PIPE,
                stdout=PIPE,
                process_group=0,
            )
        except OSError as error:
            self._log.error("worker not started", why=str(error))
            return _NOT_STARTED
        self._processes.add(process)
        try:
            await self._listen(process, place)
            return await process.wait()
        finally:
            self._processes.discard(process)

    async def _listen(self, process: Process, place: int) -> None:
        """Hear what the worker says, until it is gone."""
        assert process.stdout is not None  # noqa: S101  (it was opened as a pipe)
        while said := await process.stdout.read(4096):
            if READY in said:
                self._unready.discard(place)
                if not self._unready and not self.ready.done():
                    self.ready.set_result(None)
            if LETTERS in said:
                self._on_letters()
