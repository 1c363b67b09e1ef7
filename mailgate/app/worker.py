"""The process that decides. It ends when whoever started it does.

Its standard input is the bell. A byte there means that mail has come; `LAST` means that no more will, so that the
worker settles what waits and ends; and when the pipe is closed without it, the parent is gone, and the worker ends
after the batch it has. Besides, it looks for mail by itself every now and then. On its standard output it says a byte
when it is ready, and one whenever letters are due.
"""

import os
import select
import signal
import stat
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailgate.app.hearing import Listener
from mailgate.app.live import LiveHouse
from mailgate.app.parts import now
from mailgate.app.people import open_desk
from mailgate.app.presence import Presence
from mailgate.app.proving import make_prover
from mailgate.app.scanning import make_scanner
from mailgate.app.signs import LAST, LETTERS, READY
from mailgate.app.store import open_store
from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.core.choice import Choice
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import Outcome
from mailgate.gate import Considered, consider
from mailgate.heap import return_large_blocks
from mailgate.intake import Settler
from mailgate.log import Log
from mailgate.store.locks import Locks
from mailgate.store.tables import MessageState
from mailgate.store.verdicts import Recorded
from mailgate.store.vitals import Vitals
from mailgate.trouble import Temporary
from mailgate.vital import Vital

# Seconds between two looks for mail that no byte told of: that of `receive`, of another machine, or laid back.
_LOOK = 1.0
# Seconds between two times that it tells how the world is.
_TELL = 5.0
# Seconds that a worker waits when the database is ill; twice as long each time, up to the longest.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_STDIN, _STDOUT = 0, 1
# How far a worker steps back behind the door where both want the processor.
_NICE = 10


@dataclass(slots=True)
class Bell:
    """What a worker hears. Without a pipe (a terminal, a service manager) only signals end it."""

    # The descriptor that is listened to, or None.
    pipe: int | None = None
    # True once the worker has to end after the batch it has.
    ended: bool = False
    # True once the worker has to end when nothing waits.
    last: bool = False
    # Written to by the signal handler, so that waiting ends at once.
    _wake: tuple[int, int] = field(default_factory=os.pipe)

    @classmethod
    def on_stdin(cls) -> "Bell":
        """Listen to standard input where it is a pipe, and to SIGTERM and SIGINT."""
        bell = cls(pipe=_STDIN if stat.S_ISFIFO(os.fstat(_STDIN).st_mode) else None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: bell.end())
        return bell

    def end(self) -> None:
        """Let the worker end after the batch it has."""
        self.ended = True
        os.write(self._wake[1], b".")

    def wait(self, seconds: float) -> None:
        """Wait for the bell, at most so long. Bytes that have piled up are one ring."""
        watched = [self._wake[0], *([] if self.pipe is None else [self.pipe])]
        ready, _, _ = select.select(watched, [], [], 0 if self.ended else seconds)
        if self.pipe is not None and self.pipe in ready:
            said = os.read(self.pipe, 65536)
            self.last = self.last or LAST in said
            self.ended = self.ended or (not said and not self.last)
            if not said:
                self.pipe = None


@dataclass(slots=True)
class Signs:
    """How what a worker asks is, told to the database now and then."""

    vitals: Vitals
    noted: tuple[Vital, ...]
    _told_at: float = 0.0

    def add(self, at: datetime) -> None:
        """Tell it when the last time is a while ago. An ill database is told later."""
        if time.monotonic() - self._told_at < _TELL:
            return
        self._told_at = time.monotonic()
        self.vitals.add([sign for vital in self.noted if (sign := vital.take())], at)


class Worker:
    """Settles what was kept, one batch after the other."""

    def __init__(self, config: Config, name: str, log: Log) -> None:
        """Build everything it takes.

        Raises:
            BadConfig: the operator's files have mistakes.
            Temporary, Permanent: the database cannot be used.
        """
        self._log = log
        self._live = LiveHouse(config, log)
        self._store = open_store(config)
        self._dns, directory, clamd = (Vital(name, now) for name in ("dns", "directory", "clamd"))
        self._signs = Signs(Vitals(self._store.database), (self._dns, directory, clamd))
        self._desk = open_desk(config, self._store, directory)
        self._listener = Listener(self._store, config.identity.alarm_after, log)
        self._prover = make_prover(config)
        scanner = make_scanner(config.clamav, log, clamd)
        self._considered: dict[str, tuple[Considered, float]] = {}
        self._settler = Settler(
            store=self._store,
            consider=self._consider,
            writer=make_writer(config),
            worker=name,
            batch=config.settle.batch,
            lease=config.settle.lease_time,
            prove=self._prove if self._prover else None,
            scan=scanner.scan if scanner else None,
        )
        self._locks = Locks(self._store.database)
        self._presence = Presence(self._locks, name)
        self._presence.begin()
        self._keep_book()
        self._store.forsake(name, now())

    def settle(self) -> list[Recorded]:
        """Settle one batch with the rules as they are now, and tell each message; empty when nothing waited.

        Raises:
            Temporary: the database did not answer.
        """
        self._presence.beat()
        if self._live.refresh():
            self._keep_book()
        try:
            self._listener.refresh()
            recorded = self._settler.settle(now())
            for each in recorded:
                self._tell(each)
            self._listen(recorded)
        finally:
            self._considered.clear()
        self._signs.add(now())
        return recorded

    def close(self) -> None:
        """Give the connections back."""
        self._desk.close()
        self._locks.close()
        self._store.close()

    def _keep_book(self) -> None:
        """Store the revision whole before it decides anything."""
        book = self._live.house.book
        self._store.rulebooks.keep(book.revision, book.texts, now())

    def _prove(self, raws: Sequence[RawMessage]) -> list[str | Exception]:
        """Ask DNS about authors, and note how it is."""
        assert self._prover  # noqa: S101  (only asked where there is one)
        begun = time.perf_counter()
        said = self._prover.prove_all(raws)
        unanswered = sum(isinstance(each, str) and "=temperror" in each for each in said)
        self._dns.note(asked=len(said), failed=unanswered, seconds=time.perf_counter() - begun)
        return said

    def _consider(self, raw: RawMessage, chosen: Choice | None) -> Considered:
        begun = time.perf_counter()
        house = self._live.house
        policy = replace(house.policy, silent=self._listener.silent)
        considered = consider(raw, desk=self._desk, house=replace(house, policy=policy), chosen=chosen)
        self._considered[raw.digest] = considered, time.perf_counter() - begun
        return considered

    def _listen(self, recorded: Iterable[Recorded]) -> None:
        """Note whether our relay has spoken of what was settled now."""
        settled = [self._considered.get(each.digest) for each in recorded if each.state is MessageState.SETTLED]
        self._listener.hear([found[0].facts for found in settled if found], now())

    def _tell(self, recorded: Recorded) -> None:
        """The one line of a message."""
        if recorded.state is None:
            return
        considered, took = self._considered.get(recorded.digest, (None, 0.0))
        fields = {"id": recorded.message, "digest": recorded.digest[:16], **_told(recorded, considered)}
        if recorded.state is MessageState.KEPT:
            self._log.warning("postponed", **fields, why="it waits, and is looked at again")
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


def run_worker(config: Config, name: str, log: Log, bell: Bell) -> None:
    """Settle until the bell says that it is enough.

    Args:
        config: the configuration.
        name: by which it claims messages; what a dead worker of that name held is its first work.
        log: told of each message.
        bell: listened to between two batches.

    Raises:
        BadConfig, Permanent, Temporary: it could not begin.
    """
    return_large_blocks()
    # Whoever brings mail waits for a receipt, and nobody waits for a decision: the door goes first.
    os.nice(_NICE)
    worker = Worker(config, name, log)
    _say(READY)
    wait = 0.0
    while not bell.ended:
        try:
            recorded = worker.settle()
        except Temporary as trouble:
            wait = min(max(2 * wait, _FIRST_WAIT), _LONGEST_WAIT)
            log.warning("worker waits", why=str(trouble), seconds=wait)
            recorded = []
        else:
            wait = 0.0
        if _has_letter(recorded):
            _say(LETTERS)
        if not recorded and bell.last:
            break
        bell.wait(0 if recorded else wait or _LOOK)
    worker.close()


def _has_letter(recorded: Iterable[Recorded]) -> bool:
    """Whether anything may have come into the outbox: a letter, or what the ticket system is told of a ticket."""
    return any(each.letter == "sent" or each.ticket for each in recorded)


def _say(sign: bytes) -> None:
    """Tell the parent; where nobody listens, nobody is told."""
    if stat.S_ISFIFO(os.fstat(_STDOUT).st_mode):
        try:
            os.write(_STDOUT, sign)
        except BrokenPipeError:
            return
