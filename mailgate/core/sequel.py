"""What may follow when a message that was decided once is decided anew.

The rules decide anew what they please, and little of it may happen. A ticket stands, and so does what was added to one;
who was asked may answer; what an operator has decided is his; and nobody reads a second letter about one mail unless
it says that there is a ticket now, or asks what we must know.
"""

from dataclasses import dataclass
from enum import StrEnum

from mailgate.core.decision import Decision
from mailgate.core.outcome import DUPLICATE, Outcome

# The template of the letter that says so late that a mail has become a ticket.
LATER = "ticket-later"

_WAITING = frozenset({"open", "held"})
# What is compared where there is no ticket: of a refusal the route says nothing.
_ROUTED = frozenset({Outcome.HOLD, Outcome.CLARIFY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a mail goes: what a later decision may change on a ticket."""

    service: str | None
    system: str | None
    kind: str | None
    matter: str | None
    environment: str | None
    queue: str | None
    priority: str | None

    @classmethod
    def of(cls, decision: Decision) -> "Route":
        """The route of a decision."""
        return cls(
            service=decision.service,
            system=decision.system,
            kind=decision.kind,
            matter=decision.matter,
            environment=decision.environment,
            queue=decision.queue,
            priority=decision.priority,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with a message that is decided: its newest decision, and what came of it."""

    # Our number of the message, and of its newest decision.
    message: int
    decision: int
    outcome: Outcome
    reason: str
    # The operator who decided; None: the rulebook, or nobody.
    operator: str | None
    # The revision of the rules that decided; None when none did.
    revision: str | None
    # Id of the other desk, for misdirected mail.
    desk: str | None
    route: Route
    # The number of the ticket that it has opened, or None.
    ticket: str | None = None
    # The state of our question about it ("open", "held", "settled", "expired"), or None when nothing was asked.
    question: str | None = None
    # How many times it was asked, the reminder not counted.
    asked: int = 0
    # Our number of the message whose question it answered, or None.
    answers: int | None = None
    # Whether a letter about it was written.
    has_letter: bool = False
    # Whether our relay was silent when it was decided: nobody is refused because of that.
    relay_silent: bool = False
    # Whether our bug has parked it.
    parked: bool = False


class Change(StrEnum):
    """What a new decision does. The values stand in JSON."""

    # It opens a ticket.
    OPEN = "open"
    # It adds the mail to a ticket.
    ADD = "add"
    # The mail's ticket goes elsewhere.
    MOVE = "move"
    # Another outcome or reason, and no ticket.
    REVISE = "revise"
    # It says what the one before it said.
    SAME = "same"
    # It says something else, and everything stays as it is.
    LEAVE = "leave"


class Letter(StrEnum):
    """Which letter a new decision may bring."""

    NONE = "none"
    # The one that its rule names.
    OWN = "own"
    # The one that says so late that there is a ticket.
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequel:
    """What may follow from a new decision."""

    change: Change
    # Why everything stays as it is, one phrase; "" otherwise.
    why: str = ""
    letter: Letter = Letter.NONE

    @property
    def is_change(self) -> bool:
        """Whether anything is to be recorded."""
        return self.change not in {Change.SAME, Change.LEAVE}


_SAME = Sequel(change=Change.SAME)


def sequel(standing: Standing, decision: Decision, *, by_operator: bool = False, overrule: bool = False) -> Sequel:
    """What may follow from a new decision about a message.

    Args:
        standing: how things stand with it.
        decision: the new one.
        by_operator: an operator decides, and not the rulebook.
        overrule: the rulebook may decide what an operator has decided.
    """
    if is_same(standing, decision):
        return _SAME
    if standing.reason == DUPLICATE:
        return _leave("it is a copy, and goes where the first one went")
    if why := _stands(standing, decision):
        return _leave(why)
    if not by_operator and (why := _reserved(standing, decision, overrule=overrule)):
        return _leave(why)
    return _change(standing, decision, by_operator=by_operator)


def is_same(standing: Standing, decision: Decision) -> bool:
    """Whether a decision has the result that stands. What led to it (findings, the letter's name) does not matter."""
    if standing.parked or standing.outcome is not decision.outcome:
        return False
    if decision.outcome is Outcome.APPEND:
        return True
    if decision.outcome is Outcome.TICKET:
        return standing.route == Route.of(decision)
    same_reason = (standing.reason, standing.desk) == (decision.reason, decision.desk)
    return same_reason and (decision.outcome not in _ROUTED or standing.route == Route.of(decision))


def _leave(why: str) -> Sequel:
    return Sequel(change=Change.LEAVE, why=why)


def _stands(standing: Standing, decision: Decision) -> str:
    """Why nobody may change it, not even an operator; "" when he may."""
    if standing.ticket and decision.outcome is not Outcome.TICKET:
        return f"ticket {standing.ticket} is open for it, and a ticket is never taken away"
    if standing.outcome is Outcome.APPEND and not standing.parked:
        return "it stands on a ticket, and is never taken off it"
    if standing.answers is not None and not standing.parked:
        return f"it answers for message {standing.answers}, and goes where that one goes"
    return ""


def _reserved(standing: Standing, decision: Decision, *, overrule: bool) -> str:
    """Why the rulebook may not change it, though an operator may; "" when it may."""
    if standing.operator is not None and not overrule:
        return f"{standing.operator} has decided it"
    if standing.parked:
        return ""
    if decision.question is not None:
        return "it answers a question of ours, and has been decided with it"
    if decision.outcome is Outcome.TICKET:
        return ""
    if standing.question in _WAITING:
        return "its author was asked about it" + (" and may still answer" if standing.question == "open" else "")
    if standing.question is not None and decision.asks:
        return "its author was asked about it once"
    if standing.relay_silent and decision.outcome is Outcome.REJECT:
        return "our relay was silent when it came, and nobody is refused because of that"
    return ""


def _change(standing: Standing, decision: Decision, *, by_operator: bool) -> Sequel:
    if decision.outcome is Outcome.TICKET:
        if standing.ticket:
            return Sequel(change=Change.MOVE)
        return Sequel(change=Change.OPEN, letter=Letter.OWN if standing.parked else Letter.LATER)
    if decision.outcome is Outcome.APPEND:
        return Sequel(change=Change.ADD, letter=Letter.OWN)
    silent = standing.has_letter and decision.outcome is not Outcome.CLARIFY and not by_operator
    return Sequel(change=Change.REVISE, letter=Letter.NONE if silent else Letter.OWN)
