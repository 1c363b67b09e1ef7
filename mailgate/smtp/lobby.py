"""What all conversations at the door share: the settings, the limits, and the way on to the store."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mailgate.config.doors import SmtpSection
from mailgate.core.mail import RawMessage
from mailgate.smtp import answers
from mailgate.smtp.limits import Memory, Share, Slots
from mailgate.smtp.login import Guard
from mailgate.smtp.recipients import Recipients
from mailgate.trouble import Temporary

Keep = Callable[[RawMessage], Awaitable[object]]
# Called with the event and its fields, `exc_info` among them for a bug of ours: structlog's own shape.
Log = Callable[..., object]


class Guest(Protocol):
    """One client, as far as the door is concerned."""

    def dismiss(self, answer: str) -> None:
        """Send the client away, as soon as it is not waiting for us."""


@dataclass(slots=True, kw_only=True)
class Lobby:
    """One for each door."""

    section: SmtpSection
    recipients: Recipients
    # Stores a message and returns once it is durable. Raises Temporary.
    keep: Keep
    now: Callable[[], datetime]
    log: Log
    # None: STARTTLS is not offered.
    tls: ssl.SSLContext | None
    # None: AUTH is not offered.
    guard: Guard | None
    slots: Slots
    memory: Memory
    # True once the door is closing.
    stopping: bool = False
    # True while clients are turned away, so that a flood of them is one line in the log.
    full: bool = False
    # Who is here, by the task that serves it.
    guests: dict[asyncio.Task[None], Guest] = field(default_factory=dict)
    # Messages on their way into the store.
    receipts: set[asyncio.Task[str]] = field(default_factory=set)

    def let_in(self, client: str, who: str) -> str | None:
        """Take a place for a client, counted for `who`; None or the answer that turns it away."""
        if self.stopping:
            return answers.STOPPING
        if self.slots.enter(who):
            self.full = False
            return None
        if not self.full:
            self.full = True
            self.log("clients turned away", client=client, why="too many connections, in all or from one address")
        return answers.TOO_MANY_CONNECTIONS

    def see_off(self, task: asyncio.Task[None], who: str) -> None:
        """Give the client's place to others."""
        del self.guests[task]
        self.slots.leave(who)
        if not task.cancelled() and task.exception():
            self.log("conversation failed", exc_info=task.exception())

    def hand_over(self, message: RawMessage, share: Share) -> asyncio.Task[str]:
        """Store the message in a task of its own, so that a client who hangs up does not stop it; gives the answer."""
        receipt = asyncio.create_task(self._store(message))
        self.receipts.add(receipt)
        receipt.add_done_callback(self.receipts.discard)
        receipt.add_done_callback(lambda _: share.release())
        return receipt

    async def _store(self, message: RawMessage) -> str:
        client = message.envelope.client
        try:
            await self.keep(message)
        except Temporary as trouble:
            self.log("message not kept", client=client, why=str(trouble))
        except Exception as error:  # noqa: BLE001  whatever it was, it is our trouble: the sender keeps the mail
            self.log("message not kept", client=client, exc_info=error)
        else:
            return answers.KEPT
        return answers.OURS
