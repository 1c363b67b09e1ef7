"""Remind whoever has not answered our question, once, and let expire what nobody answers.

It runs by the clock or by hand, as often as one likes: each step says what it saw, and the record takes it only while
the question still is so. An answer that comes at the same moment wins or loses whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailgate.answering import Considered
from mailgate.core.choice import Choice
from mailgate.core.decision import Decision, Finding
from mailgate.core.facts import Facts
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import EXPIRED, Outcome
from mailgate.core.reply import Reply
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.questions import QuestionLine
from mailgate.store.tables import MessageState, QuestionState
from mailgate.store.verdicts import Step, Verdict, Writer

# The letter that reminds.
REMINDER = "clarify-reminder"
# Questions looked at in one run; the next run takes the rest.
_MOST = 500


class Due(StrEnum):
    """What is due for a question. The values stand in JSON."""

    REMIND = "remind"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we wait for an answer."""

    # After the question; None: nobody is reminded.
    remind_after: timedelta | None
    # After the question.
    expire_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One question for which something is due, or was done."""

    due: Due
    question: QuestionLine
    # What became of the letter, when it was done: "sent", "none", or "withheld: why".
    letter: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """Does what is due for questions that nobody has answered."""

    store: Store
    # The road of one message, as for `Settler`.
    consider: Callable[[RawMessage, Choice | None], Considered]
    # Drafts the letter that a decision names.
    draft: Callable[[RawMessage, Facts, Decision], Reply | None]
    writer: Writer
    patience: Patience

    def run(self, now: datetime) -> list[FollowUp]:
        """Do what is due; the answer is what was done, without what somebody else was quicker to do.

        Raises:
            Temporary: the database or the desk is ill; what is not done yet is due the next time.
        """
        return [done for each in due(self.store, self.patience, now) if (done := self._do(each, now)) is not None]

    def _do(self, follow_up: FollowUp, now: datetime) -> FollowUp | None:
        question = follow_up.question
        kept = next((each for each in self.store.questions.load(question.message) if each.id == question.message), None)
        if kept is None or (follow_up.due is Due.EXPIRE and question.outcome != Outcome.CLARIFY):
            # A refusal stays the refusal that it is, and nothing can become of a mail whose bytes are erased.
            return follow_up if self.store.questions.close(question.message, question.asked, now) else None
        make = self._reminder if follow_up.due is Due.REMIND else self._expiry
        recorded = self.store.record([make(kept, question, now)], self.writer, now)
        done = next((each for each in recorded if each.state is MessageState.SETTLED), None)
        return None if done is None else replace(follow_up, letter=done.letter)

    def _reminder(self, kept: StoredMessage, question: QuestionLine, now: datetime) -> Verdict:
        """The same question once more, with the same list."""
        considered = self.consider(kept.raw, None)
        decision = replace(
            considered.decision,
            outcome=Outcome.CLARIFY,
            reason=question.reason,
            template=REMINDER,
            candidates=question.offers,
            findings=(_finding(question.reason, question, now, "it is reminded of"),),
            asks=True,
            question=None,
        )
        reply = self.draft(kept.raw, considered.facts, decision)
        return Verdict(
            message=kept,
            facts=considered.facts,
            decision=decision,
            reply=replace(reply, cause=f"{REMINDER}:{question.digest}") if reply else None,
            step=Step(question=question.message, asked=question.asked, becomes=QuestionState.OPEN, reminds=True),
        )

    def _expiry(self, kept: StoredMessage, question: QuestionLine, now: datetime) -> Verdict:
        """The end of waiting: the mail is refused, and nobody gets a letter for it."""
        considered = self.consider(kept.raw, None)
        decision = replace(
            considered.decision,
            outcome=Outcome.REJECT,
            reason=EXPIRED,
            service=None,
            system=None,
            kind=None,
            matter=None,
            template=None,
            candidates=question.offers,
            ticket=None,
            findings=(_finding(EXPIRED, question, now, "it waits no longer"),),
            missing=(),
            asks=False,
            question=None,
        )
        return Verdict(
            message=kept,
            facts=considered.facts,
            decision=decision,
            reply=None,
            step=Step(question=question.message, asked=question.asked, becomes=QuestionState.EXPIRED),
        )


def due(store: Store, patience: Patience, now: datetime) -> list[FollowUp]:
    """What is due now, longest asked first. Nothing is done.

    Raises:
        Temporary: the database did not answer.
    """
    return list(_due(store, patience, now))


def _due(store: Store, patience: Patience, now: datetime) -> Iterator[FollowUp]:
    end = now - patience.expire_after
    for question in store.questions.unanswered(asked_before=end, reminded=True, limit=_MOST):
        yield FollowUp(due=Due.EXPIRE, question=question)
    if patience.remind_after is None:
        return
    for question in store.questions.unanswered(asked_before=now - patience.remind_after, reminded=False, limit=_MOST):
        # Only who was asked is reminded: a refusal has said all it has to say.
        if question.asked_at > end and question.outcome == Outcome.CLARIFY:
            yield FollowUp(due=Due.REMIND, question=question)


def _finding(rule: str, question: QuestionLine, now: datetime, what: str) -> Finding:
    days = (now - question.asked_at).days
    saw = f"nobody has answered our question for {days} days; {what}"
    return Finding(rule=rule, hit=True, saw=saw, source="schedule")
