"""STARTTLS: what it hides, what it forgets, and what it must not let through."""

import smtplib
import ssl
from typing import Any

import pytest

from mailgate.config import BadConfig
from tests.smtp.house import DESK, HERE, MAIL, PATIENCE, House

TLS: dict[str, Any] = {"tls_certificate": "certificate.pem", "tls_key": "key.pem"}


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(HERE / "certificate.pem"))


def test_a_mail_over_tls_is_kept() -> None:
    with House(**TLS) as house, smtplib.SMTP("127.0.0.1", house.door.port, timeout=PATIENCE) as client:
        client.starttls(context=trusting())
        client.sendmail("anna@firma.pl", [DESK], MAIL)
    assert [message.content for message in house.kept] == [MAIL]


def test_a_large_mail_over_tls_is_kept_as_it_was_sent() -> None:
    content = b"".join(b".%07d %s\r\n" % (number, b"x" * 60) for number in range(20_000))
    with House(**TLS) as house, smtplib.SMTP("127.0.0.1", house.door.port, timeout=PATIENCE) as client:
        client.starttls(context=trusting())
        client.sendmail("anna@firma.pl", [DESK], content)
    assert [message.content for message in house.kept] == [content]


def test_starttls_is_offered_once_and_everything_said_before_it_is_forgotten() -> None:
    with House(**TLS) as house, house.connect() as client:
        assert "STARTTLS" in client.say("EHLO a.pl")
        client.say("MAIL FROM:<anna@firma.pl>")
        client.start_tls()
        assert client.say("MAIL FROM:<anna@firma.pl>") == "503 5.5.1 Send EHLO first"
        assert "STARTTLS" not in client.say("EHLO a.pl")
        assert client.say("STARTTLS") == "503 5.5.1 TLS is up already"
        assert client.say(f"RCPT TO:<{DESK}>") == "503 5.5.1 Send MAIL first"
        assert client.say("QUIT") == "221 2.0.0 Bye"


@pytest.mark.parametrize("more", ["EHLO a.pl\r\nMAIL FROM:<evil@example.org>\r\n", "N"])
def test_commands_sent_along_with_starttls_are_not_heard_after_it(more: str) -> None:
    with House(**TLS) as house, house.connect() as client:
        client.say("EHLO a.pl")
        client.send(f"STARTTLS\r\n{more}".encode())
        assert client.answers() == ["554 5.5.1 Nothing may follow STARTTLS before TLS is up"]


def test_tls_older_than_1_2_is_not_spoken() -> None:
    context = trusting()
    # The client itself would go down to TLS 1.0.
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with House(**TLS) as house, smtplib.SMTP("127.0.0.1", house.port, timeout=PATIENCE) as client:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            client.starttls(context=context)
        client.close()


def test_where_tls_is_required_nothing_of_a_mail_is_taken_before_it() -> None:
    with House(**TLS, require_tls=True) as house, house.connect() as client:
        assert client.say("EHLO a.pl").startswith("250")
        for line in ("MAIL FROM:<anna@firma.pl>", f"RCPT TO:<{DESK}>", "DATA", "AUTH PLAIN", "VRFY x"):
            assert client.say(line) == "530 5.7.0 Must issue a STARTTLS command first"
        for line in ("NOOP", "RSET", "HELP"):
            assert client.say(line)[0] == "2"
        client.start_tls()
        client.begin()
        assert client.deliver() == "250 2.6.0 Message kept"


def test_a_client_that_leaves_in_the_handshake_leaves_nothing_behind() -> None:
    with House(**TLS) as house:
        for farewell in (b"", b"\x16\x03\x01", b"not tls at all, not even nearly\r\n"):
            with house.connect() as client:
                assert client.say("STARTTLS").startswith("220")
                client.send(farewell)
                client.finish()
                assert not client.hear_out().startswith(b"2")


def test_a_client_that_stalls_in_the_handshake_is_dropped() -> None:
    with House(**TLS, command_timeout=0.05) as house, house.connect() as client:
        assert client.say("STARTTLS").startswith("220")
        assert client.hear_out() == b""
    assert house.said("client sent away")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"tls_certificate": "certificate.pem"},
            "smtp: tls_certificate and tls_key belong together: set both or neither",
        ),
        ({"require_tls": True}, "smtp: require_tls is set, but nobody can fulfil it"),
        ({"tls_certificate": "missing.pem", "tls_key": "key.pem"}, "No such file"),
        ({"tls_certificate": "key.pem", "tls_key": "certificate.pem"}, "no PEM certificate and its key"),
    ],
)
def test_wrong_tls_files_are_told_to_the_operator(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(BadConfig, match=message):
        House(**settings)
