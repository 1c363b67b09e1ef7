"""Keep what comes in. Nothing is imported here that only deciding needs: the process at the door stays small."""

from functools import partial

from mailgate.core.mail import RawMessage
from mailgate.store.database import Database
from mailgate.store.gather import Gather
from mailgate.store.keeping import Kept, keep


class Keeper:
    """Keeps messages from any number of tasks; those that wait at the same time share a commit."""

    def __init__(self, database: Database) -> None:
        self._gather = Gather(partial(keep, database))

    async def keep(self, raw: RawMessage) -> Kept:
        """Keep one message. It is durable when this returns: only then may a receipt be given.

        Raises:
            Temporary: it was not kept; the sender has to come again.
        """
        return await self._gather.add(raw)

    async def close(self) -> None:
        """Finish what is under way."""
        await self._gather.close()
