"""`receive`: exit 0 means kept, 75 means try again, and there is nothing between."""

import pytest

from tests.cli.house import Installation, sample

MAIL = sample("01-sent100-odrzucone.eml")


def test_what_is_received_is_kept_with_the_way_it_came(house: Installation) -> None:
    way = (
        "--mail-from",
        "anna@example.org",
        "--to",
        "a@b.pl",
        "--to",
        "c@d.pl",
        "--client",
        "192.0.2.7",
        "--helo",
        "mx",
    )

    answer = house.run("receive", *way, stdin=MAIL)

    assert (answer.code, answer.out, answer.err) == (0, "", "")
    with house.store() as store:
        [line] = store.messages.list()
        details = store.messages.show(line.id)
        kept = store.messages.raw(line.id)
    assert kept is not None
    assert kept.content == MAIL
    assert details is not None
    envelope = details.receipts[0].envelope
    assert (envelope.source, envelope.mail_from, envelope.recipients) == (
        "pipe",
        "anna@example.org",
        ("a@b.pl", "c@d.pl"),
    )
    assert (envelope.client, envelope.helo) == ("192.0.2.7", "mx")


def test_the_same_bytes_twice_are_one_message_with_two_receipts(house: Installation) -> None:
    assert [house.run("receive", stdin=MAIL).code for _ in range(2)] == [0, 0]

    with house.store() as store:
        balance = store.balance()
    assert (balance.messages, balance.receipts, balance.duplicates) == (1, 2, 1)


def test_the_null_sender_is_not_an_unknown_one(house: Installation) -> None:
    house.run("receive", "--mail-from", "", stdin=MAIL)

    with house.store() as store:
        details = store.messages.show(1)
    assert details is not None
    assert details.receipts[0].envelope.mail_from == ""


@pytest.mark.parametrize(
    ("config", "mail"),
    [
        ("", b""),
        ("size_limit = 100\n", MAIL),
        ("colour = 1\n", MAIL),
        ('[database]\nurl = "sqlite:////proc/mailgate/mail.db"\n', MAIL),
        ('[database]\nurl = "no such thing"\n', MAIL),
    ],
)
def test_whatever_is_wrong_with_us_the_mta_tries_again(config: str, mail: bytes, house: Installation) -> None:
    (house.home / "config.toml").write_text(f"[smtp]\n{config}")

    answer = house.run("receive", stdin=mail)

    assert answer.code == 75
    assert "Traceback" not in answer.err
    assert answer.err.strip() != ""
