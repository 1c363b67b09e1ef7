"""What one client may take from the others, and what becomes of it when it takes more."""

import asyncio
import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail import RawMessage
from mailgate.smtp.conversation import Conversation
from mailgate.smtp.limits import Failures, Memory, Share, Slots, delay, origin, plain_address
from tests.smtp.house import DESK, MAIL, PATIENCE, House

TOO_MANY = "421 4.7.0 Too many connections; come again later"


def is_cut_off(send: Callable[[bytes], None], data: bytes) -> bool:
    """Whether the door closes the connection while data is sent again and again."""
    try:
        for _ in range(100_000):
            send(data)
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_address"])
def test_connections_beyond_the_limit_are_turned_away_until_one_leaves(limit: str) -> None:
    with House(**dict[str, Any]({limit: 2})) as house, house.connect() as first, house.connect():
        for _ in range(3):
            with house.connect(greeted=False) as third:
                assert third.answers() == [TOO_MANY]
        assert first.say("QUIT") == "221 2.0.0 Bye"
        assert first.answer() == ""
        first.close()
        with house.connect() as fourth:
            assert fourth.say("NOOP") == "250 2.0.0 OK"
    assert len(house.said("clients turned away")) == 1


def test_a_flood_of_connections_does_not_stop_those_who_are_in() -> None:
    with House(max_connections=5) as house, house.connect() as client:
        client.begin()
        flood = [socket.create_connection(("127.0.0.1", house.door.port)) for _ in range(100)]
        assert client.deliver() == "250 2.6.0 Message kept"
        for connection in flood:
            connection.close()
    assert len(house.kept) == 1


def test_recipients_beyond_the_limit_are_asked_for_in_another_message() -> None:
    with House(max_recipients=2) as house, house.connect() as client:
        client.say("EHLO a.pl")
        client.say("MAIL FROM:<anna@firma.pl>")
        assert client.say(f"RCPT TO:<{DESK}>").startswith("250")
        assert client.say("RCPT TO:<postmaster>").startswith("250")
        assert client.say(f"RCPT TO:<{DESK}>") == "452 4.5.3 Too many recipients; send the rest in another message"
        client.say("DATA")
        assert client.deliver() == "250 2.6.0 Message kept"
    assert house.kept[0].envelope.recipients == (DESK, "postmaster")


def test_a_message_of_exactly_the_size_limit_is_taken_and_a_larger_one_refused() -> None:
    with House(size_limit=1_000) as house, house.connect() as client:
        for extra, answer in ((0, "250 2.6.0"), (1, "552 5.3.4")):
            client.begin()
            assert client.deliver(b".." + b"x" * (997 + extra) + b"\r\n").startswith(answer)
    assert [len(message.content) for message in house.kept] == [1_000]


def test_a_message_without_end_is_not_read_for_ever() -> None:
    with House(size_limit=100_000, line_limit=1_000) as house, house.connect() as client:
        client.begin()
        assert is_cut_off(client.send, b"x" * 998 + b"\r\n")
    assert house.kept == []


def test_lines_longer_than_the_limit_are_refused_and_the_next_mail_is_taken() -> None:
    with House(line_limit=1_000) as house, house.connect() as client:
        for length, answer in ((999, "552 5.6.0 A line of the message is too long"), (998, "250 2.6.0 Message kept")):
            client.begin()
            assert client.deliver(b"Subject: x\r\n\r\n" + b"x" * length + b"\r\n") == answer
    assert len(house.kept) == 1


def test_an_endless_command_line_is_thrown_away() -> None:
    with House() as house, house.connect() as client:
        assert client.say("NOOP " + "x" * 1_000_000) == "500 5.5.2 Command line too long"
        assert client.say("NOOP") == "250 2.0.0 OK"


@pytest.mark.parametrize("line", ["nonsense", "MAIL", "DATA now", "RCPT TO:<x@example.org>", "\t"])
def test_too_many_refused_commands_end_the_connection(line: str) -> None:
    with House(max_errors=3) as house, house.connect() as client:
        for _ in range(3):
            assert client.say(line)[0] == "5"
        assert client.answers() == ["421 4.7.0 Too many refused commands"]


def test_commands_that_bring_no_mail_end_the_connection_some_day() -> None:
    with House(max_recipients=1) as house, house.connect() as client:
        client.send(b"NOOP\r\n" * 200)
        said = client.answers()
    assert len(said) == 102
    assert said[-1] == "421 4.7.0 Too many commands without a mail"


def test_a_relay_may_send_mail_over_one_connection_for_ever() -> None:
    with House(max_recipients=1, max_errors=2) as house, house.connect() as client:
        client.say("EHLO a.pl")
        for _ in range(60):
            client.say("MAIL FROM:<anna@firma.pl>")
            assert client.say("RCPT TO:<x@example.org>").startswith("550")
            client.say(f"RCPT TO:<{DESK}>")
            client.say("DATA")
            assert client.deliver() == "250 2.6.0 Message kept"
    assert len(house.kept) == 60


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"EHLO a.pl\r\nNOO",
        f"EHLO a.pl\r\nMAIL FROM:<a@b.pl>\r\nRCPT TO:<{DESK}>\r\nDATA\r\nSubject: x\r\n".encode(),
    ],
)
def test_a_client_that_falls_silent_is_sent_away(sent: bytes) -> None:
    with House(command_timeout=0.05) as house, house.connect() as client:
        client.send(sent)
        assert client.answers()[-1] == "421 4.4.2 Too slow; come again"


def test_a_mail_that_trickles_does_not_hold_its_place_for_ever() -> None:
    with House(command_timeout=PATIENCE, data_timeout=0.2) as house, house.connect() as client:
        client.begin()
        client._socket.settimeout(0.01)
        said = ""
        while not said:
            client.send(b"x")
            try:
                said = client._socket.recv(100).decode()
            except TimeoutError:
                continue
    assert said == "421 4.4.2 Too slow; come again\r\n"
    assert house.kept == []


def test_a_client_that_reads_no_answer_is_dropped() -> None:
    with House(command_timeout=0.3, max_errors=10**9, max_recipients=10**9) as house:
        client = socket.create_connection(("127.0.0.1", house.door.port), timeout=PATIENCE)
        assert is_cut_off(client.sendall, b"EHLO a.pl\r\n" * 1_000)
        client.close()


def test_the_bytes_of_all_messages_in_flight_are_bounded() -> None:
    stored = asyncio.Event()

    async def keep(_message: RawMessage) -> None:
        await stored.wait()

    with House(keep=keep, memory_limit=3 * len(MAIL)) as house, house.connect() as first, house.connect() as second:
        first.begin()
        first.send(MAIL * 2 + b".\r\n")
        second.begin()
        assert second.deliver(MAIL * 2) == "452 4.3.1 Too many messages at once; come again later"
        assert second.say(f"MAIL FROM:<anna@firma.pl> SIZE={len(MAIL) * 2}").startswith("452 4.3.1")
        house.loop.call_soon_threadsafe(stored.set)
        assert first.answer() == "250 2.6.0 Message kept"
        second.begin()
        assert second.deliver(MAIL * 2) == "250 2.6.0 Message kept"


def test_the_bytes_of_a_client_that_leaves_are_given_back() -> None:
    with House(memory_limit=10 * len(MAIL)) as house:
        for _ in range(30):
            with house.connect() as client:
                client.begin()
                client.send(MAIL * 2)
        with house.connect() as client:
            client.begin()
            assert client.deliver(MAIL * 8) == "250 2.6.0 Message kept"


@pytest.mark.parametrize(
    ("host", "shown", "counted"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::1", "fe80::"),
    ],
)
def test_an_ipv6_client_counts_for_its_network(host: str, shown: str, counted: str) -> None:
    assert (plain_address(host), origin(host)) == (shown, counted)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=40))
def test_places_are_never_given_twice_nor_lost(steps: list[tuple[str, bool]]) -> None:
    slots, inside = Slots(3, 2), list[str]()
    for who, comes in steps:
        if comes and slots.enter(who):
            inside.append(who)
        elif not comes and who in inside:
            inside.remove(who)
            slots.leave(who)
        assert len(inside) <= 3
        assert inside.count(who) <= 2
    room = 3 - len(inside)
    assert sum(slots.enter("c") for _ in range(3)) == min(room, 2)


def test_a_share_that_does_not_fit_is_not_taken_in_part() -> None:
    memory = Memory(100)
    first, second = Share(memory), Share(memory)
    assert first.grow(60)
    assert not second.grow(41)
    assert second.grow(40)
    first.release()
    first.release()
    assert memory.taken == 40


def test_failures_are_counted_within_the_window_and_up_to_the_limit() -> None:
    failures = Failures(limit=3, window=10.0)
    for now in (0.0, 5.0, 6.0, 7.0):
        failures.add("192.0.2.7", now)
    assert failures.count("192.0.2.7", 7.0) == 3
    assert failures.too_many("192.0.2.7", 14.9)
    assert not failures.too_many("192.0.2.7", 15.0)
    assert not failures.too_many("192.0.2.8", 7.0)


def test_failures_of_very_many_addresses_do_not_fill_the_memory() -> None:
    failures = Failures(limit=3, window=10.0)
    for number in range(10_500):
        failures.add(str(number), 0.0)
    assert len(failures._times) == 10_000
    assert failures.count("0", 0.0) == 0
    assert failures.count("10499", 0.0) == 1


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (10_000, 30.0)])
def test_the_delay_doubles_up_to_a_bound(failures: int, seconds: float) -> None:
    assert delay(0.5, failures) == seconds


@pytest.fixture
def no_garbage_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_collector")
def test_a_client_that_has_left_takes_no_memory_even_before_the_garbage_collector_comes() -> None:
    with House(tls_certificate="certificate.pem", tls_key="key.pem", max_connections=4, command_timeout=0.5) as house:
        with house.connect() as polite, house.connect() as hasty, house.connect() as secret, house.connect() as silent:
            with house.connect(greeted=False) as late:
                assert late.answers() == [TOO_MANY]
            polite.begin()
            polite.deliver()
            hasty.begin()
            hasty.close()
            secret.start_tls()
            secret.begin()
            secret.deliver()
            assert secret.say("QUIT").startswith("221")
            assert silent.answers() == ["421 4.4.2 Too slow; come again"]
        with house.connect() as broken:
            broken.say("STARTTLS")
            broken.send(b"not TLS\r\n")
            broken.hear_out()
    assert [left for left in gc.get_objects() if isinstance(left, Conversation)] == []
