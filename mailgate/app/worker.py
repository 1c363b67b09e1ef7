"""The process that decides. It ends when whoever started it does.

It hears of new mail by a byte on its standard input, and looks by itself every now and then; when that pipe is closed,
its parent is gone, and so is the worker. On its standard output it says a byte when it is ready, and one whenever
letters are due.
"""

import os
import select
import signal
import stat
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from mailgate.app.live import LiveHouse
from mailgate.app.parts import make_writer, now, open_store, worker_name
from mailgate.config import Config
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import Outcome
from mailgate.desk import StoreDesk
from mailgate.gate import Considered, consider
from mailgate.intake import Settler
from mailgate.log import Log
from mailgate.store.tables import MessageState
from mailgate.store.verdicts import Recorded
from mailgate.trouble import Temporary

# Seconds between two looks for mail that no byte told of: that of `receive`, of another machine, or laid back.
_LOOK = 1.0
# Seconds that a worker waits when the database is ill; twice as long each time, up to the longest.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


@dataclass(slots=True)
class Bell:
    """The pipe from the parent. Without one (a terminal, a service manager) only signals end the worker."""

    # The descriptor that is listened to, or None.
    pipe: int | None = None
    # True once the worker has to end, after what it is doing.
    ended: bool = False
    # Written to by the signal handler, so that waiting ends at once.
    _wake: tuple[int, int] = field(default_factory=os.pipe)

    @classmethod
    def on_stdin(cls) -> "Bell":
        """Listen to standard input where it is a pipe, and to SIGTERM and SIGINT."""
        bell = cls(pipe=0 if stat.S_ISFIFO(os.fstat(0).st_mode) else None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: bell.end())
        return bell

    def end(self) -> None:
        """Let the worker end after what it is doing."""
        self.ended = True
        os.write(self._wake[1], b".")

    def wait(self, seconds: float) -> None:
        """Wait for the bell, at most so long. Bytes that have piled up are one ring."""
        if self.ended:
            return
        watched = [self._wake[0], *([] if self.pipe is None else [self.pipe])]
        ready, _, _ = select.select(watched, [], [], seconds)
        if self.pipe in ready and not os.read(self.pipe, 65536):
            self.ended = True

    @property
    def silent(self) -> bool:
        """Whether the parent has gone, or told us to; looked at without waiting."""
        self.wait(0)
        return self.ended


class Worker:
    """Settles what was kept, one batch after the other."""

    def __init__(self, config: Config, log: Log) -> None:
        """Build everything it takes.

        Raises:
            BadConfig: the operator's files have mistakes.
            Temporary, Permanent: the database cannot be used.
        """
        self._log = log
        self._live = LiveHouse(config, log)
        self._store = open_store(config)
        self._desk = StoreDesk(self._store)
        self._considered: dict[str, tuple[Considered, float]] = {}
        self._settler = Settler(
            store=self._store,
            consider=self._consider,
            writer=make_writer(config),
            worker=worker_name(os.getpid()),
            batch=config.settle.batch,
            lease=config.settle.lease_time,
        )
        self._keep_book()

    def settle(self) -> list[Recorded]:
        """Settle one batch with the rules as they are now, and tell each message; empty when nothing waited.

        Raises:
            Temporary: the database did not answer.
        """
        if self._live.refresh():
            self._keep_book()
        try:
            recorded = self._settler.settle(now())
            for each in recorded:
                self._tell(each)
        finally:
            self._considered.clear()
        return recorded

    def close(self) -> None:
        """Give the connections back."""
        self._store.close()

    def _keep_book(self) -> None:
        """Store the revision whole before it decides anything."""
        book = self._live.house.book
        self._store.rulebooks.keep(book.revision, book.texts, now())

    def _consider(self, raw: RawMessage) -> Considered:
        begun = time.perf_counter()
        considered = consider(raw, desk=self._desk, house=self._live.house)
        self._considered[raw.digest] = considered, time.perf_counter() - begun
        return considered

    def _tell(self, recorded: Recorded) -> None:
        """The one line of a message."""
        if recorded.state is None:
            return
        considered, took = self._considered.get(recorded.digest, (None, 0.0))
        fields = {"id": recorded.message, "digest": recorded.digest[:16], **_told(recorded, considered)}
        if recorded.state is MessageState.KEPT:
            self._log.warning("postponed", **fields, why="the desk is ill; the message waits")
        elif recorded.state is MessageState.PARKED:
            self._log.error("parked", **fields, why=f"our bug; see `mailgate messages show {recorded.message}`")
        else:
            self._log.info("settled", **fields, took_ms=round(took * 1000, 1))


def _told(recorded: Recorded, considered: Considered | None) -> dict[str, object]:
    """What a line says of a message: nothing personal but the sender's address."""
    if considered is None:
        return {"outcome": recorded.outcome, "reason": recorded.reason}
    facts, decision = considered.facts, considered.decision
    routed = recorded.outcome in {Outcome.TICKET, Outcome.APPEND, Outcome.HOLD}
    return {
        "outcome": recorded.outcome,
        "reason": recorded.reason,
        "service": decision.service if routed else None,
        "system": decision.system if routed else None,
        "ticket": recorded.ticket,
        "letter": recorded.letter,
        "trust": facts.identity.trust,
        "from": facts.identity.address,
    }


def run_worker(config: Config, log: Log, bell: Bell) -> None:
    """Settle until the bell says that it is enough.

    Raises:
        BadConfig, Permanent, Temporary: it could not begin.
    """
    worker = Worker(config, log)
    _say(b"+")
    wait = 0.0
    while not bell.silent:
        try:
            recorded = worker.settle()
        except Temporary as trouble:
            wait = min(max(2 * wait, _FIRST_WAIT), _LONGEST_WAIT)
            log.warning("worker waits", why=str(trouble), seconds=wait)
            bell.wait(wait)
            continue
        wait = 0.0
        if _has_letter(recorded):
            _say(b".")
        if not recorded:
            bell.wait(_LOOK)
    worker.close()


def _has_letter(recorded: Iterable[Recorded]) -> bool:
    return any(each.letter == "sent" for each in recorded)


def _say(sign: bytes) -> None:
    """Tell the parent; where nobody listens, nobody is told."""
    if stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode):
        try:
            os.write(sys.stdout.fileno(), sign)
        except BrokenPipeError:
            return
