"""The SMTP door: it listens, and hands every complete message on before it says 250."""

import asyncio
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from mailgate.config.doors import SmtpSection
from mailgate.smtp import answers
from mailgate.smtp.conversation import Conversation
from mailgate.smtp.limits import Memory, Slots
from mailgate.smtp.lobby import Keep, Lobby, Log
from mailgate.smtp.login import Guard
from mailgate.smtp.recipients import Recipients
from mailgate.smtp.tls import make_tls
from mailgate.smtp.unix import UnixSocket
from mailgate.smtp.users import read_users
from mailgate.trouble import Permanent

# Clients that the kernel lets wait to be let in or turned away; the rest would knock again after a second or more.
_BACKLOG = 512
# Seconds for the last answers to leave, once every receipt is there.
_GOODBYE = 2.0


class Door:
    """The SMTP service in the running event loop.

    Args:
        section: `[smtp]` of the configuration; relative paths in it start at `root`.
        recipients: addresses that mail is taken for.
        keep: stores one message and returns once it is durable; awaited for many messages at once. When it raises, the
            sender keeps the message and comes again.
        now: the time of receipt, aware.
        log: called with an event and its fields, for everything that is refused or fails.
        root: the folder of config.toml.
        speaks: the language of the door, SMTP or LMTP.
        unix: the Unix socket that is listened on instead of host and port.

    Raises:
        BadConfig: the TLS files or the users file cannot be used.
    """

    def __init__(
        self,
        section: SmtpSection,
        *,
        recipients: Iterable[str],
        keep: Keep,
        now: Callable[[], datetime],
        log: Log,
        root: Path = Path(),
        speaks: type[Conversation] = Conversation,
        unix: UnixSocket | None = None,
    ) -> None:
        users = read_users(root / section.users_file) if section.users_file else None
        self._lobby = Lobby(
            section=section,
            recipients=Recipients(recipients),
            keep=keep,
            now=now,
            log=log,
            tls=make_tls(section, root),
            guard=Guard(users, section) if users else None,
            slots=Slots(section.max_connections, section.max_connections_per_address),
            memory=Memory(section.memory_limit),
        )
        self._speaks = speaks
        self._unix = unix
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            Permanent: the address cannot be listened on.
        """
        loop = asyncio.get_running_loop()
        section = self._lobby.section
        if self._unix is not None:
            self._server = await loop.create_unix_server(self._welcome, sock=self._unix.bind(), backlog=_BACKLOG)
            return
        try:
            self._server = await loop.create_server(self._welcome, section.host, section.port, backlog=_BACKLOG)
        except OSError as error:
            place, table = f"{section.host}:{section.port}", self._speaks.source
            why = os.strerror(error.errno or 0)
            raise Permanent(f"cannot listen on {place} ({why}); set another {table}.host or {table}.port") from None

    def _welcome(self) -> Conversation:
        return self._speaks(self._lobby, asyncio.get_running_loop())

    @property
    def port(self) -> int:
        """The port that is listened on, also when the configuration left it open with 0."""
        if self._server is None:
            raise RuntimeError("the door is not open: start it first")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def connections(self) -> int:
        """How many clients are here now."""
        return len(self._lobby.guests)

    @property
    def bytes_in_flight(self) -> int:
        """Bytes of all messages that are being received or stored now."""
        return self._lobby.memory.taken

    async def stop(self, patience: float = 30.0) -> None:
        """Take no more, and come back when nobody is here.

        Clients are sent away with 421 at once. Messages that are complete are stored and get their receipt first, for
        as long as `patience` seconds; the sender of a message without a receipt comes again.
        """
        if self._server is None:
            return
        self._lobby.stopping = True
        self._server.close()
        for guest in tuple(self._lobby.guests.values()):
            guest.dismiss(answers.STOPPING)
        if self._lobby.receipts:
            await asyncio.wait(self._lobby.receipts, timeout=patience)
        for receipt in tuple(self._lobby.receipts):
            receipt.cancel()
        if self._lobby.guests:
            await asyncio.wait(self._lobby.guests.keys(), timeout=_GOODBYE)
        for task in tuple(self._lobby.guests):
            task.cancel()
        await self._server.wait_closed()
        self._server = None
        if self._unix is not None:
            self._unix.remove()
