"""Settle what was kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from mailgate.core.decision import Decision
from mailgate.core.facts import Facts
from mailgate.core.mail import RawMessage
from mailgate.core.reply import Reply
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.verdicts import Crash, Postponed, Recorded, Verdict, Writer, trace_of
from mailgate.trouble import Temporary, Trouble

# How long a message waits when the world is ill: from 5 seconds, twice as long each time, up to 10 minutes.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)


class Considered(Protocol):
    """What considering a message yields; nothing has been done yet."""

    @property
    def facts(self) -> Facts:
        """The evidence."""
        ...

    @property
    def decision(self) -> Decision:
        """The decision."""
        ...

    @property
    def reply(self) -> Reply | None:
        """The letter, drafted; None: no letter."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """One worker. It must not be used by two threads at once, and its name must differ from every living worker's."""

    store: Store
    consider: Callable[[RawMessage], Considered]
    writer: Writer
    worker: str
    # Messages that are taken at once.
    batch: int = 50
    # How long the worker may take for them before another one may.
    lease: timedelta = timedelta(seconds=120)

    def settle(self, now: datetime) -> list[Recorded]:
        """Claim a batch, consider each message, record what was decided; empty when nothing waited.

        No message is refused because the desk or the database is ill: it waits. A message that we cannot handle is
        parked, and the rest of the batch goes on.

        Raises:
            Temporary: the database did not answer; what was claimed has been laid back, or its lease ends by itself.
        """
        claimed = self.store.claim(self.worker, self.batch, self.lease, now)
        if not claimed:
            return []
        try:
            return self._record([self._judge(message, now) for message in claimed], now)
        except BaseException:
            self._lay_back(claimed)
            raise

    def _judge(self, message: StoredMessage, now: datetime) -> Verdict | Crash | Postponed:
        """Consider one message, whatever comes."""
        try:
            considered = self.consider(message.raw)
        except Temporary:
            return Postponed(message=message, until=now + wait(message.postponed))
        except Exception as error:  # noqa: BLE001  (whatever it is, it parks this message and no other)
            return Crash(message=message, trace=trace_of(error))
        return Verdict(message=message, facts=considered.facts, decision=considered.decision, reply=considered.reply)

    def _record(self, verdicts: list[Verdict | Crash | Postponed], now: datetime) -> list[Recorded]:
        """Record the batch; when one of them cannot be recorded, each by itself."""
        try:
            return self.store.record(verdicts, self.writer, now)
        except Trouble:
            raise
        except Exception as error:  # noqa: BLE001  (as above)
            if len(verdicts) == 1:
                return self.store.record([Crash(message=verdicts[0].message, trace=trace_of(error))], self.writer, now)
            return [recorded for verdict in verdicts for recorded in self._record([verdict], now)]

    def _lay_back(self, claimed: list[StoredMessage]) -> None:
        """Give back what was claimed. When even that fails, the lease ends by itself."""
        try:
            self.store.lay_back(claimed)
        except Temporary:
            return


def wait(postponed: int) -> timedelta:
    """How long a message waits that trouble has laid back so many times before."""
    doublings = min(postponed, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
