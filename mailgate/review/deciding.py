"""What an operator does with mail that was decided: a ticket, a refusal, nothing, or the rules once more."""

from dataclasses import dataclass, replace
from datetime import datetime

from mailgate.answering import Considered
from mailgate.core.choice import Choice
from mailgate.core.decision import Decision, Finding
from mailgate.core.facts import Facts
from mailgate.core.outcome import Outcome
from mailgate.core.rulebook import Rulebook
from mailgate.core.ruling import OPERATOR, chosen, rule
from mailgate.core.sequel import Change, Sequel, Standing, sequel
from mailgate.deciding_again import DecidingAgain
from mailgate.review.wish import Wish, ruling_of
from mailgate.store.audit import Act, Deed
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.verdicts import Recorded
from mailgate.trouble import Permanent, Temporary

_WAITING = frozenset({Outcome.HOLD, Outcome.CLARIFY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one mail that an operator wanted to do something with."""

    # Our number of the message.
    message: int
    # Whether anything was recorded.
    changed: bool
    # What is true of it now.
    outcome: Outcome
    reason: str
    ticket: str | None = None
    # "sent" (it is in the outbox), "none" or "withheld: why".
    letter: str = "none"
    # Why nothing changed, one phrase; "" when something did.
    why: str = ""
    # Nothing had to change: it was so already.
    was_so: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """One mail with which nothing could be done."""

    # Our number of the message.
    message: int
    # Why, one sentence.
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """Does what one operator says. Of several who decide about one mail at the same time the first one does."""

    store: Store
    again: DecidingAgain
    book: Rulebook
    # The operator's name, for the record and the audit trail.
    operator: str

    def decide(self, number: int, wish: Wish, now: datetime) -> Done:
        """Let become of a message what the operator wants.

        Raises:
            Permanent: it cannot, and the sentence says why.
            Temporary: the database or the desk is ill, and nothing was changed.
        """
        message, standing = self._stored(number)
        saw = _saw(self.operator, wish)
        ruling = ruling_of(wish, saw, self.book)
        choice = chosen(wish.subject, self.book, saw)
        facts = self._look(message, standing, choice).facts
        decision = rule(ruling, wish.subject, facts, self.book)
        if decision.outcome is Outcome.TICKET and not (decision.service or decision.system or decision.matter):
            raise Permanent(
                f"message {number} names no service; say what it is about: --service, --system, --matter or --pick"
            )
        follows = sequel(standing, decision, by_operator=True)
        return self._follow(message, standing, facts, decision, follows, now)

    def release(self, number: int, now: datetime) -> Done:
        """Let the rules judge a message again, because what let it wait is over.

        Raises:
            Permanent: it cannot be judged, and the sentence says why.
            Temporary: the database or the desk is ill, and nothing was changed.
        """
        message, standing = self._stored(number)
        considered = self._look(message, standing, None)
        decision = considered.decision
        if standing.parked:
            deed = self._deed(number, "release", decision)
            verdict = self.again.first(message, considered, standing, deed)
            return self._done(standing, self.again.record(number, verdict, now))
        if decision.outcome is Outcome.HOLD:
            return _left(standing, f"the rules would hold it again: {decision.reason}")
        if standing.outcome not in _WAITING:
            return _left(standing, "it does not wait")
        saw = Finding(rule="released", hit=True, saw=f"{self.operator}: what it waited for is over", source=OPERATOR)
        decision = replace(decision, findings=(*decision.findings, saw))
        follows = sequel(standing, decision, by_operator=standing.outcome is Outcome.HOLD)
        return self._follow(message, standing, considered.facts, decision, follows, now, did="release")

    def _stored(self, number: int) -> tuple[StoredMessage, Standing]:
        standing = self.store.standings([number]).get(number)
        stored = self.store.messages.load([number])
        if standing is None and stored:
            raise Permanent(f"message {number} is not decided yet; wait until it is")
        if standing is None or not stored:
            raise Permanent(f"the bytes of message {number} are erased; nothing can become of it any more")
        return stored[0], standing

    def _look(self, message: StoredMessage, standing: Standing, choice: Choice | None) -> Considered:
        """Consider it, with what the operator says it is about."""
        try:
            return self.again.consider(message.raw, choice) if choice else self.again.look(message, standing)
        except Temporary:
            raise
        except Exception as error:
            raise Permanent(
                f"message {message.id} cannot be considered, which is our bug ({type(error).__name__}); "
                f"answer it by hand: mailgate messages raw {message.id}"
            ) from error

    def _deed(self, number: int, did: str, decision: Decision) -> Deed:
        """For the audit trail: numbers and names of rules, no word of the mail or the operator's note."""
        about = {"service": decision.service, "system": decision.system, "matter": decision.matter}
        told = {name: value for name, value in about.items() if value and decision.outcome is Outcome.TICKET}
        details = {"did": did, "outcome": str(decision.outcome), "reason": decision.reason} | told
        return Deed(operator=self.operator, act=Act.REVIEWED, object=f"message {number}", details=details)

    def _follow(
        self,
        message: StoredMessage,
        standing: Standing,
        facts: Facts,
        decision: Decision,
        follows: Sequel,
        now: datetime,
        *,
        did: str = "",
    ) -> Done:
        """Record what may follow."""
        if not follows.is_change:
            return _left(standing, follows.why, was_so=follows.change is Change.SAME)
        verdict = self.again.verdict(
            message,
            facts,
            decision,
            standing,
            letter=follows.letter,
            operator=self.operator,
            deed=self._deed(message.id, did or str(decision.outcome), decision),
        )
        return self._done(standing, self.again.record(message.id, verdict, now))

    def _done(self, standing: Standing, recorded: Recorded | None) -> Done:
        if recorded is None or not recorded.is_new:
            return self._overtaken(standing)
        return Done(
            message=standing.message,
            changed=True,
            outcome=recorded.outcome or standing.outcome,
            reason=recorded.reason or standing.reason,
            ticket=recorded.ticket,
            letter=recorded.letter,
        )

    def _overtaken(self, standing: Standing) -> Done:
        """Somebody has decided between our look and our record: say who, and what."""
        now = self.store.standings([standing.message]).get(standing.message, standing)
        return _left(now, f"{now.operator or 'mailgate'} was quicker: {now.outcome}, {now.reason}")


def _saw(operator: str, wish: Wish) -> str:
    """Who has decided what, one phrase."""
    note = f": {wish.note}" if wish.note else ""
    return f"{operator} has decided so{note}"


def _left(standing: Standing, why: str, *, was_so: bool = False) -> Done:
    return Done(
        message=standing.message,
        changed=False,
        outcome=standing.outcome,
        reason=standing.reason,
        ticket=standing.ticket,
        why=why or "it is so already",
        was_so=was_so,
    )
