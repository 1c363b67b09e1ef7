"""A mail to learn from: what it says, and where it belongs as far as anybody has told."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from mailgate.core.decision import Decision, Outcome
from mailgate.core.facts import Facts

# How many services a letter offers.
_OFFERED = 3


class Teacher(StrEnum):
    """Who told the right answer. The values stand in JSON."""

    # The author, who wrote again and then got a ticket.
    AUTHOR = "author"
    # An operator, in a labelled case or by what they decided about the mail.
    OPERATOR = "operator"
    # Nobody has complained: what was decided is taken for right, and nothing is learnt from it.
    SILENCE = "silence"


class Grade(IntEnum):
    """How good a decision is; a wrong ticket costs most."""

    # A ticket where it does not belong.
    MISROUTED = 0
    # No ticket, and nothing right is offered.
    LOST = 1
    # The author is asked, and what is right is among the offers.
    OFFERED = 2
    RIGHT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What should become of a mail."""

    outcome: Outcome
    # For "reject": the rule; None: any.
    reason: str | None = None
    # For "ticket" the services any of which is right, None standing for a ticket at system level; for "clarify" those
    # of which one must be offered. Empty: any.
    services: tuple[str | None, ...] = ()
    # The system of the ticket; None: any.
    system: str | None = None
    # None: nobody has told.
    kind: str | None = None

    def grade(self, decision: Decision) -> Grade:
        """How good a decision is."""
        if decision.outcome is Outcome.TICKET:
            return Grade.RIGHT if self._is_right_ticket(decision) else Grade.MISROUTED
        offers = decision.outcome is Outcome.CLARIFY and (
            not self.services or bool({*self.services} & {*decision.candidates[:_OFFERED]})
        )
        if self.outcome is Outcome.TICKET:
            return Grade.OFFERED if offers else Grade.LOST
        if self.outcome is Outcome.CLARIFY:
            return Grade.RIGHT if offers else Grade.LOST
        same = decision.outcome is self.outcome and self.reason in {None, decision.reason}
        return Grade.RIGHT if same else Grade.LOST

    def has_kind(self, decision: Decision) -> bool:
        """Whether nothing is wrong with the kind."""
        return self.kind is None or decision.kind is None or decision.kind == self.kind

    def _is_right_ticket(self, decision: Decision) -> bool:
        return (
            self.outcome is Outcome.TICKET
            and (not self.services or decision.service in self.services)
            and self.system in {None, decision.system}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One mail to learn from."""

    # How operators find it: "message 17", "case own-0001".
    name: str
    # Whoever wrote it, in one spelling: mails of one author count once.
    author: str
    facts: Facts
    # None: nobody knows; it is only told what a suggestion would do to it.
    answer: Answer | None
    teacher: Teacher

    @property
    def is_told(self) -> bool:
        """Whether somebody has said what is right, so that something can be learnt from it."""
        return self.answer is not None and self.teacher is not Teacher.SILENCE
