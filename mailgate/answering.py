"""What an answer to our question does beside being an answer: the kept mail is considered again, with what was chosen.

Nothing is stored here. The verdict on the answer carries the verdicts on what it decides along; they are recorded
together or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mailgate.core.choice import Choice
from mailgate.core.decision import Decision, Finding
from mailgate.core.facts import Facts, KnownQuestion
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import Outcome
from mailgate.core.reply import Reply, threaded
from mailgate.store.claims import StoredMessage
from mailgate.store.tables import QuestionState
from mailgate.store.verdicts import Step, Verdict


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
class Answering:
    """Makes verdicts of what was considered."""

    # The road of one message; the second argument is what its author has chosen for it.
    consider: Callable[[RawMessage, Choice | None], Considered]
    # The message that a question is about, by our number, then its answers so far.
    load: Callable[[int], Sequence[StoredMessage]]

    def verdict(self, message: StoredMessage, considered: Considered) -> Verdict:
        """The verdict on a message that was considered, with whatever it decides along.

        Raises:
            Temporary: the desk is ill; the message waits.
        """
        asked, decision = considered.facts.known.question, considered.decision
        if decision.question is None or asked is None:
            return _plain(message, considered)
        if decision.outcome is Outcome.APPEND:
            return self._chosen(message, considered, asked)
        if decision.outcome is Outcome.HOLD:
            return self._ended(message, considered, asked, QuestionState.HELD)
        if decision.outcome is Outcome.IGNORE:
            return self._ended(message, considered, asked, QuestionState.SETTLED)
        step = Step(question=asked.message, asked=asked.asked, becomes=QuestionState.OPEN, asks=decision.asks)
        return replace(_plain(message, considered), step=step)

    def _chosen(self, message: StoredMessage, considered: Considered, asked: KnownQuestion) -> Verdict:
        """The kept mail walks the road again, with what was chosen for it; the letter about it answers this mail."""
        kept, *earlier = self._others(message, asked)
        again = self.consider(kept.raw, considered.facts.choice)
        reply = threaded(again.reply, considered.facts.mail) if again.reply else None
        own = _following(considered.decision, again.decision, kept.id)
        return Verdict(
            message=message,
            facts=considered.facts,
            decision=own,
            reply=None,
            step=Step(question=asked.message, asked=asked.asked, becomes=_state_after(again.decision)),
            along=(
                Verdict(message=kept, facts=again.facts, decision=again.decision, reply=reply),
                *(self._alike(each, own) for each in earlier),
            ),
        )

    def _ended(
        self, message: StoredMessage, considered: Considered, asked: KnownQuestion, becomes: QuestionState
    ) -> Verdict:
        """The question ends without a ticket: an operator gets the kept mail with its answers, or nobody does."""
        others = self._others(message, asked)
        return replace(
            _plain(message, considered),
            step=Step(question=asked.message, asked=asked.asked, becomes=becomes),
            along=tuple(self._alike(each, considered.decision) for each in others),
        )

    def _others(self, message: StoredMessage, asked: KnownQuestion) -> list[StoredMessage]:
        return [each for each in self.load(asked.message) if each.id != message.id]

    def _alike(self, message: StoredMessage, decision: Decision) -> Verdict:
        """What becomes of an answer becomes of the mails that belong to it."""
        considered = self.consider(message.raw, None)
        alike = replace(
            considered.decision,
            outcome=decision.outcome,
            reason=decision.reason,
            template=None,
            findings=decision.findings,
            asks=False,
            question=None,
        )
        return Verdict(message=message, facts=considered.facts, decision=alike, reply=None)


def _plain(message: StoredMessage, considered: Considered) -> Verdict:
    return Verdict(message=message, facts=considered.facts, decision=considered.decision, reply=considered.reply)


def _following(decision: Decision, kept: Decision, number: int) -> Decision:
    """The decision about an answer: it is added to the ticket of the kept mail, or follows it where that one goes."""
    if kept.outcome is Outcome.TICKET:
        return decision
    settled = next((each for each in kept.findings if each.hit and each.rule == kept.reason), None)
    saw = f"message {number}, which it answers for, becomes {kept.outcome}" + (f": {settled.saw}" if settled else "")
    finding = Finding(rule=kept.reason, hit=True, saw=saw, source=settled.source if settled else "store")
    return replace(
        decision,
        outcome=kept.outcome,
        reason=kept.reason,
        template=None,
        findings=(*decision.findings, finding),
        asks=False,
    )


def _state_after(kept: Decision) -> QuestionState:
    """What becomes of the question when its message goes somewhere."""
    return QuestionState.HELD if kept.outcome is Outcome.HOLD else QuestionState.SETTLED
