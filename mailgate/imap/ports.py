"""What a mailbox is handed: where it writes down what it saw, who may read it, and whom it tells."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from mailgate.core.mail import RawMessage
from mailgate.core.mailbox import MailboxState, Reason


class Ledger(Protocol):
    """Every mail that was seen, durably. Each method may raise `Temporary`, and has then written nothing.

    A process that has lost the mailbox to another one cannot write: `Temporary`.
    """

    def open(self, place: str, uidvalidity: int, size_limit: int, now: datetime) -> bool:
        """The folder is open; says whether its UIDs are those that we know."""

    @property
    def listed(self) -> int:
        """The highest UID that was listed; 0: none."""

    def list(self, uids: Sequence[int], now: datetime) -> int:
        """These UIDs are there, ascending; says how many were new."""

    def due(self, limit: int, now: datetime) -> tuple[int, ...]:
        """UIDs to be fetched, oldest first."""

    def keep(self, mails: Sequence[tuple[int, RawMessage]], *, is_done: bool) -> int:
        """Keep mails and note that their UIDs are kept, or neither; says how many were new to us."""

    def leave(self, uid: int, reason: Reason, why: str, size: int | None) -> None:
        """A mail is not fetched."""

    def fail(self, uid: int, why: str, now: datetime) -> int:
        """A mail could not be read and is due again later; says how often that happened."""

    def kept(self, limit: int) -> tuple[int, ...]:
        """UIDs of mails that are safe here, and of which the mailbox has not been told."""

    def done(self, uids: Sequence[int]) -> None:
        """The mailbox has been told of these."""

    def say(self, state: MailboxState, trouble: str | None, now: datetime, *, heard: bool) -> None:
        """What is going on, for operators."""


class Hold(Protocol):
    """The right to read one mailbox, which one process has at a time. A lease, an advisory lock: whatever ends with it.

    Methods may raise `Temporary`: nobody knows.
    """

    def take(self, now: datetime) -> bool:
        """Take it, or hold it on; False while another process has it."""

    def give_back(self, now: datetime) -> None:
        """Let others have it."""


class Log(Protocol):
    """What operators should know."""

    def info(self, event: str, **fields: Any) -> object:  # noqa: ANN401  (whatever can be shown)
        """What happens in the ordinary way."""

    def warning(self, event: str, **fields: Any) -> object:  # noqa: ANN401  (as above)
        """What an operator should know of."""

    def error(self, event: str, **fields: Any) -> object:  # noqa: ANN401  (as above)
        """What an operator has to mend."""
