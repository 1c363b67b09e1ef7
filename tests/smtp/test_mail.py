"""Ordinary mail over a real connection: what is taken, for whom, and that it is kept as it was sent."""

import asyncio
import smtplib
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import Barrier

import pytest

from mailgate.core.mail import Envelope, RawMessage
from tests.smtp.house import DESK, MAIL, PATIENCE, RECEIVED_AT, House


def test_a_mail_is_kept_as_it_was_sent_with_the_way_it_came() -> None:
    with House() as house, house.connect() as client:
        client.begin()
        assert client.deliver() == "250 2.6.0 Message kept"
    envelope = Envelope(
        source="smtp",
        mail_from="anna.nowak@firma-transport.pl",
        recipients=(DESK,),
        client="127.0.0.1",
        helo="poczta.firma-transport.pl",
    )
    assert house.kept == [RawMessage(content=MAIL, envelope=envelope, received_at=RECEIVED_AT)]


def test_smtplib_delivers_several_mails_over_one_connection() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "anna@firma.pl", DESK, "SENT - zgłoszenie przewozu"
    message.set_content("Dzień dobry,\n\n.kropka na początku wiersza\n")
    with House() as house, smtplib.SMTP("127.0.0.1", house.door.port, timeout=PATIENCE) as client:
        for _ in range(3):
            assert client.send_message(message) == {}
    assert len(house.kept) == 3
    assert b"\r\n.kropka" in house.kept[0].content.replace(b"=\r\n", b"")
    assert len({kept.digest for kept in house.kept}) == 1


@pytest.mark.parametrize(
    "content",
    [
        "Subject: żółw\r\n\r\nZażółć gęślą jaźń\r\n".encode(),
        "Subject: x\r\n\r\nZażółć gęślą jaźń\r\n".encode("iso-8859-2"),
        b"Subject: NUL\r\n\r\na\0b\r\n",
        b"Subject: blanks\r\n\r\nends in blanks  \t \r\n \r\n",
        b"Subject: long line\r\n\r\n" + b"x" * 9_000 + b"\r\n",
        b"Subject: no body\r\n",
        b"Subject: Unix line ends\n\nfirst\nsecond\n\r\n",
        b"Subject: Mac line ends\r\rfirst\rsecond\r\r\n",
        b"Subject: every byte\r\n\r\n" + bytes(range(256)) + b"\r\n",
        b"\r\n",
        b"",
    ],
)
def test_strange_bytes_are_kept_as_they_are(content: bytes) -> None:
    with House() as house, house.connect() as client:
        client.begin()
        assert client.deliver(content) == "250 2.6.0 Message kept"
    assert [message.content for message in house.kept] == [content]


def test_the_dots_that_the_client_added_are_removed_and_no_other() -> None:
    with House() as house, house.connect() as client:
        client.begin()
        assert client.deliver(b"..\r\n...two\r\n a.b\r\n\n..not a line\r\n..end\r\n") == "250 2.6.0 Message kept"
    assert house.kept[0].content == b".\r\n..two\r\n a.b\r\n\n..not a line\r\n.end\r\n"


def test_the_greeting_says_what_we_can_and_names_no_software() -> None:
    with House(size_limit=1_000_000) as house, house.connect() as client:
        lines = client.say("EHLO poczta.firma.pl").split("\n")
    assert lines == [
        "250-mx.example.pl",
        "250-PIPELINING",
        "250-SIZE 1000000",
        "250-8BITMIME",
        "250-SMTPUTF8",
        "250 ENHANCEDSTATUSCODES",
    ]


@pytest.mark.parametrize(
    "to",
    [
        "helpdesk-eclo@mf.gov.pl",
        "HelpDesk-ECLO@MF.gov.PL",
        '"helpdesk-eclo"@mf.gov.pl',
        "postmaster",
        "Postmaster@mf.gov.pl",
        "pomoc@xn--w-uga1v8h.example",
    ],
)
def test_our_addresses_are_taken_in_every_spelling(to: str) -> None:
    with House(recipients=(DESK, "Pomoc@żółw.example")) as house, house.connect() as client:
        client.begin(to=to)
        assert client.deliver() == "250 2.6.0 Message kept"
    assert house.kept[0].envelope.recipients == (to,)


def test_an_international_recipient_is_taken_with_smtputf8_only() -> None:
    with House(recipients=("pomoc@żółw.example",)) as house, house.connect() as client:
        client.say("EHLO poczta.firma.pl")
        client.say("MAIL FROM:<anna@firma.pl>")
        assert client.say("RCPT TO:<pomoc@żółw.example>") == "553 5.6.7 An address beyond ASCII needs SMTPUTF8"
        client.say("RSET")
        assert client.say("MAIL FROM:<łucja@żółw.example>").startswith("553 5.6.7")
        assert client.say("MAIL FROM:<łucja@żółw.example> SMTPUTF8").startswith("250")
        assert client.say("RCPT TO:<pomoc@ŻÓŁW.example>").startswith("250")
        client.say("DATA")
        client.deliver()
    assert house.kept[0].envelope.mail_from == "łucja@żółw.example"


@pytest.mark.parametrize(
    "to",
    ["someone@mf.gov.pl", "helpdesk-eclo+tag@mf.gov.pl", "helpdesk-eclo@mf.gov.pl.example.org", "postmaster@firma.pl"],
)
def test_other_addresses_are_refused(to: str) -> None:
    with House() as house, house.connect() as client:
        client.say("EHLO poczta.firma.pl")
        client.say("MAIL FROM:<anna@firma.pl>")
        assert client.say(f"RCPT TO:<{to}>") == "550 5.1.1 No such mailbox here"
        assert client.say("DATA") == "554 5.5.1 No valid recipient"
    assert house.kept == []
    assert house.said("command refused")[0]["command"] == f"RCPT TO:<{to}>"


def test_a_mail_goes_to_those_of_its_recipients_that_are_ours() -> None:
    with House() as house, smtplib.SMTP("127.0.0.1", house.door.port, timeout=PATIENCE) as client:
        refused = client.sendmail("anna@firma.pl", [DESK, "ktos@mf.gov.pl"], MAIL)
    assert refused == {"ktos@mf.gov.pl": (550, b"5.1.1 No such mailbox here")}
    assert house.kept[0].envelope.recipients == (DESK,)


def test_a_bounce_has_a_null_sender_and_not_none() -> None:
    with House() as house, house.connect() as client:
        client.begin(mail_from="")
        client.deliver()
    assert house.kept[0].envelope.mail_from == ""


def test_commands_may_be_sent_in_one_go_as_pipelining_allows() -> None:
    with House() as house, house.connect() as client:
        client.send(
            f"EHLO a.pl\r\nMAIL FROM:<anna@firma.pl>\r\nRCPT TO:<x@a.pl>\r\nRCPT TO:<{DESK}>\r\nDATA\r\n".encode()
        )
        assert [client.answer()[:3] for _ in range(5)] == ["250", "250", "550", "250", "354"]
        client.send(MAIL + b".\r\nRSET\r\nQUIT\r\n")
        client.finish()
        assert client.answers() == ["250 2.6.0 Message kept", "250 2.0.0 OK", "221 2.0.0 Bye"]
    assert len(house.kept) == 1


def test_an_answer_is_not_held_back_for_half_a_command() -> None:
    with House() as house, house.connect() as client:
        client.say("EHLO a.pl")
        client.send(b"MAIL FROM:<anna@firma.pl>\r\nRCPT TO:<help")
        assert client.answer() == "250 2.1.0 Sender OK"
        client.send(b"desk-eclo@mf.gov.pl>\r\n")
        assert client.answer() == "250 2.1.5 Recipient OK"


def test_what_a_client_said_before_it_fell_silent_is_still_done() -> None:
    with House() as house, house.connect() as client:
        client.begin()
        client.send(MAIL + b".\r\n")
        client.finish()
        assert client.answers() == ["250 2.6.0 Message kept"]
    assert len(house.kept) == 1


def test_a_mail_whose_end_never_came_is_not_kept() -> None:
    with House() as house, house.connect() as client:
        client.begin()
        client.send(MAIL)
        client.finish()
        assert client.answers() == []
    assert house.kept == []


def test_a_reset_drops_the_mail_under_way_and_a_new_ehlo_too() -> None:
    with House() as house, house.connect() as client:
        for again in ("RSET", "EHLO b.pl", "HELO b.pl"):
            client.say("EHLO a.pl")
            client.say("MAIL FROM:<anna@firma.pl>")
            assert client.say("MAIL FROM:<jan@firma.pl>").startswith("503")
            assert client.say(again).startswith("250")
            assert client.say(f"RCPT TO:<{DESK}>") == "503 5.5.1 Send MAIL first"
    assert house.kept == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("MAIL FROM:<anna@firma.pl>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("EHLO", "501 5.5.4"),
        ("HELO " + "a" * 256, "501 5.5.4"),
        ("BDAT 10 LAST", "500 5.5.1"),
        ("EXPN helpdesk", "500 5.5.1"),
        ("", "500 5.5.1"),
        ("VRFY helpdesk-eclo@mf.gov.pl", "252 2.1.5"),
        ("HELP", "214 2.0.0"),
        ("NOOP", "250 2.0.0"),
        ("RSET now", "501 5.5.4"),
        ("QUIT now", "501 5.5.4"),
        ("STARTTLS", "502 5.5.1"),
        ("AUTH PLAIN AGEAYg==", "502 5.5.1"),
        ("NOOP " + "x" * 3_000, "500 5.5.2"),
    ],
)
def test_every_command_has_its_answer(line: str, answer: str) -> None:
    with House() as house, house.connect() as client:
        assert client.say(line).startswith(answer)
        assert client.say("QUIT") == "221 2.0.0 Bye"


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ("SIZE=2000000", "552 5.3.4"),
        ("SIZE=" + "9" * 21, "501 5.5.4"),
        ("SIZE=²", "501 5.1.7"),
        ("SIZE", "501 5.5.4"),
        ("BODY=BINARYMIME", "501 5.5.4"),
        ("SMTPUTF8=1", "501 5.5.4"),
        ("RET=FULL", "555 5.5.4"),
        ("SIZE=1000000 BODY=8bitmime SMTPUTF8 AUTH=<>", "250 2.1.0"),
    ],
)
def test_parameters_of_mail_are_understood_or_refused(parameters: str, answer: str) -> None:
    with House(size_limit=1_000_000) as house, house.connect() as client:
        client.say("EHLO a.pl")
        assert client.say(f"MAIL FROM:<anna@firma.pl> {parameters}").startswith(answer)


def test_messages_of_many_connections_are_stored_side_by_side() -> None:
    together = asyncio.Barrier(8)

    async def keep(_message: RawMessage) -> None:
        await together.wait()

    start = Barrier(8)

    def deliver(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
            start.wait(PATIENCE)
            client.sendmail("anna@firma.pl", [DESK], MAIL)

    with House(keep=keep) as house, ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(deliver, house.door.port) for _ in range(8)]:
            done.result(PATIENCE)
