"""New decisions about messages that are decided already: made, and recorded so that each effect happens once.

`mailgate reprocess` (the rulebook decides anew) and `mailgate review` (an operator does) walk the same way:

1. `look`: the mail is considered with what is known now, and with what its author has chosen in answer to our question.
2. `core.sequel.sequel` says what may follow from the new decision, given how things stand (`Store.standings`).
3. `verdict`: the letter that may follow is drafted; the question about the mail ends, and its answers go with it.
4. `record`: all of it in one transaction, or nothing when somebody has decided meanwhile. A ticket is opened with the
   time when the mail was received; the audit trail gets its row in the same transaction.

Doing it again adds nothing: by then the decision that was to be replaced is no longer the newest one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailgate.answering import Answering, Considered
from mailgate.core.choice import Choice, Chosen
from mailgate.core.decision import Decision
from mailgate.core.facts import Facts
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import EXPIRED, Outcome
from mailgate.core.reply import Reply
from mailgate.core.sequel import LATER, Letter, Standing
from mailgate.store.audit import Deed
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.tables import MessageState, QuestionState
from mailgate.store.verdicts import Recorded, Step, Verdict, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingAgain:
    """Decides anew what is decided."""

    store: Store
    # The road of one message; the second argument is what its author has chosen for it.
    consider: Callable[[RawMessage, Choice | None], Considered]
    # Drafts the letter that a decision names, or None when none may be written.
    draft: Callable[[RawMessage, Facts, Decision], Reply | None]
    writer: Writer

    def look(self, message: StoredMessage, standing: Standing) -> Considered:
        """Consider a message with what is known now. Nothing is changed.

        Raises:
            Temporary: the desk is ill.
        """
        return self.consider(message.raw, self._chosen(standing))

    def verdict(
        self,
        message: StoredMessage,
        facts: Facts,
        decision: Decision,
        standing: Standing,
        *,
        letter: Letter,
        operator: str | None = None,
        deed: Deed | None = None,
    ) -> Verdict:
        """The verdict that a new decision makes, with what it decides along. Nothing is changed.

        Args:
            message: with its bytes; it is settled or parked.
            facts: what `look` has found.
            decision: the new one, which may follow as `sequel` says.
            standing: how things stand with the message; the verdict is void when somebody decides meanwhile.
            letter: which letter it may bring, as `sequel` says.
            operator: who decided; None: the rulebook.
            deed: for the audit trail; the number of the ticket is added to its details.

        Raises:
            Temporary: the desk is ill.
        """
        told = _told(decision, standing, letter)
        own = Verdict(
            message=message,
            facts=facts,
            decision=told,
            reply=None if letter is Letter.NONE else self.draft(message.raw, facts, told),
            operator=operator,
            step=_step(standing, told),
            instead_of=standing.decision,
            deed=deed,
        )
        if standing.ticket or standing.question is None:
            return own
        answers = self._with_it(standing, told, operator)
        if not answers:
            return own
        # The kept mail stands first among those that are decided along, since the others are added to its ticket.
        return replace(answers[-1], step=own.step, along=(replace(own, step=None), *answers[:-1]))

    def first(self, message: StoredMessage, considered: Considered, standing: Standing, deed: Deed) -> Verdict:
        """The verdict on a message that our bug had parked: as if it had just come.

        Raises:
            Temporary: the desk is ill.
        """
        answering = Answering(consider=self.consider, load=self.store.questions.load)
        verdict = answering.verdict(message, considered)
        return replace(verdict, instead_of=standing.decision, deed=deed)

    def record(self, number: int, verdict: Verdict, now: datetime) -> Recorded | None:
        """Record a verdict, with everything that follows.

        Args:
            number: our number of the message that was decided anew.
            verdict: as `verdict` or `first` has made it.
            now: the time.

        Returns:
            What the record says of that message; None when somebody else was quicker, and nothing was changed.

        Raises:
            Temporary: the database did not answer, and nothing was changed.
        """
        recorded = self.store.record([verdict], self.writer, now)
        done = (each for each in recorded if each.message == number and each.state is MessageState.SETTLED)
        return next(done, None)

    def _chosen(self, standing: Standing) -> Choice | None:
        """What the author has chosen last in answer to our question."""
        if standing.question is None:
            return None
        choices = (self.consider(answer.raw, None).facts.choice for answer in reversed(self._answers(standing)))
        return next((choice for choice in choices if choice and choice.chosen is Chosen.SERVICE), None)

    def _answers(self, standing: Standing) -> list[StoredMessage]:
        """The answers to our question about the message, oldest first."""
        return [each for each in self.store.questions.load(standing.message) if each.id != standing.message]

    def _with_it(self, standing: Standing, decision: Decision, operator: str | None) -> Sequence[Verdict]:
        """What becomes of the mail becomes of the answers to our question about it; to a ticket they are added."""
        answers = self._answers(standing)
        standings = self.store.standings([each.id for each in answers])
        outcome = Outcome.APPEND if decision.outcome is Outcome.TICKET else decision.outcome
        verdicts = []
        for answer in answers:
            considered = self.consider(answer.raw, None)
            alike = replace(
                considered.decision,
                outcome=outcome,
                reason=decision.reason,
                template=None,
                ticket=None,
                related=None,
                revision=decision.revision,
                findings=decision.findings,
                asks=False,
                question=None,
            )
            stands = standings.get(answer.id)
            verdicts.append(
                Verdict(
                    message=answer,
                    facts=considered.facts,
                    decision=alike,
                    reply=None,
                    operator=operator,
                    instead_of=stands.decision if stands else None,
                )
            )
        return verdicts


def _told(decision: Decision, standing: Standing, letter: Letter) -> Decision:
    """The decision with the letter that it brings."""
    if letter is Letter.NONE:
        return replace(decision, template=None, asks=False)
    if letter is Letter.LATER and decision.template:
        return replace(decision, template=LATER, formerly=_formerly(standing))
    return decision


def _formerly(standing: Standing) -> Outcome | None:
    """What the author has been told of the mail before, or None."""
    if not standing.has_letter:
        return None
    # Whoever has not answered in time was asked, and has not heard of the refusal.
    return Outcome.CLARIFY if standing.reason == EXPIRED else standing.outcome


def _step(standing: Standing, decision: Decision) -> Step | None:
    """The end of our question about the message, where it is open."""
    if standing.question != QuestionState.OPEN or decision.asks:
        return None
    becomes = QuestionState.HELD if decision.outcome is Outcome.HOLD else QuestionState.SETTLED
    return Step(question=standing.message, asked=standing.asked, becomes=becomes)
