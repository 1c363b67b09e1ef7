"""A real door in a loop of its own, what it kept and logged, and a client that sends exactly the bytes it is told."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mailgate.config.doors import SmtpSection
from mailgate.core.mail import RawMessage
from mailgate.smtp.conversation import Conversation
from mailgate.smtp.door import Door

DESK = "helpdesk-eclo@mf.gov.pl"
RECEIVED_AT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
HERE = Path(__file__).parent
# Seconds after which a test that waits for an answer has failed.
PATIENCE = 20.0

MAIL = (
    b"From: Anna Nowak <anna.nowak@firma-transport.pl>\r\n"
    b"To: helpdesk-eclo@mf.gov.pl\r\n"
    b"Subject: AES - brak komunikatu IE529\r\n"
    b"Message-ID: <20260302101500.1@firma-transport.pl>\r\n"
    b"\r\n"
    b"Dzien dobry,\r\n"
    b"od rana nie dostajemy IE529 do zgloszenia 26PL301010E0012345.\r\n"
    b"\r\n"
    b"Anna Nowak\r\n"
)


class House:
    """An open door. On the way out it must be empty, and nothing may have gone wrong that a test has not named."""

    def __init__(
        self,
        keep: Callable[[RawMessage], Awaitable[object]] | None = None,
        recipients: tuple[str, ...] = (DESK,),
        speaks: type[Conversation] = Conversation,
        **settings: Any,
    ) -> None:
        self.kept: list[RawMessage] = []
        self.log: list[tuple[str, dict[str, Any]]] = []
        # What the event loop would have printed as a traceback.
        self.tracebacks: list[dict[str, Any]] = []
        section = SmtpSection.model_validate({"port": 0, "hostname": "mx.example.pl"} | settings)
        self.door = Door(
            section,
            recipients=recipients,
            keep=keep or self._keep,
            now=lambda: RECEIVED_AT,
            log=lambda event, **fields: self.log.append((event, fields)),
            root=HERE,
            speaks=speaks,
        )

    async def _keep(self, message: RawMessage) -> None:
        self.kept.append(message)

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda _, context: self.tracebacks.append(context))
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.run(self.door.start())
        self.port = self.door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.run(self.door.stop(patience=PATIENCE))
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
            self.loop.close()
        if kind is None:
            assert self.tracebacks == []
            assert self.door.connections == 0
            assert self.door.bytes_in_flight == 0

    def run(self, work: Awaitable[Any]) -> Any:
        return self.start(work).result(PATIENCE)

    def start(self, work: Awaitable[Any]) -> "Future[Any]":
        async def do() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(do(), self.loop)

    def connect(self, greeted: bool = True) -> "Client":
        client = Client(self.port)
        if greeted:
            assert client.answer() == "220 mx.example.pl ESMTP"
        return client

    def said(self, event: str) -> list[dict[str, Any]]:
        """The fields of every log line of that event."""
        return [fields for name, fields in self.log if name == event]


class Client:
    """Sends bytes, reads answers."""

    def __init__(self, port: int) -> None:
        self._socket: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def finish(self) -> None:
        """Say that nothing more comes, and go on listening."""
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self) -> str:
        """One answer, all of its lines; "" when the door has closed the connection."""
        lines: list[str] = []
        try:
            while not lines or lines[-1][3:4] == "-":
                line = self._file.readline()
                if not line:
                    break
                assert line.endswith(b"\r\n")
                lines.append(line[:-2].decode("ascii"))
        except ConnectionResetError:
            pass
        return "\n".join(lines)

    def answers(self) -> list[str]:
        """Every answer until the door closes the connection."""
        return list(iter(self.answer, ""))

    def hear_out(self) -> bytes:
        """Every byte until the door closes the connection."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def say(self, line: str) -> str:
        """Send one command and read its answer."""
        self.send(line.encode() + b"\r\n")
        return self.answer()

    def begin(self, mail_from: str = "anna.nowak@firma-transport.pl", to: str = DESK) -> None:
        """EHLO, MAIL, RCPT, DATA: the message is next."""
        assert self.say("EHLO poczta.firma-transport.pl").startswith("250")
        assert self.say(f"MAIL FROM:<{mail_from}>").startswith("250")
        assert self.say(f"RCPT TO:<{to}>").startswith("250")
        assert self.say("DATA").startswith("354")

    def deliver(self, data: bytes = MAIL) -> str:
        """Send a message as it stands, with its end, and read the answer."""
        self.send(data + b".\r\n")
        return self.answer()

    def start_tls(self) -> None:
        """STARTTLS, trusting the certificate of the tests alone."""
        assert self.say("STARTTLS").startswith("220")
        context = ssl.create_default_context(cafile=str(HERE / "certificate.pem"))
        self._file.close()
        self._socket = context.wrap_socket(self._socket, server_hostname="mailgate.localhost")
        self._file = self._socket.makefile("rb")
