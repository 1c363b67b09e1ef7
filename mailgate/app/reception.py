"""The doors and the keeper behind them."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from mailgate.app.parts import now
from mailgate.config import Config
from mailgate.config.doors import SmtpSection
from mailgate.core.mail import RawMessage
from mailgate.keeper import Keeper
from mailgate.log import Log
from mailgate.smtp.conversation import Conversation
from mailgate.smtp.door import Door
from mailgate.smtp.lmtp import LmtpConversation
from mailgate.smtp.unix import UnixSocket
from mailgate.store.database import Database


class Reception:
    """Takes mail by SMTP and LMTP, keeps it, and tells whoever decides. It belongs to one event loop."""

    def __init__(self, config: Config, database: Database, tell: Callable[[], None], log: Log) -> None:
        self._keeper = Keeper(database)
        self._tell = tell
        self._log = log
        # Messages that a receipt was given for in this run.
        self.received = 0
        self._config = config
        self._door = self._make(config.smtp)
        # By what the log calls them.
        self._lmtp = dict(self._lmtp_doors())

    async def open(self) -> None:
        """Listen.

        Raises:
            Permanent: an address or a socket cannot be listened on.
        """
        for door in (self._door, *self._lmtp.values()):
            await door.start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._door.port

    @property
    def places(self) -> dict[str, str]:
        """Where each door is, by its language."""
        lmtp = {"lmtp": ", ".join(self._lmtp)} if self._lmtp else {}
        return {"smtp": f"{self._config.smtp.host}:{self.port}"} | lmtp

    async def close(self) -> None:
        """Take no more; every message that is complete is kept, and its sender gets the receipt."""
        await asyncio.gather(*(door.stop() for door in (self._door, *self._lmtp.values())))
        await self._keeper.close()

    def _lmtp_doors(self) -> Iterator[tuple[str, Door]]:
        """The doors that speak LMTP. Who comes there is a mail server of ours: it logs in nowhere, and comes often."""
        lmtp, smtp = self._config.lmtp, self._config.smtp
        inside = {"require_tls": False, "users_file": None, "max_connections_per_address": smtp.max_connections}
        if lmtp.socket is not None:
            unix = UnixSocket(path=self._config.path(lmtp.socket), mode=lmtp.socket_mode)
            yield str(unix.path), self._make(smtp.model_copy(update=inside), speaks=LmtpConversation, unix=unix)
        if lmtp.port:
            place = {"host": lmtp.host, "port": lmtp.port}
            section = smtp.model_copy(update=inside | place)
            yield f"{lmtp.host}:{lmtp.port}", self._make(section, speaks=LmtpConversation)

    def _make(
        self, section: SmtpSection, speaks: type[Conversation] = Conversation, unix: UnixSocket | None = None
    ) -> Door:
        return Door(
            section,
            recipients=self._config.desk.recipients,
            keep=self._keep,
            now=now,
            log=self._say,
            root=self._config.root,
            speaks=speaks,
            unix=unix,
        )

    async def _keep(self, raw: RawMessage) -> None:
        await self._keeper.keep(raw)
        self.received += 1
        self._tell()

    def _say(self, event: str, **fields: Any) -> None:  # noqa: ANN401  (whatever can be shown)
        """What the door refuses, and what fails behind it."""
        (self._log.error if "exc_info" in fields else self._log.warning)(event, **fields)
