"""What the recorder is given about each message, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from traceback import format_exception

from mailgate.core.decision import Decision, Outcome
from mailgate.core.facts import Facts
from mailgate.core.identifiers import mask
from mailgate.core.reply import Reply
from mailgate.store.audit import Deed
from mailgate.store.brake import Limits
from mailgate.store.claims import StoredMessage
from mailgate.store.tables import MessageState, QuestionState

# Longest traceback that is stored, in characters; its end says most.
TRACE_LIMIT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a verdict does to a question of ours. It is void when somebody else has taken a step meanwhile."""

    # Our number of the message that the question is about.
    question: int
    # How many times it had been asked when this was decided.
    asked: int
    # The state that the question is in afterwards.
    becomes: QuestionState
    # Whether the verdict's letter asks once more.
    asks: bool = False
    # Whether the verdict's letter reminds of it.
    reminds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about a message."""

    message: StoredMessage
    facts: Facts
    decision: Decision
    reply: Reply | None
    # The operator who decided; None: the rulebook.
    operator: str | None = None
    # What it does to a question of ours, or None.
    step: Step | None = None
    # Settled messages that this one decides as well, recorded with it or not at all: the kept mail that it answers
    # for, first, and earlier answers. Where the kept mail opens a ticket, all of them are added to it.
    along: tuple["Verdict", ...] = ()
    # Our number of the decision that it takes the place of; where another one stands by now, it is void. None: any.
    instead_of: int | None = None
    # Written into the audit trail when it adds a decision, with the ticket's number if there is one.
    deed: Deed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """A message that our code could not handle."""

    message: StoredMessage
    trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """A message that waits because the world is ill."""

    message: StoredMessage
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the record says of one message of a batch."""

    # Our number of the message.
    message: int
    # sha256 of its bytes in hex.
    digest: str
    # "settled", "parked", "kept" (postponed); None: the claim was lost, nothing was added.
    state: MessageState | None
    # None when it was postponed or the claim was lost.
    outcome: Outcome | None = None
    reason: str | None = None
    # The ticket that it opened or was added to.
    ticket: str | None = None
    # "sent" (it is in the outbox), "none" or "withheld: why".
    letter: str = "none"
    # Whether a decision was added.
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How letters come to be, and how many may."""

    # The numbered letter, its Message-ID and the time make the complete bytes (RFC 5322, CRLF).
    compose: Callable[[Reply, str, datetime], bytes]
    # Digest of the message and name of the template make the Message-ID, always the same one.
    letter_id: Callable[[str, str], str]
    # Digest of the message that a question is about makes the question's reference, always the same one.
    token: Callable[[str], str]
    limits: Limits
    # How long the letter of a new ticket waits for the number of the ticket system; None: that is told of no ticket.
    number_wait: timedelta | None = None


def trace_of(error: BaseException) -> str:
    """The traceback of an error, as it is stored: it may quote a mail, so personal numbers are masked."""
    return mask("".join(format_exception(error))[-TRACE_LIMIT:])
