"""The worker processes: started, rung, and started again when one dies."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence

from mailgate.log import Log
from mailgate.trouble import Permanent

# Seconds before a worker that died is started again; twice as long each time, up to the longest.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
# Seconds of good work after which a death is the first one again.
_HEALTHY = 60.0
# Exit code of a worker that cannot work with the files as they are.
_MISTAKE = 1


class Workers:
    """So many processes that decide. They end by themselves when this process does, however it does."""

    def __init__(
        self,
        count: int,
        command: Sequence[str],
        *,
        on_letters: Callable[[], None],
        on_death: Callable[[int], None],
        log: Log,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            count: how many.
            command: what `python -m mailgate` is called with.
            on_letters: called when letters are due.
            on_death: called, in a thread, with the process number of a worker that died.
            log: told of deaths.
        """
        self._count = count
        self._command = command
        self._on_letters = on_letters
        self._on_death = on_death
        self._log = log
        self._processes: set[Process] = set()
        self._minders: set[asyncio.Task[None]] = set()
        self._stopping = False
        # Set once every worker has said that it is ready, or when one never will be.
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unready = count
        if not count:
            self.ready.set_result(None)

    def start(self) -> None:
        """Start them all; `ready` is done when they are, or has `Permanent` when one cannot work."""
        for _ in range(self._count):
            self._minders.add(asyncio.create_task(self._mind()))

    def ring(self) -> None:
        """Tell them that mail has come."""
        for process in self._processes:
            pipe = process.stdin
            # A worker that has not read its last ring need not be rung again.
            if pipe is not None and not pipe.is_closing() and not pipe.transport.get_write_buffer_size():
                pipe.write(b".")

    async def stop(self, patience: float) -> None:
        """Let each finish its batch; who takes longer than `patience` seconds is killed, and its batch waits."""
        self._stopping = True
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.close()
        if self._minders:
            _, late = await asyncio.wait(self._minders, timeout=patience)
            for process in tuple(self._processes) if late else ():
                self._log.warning("worker killed", pid=process.pid, why="it did not end in time")
                process.kill()
            await asyncio.gather(*self._minders)

    async def _mind(self) -> None:
        """One worker's place: whoever dies there is followed by another."""
        wait, loop = _FIRST_WAIT, asyncio.get_running_loop()
        first = True
        while True:
            begun = loop.time()
            code, pid = await self._run(first=first)
            first = False
            if self._stopping:
                return
            if code == _MISTAKE and not self.ready.done():
                self.ready.set_exception(Permanent("mailgate cannot start before the mistakes above are mended"))
                return
            await asyncio.to_thread(self._on_death, pid)
            wait = _FIRST_WAIT if loop.time() - begun > _HEALTHY else wait
            self._log.error("worker died", pid=pid, code=code, again_in=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _run(self, *, first: bool) -> tuple[int, int]:
        """One worker from its start to its end; gives its exit code and its process number."""
        # A process group of its own: Ctrl-C is for us, and we let the workers finish.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "mailgate", *self._command, stdin=PIPE, stdout=PIPE, process_group=0
        )
        self._processes.add(process)
        try:
            await self._listen(process, first=first)
            return await process.wait(), process.pid
        finally:
            self._processes.discard(process)

    async def _listen(self, process: Process, *, first: bool) -> None:
        """Hear what the worker says, until it is gone."""
        assert process.stdout is not None  # noqa: S101  (it was opened as a pipe)
        while said := await process.stdout.read(4096):
            if first and b"+" in said:
                self._unready -= 1
                if not self._unready and not self.ready.done():
                    self.ready.set_result(None)
            if b"." in said:
                self._on_letters()
