"""Intake: many tasks share a commit, and one bad mail never stops the road."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.core.mail import RawMessage
from mailgate.intake import LONGEST_WAIT, Settler, wait
from mailgate.keeper import Keeper
from mailgate.store.database import Database
from mailgate.store.facade import Store
from mailgate.trouble import Temporary
from tests.store.cast import BORYS, LEASE, NOON, Considered, anna, consider, new_store, raw, writer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        yield opened


def settler(store: Store, think: Callable[[RawMessage], Considered] = consider) -> Settler:
    """A worker that thinks so."""
    return Settler(store=store, consider=lambda message, _: think(message), writer=writer(), worker="w1", lease=LEASE)


def states(store: Store) -> dict[str | None, str]:
    """State of each message by its outcome."""
    return {line.outcome: line.state for line in store.messages.list()}


def test_fifty_tasks_keep_at_once_and_each_gets_its_own_receipt(store: Store) -> None:
    brought = [raw(anna(number)) for number in range(50)]

    async def story() -> list[str]:
        keeper = Keeper(store.database)
        kept = await asyncio.gather(*(keeper.keep(message) for message in brought))
        await keeper.close()
        return [one.digest for one in kept]

    assert asyncio.run(story()) == [message.digest for message in brought]
    assert store.balance().messages == 50


def test_when_keep_returns_another_connection_sees_the_mail(store: Store) -> None:
    async def story() -> RawMessage | None:
        keeper = Keeper(store.database)
        kept = await keeper.keep(raw())
        with closing(Store(str(store.database.engine.url))) as other:
            seen = other.messages.raw(kept.id)
        await keeper.close()
        return seen

    assert asyncio.run(story()) == raw()


def test_while_the_database_is_away_senders_are_asked_to_come_again(tmp_path: Path) -> None:
    async def story(keeper: Keeper) -> None:
        with pytest.raises(Temporary):
            await keeper.keep(raw())
        await keeper.close()

    asyncio.run(story(Keeper(Database(f"sqlite:///{tmp_path / 'nowhere' / 'mailgate.db'}"))))


def test_after_trouble_the_same_keeper_keeps_again(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        keeper = Keeper(store.database)
        with pytest.raises(Temporary):
            await keeper.keep(raw())
        store.upgrade()
        kept = await keeper.keep(raw())
        assert not kept.duplicate
        await keeper.close()

    with closing(Store(f"sqlite:///{tmp_path / 'var' / 'mailgate.db'}")) as store:
        asyncio.run(story(store))


def test_a_kept_mail_becomes_a_ticket_with_a_letter(store: Store) -> None:
    store.keep([raw()])

    [recorded] = settler(store).settle(NOON)

    assert (recorded.outcome, recorded.ticket, recorded.letter) == ("ticket", "ZGL0000001", "sent")
    assert store.balance().missing == ()


def test_when_nothing_waits_nothing_happens(store: Store) -> None:
    assert settler(store).settle(NOON) == []


def test_when_the_desk_is_ill_mail_waits_and_nobody_is_refused(store: Store) -> None:
    def ill(message: RawMessage) -> Considered:
        raise Temporary(f"the directory did not answer about {message.envelope.mail_from}")

    store.keep([raw(), raw(BORYS)])

    recorded = settler(store, ill).settle(NOON)

    assert {one.state for one in recorded} == {"kept"}
    assert settler(store).settle(NOON) == []
    assert len(settler(store).settle(NOON + wait(0))) == 2
    assert states(store) == {"ticket": "settled"}


def test_however_long_the_desk_is_ill_no_mail_is_parked(store: Store) -> None:
    def ill(message: RawMessage) -> Considered:
        raise Temporary(f"the directory did not answer about {message.envelope.mail_from}")

    store.keep([raw()])
    for hours in range(20):
        [recorded] = settler(store, ill).settle(NOON + timedelta(hours=hours))
        assert recorded.state == "kept"


def test_a_bug_parks_one_mail_with_its_traceback_and_the_rest_goes_on(store: Store) -> None:
    def fails_on_borys(message: RawMessage) -> Considered:
        if b"tranzyt" in message.content:
            raise ZeroDivisionError("a bug of ours")
        return consider(message)

    store.keep([raw(BORYS), raw(anna(1)), raw(anna(2))])

    settler(store, fails_on_borys).settle(NOON)

    assert states(store) == {"hold": "parked", "ticket": "settled"}
    [parked] = [line for line in store.messages.list() if line.state == "parked"]
    shown = store.messages.show(parked.id)
    assert shown is not None
    assert parked.reason == "crashed"
    assert "ZeroDivisionError: a bug of ours" in (shown.decisions[0].trace or "")
    assert settler(store, fails_on_borys).settle(NOON + timedelta(days=1)) == [], "it never loops"


def test_a_mail_that_cannot_be_recorded_is_parked_and_the_rest_goes_on(store: Store) -> None:
    def under_unknown_rules(message: RawMessage) -> Considered:
        considered = consider(message)
        if b"tranzyt" not in message.content:
            return considered
        return replace(considered, decision=replace(considered.decision, revision="never kept"))

    store.keep([raw(BORYS), raw(anna(1))])

    settler(store, under_unknown_rules).settle(NOON)

    assert states(store) == {"hold": "parked", "ticket": "settled"}


def test_ctrl_c_lays_the_batch_back_for_the_next_worker(store: Store) -> None:
    def interrupted(message: RawMessage) -> Considered:
        raise KeyboardInterrupt(message.digest)

    store.keep([raw(), raw(BORYS)])
    with pytest.raises(KeyboardInterrupt):
        settler(store, interrupted).settle(NOON)

    assert len(settler(store).settle(NOON)) == 2


def test_what_was_claimed_when_the_database_went_away_is_settled_as_soon_as_it_is_back(store: Store) -> None:
    file = Path(str(store.database.engine.url.database))

    def away(message: RawMessage) -> Considered:
        file.rename(file.with_suffix(".away"))
        return consider(message)

    store.keep([raw()])
    one = settler(store, away)
    with pytest.raises(Temporary):
        one.settle(NOON)
    with pytest.raises(Temporary):
        one.settle(NOON)
    file.with_suffix(".away").rename(file)

    with pytest.raises(Temporary):
        one.settle(NOON)
    file.with_suffix(".away").rename(file)

    assert len(settler(store).settle(NOON)) == 0
    assert len(replace(one, consider=lambda message, _: consider(message)).settle(NOON)) == 1


def test_mail_waits_longer_each_time_but_never_longer_than_ten_minutes() -> None:
    waits = [wait(times) for times in range(40)]

    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] == LONGEST_WAIT == timedelta(minutes=10)
