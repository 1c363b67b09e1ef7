"""Handing letters over, to real SMTP servers on loopback and into a real Maildir."""

import asyncio
import mailbox
import ssl
import stat
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailgate.relay import Maildir, SmtpRelay
from mailgate.trouble import Permanent, Temporary, Trouble

CERTIFICATES = Path(__file__).parent / "smtp"
MESSAGE_ID = "<ticket.abc@mf.gov.pl>"
CONTENT = (
    b"From: Help Desk SISC <helpdesk-eclo@mf.gov.pl>\r\n"
    b"To: anna.kowalska@spedycja.example\r\n"
    b"Subject: [ZGL0000001] SENT100\r\n"
    b"Message-ID: <ticket.abc@mf.gov.pl>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n"
    b"Dzie=C5=84 dobry,\r\n"
    b".\r\n"
    b"..to jest kropka na pocz=C4=85tku wiersza\r\n"
)


class Server:
    """A relay of others, with its own mind."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[Envelope] = []

    async def handle_MAIL(self, _: SMTP, __: Session, envelope: Envelope, sender: str, options: list[str]) -> str:  # noqa: N802  (aiosmtpd)
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, to: str, ___: list[str]) -> str:  # noqa: N802  (aiosmtpd)
        envelope.rcpt_tos.append(to)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd)
        self.taken.append(envelope)
        return self.answers.get("data", "250 taken")

    async def handle_QUIT(self, server: SMTP, _: Session, __: Envelope) -> str:  # noqa: N802  (aiosmtpd)
        if "quit" in self.answers and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "221 bye"


async def settle_down() -> None:
    """Let every callback run that is already on its way."""
    for _ in range(10):
        await asyncio.sleep(0)


def server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / "certificate.pem", CERTIFICATES / "key.pem")
    return context


def client_tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATES / "certificate.pem"))


@asynccontextmanager
async def listening(server: Server, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """A real server on a free port; at the end its connections are cut."""
    connections: list[SMTP] = []

    def accept() -> SMTP:
        connections.append(SMTP(server, hostname="relay.example", enable_SMTPUTF8=True, **options))
        return connections[-1]

    listener = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0, ssl=tls)
    async with listener:
        yield listener.sockets[0].getsockname()[1]
    for connection in connections:
        # What is over already is not cut: Python 3.11.2 fails there with TLS.
        if isinstance(connection.transport, asyncio.Transport) and not connection.transport.is_closing():
            connection.transport.abort()
    await settle_down()


def deliver(
    server: Server, relay: dict[str, Any] | None = None, to: str = "anna.kowalska@spedycja.example", **options: Any
) -> None:
    """Hand one letter to the server."""

    async def story() -> None:
        async with listening(server, **options) as port:
            settings: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "timeout": 10.0} | (relay or {})
            await SmtpRelay(port=port, **settings).deliver(
                sender="", recipient=to, message_id=MESSAGE_ID, content=CONTENT
            )

    asyncio.run(story())


def test_a_letter_arrives_whole_with_the_null_sender() -> None:
    server = Server()

    deliver(server)

    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("<>", ["anna.kowalska@spedycja.example"])
    assert envelope.original_content == CONTENT


def test_starttls_protects_the_letter() -> None:
    server = Server()

    deliver(server, {"security": "starttls", "tls": client_tls()}, tls_context=server_tls(), require_starttls=True)

    assert len(server.taken) == 1


def test_tls_from_the_first_byte() -> None:
    server = Server()

    deliver(server, {"security": "tls", "tls": client_tls()}, tls=server_tls())

    assert len(server.taken) == 1


def test_a_relay_with_a_certificate_nobody_vouches_for_gets_nothing() -> None:
    server = Server()

    with pytest.raises(Temporary, match="certificate"):
        deliver(server, {"security": "starttls"}, tls_context=server_tls())

    assert server.taken == []


def test_a_relay_that_lost_its_starttls_gets_nothing() -> None:
    server = Server()

    with pytest.raises(Temporary, match="STARTTLS"):
        deliver(server, {"security": "starttls", "tls": client_tls()})

    assert server.taken == []


def login_as(user: bytes, password: bytes) -> dict[str, Any]:
    """A server that asks for this login, inside TLS."""

    def check(_: SMTP, __: Session, ___: Envelope, ____: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (user, password), handled=False)

    return {"tls_context": server_tls(), "authenticator": check, "auth_required": True}


def test_we_log_in_where_the_relay_asks_for_it() -> None:
    server = Server()
    secrets = {"security": "starttls", "tls": client_tls(), "user": "mailgate", "password": "tajne"}

    deliver(server, secrets, **login_as(b"mailgate", b"tajne"))

    assert len(server.taken) == 1


def test_a_wrong_password_kills_no_letter_and_is_not_told() -> None:
    secrets = {"security": "starttls", "tls": client_tls(), "user": "mailgate", "password": "stare-haslo"}

    with pytest.raises(Temporary, match=r"look at \[letters\] in config.toml") as trouble:
        deliver(Server(), secrets, **login_as(b"mailgate", b"tajne"))

    assert "stare-haslo" not in str(trouble.value)


def test_a_relay_that_asks_for_a_login_we_do_not_have_kills_no_letter() -> None:
    with pytest.raises(Temporary, match="530"):
        deliver(Server(), {"security": "starttls", "tls": client_tls()}, **login_as(b"mailgate", b"tajne"))


# What the relay says, at which step, and what it means for the letter.
REFUSALS: list[tuple[dict[str, str], type[Trouble], str]] = [
    ({"rcpt": "550 5.1.1 no such user"}, Permanent, "refused the recipient: 550 5.1.1 no such user"),
    ({"rcpt": "450 4.2.0 greylisted"}, Temporary, "refused the recipient: 450 4.2.0 greylisted"),
    ({"rcpt": "530 5.7.0 log in first"}, Temporary, "530 5.7.0 log in first"),
    ({"data": "554 5.6.0 we do not like it"}, Permanent, "refused the letter: 554 5.6.0 we do not like it"),
    ({"data": "452 4.3.1 disk full"}, Temporary, "refused the letter: 452 4.3.1 disk full"),
    ({"mail": "550 5.7.1 null sender not welcome"}, Temporary, "would not work with us: 550 5.7.1"),
    ({"mail": "451 4.3.0 later"}, Temporary, "would not work with us: 451 4.3.0 later"),
]


@pytest.mark.parametrize(("answers", "trouble", "sentence"), REFUSALS)
def test_a_refusal_is_for_good_only_when_it_is_about_this_letter(
    answers: dict[str, str], trouble: type[Trouble], sentence: str
) -> None:
    with pytest.raises(trouble, match=sentence):
        deliver(Server(**answers))


def test_a_relay_that_drops_us_after_its_yes_has_the_letter() -> None:
    server = Server(quit="aborts")

    deliver(server)

    assert len(server.taken) == 1


def test_nobody_listens() -> None:
    async def story() -> None:
        async with listening(Server()) as port:
            pass
        relay = SmtpRelay(host="127.0.0.1", port=port, security="none", timeout=10.0)
        await relay.deliver(sender="", recipient="a@b.example", message_id=MESSAGE_ID, content=CONTENT)

    with pytest.raises(Temporary, match="could not be used"):
        asyncio.run(story())


def talk_to(greeting: bytes, timeout: float) -> None:
    """Hand a letter to something that says this and then waits until we leave."""
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, stream: asyncio.StreamWriter) -> None:
        stream.write(greeting)
        await reader.read()
        stream.close()
        left.set()

    async def story() -> None:
        listener = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with listener:
            port = listener.sockets[0].getsockname()[1]
            relay = SmtpRelay(host="127.0.0.1", port=port, security="none", timeout=timeout)
            try:
                await relay.deliver(sender="", recipient="a@b.example", message_id=MESSAGE_ID, content=CONTENT)
            finally:
                await left.wait()
                await settle_down()

    asyncio.run(story())


def test_a_relay_that_hangs_is_left_after_the_time_out() -> None:
    with pytest.raises(Temporary):
        talk_to(b"", timeout=0.2)


def test_a_relay_that_talks_nonsense_is_asked_again_later() -> None:
    with pytest.raises(Temporary) as trouble:
        talk_to(b"\x1b[31mHTTP/1.1 400 Bad Request\r\n\r\n", timeout=5.0)
    assert str(trouble.value).isprintable()


def test_a_mailbox_with_polish_letters_is_written_to_where_the_relay_can() -> None:
    server = Server()

    deliver(server, to="żółw@spedycja.example")

    [envelope] = server.taken
    assert envelope.rcpt_tos == ["żółw@spedycja.example"]


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nRCPT TO:<victim@example.org>", "a@b.example>\r\nDATA", "a b@c.example\n"]
)
def test_an_address_with_a_line_break_in_it_never_reaches_the_relay(address: str) -> None:
    server = Server()

    with pytest.raises(Permanent):
        deliver(server, to=address)

    assert server.taken == []


def lay(folder: Path, letters: Iterable[tuple[str, bytes]]) -> None:
    """Lay letters into a Maildir."""

    async def story() -> None:
        for message_id, content in letters:
            await Maildir(folder=folder).deliver(
                sender="", recipient="anna.kowalska@spedycja.example", message_id=message_id, content=content
            )

    asyncio.run(story())


def test_a_letter_in_the_maildir_can_be_read_by_any_mail_program(tmp_path: Path) -> None:
    lay(tmp_path / "letters", [(MESSAGE_ID, CONTENT)])

    [letter] = mailbox.Maildir(tmp_path / "letters", create=False)
    assert letter["Subject"] == "[ZGL0000001] SENT100"
    assert letter["Return-Path"] == "<>"
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "Dzień dobry,\n.\n..to jest kropka na początku wiersza\n"


def test_the_same_letter_again_stays_one_letter(tmp_path: Path) -> None:
    lay(tmp_path, [(MESSAGE_ID, CONTENT), (MESSAGE_ID, CONTENT), ("<other@mf.gov.pl>", CONTENT)])

    assert len(mailbox.Maildir(tmp_path, create=False)) == 2
    assert list((tmp_path / "tmp").iterdir()) == []


def test_letters_in_the_maildir_are_for_our_eyes_only(tmp_path: Path) -> None:
    lay(tmp_path / "letters", [(MESSAGE_ID, CONTENT)])

    [file] = (tmp_path / "letters" / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_message_id_cannot_lead_out_of_the_maildir(tmp_path: Path) -> None:
    lay(tmp_path / "letters", [("<../../../new/x@mf.gov.pl>", CONTENT), ("<a:2,S\x00@mf.gov.pl>", CONTENT)])

    assert len(list((tmp_path / "letters" / "new").iterdir())) == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["letters"]


def test_a_folder_that_cannot_be_written_to_is_trouble_that_passes(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file is in the way")

    with pytest.raises(Temporary, match="look at the disk and at who may write there"):
        lay(tmp_path / "letters", [(MESSAGE_ID, CONTENT)])
