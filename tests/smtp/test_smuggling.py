"""One mail stays one mail, and nothing but a command is a command."""

import pytest

from tests.smtp.house import DESK, MAIL, House

SECOND = (
    b"MAIL FROM:<naczelnik@mf.gov.pl>\r\n"
    b"RCPT TO:<helpdesk-eclo@mf.gov.pl>\r\n"
    b"DATA\r\n"
    b"From: naczelnik@mf.gov.pl\r\n"
    b"Subject: Prosze o reset dostepu\r\n"
    b"\r\n"
    b"Pilne.\r\n"
)


@pytest.mark.parametrize(
    "end",
    [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r", b"\r\n.\r\r\n", b"\n\n.\r\n", b"\r\n\0.\r\n"],
)
def test_a_bare_lf_or_cr_cannot_smuggle_a_second_mail(end: bytes) -> None:
    sent = MAIL[:-2] + end + SECOND
    with House() as house, house.connect() as client:
        client.begin()
        client.send(sent + b".\r\nQUIT\r\n")
        assert client.answers() == ["250 2.6.0 Message kept", "221 2.0.0 Bye"]
    # All of it is one mail; a dot at the start of a line is one that the client must have added.
    assert [message.content for message in house.kept] == [sent.replace(b"\r\n.", b"\r\n")]
    assert house.kept[0].envelope.mail_from == "anna.nowak@firma-transport.pl"


@pytest.mark.parametrize("cut", range(1, 5))
def test_the_end_of_a_mail_may_come_in_pieces(cut: int) -> None:
    end = b"\r\n.\r\n"
    with House() as house, house.connect() as client:
        client.begin()
        client.send(MAIL[:-2] + end[:cut])
        # The door has read the first piece when it answers another client.
        with house.connect() as other:
            other.say("NOOP")
        client.send(end[cut:])
        assert client.answer() == "250 2.6.0 Message kept"
    assert house.kept[0].content == MAIL


def test_the_text_of_a_refused_mail_is_not_taken_for_commands() -> None:
    with House() as house, house.connect() as client:
        client.say("EHLO a.pl")
        client.send(b"MAIL FROM:<anna@firma.pl>\r\nRCPT TO:<ktos@firma.pl>\r\nDATA\r\n" + SECOND + b".\r\n")
        assert [answer[:9] for answer in client.answers()] == ["250 2.1.0", "550 5.1.1", "421 4.7.0"]
    assert house.kept == []


def test_the_text_of_a_mail_that_is_too_large_is_not_taken_for_commands() -> None:
    with House(size_limit=1_000) as house, house.connect() as client:
        client.begin()
        client.send(b"x" * 998 + b"\r\n" + SECOND + b".\r\nNOOP\r\n")
        assert client.answer() == "552 5.3.4 Message larger than the announced SIZE"
        assert client.answer() == "250 2.0.0 OK"
    assert house.kept == []


@pytest.mark.parametrize("line", [b"NOOP\n", b"NOOP\rQUIT\r\n", b"NOOP\0\r\n", b"HELO \xff\r\n", b"NOOP\x1b[2J\r\n"])
def test_a_command_line_that_others_might_read_otherwise_is_refused(line: bytes) -> None:
    with House() as house, house.connect() as client:
        client.send(line)
        assert client.answer().startswith("500 5.5.2")


def test_a_web_page_cannot_make_a_browser_send_mail() -> None:
    request = (
        b"POST / HTTP/1.1\r\nHost: localhost:8025\r\nContent-Type: text/plain\r\n\r\nEHLO a.pl\r\n" + SECOND + b".\r\n"
    )
    with House() as house, house.connect() as client:
        client.send(request)
        assert client.answers() == ["421 4.7.0 This is SMTP"]
    assert house.kept == []


def test_nothing_that_a_client_says_comes_back_to_it() -> None:
    with House() as house, house.connect() as client:
        for line in (
            "EHLO canary",
            "MAIL FROM:<canary@firma.pl>",
            "RCPT TO:<canary@firma.pl>",
            "VRFY canary",
            "canary",
        ):
            assert "canary" not in client.say(line)
        assert client.say(f"RCPT TO:<{DESK}>").startswith("250")
