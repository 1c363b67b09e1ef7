"""Settle what was kept."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mailgate.answering import Answering, Considered
from mailgate.core.choice import Choice
from mailgate.core.identity import Trust
from mailgate.core.identity.results import read_results
from mailgate.core.mail import RawMessage, Scan
from mailgate.core.outcome import Outcome
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.verdicts import Crash, Postponed, Recorded, Verdict, Writer, trace_of
from mailgate.trouble import Temporary, Trouble

# How long a message waits when the world is ill: from 5 seconds, twice as long each time, up to 10 minutes.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
# How often a mail waits for DNS (5, 10 and 20 seconds) before it is settled without proof.
MOST_DNS_WAITS = 3
_UNANSWERED = "temperror"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """One worker. It must not be used by two threads at once, and its name must differ from every living worker's."""

    store: Store
    # The road of one message; the second argument is what its author has chosen for it.
    consider: Callable[[RawMessage, Choice | None], Considered]
    writer: Writer
    worker: str
    # Messages that are taken at once.
    batch: int = 50
    # How long the worker may take for them before another one may.
    lease: timedelta = timedelta(seconds=120)
    # Seconds that pass, from whenever.
    timer: Callable[[], float] = time.monotonic
    # Verify mode: asks DNS about the authors, side by side; for each message our Authentication-Results, or our bug.
    prove: Callable[[Sequence[RawMessage]], list[str | Exception]] | None = None
    # Asks a virus scanner, where one is configured; Temporary: the message waits for it.
    scan: Callable[[RawMessage], Scan | None] | None = None
    # What could not be laid back, because the database did not answer then either.
    _owed: list[StoredMessage] = field(default_factory=list)

    def settle(self, now: datetime) -> list[Recorded]:
        """Claim a batch, consider each message, record what was decided; empty when nothing waited.

        No message is refused because the desk or the database is ill: it waits. A message that we cannot handle is
        parked, and the rest of the batch goes on.

        Raises:
            Temporary: the database did not answer; what was claimed has been laid back, or is the next time.
        """
        self._lay_back_belated()
        claimed = self.store.claim(self.worker, self.batch, self.lease, now)
        if not claimed:
            return []
        try:
            verdicts = list(self._judge_in_time(self._prove(claimed), now))
            self._lay_back(claimed[len(verdicts) :])
            return self._record(verdicts, now)
        except BaseException:
            self._lay_back(claimed)
            raise

    def _judge_in_time(
        self, messages: Sequence[StoredMessage | Crash], now: datetime
    ) -> Iterator[Verdict | Crash | Postponed]:
        """Consider the messages one by one, at least the first, until half the lease has passed.

        A directory that answers slowly must not make the lease end: somebody else would begin with the same messages,
        and nobody would ever be done.
        """
        begun = self.timer()
        for place, message in enumerate(messages):
            if place and self.timer() - begun > self.lease.total_seconds() / 2:
                return
            yield self._judge(message, now)

    def _prove(self, claimed: list[StoredMessage]) -> list[StoredMessage | Crash]:
        """Ask DNS about those that nobody has asked about, or about whom it had no answer, and keep what it says."""
        asking = [message for message in claimed if self.prove and _wants_proof(message.raw)]
        if not self.prove or not asking:
            return list(claimed)
        found = dict(zip([m.id for m in asking], self.prove([m.raw for m in asking]), strict=True))
        self.store.keep_results({number: said for number, said in found.items() if isinstance(said, str)})
        return [_with_proof(message, found.get(message.id)) for message in claimed]

    def _judge(self, message: StoredMessage | Crash, now: datetime) -> Verdict | Crash | Postponed:
        """Consider one message, whatever comes."""
        if isinstance(message, Crash):
            return message
        try:
            if self.scan:
                message = replace(message, raw=replace(message.raw, scan=self.scan(message.raw)))
            considered = self.consider(message.raw, None)
            if _waits_for_dns(message, considered):
                return Postponed(message=message, until=now + wait(message.postponed))
            answering = Answering(consider=self.consider, load=self.store.questions.load)
            return answering.verdict(message, considered)
        except Temporary:
            return Postponed(message=message, until=now + wait(message.postponed))
        except Exception as error:  # noqa: BLE001  (whatever it is, it parks this message and no other)
            return Crash(message=message, trace=trace_of(error))

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
        """Give back what was claimed. When even that fails, it is done first thing next time."""
        try:
            self.store.lay_back(claimed)
        except Temporary:
            self._owed.extend(claimed)

    def _lay_back_belated(self) -> None:
        """Give back what is still owed: without this it would wait for the end of its lease, once the disk has room."""
        if self._owed:
            self.store.lay_back(self._owed)
            self._owed.clear()


def _wants_proof(raw: RawMessage) -> bool:
    """Whether DNS has yet to be asked; a question without an answer is asked again when the message comes again."""
    return raw.results is None or any(result.result == _UNANSWERED for result in read_results(raw.results).results)


def _with_proof(message: StoredMessage, said: str | Exception | None) -> StoredMessage | Crash:
    if said is None:
        return message
    if isinstance(said, Exception):
        return Crash(message=message, trace=trace_of(said))
    return replace(message, raw=replace(message.raw, results=said))


def _waits_for_dns(message: StoredMessage, considered: Considered) -> bool:
    """Whether DNS is asked once more before the mail is settled.

    Only where proof could make a difference for the better: a mail that becomes a ticket does not wait, and one that
    DNS has failed several times is settled as what it is, claimed.
    """
    identity = considered.facts.identity
    return (
        message.raw.results is not None
        and message.postponed < MOST_DNS_WAITS
        and identity.trust is Trust.CLAIMED
        and _UNANSWERED in (identity.spf, identity.dmarc, *identity.dkim)
        and considered.decision.outcome not in {Outcome.TICKET, Outcome.APPEND, Outcome.IGNORE}
    )


def wait(postponed: int) -> timedelta:
    """How long a message waits that trouble has laid back so many times before."""
    doublings = min(postponed, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
