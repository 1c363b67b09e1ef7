"""One request to the ticket system: signed, bounded in time, and believed no further than it must be."""

import asyncio
import re
import time

import pytest

from mailgate.csd import Csd, read_keys, sign
from mailgate.trouble import Permanent, Temporary
from tests.csd.receiver import SECRET, TicketSystem, is_signed, ticket_system

BODY = b'{"type":"ticket.opened"}'


def push(url: str, *names: str, timeout: float = 20.0, secret: str = SECRET) -> list[str]:
    """The answers to a push for each name."""

    async def story() -> list[str]:
        csd = Csd(
            url=url,
            keys=read_keys(secret),
            timeout=timeout,
            clock=time.time,
            is_number=lambda text: re.fullmatch(r"CSD-\d{4}-\d{6}", text) is not None,
        )
        try:
            return [await csd.push(key=name, content=BODY) for name in names]
        finally:
            await csd.close()

    return asyncio.run(story())


def test_the_signature_is_that_of_the_published_vector() -> None:
    """libraries/python/tests/test_webhooks.py of github.com/standard-webhooks/standard-webhooks."""
    [key] = read_keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    said = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_receiver_believes_our_signature_and_no_old_or_changed_request() -> None:
    [key] = read_keys(SECRET)
    signature = f"v1,AAAA {sign(key, 'msg_1', 1000, BODY)}"

    assert is_signed(SECRET, "msg_1", "1000", signature, BODY, 1200)
    assert not is_signed(SECRET, "msg_1", "1000", signature, BODY, 1301)
    assert not is_signed(SECRET, "msg_1", "1000", signature, BODY + b" ", 1200)
    assert not is_signed(SECRET, "msg_2", "1000", signature, BODY, 1200)
    assert not is_signed(SECRET, "msg_1", "x", signature, BODY, 1200)


def test_a_push_brings_the_number_and_a_repeat_brings_the_same_one_and_no_second_ticket() -> None:
    with ticket_system() as system:
        assert push(system.url, "msg_1", "msg_1", "msg_2") == ["CSD-2026-000001", "CSD-2026-000001", "CSD-2026-000002"]

    assert list(system.taken) == ["msg_1", "msg_2"]


def test_while_the_secret_is_changed_either_one_is_believed() -> None:
    with ticket_system() as system:
        assert push(system.url, "msg_1", secret=f"whsec_{'QUJD' * 8}\n{SECRET}\n") == ["CSD-2026-000001"]


def test_another_secret_is_not_believed_and_the_push_waits() -> None:
    with ticket_system() as system, pytest.raises(Temporary, match="status 401"):
        push(system.url, "msg_1", secret=f"whsec_{'QUJD' * 8}")

    assert (system.forged, system.taken) == (1, {})


@pytest.mark.parametrize("status", [301, 404, 409, 410, 429, 500, 503])
def test_what_may_pass_is_tried_again(status: int) -> None:
    with ticket_system() as system:
        system.ill = [status]
        with pytest.raises(Temporary, match=f"status {status}"):
            push(system.url, "msg_1")


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_push_that_is_refused_for_what_it_is_is_not_tried_again(status: int) -> None:
    with ticket_system() as system:
        system.ill = [status]
        with pytest.raises(Permanent, match=f"status {status}"):
            push(system.url, "msg_1")


def test_a_ticket_system_that_does_not_answer_in_time_is_not_waited_for() -> None:
    with ticket_system() as system:
        system.awake.clear()
        with pytest.raises(Temporary, match=r"did not answer within 0\.2 seconds"):
            push(system.url, "msg_1", timeout=0.2)


def test_a_ticket_system_that_is_not_there_is_trouble_that_passes() -> None:
    with ticket_system() as system:
        url = system.url
    with pytest.raises(Temporary, match="cannot be reached"):
        push(url, "msg_1")


LIES = [
    {"number": "CSD-1"},
    {"number": "ZGL0000001"},
    {"number": 17},
    {"number": "CSD-2026-000001\r\nBcc: x@y.example"},
    ["CSD-2026-000001"],
    "CSD-2026-000001",
    {"number": "CSD-2026-000001", "more": "x" * 20_000},
]


@pytest.mark.parametrize("lie", LIES, ids=range(len(LIES)))
def test_a_number_that_cannot_be_one_is_not_taken_and_the_push_counts(lie: object) -> None:
    system: TicketSystem
    with ticket_system() as system:
        system.lie = lie
        assert push(system.url, "msg_1") == [""]


@pytest.mark.parametrize("text", ["", "hunter2", "whsec_", "whsec_QUJD", "whsec_???", SECRET + "\nhunter2"])
def test_a_secret_file_without_a_secret_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(Permanent, match=r"csd\.secret_file") as caught:
        read_keys(text)

    assert "hunter2" not in str(caught.value)
