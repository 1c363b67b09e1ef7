"""Share one transaction between all that wait for it (group commit)."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from mailgate.trouble import Trouble

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gather(Generic[Item, Result]):
    """Hands what any number of tasks bring to one function, in as few calls as the database needs time for.

    The first to come starts a call at once, in a thread; whoever comes while it runs waits for the next one. So a
    single item is as fast as it can be, and a hundred cost little more than one. It belongs to one event loop.
    """

    def __init__(self, call: Callable[[Sequence[Item]], Sequence[Result]], *, most: int = 200) -> None:
        """`call` answers in the order of its items and does all or nothing; it gets at most `most` at once."""
        self._call = call
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gather")

    async def add(self, item: Item) -> Result:
        """Bring one item; the answer comes after the call that had it has returned.

        Raises:
            Whatever the call raised for this item.
        """
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await answer

    async def close(self) -> None:
        """Finish what is under way."""
        if self._running is not None:
            await self._running
        self._thread.shutdown()

    async def _run(self) -> None:
        """Call until nobody waits."""
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._answer(batch)
        self._running = None

    async def _answer(self, batch: Sequence[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        """Call for a batch. What only one of them may have spoiled is tried again one by one."""
        loop = asyncio.get_running_loop()
        try:
            results = await loop.run_in_executor(self._thread, self._call, [item for item, _ in batch])
        except Trouble as trouble:
            _refuse(batch, trouble)
        except Exception as error:  # noqa: BLE001  (each waiter gets what its own item raised)
            if len(batch) == 1:
                _refuse(batch, error)
                return
            for single in batch:
                await self._answer([single])
        else:
            for (_, answer), result in zip(batch, results, strict=True):
                if not answer.done():
                    answer.set_result(result)


def _refuse(batch: Sequence[tuple[Item, "asyncio.Future[Result]"]], error: Exception) -> None:
    """Tell the waiters; one who has gone away in the meantime does not mind."""
    for _, answer in batch:
        if not answer.done():
            answer.set_exception(error)
