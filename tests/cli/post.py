"""The mail of others: a real SMTP server on loopback that does with each letter what a test says."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that arrived."""

    recipient: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """The letter, read by the standard library."""
        return message_from_bytes(self.content, policy=policy.default)


class Post:
    """Takes every letter, and hands it on before it says yes, as the quickest machine would."""

    def __init__(self, hand_on: Callable[[Letter], None]) -> None:
        self._hand_on = hand_on
        self.connections: list[SMTP] = []
        # In order of arrival.
        self.letters: list[Letter] = []

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for recipient in envelope.rcpt_tos:
            letter = Letter(recipient=recipient, content=content)
            self.letters.append(letter)
            await asyncio.to_thread(self._hand_on, letter)
        return "250 taken"

    def accept(self) -> SMTP:
        """One more connection."""
        self.connections.append(SMTP(self, hostname="post.example", enable_SMTPUTF8=True))
        return self.connections[-1]


@contextmanager
def delivering(post: Post) -> Iterator[int]:
    """Let it listen on a free port, in a thread of its own; at the end its connections are cut."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        listening = loop.create_server(post.accept, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(listening, loop).result()
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            asyncio.run_coroutine_threadsafe(_close(server, post), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server, post: Post) -> None:
    server.close()
    for connection in post.connections:
        if isinstance(connection.transport, asyncio.Transport) and not connection.transport.is_closing():
            connection.transport.abort()
    await server.wait_closed()
    # Let every callback run that is already on its way.
    for _ in range(10):
        await asyncio.sleep(0)
