"""Group commit: many waiters, few calls."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from mailgate.store.gather import Gather
from mailgate.trouble import Temporary


class Slow:
    """A call that returns when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Semaphore(0)

    def __call__(self, items: Sequence[int]) -> list[str]:
        self.gate.acquire()
        self.batches.append(list(items))
        return [f"did {item}" for item in items]


async def let_all_come() -> None:
    """Until every task that can has brought its item."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_comes_while_a_call_runs_shares_the_next_one() -> None:
    async def story() -> tuple[list[str], list[list[int]]]:
        slow = Slow()
        gather = Gather(slow)
        first = asyncio.create_task(gather.add(0))
        await let_all_come()
        others = [asyncio.create_task(gather.add(number)) for number in range(1, 50)]
        await let_all_come()
        slow.gate.release(2)
        answers = await asyncio.gather(first, *others)
        await gather.close()
        return answers, slow.batches

    answers, batches = asyncio.run(story())

    assert answers == [f"did {number}" for number in range(50)]
    assert batches == [[0], list(range(1, 50))]


def test_a_call_gets_no_more_than_it_can_take() -> None:
    async def story() -> list[list[int]]:
        slow = Slow()
        gather = Gather(slow, most=20)
        slow.gate.release(10)
        await asyncio.gather(*(gather.add(number) for number in range(50)))
        await gather.close()
        return slow.batches

    batches = asyncio.run(story())

    assert max(map(len, batches)) <= 20
    assert sorted(item for batch in batches for item in batch) == list(range(50))


def test_nobody_gets_an_answer_before_the_call_has_returned() -> None:
    async def story() -> bool:
        slow = Slow()
        gather = Gather(slow)
        waiting = asyncio.create_task(gather.add(1))
        await let_all_come()
        was_early = waiting.done()
        slow.gate.release()
        await waiting
        await gather.close()
        return was_early

    assert asyncio.run(story()) is False


def test_trouble_reaches_everybody_who_waits() -> None:
    def ill(_: Sequence[int]) -> list[str]:
        raise Temporary("the disk is full")

    async def story() -> list[object]:
        gather = Gather(ill)
        answers = await asyncio.gather(*(gather.add(number) for number in range(3)), return_exceptions=True)
        await gather.close()
        return list(answers)

    assert [str(answer) for answer in asyncio.run(story())] == ["the disk is full"] * 3


def test_one_bad_item_does_not_spoil_the_others() -> None:
    def picky(items: Sequence[int]) -> list[int]:
        if 3 in items:
            raise ValueError("not 3")
        return list(items)

    async def story() -> list[object]:
        gather = Gather(picky)
        answers = await asyncio.gather(*(gather.add(number) for number in range(5)), return_exceptions=True)
        await gather.close()
        return list(answers)

    answers = asyncio.run(story())

    assert [a for a in answers if not isinstance(a, ValueError)] == [0, 1, 2, 4]
    assert isinstance(answers[3], ValueError)


def test_a_waiter_who_goes_away_disturbs_nobody() -> None:
    async def story() -> str:
        slow = Slow()
        gather = Gather(slow)
        gone = asyncio.create_task(gather.add(1))
        stays = asyncio.create_task(gather.add(2))
        await let_all_come()
        gone.cancel()
        slow.gate.release(2)
        answer = await stays
        with pytest.raises(asyncio.CancelledError):
            await gone
        await gather.close()
        return answer

    assert asyncio.run(story()) == "did 2"
