"""The proof that nothing is missing: each receipt has its message, each message one state, each effect its cause."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)

from mailgate.core.decision import Outcome
from mailgate.core.mailbox import MailboxLine, SightingState
from mailgate.store.database import Database
from mailgate.store.mailboxes import lines
from mailgate.store.pushes import Event
from mailgate.store.tables import (
    Channel,
    LetterState,
    MessageState,
    QuestionState,
    answers,
    arrivals,
    bounces,
    decisions,
    entries,
    mailboxes,
    messages,
    outbox,
    questions,
    raws,
    sightings,
    tickets,
)

# How many are named for each kind of fault.
MOST_NAMED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is missing, by its name."""

    # "message 17", "receipt 17", "ticket ZGL0000017", "letter 17".
    name: str
    # What is wrong with it.
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The sums, and what does not agree."""

    # Receipts that we gave.
    receipts: int
    # Those among them for bytes that we had already.
    duplicates: int
    # Messages in all: receipts less duplicates.
    messages: int
    # Messages by state; every state is there.
    states: dict[str, int]
    # Messages by outcome of their current decision.
    outcomes: dict[str, int]
    tickets: int
    # Letters by state; every state is there.
    letters: dict[str, int]
    # Every mailbox that mail is fetched from, with the sums of its UIDs.
    mailboxes: tuple[MailboxLine, ...]
    # Pushes to the ticket system by state; every state is there.
    pushes: dict[str, int]
    # Empty when everything is accounted for.
    missing: tuple[Fault, ...]


_LATER = decisions.alias("later")
# Asked so, PostgreSQL compares two lists; asked for the highest number of each message, it looks up one by one.
CURRENT = ~exists().where(_LATER.c.message == decisions.c.message, _LATER.c.id > decisions.c.id)
LOOKED_AT = messages.c.state.in_([MessageState.SETTLED, MessageState.PARKED, MessageState.ERASED])


def balance(database: Database) -> Balance:
    """Count everything, and name what is missing, all in one state of the database.

    Raises:
        Temporary: the database did not answer.
    """
    with database.snapshot() as connection:
        receipts = _count(connection, select(func.count()).select_from(arrivals))
        duplicates = _count(connection, select(func.count()).where(arrivals.c.first.is_(False)))
        states = _counts(connection, messages, messages.c.state)
        letters = _counts(connection, outbox, outbox.c.state, outbox.c.channel == Channel.MAIL)
        pushes = _counts(connection, outbox, outbox.c.state, outbox.c.channel == Channel.CSD)
        total = sum(states.values())
        faults = list(_faults(connection))
        if receipts - duplicates != total:
            faults.append(
                Fault(name="receipts", problem=f"{receipts - duplicates} of new messages, but {total} messages")
            )
        return Balance(
            receipts=receipts,
            duplicates=duplicates,
            messages=total,
            states={state: states.pop(state, 0) for state in MessageState} | states,
            outcomes=_counts(connection, messages, messages.c.outcome, messages.c.outcome.is_not(None)),
            tickets=_count(connection, select(func.count()).select_from(tickets)),
            letters={state: letters.pop(state, 0) for state in LetterState} | letters,
            mailboxes=lines(connection),
            pushes={state: pushes.pop(state, 0) for state in LetterState} | pushes,
            missing=tuple(faults),
        )


def _faults(connection: Connection) -> Iterator[Fault]:
    """What does not agree."""
    for kind, problem, statement in _checks():
        for name in connection.execute(statement.limit(MOST_NAMED)).scalars():
            yield Fault(name=f"{kind} {name}", problem=problem)


def _checks() -> Iterator[tuple[str, str, Select[object]]]:
    """Each check: of what kind, what is wrong, and the statement that finds those with which it is."""
    yield from _message_checks()
    yield from _effect_checks()
    yield from _letter_checks()
    yield from _question_checks()
    yield from _mailbox_checks()


def _message_checks() -> Iterator[tuple[str, str, Select[object]]]:
    """Receipts, bytes, states."""
    message = messages.c.id
    yield (
        "receipt",
        "was given, but there is no such message",
        _without(arrivals.c.id, messages, messages.c.id == arrivals.c.message),
    )
    yield (
        "message",
        "nobody was given a receipt for it",
        _without(message, arrivals, and_(arrivals.c.message == message, arrivals.c.first)),
    )
    yield "message", "is in no state that there is", select(message).where(messages.c.state.not_in(list(MessageState)))
    yield (
        "message",
        "its bytes are gone, and nobody erased it",
        _without(message, raws, raws.c.message == message, messages.c.state != MessageState.ERASED),
    )
    yield (
        "message",
        "it is erased, but its bytes are here",
        select(message).where(messages.c.state == MessageState.ERASED, exists().where(raws.c.message == message)),
    )
    yield (
        "message",
        "it is claimed, and the claim never ends",
        select(message).where(messages.c.state == MessageState.CLAIMED, messages.c.not_before.is_(None)),
    )
    yield (
        "message",
        "it has several first receipts",
        select(arrivals.c.message).where(arrivals.c.first).group_by(arrivals.c.message).having(func.count() > 1),
    )
    yield (
        "message",
        "it left the queue without a decision",
        _without(message, decisions, decisions.c.message == message, LOOKED_AT),
    )
    yield (
        "message",
        "its outcome is not that of its last decision",
        select(message)
        .join(decisions, decisions.c.message == message)
        .where(CURRENT, or_(messages.c.outcome != decisions.c.outcome, messages.c.reason != decisions.c.reason)),
    )


def _effect_checks() -> Iterator[tuple[str, str, Select[object]]]:
    """Tickets and what was added to them."""
    message = decisions.c.message
    yield (
        "message",
        "it was to become a ticket, and there is none",
        _without(message, tickets, tickets.c.message == message, CURRENT, decisions.c.outcome == Outcome.TICKET),
    )
    yield (
        "message",
        "it was to be added to a ticket, and it was not",
        _without(
            message,
            entries,
            and_(entries.c.message == message, entries.c.ticket == decisions.c.ticket),
            CURRENT,
            decisions.c.outcome == Outcome.APPEND,
        ),
    )
    yield (
        "ticket",
        "no decision opened it",
        _without(
            tickets.c.number,
            decisions,
            and_(message == tickets.c.message, decisions.c.outcome == Outcome.TICKET),
        ),
    )
    yield (
        "ticket",
        "the mail that opened it is not on it",
        _without(
            tickets.c.number,
            entries,
            and_(entries.c.ticket == tickets.c.number, entries.c.message == tickets.c.message),
        ),
    )
    yield (
        "entry",
        "there is no such ticket or no such message",
        select(entries.c.id).where(
            or_(
                ~exists().where(tickets.c.number == entries.c.ticket),
                ~exists().where(messages.c.id == entries.c.message),
            )
        ),
    )


def _letter_checks() -> Iterator[tuple[str, str, Select[object]]]:
    """Letters, and those that came back."""
    message = decisions.c.message
    yield (
        "message",
        "a letter was promised, and there is none",
        _without(
            message,
            outbox,
            and_(outbox.c.decision == decisions.c.id, outbox.c.channel == Channel.MAIL),
            decisions.c.letter == "sent",
        ),
    )
    yield (
        "letter",
        "no decision about its message wrote it",
        _without(
            outbox.c.id,
            decisions,
            and_(decisions.c.id == outbox.c.decision, message == outbox.c.message),
            outbox.c.decision.is_not(None),
        ),
    )
    told = outbox.alias("told")
    yield (
        "message",
        "it was added to a ticket that the ticket system is told of, and that is not told",
        _without(
            entries.c.message,
            outbox,
            and_(
                outbox.c.message == entries.c.message,
                outbox.c.ticket == entries.c.ticket,
                outbox.c.channel == Channel.CSD,
            ),
            exists().where(told.c.ticket == entries.c.ticket, told.c.event == Event.OPENED),
        ),
    )
    yield "letter", "is in no state that there is", select(outbox.c.id).where(outbox.c.state.not_in(list(LetterState)))
    yield (
        "letter",
        "it has yet to leave, and its bytes are gone",
        select(outbox.c.id).where(
            outbox.c.state.in_([LetterState.DUE, LetterState.LEASED, LetterState.WAITING]), outbox.c.content == b""
        ),
    )
    yield (
        "letter",
        "it has left, and nobody knows when",
        select(outbox.c.id).where(outbox.c.state == LetterState.SENT, outbox.c.sent_at.is_(None)),
    )
    yield (
        "bounce",
        "there is no such letter or no such message",
        select(bounces.c.id).where(
            or_(
                ~exists().where(outbox.c.id == bounces.c.letter),
                ~exists().where(messages.c.id == bounces.c.message),
            )
        ),
    )


def _question_checks() -> Iterator[tuple[str, str, Select[object]]]:
    """Questions, and who answered them."""
    question = questions.c.message
    yield (
        "question",
        "is in no state that there is",
        select(question).where(questions.c.state.not_in(list(QuestionState))),
    )
    yield "question", "there is no such message", _without(question, messages, messages.c.id == question)
    yield (
        "question",
        "it is open, but its message waits for no answer",
        select(question)
        .join(messages, messages.c.id == question)
        .where(
            questions.c.state == QuestionState.OPEN,
            or_(messages.c.outcome.is_(None), messages.c.outcome.not_in([Outcome.CLARIFY, Outcome.REJECT])),
        ),
    )
    yield (
        "answer",
        "there is no such question",
        _without(answers.c.message, questions, question == answers.c.question),
    )
    yield (
        "answer",
        "it left the queue without a decision",
        _without(answers.c.message, decisions, decisions.c.message == answers.c.message),
    )


def _mailbox_checks() -> Iterator[tuple[str, str, Select[object]]]:
    """Each UID that was ever listed is there, with its message, its reason, or waiting."""
    name = sightings.c.mailbox + " UID " + cast(sightings.c.uid, Text)
    rows = select(func.count()).where(sightings.c.mailbox == mailboxes.c.name).scalar_subquery()
    has_message = sightings.c.state.in_([SightingState.KEPT, SightingState.DONE])
    yield (
        "mailbox",
        "as many mails were not seen as are written down",
        select(mailboxes.c.name).where(mailboxes.c.seen != rows),
    )
    yield (
        "mailbox",
        "it was kept, but there is no such message",
        _without(name, messages, messages.c.id == sightings.c.message, has_message),
    )
    yield (
        "mailbox",
        "it was passed over without a reason",
        select(name).where(sightings.c.state == SightingState.LEFT, sightings.c.reason.is_(None)),
    )
    yield "mailbox", "is in no state that there is", select(name).where(sightings.c.state.not_in(list(SightingState)))
    yield (
        "mailbox",
        "it was kept, but nobody wrote a receipt for it",
        _without(
            name, arrivals, and_(arrivals.c.message == sightings.c.message, arrivals.c.source == "imap"), has_message
        ),
    )


def _without(
    name: ColumnElement[object], other: FromClause, same: ColumnElement[bool], *where: ColumnElement[bool]
) -> Select[object]:
    """Those that have no counterpart in the other table."""
    return select(name).where(~exists().select_from(other).where(same), *where)


def _count(connection: Connection, statement: Select[int]) -> int:
    return connection.execute(statement).scalar_one()


def _counts(
    connection: Connection, table: FromClause, column: ColumnElement[object], *where: ColumnElement[bool]
) -> dict[str, int]:
    """How many rows by the values of a column."""
    found = connection.execute(select(column, func.count()).select_from(table).where(*where).group_by(column))
    return {str(value): count for value, count in found}
