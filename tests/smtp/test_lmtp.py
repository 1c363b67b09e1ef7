"""LMTP (RFC 2033): the same door for a mail server beside us, and one answer for each recipient."""

import smtplib
import socket
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from mailgate.core.mail import RawMessage
from mailgate.smtp.lmtp import LmtpConversation
from mailgate.smtp.unix import UnixSocket
from mailgate.trouble import Permanent, Temporary
from tests.cli.house import Installation, sample
from tests.smtp.house import DESK, House

OTHER = "biuro@mf.gov.pl"


def lmtp(**more: object) -> House:
    return House(speaks=LmtpConversation, recipients=(DESK, OTHER), **more)  # type: ignore[arg-type]  # settings or keep


def test_each_recipient_is_answered_and_the_mail_is_kept_once() -> None:
    with lmtp() as house, house.connect(greeted=False) as client:
        assert client.answer() == "220 mx.example.pl LMTP"
        assert "PIPELINING" in client.say("LHLO poczta.mf.gov.pl")
        assert client.say("MAIL FROM:<anna.nowak@firma-transport.pl>").startswith("250")
        assert client.say(f"RCPT TO:<{DESK}>").startswith("250")
        assert client.say("RCPT TO:<nobody@elsewhere.example>").startswith("550 5.1.1")
        assert client.say(f"RCPT TO:<{OTHER}>").startswith("250")
        assert client.say("DATA").startswith("354")

        assert client.deliver() == "250 2.6.0 Message kept"
        assert client.answer() == "250 2.6.0 Message kept"
        assert client.say("NOOP") == "250 2.0.0 OK"

    [kept] = house.kept
    assert (kept.envelope.source, kept.envelope.recipients, kept.envelope.helo) == (
        "lmtp",
        (DESK, OTHER),
        "poczta.mf.gov.pl",
    )


def test_when_we_are_ill_each_recipient_is_asked_for_again() -> None:
    async def ill(_message: RawMessage) -> None:
        raise Temporary("the disk is full")

    with lmtp(keep=ill) as house, house.connect(greeted=False) as client:
        client.answer()
        client.say("LHLO poczta.mf.gov.pl")
        client.send(f"MAIL FROM:<>\r\nRCPT TO:<{DESK}>\r\nRCPT TO:<{OTHER}>\r\nDATA\r\n".encode())
        assert [client.answer()[:3] for _ in range(4)] == ["250", "250", "250", "354"]

        assert [client.deliver()[:9], client.answer()[:9]] == ["451 4.3.0", "451 4.3.0"]


@pytest.mark.parametrize("command", ["HELO x.example", "EHLO x.example"])
def test_the_greetings_of_smtp_are_not_known(command: str) -> None:
    with lmtp() as house, house.connect(greeted=False) as client:
        client.answer()
        assert client.say(command).startswith("500 5.5.1")


def test_data_without_a_recipient_is_a_503() -> None:
    with lmtp() as house, house.connect(greeted=False) as client:
        client.answer()
        client.say("LHLO poczta.mf.gov.pl")
        client.say("MAIL FROM:<anna.nowak@firma-transport.pl>")
        assert client.say("RCPT TO:<nobody@elsewhere.example>").startswith("550")
        assert client.say("DATA").startswith("503")


def test_lhlo_is_not_smtp() -> None:
    with House() as house, house.connect() as client:
        assert client.say("LHLO poczta.mf.gov.pl").startswith("500 5.5.1")


def test_a_socket_that_a_killed_process_has_left_is_taken_over_and_one_in_use_is_not(tmp_path: Path) -> None:
    place = UnixSocket(path=tmp_path / "lmtp", mode="600")
    place.bind().close()

    with place.bind() as bound:
        assert stat.S_IMODE(place.path.stat().st_mode) == 0o600
        bound.listen()
        with pytest.raises(Permanent, match=r"see lmtp\.socket"):
            place.bind()
    assert isinstance(bound, socket.socket)


def test_mail_through_the_unix_socket_of_a_daemon_becomes_a_ticket(tmp_path: Path) -> None:
    house = Installation.make(
        tmp_path / "house", config='[lmtp]\nsocket = "var/lmtp"\n[identity]\nsources = ["lmtp"]\n'
    )
    house.upgrade_with_people()
    mail = sample("01-sent100-odrzucone.eml")

    with house.daemon() as daemon:
        assert daemon.events("listening")[0]["lmtp"] == str(house.home / "var/lmtp")
        with smtplib.LMTP(str(house.home / "var/lmtp"), 0) as client:
            client.sendmail("anna@spedycja-baltyk.example", [DESK], mail)
        found = daemon.settled(sha256(mail).hexdigest())
        assert daemon.stop() == 0

    assert (found.decisions[-1].outcome, found.receipts[0].envelope.client) == ("ticket", None)
    assert not (house.home / "var/lmtp").exists()
