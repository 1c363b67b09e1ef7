"""The door and the keeper behind it."""

from collections.abc import Callable
from typing import Any

from mailgate.app.parts import now
from mailgate.config import Config
from mailgate.core.mail import RawMessage
from mailgate.keeper import Keeper
from mailgate.log import Log
from mailgate.smtp.door import Door
from mailgate.store.database import Database


class Reception:
    """Takes mail by SMTP, keeps it, and tells whoever decides. It belongs to one event loop."""

    def __init__(self, config: Config, database: Database, tell: Callable[[], None], log: Log) -> None:
        self._keeper = Keeper(database)
        self._tell = tell
        self._log = log
        # Messages that a receipt was given for in this run.
        self.received = 0
        self._door = Door(
            config.smtp,
            recipients=config.desk.recipients,
            keep=self._keep,
            now=now,
            log=self._say,
            root=config.root,
        )

    async def open(self) -> None:
        """Listen.

        Raises:
            Permanent: the address cannot be listened on.
        """
        await self._door.start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._door.port

    async def close(self) -> None:
        """Take no more; every message that is complete is kept, and its sender gets the receipt."""
        await self._door.stop()
        await self._keeper.close()

    async def _keep(self, raw: RawMessage) -> None:
        await self._keeper.keep(raw)
        self.received += 1
        self._tell()

    def _say(self, event: str, **fields: Any) -> None:  # noqa: ANN401  (whatever can be shown)
        """What the door refuses, and what fails behind it."""
        (self._log.error if "exc_info" in fields else self._log.warning)(event, **fields)
