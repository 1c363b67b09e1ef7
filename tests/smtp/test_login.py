"""AUTH: who is let in, how guessing is slowed and then refused, and that nobody learns who exists."""

import smtplib
import ssl
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters

from mailgate.config import BadConfig
from mailgate.smtp.users import read_users
from tests.smtp.house import DESK, HERE, MAIL, PATIENCE, Client, House

# The weakest hash there is: what is tested is the door, not Argon2.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "wiosna-2026"
LOGIN = "Anna.Nowak@firma-transport.pl"
WRONG = "535 5.7.8 Login or password wrong"
TOO_OFTEN = "421 4.7.0 Too many wrong passwords; come again later"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    users = tmp_path / "users"
    lines = ["# who may log in", "", f"{LOGIN}:{QUICK.hash(PASSWORD)}", f"jan@żółw.example:{QUICK.hash('gżegżółka')}"]
    users.write_text("\n".join(lines), encoding="utf-8")
    return {
        "tls_certificate": "certificate.pem",
        "tls_key": "key.pem",
        "users_file": users,
        "auth_delay": 0.0,
        "auth_failures": 3,
        "auth_failures_per_address": 100,
    }


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def plain(password: str, login: str = LOGIN, acting_for: str = "") -> str:
    return encoded(f"{acting_for}\0{login}\0{password}")


def under_tls(house: House) -> Client:
    client = house.connect()
    client.start_tls()
    assert client.say("EHLO a.pl").endswith("250 AUTH PLAIN LOGIN")
    return client


def test_smtplib_logs_in_and_the_login_stands_in_the_envelope_as_addresses_are_compared(
    settings: dict[str, Any],
) -> None:
    with House(**settings) as house, smtplib.SMTP("127.0.0.1", house.door.port, timeout=PATIENCE) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(HERE / "certificate.pem")))
        client.login(LOGIN.upper(), PASSWORD)
        client.sendmail("anna.nowak@firma-transport.pl", [DESK], MAIL)
    assert house.kept[0].envelope.login == "anna.nowak@firma-transport.pl"


@pytest.mark.parametrize(
    "lines",
    [
        [f"AUTH PLAIN {plain(PASSWORD)}"],
        ["AUTH PLAIN", plain(PASSWORD, acting_for=LOGIN)],
        [f"auth plain {plain('gżegżółka', 'Jan@ŻÓŁW.example')}"],
        ["AUTH LOGIN", encoded(LOGIN), encoded(PASSWORD)],
        [f"AUTH LOGIN {encoded(LOGIN)}", encoded(PASSWORD)],
    ],
)
def test_every_way_to_say_a_password_is_understood(settings: dict[str, Any], lines: list[str]) -> None:
    with House(**settings) as house, under_tls(house) as client:
        for line in lines[:-1]:
            assert client.say(line).startswith("334 ")
        assert client.say(lines[-1]) == "235 2.7.0 Logged in"
        assert client.say("AUTH PLAIN AA==") == "503 5.5.1 Not now"


@pytest.mark.parametrize(
    "lines",
    [
        ["AUTH PLAIN !!!"],
        ["AUTH PLAIN ="],
        ["AUTH PLAIN", "*"],
        [f"AUTH PLAIN {plain(PASSWORD, acting_for='jan@firma.pl')}"],
        [f"AUTH PLAIN {plain(PASSWORD, login='')}"],
        ["AUTH PLAIN " + b64encode(b"\0\xff\xfe\0x").decode()],
        ["AUTH LOGIN", "*"],
        ["AUTH LOGIN", encoded(LOGIN), "*"],
    ],
)
def test_what_is_no_password_is_refused_and_the_conversation_goes_on(
    settings: dict[str, Any], lines: list[str]
) -> None:
    with House(**settings) as house, under_tls(house) as client:
        for line in lines[:-1]:
            assert client.say(line).startswith("334 ")
        assert client.say(lines[-1]).startswith("501 5.5.2")
        assert client.say("NOOP") == "250 2.0.0 OK"


def test_a_password_line_without_end_is_not_held(settings: dict[str, Any]) -> None:
    with House(**settings) as house, under_tls(house) as client:
        assert client.say("AUTH LOGIN").startswith("334 ")
        assert client.say("x" * 500_000) == "500 5.5.2 Command line too long"


def test_without_tls_a_password_is_neither_asked_for_nor_taken(settings: dict[str, Any]) -> None:
    with House(**settings) as house, house.connect() as client:
        assert "AUTH" not in client.say("EHLO a.pl")
        assert client.say(f"AUTH PLAIN {plain(PASSWORD)}") == "538 5.7.11 Encryption required; send STARTTLS first"


def test_a_stranger_and_a_wrong_password_get_the_same_answer(settings: dict[str, Any]) -> None:
    with House(**settings) as house, under_tls(house) as client:
        assert client.say(f"AUTH PLAIN {plain('zgaduje')}") == WRONG
        assert client.say(f"AUTH PLAIN {plain(PASSWORD, 'nikt@firma.pl')}") == WRONG


def test_a_stranger_costs_as_much_as_the_dearest_login(tmp_path: Path) -> None:
    dear = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    (tmp_path / "users").write_text(f"a@firma.pl:{QUICK.hash('a')}\nb@firma.pl:{dear.hash('b')}\n")
    users = read_users(tmp_path / "users")
    assert extract_parameters(users._nobody) == extract_parameters(dear.hash("x"))
    assert users.verify("nobody@firma.pl", b"") is None


def test_guessing_on_one_connection_ends_it(settings: dict[str, Any]) -> None:
    with House(**settings) as house, under_tls(house) as client:
        said = [client.say(f"AUTH PLAIN {plain('zgaduje')}") for _ in range(3)]
        assert said == [WRONG, WRONG, TOO_OFTEN]
        assert client.answer() == ""
    assert house.said("command refused")[0] == {"client": "127.0.0.1", "command": "AUTH", "answer": WRONG}
    assert PASSWORD not in str(house.log)


def test_an_address_that_guesses_on_many_connections_must_wait_even_with_the_right_password(
    settings: dict[str, Any],
) -> None:
    with House(**settings | {"auth_failures_per_address": 4}) as house:
        for _ in range(2):
            with under_tls(house) as client:
                client.say(f"AUTH PLAIN {plain('zgaduje')}")
                client.say(f"AUTH PLAIN {plain('zgaduje')}")
        with under_tls(house) as client:
            assert client.say(f"AUTH PLAIN {plain(PASSWORD)}") == TOO_OFTEN
            assert client.answer() == ""


def test_guesses_side_by_side_are_counted_one_by_one(settings: dict[str, Any]) -> None:
    def guess(client: Client) -> str:
        with client:
            return client.say(f"AUTH PLAIN {plain('zgaduje')}")

    with House(**settings | {"auth_failures_per_address": 4}) as house, ThreadPoolExecutor(10) as pool:
        said = list(pool.map(guess, [under_tls(house) for _ in range(10)]))
    assert said.count(WRONG) < 4
    assert set(said) == {WRONG, TOO_OFTEN}


def test_an_address_is_forgiven_after_a_while(settings: dict[str, Any]) -> None:
    with House(**settings | {"auth_failures_per_address": 1, "auth_window": 0.001}) as house:
        for _ in range(2):
            with under_tls(house) as client:
                client.say(f"AUTH PLAIN {plain('zgaduje')}")
        with under_tls(house) as client:
            assert client.say(f"AUTH PLAIN {plain(PASSWORD)}") == "235 2.7.0 Logged in"


def test_each_wrong_password_of_an_address_is_answered_later_than_the_one_before(settings: dict[str, Any]) -> None:
    with House(**settings | {"auth_delay": 0.02}) as house, under_tls(house) as client:
        waits = []
        for _ in range(3):
            asked = time.monotonic()
            client.say(f"AUTH PLAIN {plain('zgaduje')}")
            waits.append(time.monotonic() - asked)
    assert [wait >= least for wait, least in zip(waits, (0.02, 0.04, 0.08), strict=True)] == [True, True, True]


def test_who_waits_for_us_is_not_sent_away_as_too_slow(settings: dict[str, Any]) -> None:
    with House(**settings | {"auth_delay": 0.3, "command_timeout": 0.2}) as house, under_tls(house) as client:
        assert client.say(f"AUTH PLAIN {plain('zgaduje')}") == WRONG


def test_the_door_closes_without_waiting_for_those_who_guess(settings: dict[str, Any]) -> None:
    with House(**settings | {"auth_delay": 30.0}) as house, under_tls(house) as client:
        client.send(f"AUTH PLAIN {plain('zgaduje')}\r\n".encode())
        house.run(house.door.stop())
        assert client.answers() == ["421 4.3.2 This service is stopping; come again in a minute"]


def test_every_mistake_in_the_users_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "users"
    good = QUICK.hash("x")
    file.write_text(
        f"anna@firma.pl:{good}\njan@firma.pl\n\nANNA@firma.pl:{good}\newa@firma.pl:secret\n", encoding="utf-8"
    )
    with pytest.raises(BadConfig) as mistakes:
        read_users(file)
    assert [(problem.line, problem.message) for problem in mistakes.value.problems] == [
        (2, "not a line of the form login:argon2-hash"),
        (4, "ANNA@firma.pl stands here twice; remove one of the lines"),
        (5, "the hash of ewa@firma.pl is not an Argon2 hash ($argon2id$...)"),
    ]


@pytest.mark.parametrize(
    ("content", "message"), [(None, "cannot be read"), (b"# nobody\n", "no user in it"), (b"\xff", "cannot be read")]
)
def test_a_users_file_without_users_is_a_mistake(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "users"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadConfig, match=message):
        read_users(file)
