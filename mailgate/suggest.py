"""What decided mail teaches: lessons from the store and from labelled cases.

A correction is whatever tells that a decision was wrong, and what would have been right. Each source of corrections
is one function here that gives lessons.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailgate.core.catalogue import Catalogue
from mailgate.core.cure import CHOSEN, NO_SERVICE, Written, cures
from mailgate.core.decision import Outcome
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import EXPIRED
from mailgate.core.request import Kind
from mailgate.core.suggestion import Answer, Lesson, Teacher
from mailgate.evaluate import Case, Expected
from mailgate.gate import Considered
from mailgate.store.facade import Store
from mailgate.store.messages import MessageLine
from mailgate.store.numbers import single_author
from mailgate.store.tables import MessageState
from mailgate.store.tickets import TicketLine

# Mails that were never routed: the refusal, and the end of waiting for a choice.
_UNDECIDED = {(Outcome.REJECT, NO_SERVICE), (Outcome.REJECT, EXPIRED)}
# Mails that are read from the store at once.
_BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which stored mail is looked at."""

    # Only mail received since then; None: whatever there is.
    since: datetime | None
    # The newest so many messages.
    limit: int
    # How long after a refusal a ticket of the same author still answers it.
    cure: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a stored message teaches."""

    message: int
    author: str
    # None: nobody has told.
    answer: Answer | None
    teacher: Teacher


def read_stored(store: Store, span: Span, catalogue: Catalogue) -> list[Told]:
    """What stored mail teaches, oldest first.

    What an operator has decided about a mail is right. A mail whose author has chosen a service in an answer belonged
    there. One that was refused or asked about, and whose author soon wrote again and got a ticket, belonged where that
    ticket went. A ticket that nobody has corrected counts as right.

    Raises:
        Temporary: the database did not answer.
    """
    lines = store.messages.list(limit=span.limit, state=MessageState.SETTLED, since=span.since)
    ruled = store.messages.ruled([line.id for line in lines])
    return _all_told(lines, store.tickets.list(limit=span.limit), ruled, span.cure, catalogue)


def told_about(store: Store, numbers: Collection[int], cure: timedelta, catalogue: Catalogue) -> list[Told]:
    """What is told of some messages, whatever stood around them; as `read_stored`, and no more is read than needed.

    Raises:
        Temporary: the database did not answer.
    """
    if not numbers:
        return []
    lines = store.messages.around(numbers, cure)
    ids = [line.id for line in lines]
    told = _all_told(lines, store.tickets.of_messages(ids), store.messages.ruled(ids), cure, catalogue)
    return [each for each in told if each.message in numbers]


def lessons_of_store(
    store: Store,
    told: Sequence[Told],
    consider: Callable[[RawMessage], Considered],
    tick: Callable[[int, int], None],
) -> Iterator[Lesson]:
    """The lessons with their mails; those whose bytes are erased are left out.

    Args:
        store: has the bytes.
        told: what each message teaches.
        consider: the road, with a desk that knows every author.
        tick: told how many of how many mails have been read.

    Raises:
        Temporary: the database did not answer.
    """
    by_message = {each.message: each for each in told}
    for start in range(0, len(told), _BATCH):
        tick(start, len(told))
        for stored in store.messages.load([each.message for each in told[start : start + _BATCH]]):
            each = by_message[stored.id]
            yield Lesson(
                name=f"message {stored.id}",
                author=each.author,
                facts=consider(stored.raw).facts,
                answer=each.answer,
                teacher=each.teacher,
            )


def lessons_of_cases(cases: Iterable[Case], consider: Callable[[RawMessage], Considered]) -> Iterator[Lesson]:
    """The lessons of labelled cases; each case counts as an author of its own."""
    for case in cases:
        yield Lesson(
            name=f"case {case.id}",
            author=f"case {case.id}",
            facts=consider(case.message()).facts,
            answer=_expected(case.expected),
            teacher=Teacher.OPERATOR,
        )


def _all_told(
    lines: Sequence[MessageLine],
    opened: Iterable[TicketLine],
    ruled: Collection[int],
    cure: timedelta,
    catalogue: Catalogue,
) -> list[Told]:
    """What messages teach, oldest first; of those that are `ruled` an operator has told."""
    tickets = {ticket.message: ticket for ticket in opened}
    found = cures((_written(line, is_ticket=line.id in tickets) for line in lines), cure)
    cured = {mail.message: tickets[cure] if cure else None for mail, cure in found}
    told = [
        each
        for line in lines
        for each in (
            _ruled(line, tickets.get(line.id), catalogue)
            if line.id in ruled
            else _told(line, tickets.get(line.id), cured, catalogue)
        )
    ]
    return sorted(told, key=lambda each: each.message)


def _written(line: MessageLine, *, is_ticket: bool) -> Written:
    """A mail, as far as cures are concerned; one that was asked about counts as refused."""
    was_sent_away = line.outcome == Outcome.CLARIFY or (line.outcome, line.reason) in _UNDECIDED
    return Written(
        message=line.id,
        author=single_author(line.from_),
        received_at=line.received_at,
        has_ticket=is_ticket,
        is_refused=was_sent_away and not is_ticket,
    )


def _told(
    mail: MessageLine, opened: TicketLine | None, cured: Mapping[int, TicketLine | None], catalogue: Catalogue
) -> Iterator[Told]:
    """What one mail teaches."""
    author = single_author(mail.from_)
    if opened:
        # What its author has chosen is told by the author; which kind it is, nobody has said.
        is_chosen = mail.reason == CHOSEN
        answer = _of_cure(opened, catalogue) if is_chosen else _of_ticket(opened, catalogue)
        if answer:
            teacher = Teacher.AUTHOR if is_chosen else Teacher.SILENCE
            yield Told(message=mail.id, author=author, answer=answer, teacher=teacher)
    elif mail.id in cured:
        answer = _of_cure(cured[mail.id], catalogue)
        teacher = Teacher.AUTHOR if answer else Teacher.SILENCE
        yield Told(message=mail.id, author=author, answer=answer, teacher=teacher)


def _ruled(mail: MessageLine, opened: TicketLine | None, catalogue: Catalogue) -> Iterator[Told]:
    """What a mail teaches of which an operator has said what becomes of it; an addition to a ticket teaches nothing."""
    answer = _of_ruling(opened, catalogue) if opened else None
    if opened is None and mail.outcome == Outcome.REJECT:
        answer = Answer(outcome=Outcome.REJECT, reason=mail.reason)
    elif opened is None and mail.outcome == Outcome.IGNORE:
        answer = Answer(outcome=Outcome.IGNORE)
    if answer:
        yield Told(message=mail.id, author=single_author(mail.from_), answer=answer, teacher=Teacher.OPERATOR)


def _of_ruling(ticket: TicketLine, catalogue: Catalogue) -> Answer | None:
    """What an operator has said that a mail is about; which kind it is, is left to the rules."""
    if ticket.service:
        return _of_cure(ticket, catalogue)
    answer = _of_ticket(ticket, catalogue)
    return answer if ticket.matter or answer is None else replace(answer, kind=None)


def _of_cure(ticket: TicketLine | None, catalogue: Catalogue) -> Answer | None:
    """The service of the ticket that the author got in the end; which system was meant, and the kind, may differ."""
    if ticket is None or ticket.service not in catalogue.services:
        return None
    return Answer(outcome=Outcome.TICKET, services=(ticket.service,))


def _of_ticket(ticket: TicketLine, catalogue: Catalogue) -> Answer | None:
    """What was decided; None where the rules know its service no more."""
    if ticket.matter:
        return Answer(outcome=Outcome.TICKET, kind=ticket.kind)
    if ticket.service and ticket.service not in catalogue.services:
        return None
    return Answer(outcome=Outcome.TICKET, services=(ticket.service,), system=ticket.system, kind=ticket.kind)


def _expected(expected: Expected) -> Answer:
    """The answer of a case."""
    outcome = Outcome(expected.outcome)
    if outcome is Outcome.CLARIFY:
        return Answer(outcome=outcome, services=expected.candidates_any, kind=expected.kind)
    if outcome is Outcome.REJECT:
        return Answer(outcome=outcome, reason=expected.reason)
    if expected.kind == Kind.SERVICE_REQUEST:
        return Answer(outcome=outcome, kind=expected.kind)
    services = (expected.service, *expected.service_any)
    return Answer(outcome=outcome, services=services, system=expected.system, kind=expected.kind)
