"""When we are ill: the sender keeps its mail and comes again, and learns nothing of our inside."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from mailgate.core.mail import RawMessage
from mailgate.trouble import Permanent, Temporary
from tests.smtp.house import MAIL, PATIENCE, House

OURS = "451 4.3.0 Trouble on our side; come again later"
STOPPING = "421 4.3.2 This service is stopping; come again in a minute"


async def ill(_message: RawMessage) -> None:
    raise Temporary("the disk under var/ is full; make room")


async def wrong(_message: RawMessage) -> None:
    raise KeyError("secret of ours")


async def refusing(_message: RawMessage) -> None:
    raise Permanent("no such table")


async def stopped(_message: RawMessage) -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize("keep", [ill, wrong, refusing, stopped])
def test_whatever_fails_in_us_the_sender_is_asked_to_come_again(
    keep: Callable[[RawMessage], Awaitable[object]],
) -> None:
    with House(keep=keep) as house, house.connect() as client:
        client.begin()
        assert client.deliver() == OURS
        assert client.say("NOOP") == "250 2.0.0 OK"


def test_the_operator_learns_why_a_message_was_not_kept() -> None:
    with House(keep=ill) as house, house.connect() as client:
        client.begin()
        client.deliver()
    assert house.said("message not kept") == [{"client": "127.0.0.1", "why": "the disk under var/ is full; make room"}]


def test_a_bug_of_ours_is_logged_with_its_traceback() -> None:
    with House(keep=wrong) as house, house.connect() as client:
        client.begin()
        client.deliver()
    assert [type(fields["exc_info"]) for fields in house.said("message not kept")] == [KeyError]


def test_a_store_that_hangs_does_not_hold_the_sender() -> None:
    stored = asyncio.Event()

    async def keep(_message: RawMessage) -> None:
        await stored.wait()

    with House(keep=keep, keep_timeout=0.05) as house, house.connect() as client:
        client.begin()
        assert client.deliver() == OURS
        assert house.door.bytes_in_flight == len(MAIL) + 3
        house.loop.call_soon_threadsafe(stored.set)


def test_a_slow_store_is_no_fault_of_the_client() -> None:
    async def keep(_message: RawMessage) -> None:
        await asyncio.sleep(0.2)

    with House(keep=keep, command_timeout=0.1) as house, house.connect() as client:
        client.begin()
        assert client.deliver() == "250 2.6.0 Message kept"
    assert house.said("client sent away") == []


def test_a_message_is_stored_to_the_end_when_its_sender_hangs_up() -> None:
    began, stored, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def keep(_message: RawMessage) -> None:
        began.set()
        await stored.wait()
        done.set()

    with House(keep=keep) as house:
        with house.connect() as client:
            client.begin()
            client.send(MAIL + b".\r\nNOOP\r\n")
            house.run(began.wait())
        house.loop.call_soon_threadsafe(stored.set)
        house.run(done.wait())


def test_a_closing_door_sends_clients_away_and_takes_no_more() -> None:
    with House() as house, house.connect() as idle, house.connect() as sending:
        sending.begin()
        sending.send(MAIL)
        house.run(house.door.stop())
        assert idle.answers() == [STOPPING]
        assert sending.answers() == [STOPPING]
        with pytest.raises(ConnectionRefusedError):
            house.connect()
    assert house.kept == []


def test_a_complete_message_gets_its_receipt_from_a_closing_door() -> None:
    began, stored = asyncio.Event(), asyncio.Event()

    async def keep(_message: RawMessage) -> None:
        began.set()
        await stored.wait()

    with House(keep=keep) as house, house.connect() as client:
        client.begin()
        client.send(MAIL + b".\r\n")
        house.run(began.wait())
        stop = house.start(house.door.stop(patience=PATIENCE))
        house.run(asyncio.sleep(0))
        assert not stop.done()
        house.loop.call_soon_threadsafe(stored.set)
        assert client.answers() == ["250 2.6.0 Message kept", STOPPING]
        stop.result(PATIENCE)


def test_a_closing_door_does_not_wait_for_ever_for_the_store() -> None:
    began = asyncio.Event()

    async def keep(_message: RawMessage) -> None:
        began.set()
        await asyncio.Event().wait()

    with House(keep=keep) as house, house.connect() as client:
        client.begin()
        client.send(MAIL + b".\r\n")
        house.run(began.wait())
        house.run(house.door.stop(patience=0.05))
        assert client.answers() == [OURS, STOPPING]


def test_a_door_that_was_never_opened_closes() -> None:
    house = House()
    asyncio.run(house.door.stop())
    with pytest.raises(RuntimeError, match="start it first"):
        assert house.door.port


def test_a_port_in_use_is_told_to_the_operator() -> None:
    with House() as house:
        second = House(port=house.door.port)
        with pytest.raises(
            Permanent, match=r"cannot listen on 127\.0\.0\.1:\d+ .*; set another smtp.host or smtp.port"
        ):
            asyncio.run(second.door.start())


def test_what_clients_send_does_not_stand_raw_in_the_log_of_a_library(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with House() as house, house.connect() as client:
        client.say("EHLO canary")
        client.say("canary \x1b[31m")
        client.begin()
        client.deliver(b"Subject: canary\r\n")
    assert "canary" not in caplog.text
