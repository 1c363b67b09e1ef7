"""What the store knows about authors, letters of ours, and ticket numbers: the material of the desk's answers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select, union

from mailgate.core.facts import KnownLetter, KnownQuestion, KnownTicket, Person
from mailgate.store.database import Database
from mailgate.store.people import find_people
from mailgate.store.tables import (
    MessageState,
    QuestionState,
    answers,
    entries,
    messages,
    outbox,
    people,
    questions,
    tickets,
)

# Tickets that went on from one another: followed so far, and no farther.
_LONGEST_CHAIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What was found."""

    # By login.
    people: dict[str, Person]
    # Authors that a ticket was opened for, among those without a first contact in the directory.
    requesters: frozenset[str]
    # By Message-ID of a letter of ours that was about the ticket.
    by_letter: dict[str, KnownTicket]
    # By ticket number, ours and that of the ticket system.
    by_number: dict[str, KnownTicket]
    # Our questions by Message-ID of a letter that asked, and by reference.
    questions: dict[str, KnownQuestion]
    # What the authors' own mails stand on, by Message-ID and author: open questions about them, and open tickets.
    own_questions: dict[tuple[str, str], KnownQuestion]
    own_tickets: dict[tuple[str, str], KnownTicket]
    # The tickets that questions have become, by our number of the message that was asked about.
    by_message: dict[int, KnownTicket]
    # By number of a closed ticket among those above: the open ones that go on from it, newest first.
    followers: dict[str, tuple[KnownTicket, ...]]
    # Letters of ours, by Message-ID.
    bounced: dict[str, KnownLetter]


def look_up(
    database: Database,
    *,
    authors: Collection[str],
    letters: Collection[str],
    numbers: Collection[str],
    references: Collection[str] = (),
    bounced: Collection[str] = (),
    mails: Collection[str] = (),
) -> Knowledge:
    """Look everything up at once; what was not asked costs no statement.

    Raises:
        Temporary: the database did not answer.
    """
    with database.reading() as connection:
        persons = find_people(connection, authors) if authors else {}
        unproven = {author for author in authors if author not in persons or persons[author].first_contact is None}
        by_letter = _by_letter(connection, letters) if letters else {}
        by_number = _by_number(connection, numbers) if numbers else {}
        asked = {
            **(_questions_by_letter(connection, letters) if letters else {}),
            **(_questions_by_reference(connection, references) if references else {}),
        }
        settled = {each.message for each in asked.values() if each.state == QuestionState.SETTLED}
        by_message = _by_message(connection, settled) if settled else {}
        answered = (*by_letter.values(), *by_number.values(), *by_message.values())
        closed = {ticket.number for ticket in answered if ticket.closed_at}
        return Knowledge(
            people=persons,
            requesters=_requesters(connection, unproven) if unproven else frozenset(),
            by_letter=by_letter,
            by_number=by_number,
            followers=_followers(connection, closed) if closed else {},
            bounced=_letters(connection, bounced) if bounced else {},
            questions=asked,
            own_questions=_own_questions(connection, mails) if mails else {},
            own_tickets=_own_tickets(connection, mails) if mails else {},
            by_message=by_message,
        )


def _requesters(connection: Connection, authors: Collection[str]) -> frozenset[str]:
    """Asked with EXISTS: who has a thousand tickets costs no more than who has one."""
    asked = sorted(authors)
    answers = connection.execute(select(*(exists().where(tickets.c.requester == author) for author in asked))).one()
    return frozenset(author for author, has_ticket in zip(asked, answers, strict=True) if has_ticket)


def _by_letter(connection: Connection, letters: Collection[str]) -> dict[str, KnownTicket]:
    found = connection.execute(
        select(outbox.c.message_id, *TICKET)
        .join(tickets, tickets.c.number == outbox.c.ticket)
        .outerjoin(people, people.c.login == tickets.c.requester)
        .where(outbox.c.message_id.in_(letters))
    )
    return {row.message_id: _ticket(row) for row in found}


def _by_number(connection: Connection, numbers: Collection[str]) -> dict[str, KnownTicket]:
    # Not with OR: SQLite would rather read all tickets in the order that is asked for.
    ours, theirs = (select(tickets.c.number).where(c.in_(numbers)) for c in (tickets.c.number, tickets.c.csd_number))
    found = _tickets(connection, tickets.c.number.in_(union(ours, theirs)))
    given = {ticket.csd_number: ticket for ticket in found if ticket.csd_number}
    return given | {ticket.number: ticket for ticket in found}


def _tickets(connection: Connection, which: ColumnElement[bool]) -> list[KnownTicket]:
    requesters = tickets.outerjoin(people, people.c.login == tickets.c.requester)
    newest_first = select(*TICKET).select_from(requesters).where(which).order_by(tickets.c.number.desc())
    return [_ticket(row) for row in connection.execute(newest_first)]


def _followers(connection: Connection, closed: Collection[str]) -> dict[str, tuple[KnownTicket, ...]]:
    """The open tickets that go on from closed ones, over as many closed ones as lie between."""
    origin = {number: number for number in closed}
    followers: dict[str, tuple[KnownTicket, ...]] = {}
    for _ in range(_LONGEST_CHAIN):
        links = select(tickets.c.number, tickets.c.related).where(tickets.c.related.in_(list(origin)))
        origin = {row.number: origin[row.related] for row in connection.execute(links)}
        if not origin:
            break
        for ticket in _tickets(connection, tickets.c.number.in_(list(origin))):
            if ticket.closed_at is None:
                followers[origin[ticket.number]] = (*followers.get(origin[ticket.number], ()), ticket)
    return followers


def _letters(connection: Connection, message_ids: Collection[str]) -> dict[str, KnownLetter]:
    columns = (outbox.c.id, outbox.c.message_id, outbox.c.recipient)
    found = connection.execute(select(*columns).where(outbox.c.message_id.in_(message_ids)))
    return {row.message_id: KnownLetter(id=row.id, message_id=row.message_id, recipient=row.recipient) for row in found}


def _by_message(connection: Connection, numbers: Collection[int]) -> dict[int, KnownTicket]:
    found = connection.execute(
        select(tickets.c.message, *TICKET)
        .outerjoin(people, people.c.login == tickets.c.requester)
        .where(tickets.c.message.in_(numbers))
    )
    return {row.message: _ticket(row) for row in found}


def _questions_by_letter(connection: Connection, letters: Collection[str]) -> dict[str, KnownQuestion]:
    """A letter asks about the message that it answers, or about the one that this message has answered in its turn."""
    about = func.coalesce(answers.c.question, outbox.c.message)
    found = connection.execute(
        select(outbox.c.message_id.label("name"), *QUESTION)
        .select_from(outbox)
        .outerjoin(answers, answers.c.message == outbox.c.message)
        .join(questions, questions.c.message == about)
        .join(messages, messages.c.id == questions.c.message)
        .where(outbox.c.message_id.in_(letters))
    )
    return {row.name: _question(row) for row in found}


def _own_questions(connection: Connection, mails: Collection[str]) -> dict[tuple[str, str], KnownQuestion]:
    """Open questions about mails with these Message-IDs, or that these have answered; by Message-ID and author."""
    own = messages.alias("own")
    about = func.coalesce(answers.c.question, own.c.id)
    found = connection.execute(
        select(own.c.message_id.label("name"), *QUESTION)
        .select_from(own)
        .outerjoin(answers, answers.c.message == own.c.id)
        .join(questions, questions.c.message == about)
        .join(messages, messages.c.id == questions.c.message)
        .where(own.c.message_id.in_(mails), questions.c.state == QuestionState.OPEN)
        .order_by(own.c.id)
    )
    return {(row.name, row.author): _question(row) for row in found}


def _own_tickets(connection: Connection, mails: Collection[str]) -> dict[tuple[str, str], KnownTicket]:
    """Open tickets on which mails with these Message-IDs stand; by Message-ID and requester."""
    found = connection.execute(
        select(messages.c.message_id.label("name"), *TICKET)
        .select_from(messages)
        .join(entries, entries.c.message == messages.c.id)
        .join(tickets, tickets.c.number == entries.c.ticket)
        .outerjoin(people, people.c.login == tickets.c.requester)
        .where(messages.c.message_id.in_(mails), tickets.c.closed_at.is_(None))
        .order_by(tickets.c.number)
    )
    return {(row.name, row.requester): _ticket(row) for row in found}


def _questions_by_reference(connection: Connection, references: Collection[str]) -> dict[str, KnownQuestion]:
    found = connection.execute(
        select(questions.c.token.label("name"), *QUESTION)
        .join(messages, messages.c.id == questions.c.message)
        .where(questions.c.token.in_(references))
    )
    return {row.name: _question(row) for row in found}


QUESTION: tuple[ColumnElement[Any], ...] = (
    messages.c.digest,
    messages.c.subject,
    messages.c.state.label("kept"),
    questions.c.message,
    questions.c.author,
    questions.c.language,
    questions.c.offers,
    questions.c.reason,
    questions.c.asked,
    questions.c.state,
)


def _question(row: Any) -> KnownQuestion:  # noqa: ANN401  (as below)
    # Nothing can become of a message whose bytes are erased.
    gone = row.state == QuestionState.OPEN and row.kept == MessageState.ERASED
    return KnownQuestion(
        digest=row.digest,
        message=row.message,
        author=row.author,
        subject=row.subject or "",
        language=row.language,
        offers=tuple(row.offers),
        reason=row.reason,
        asked=row.asked,
        state=QuestionState.EXPIRED if gone else row.state,
    )


TICKET = (
    *(tickets.c[name] for name in KnownTicket.__dataclass_fields__ if name != "organisation"),
    func.coalesce(people.c.organisation, "").label("organisation"),
)


def _ticket(row: Any) -> KnownTicket:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    return KnownTicket(**{name: getattr(row, name) for name in KnownTicket.__dataclass_fields__})
