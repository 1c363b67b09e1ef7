"""What the desk knows: people, their history with us, and the tickets that a mail answers."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from mailgate.core.facts import Known, KnownLetter, KnownNotice, KnownQuestion, KnownTicket, Person, Question
from mailgate.core.letter import as_written
from mailgate.mirror import Mirror
from mailgate.store.facade import Store
from mailgate.store.knowledge import Knowledge, look_up

# What operators tell everybody is looked up again after so long.
_FRESH = timedelta(seconds=1)


def _now() -> datetime:
    return datetime.now(UTC)


class StoreDesk:
    """The desk that knows what the store knows."""

    def __init__(self, store: Store, mirror: Mirror | None = None, clock: Callable[[], datetime] = _now) -> None:
        """Open the desk.

        Args:
            store: what is known.
            mirror: where people are in a directory outside: brings what the store knows of them up to date.
            clock: the time, by which notices hold.
        """
        self._store = store
        self._mirror = mirror
        self._clock = clock
        self._notices: tuple[KnownNotice, ...] = ()
        self._noticed_at: datetime | None = None

    def close(self) -> None:
        """Give the connections to the directory outside back."""
        if self._mirror:
            self._mirror.close()

    def knows(self, question: Question) -> Known:
        """Answer one question.

        Raises:
            Temporary: the database or the directory did not answer.
        """
        return self.knows_all([question])[0]

    def knows_all(self, questions: Sequence[Question]) -> list[Known]:
        """Answer many questions with as few statements as one.

        Raises:
            Temporary: the database or the directory did not answer.
        """
        authors = {question.author for question in questions if question.author}
        if self._mirror is None:
            return self._answers(questions, authors)
        self._mirror.refresh(authors)
        answers = self._answers(questions, authors)
        # Whose colleague the author is depends on what the directory says of the other one.
        requesters = {known.ticket.requester for known in answers if known.ticket} - authors
        if not requesters:
            return answers
        self._mirror.refresh(requesters)
        return self._answers(questions, authors)

    def _answers(self, questions: Sequence[Question], authors: Collection[str]) -> list[Known]:
        """What the store knows now."""
        knowledge = look_up(
            self._store.database,
            authors=authors,
            letters={as_written(letter) for question in questions for letter in question.answers},
            numbers={number for question in questions for number in question.tickets},
            references={reference for question in questions for reference in question.references},
            mails={mail for question in questions if question.author for mail in question.answers},
            bounced={as_written(letter) for question in questions for letter in question.bounced},
        )
        notices = self._in_force(self._clock())
        return [_answer(question, knowledge, notices) for question in questions]

    def _in_force(self, now: datetime) -> tuple[KnownNotice, ...]:
        """What operators tell everybody; it costs one statement a second, however much mail there is."""
        if self._noticed_at is None or not timedelta(0) <= now - self._noticed_at < _FRESH:
            self._notices, self._noticed_at = self._store.notices.in_force(now), now
        return tuple(each for each in self._notices if each.until > now)


def _answer(question: Question, knowledge: Knowledge, notices: tuple[KnownNotice, ...]) -> Known:
    """What of it is about this question."""
    person = knowledge.people.get(question.author or "")
    asked = _asked(question, knowledge)
    return Known(
        person=person,
        has_history=_has_first_contact(person) or question.author in knowledge.requesters,
        ticket=_ticket(question, asked, knowledge),
        question=asked,
        bounced=_bounced(question, knowledge),
        notices=notices,
    )


def _has_first_contact(person: Person | None) -> bool:
    return person is not None and person.first_contact is not None


def _asked(question: Question, knowledge: Knowledge) -> KnownQuestion | None:
    """The question of ours that the mail answers: by the newest letter that it names, else by its subject.

    Whoever answers a mail of their own, which we hold and have asked about, answers that question, too.
    """
    letters = map(as_written, question.answers)
    named = (knowledge.questions.get(name) for name in (*letters, *question.references))
    own = (knowledge.own_questions.get((name, question.author or "")) for name in question.answers)
    return next((asked for asked in (*named, *own) if asked is not None), None)


def _ticket(question: Question, asked: KnownQuestion | None, knowledge: Knowledge) -> KnownTicket | None:
    """The ticket that the mail answers.

    An answer to our letter says more than a number in a subject, and a ticket of the author's own says more than
    somebody else's: mails and subjects are passed on with old numbers in them. Who answers a mail of their own answers
    the open ticket on which that one stands. Whoever answers a
    question that has become a ticket answers that ticket. What answers a closed ticket is about
    the open one that goes on from it, when there is one.
    """
    letters = (knowledge.by_letter.get(as_written(letter)) for letter in question.answers)
    by_letter = [ticket for ticket in letters if ticket is not None]
    numbered = [knowledge.by_number[number] for number in question.tickets if number in knowledge.by_number]
    become = knowledge.by_message.get(asked.message) if asked else None
    answered_own = (knowledge.own_tickets.get((name, question.author or "")) for name in question.answers)
    own_mail = [ticket for ticket in answered_own if ticket is not None]
    found = (*by_letter, *((become,) if become else ()), *numbered, *own_mail)
    own = (ticket for ticket in found if ticket.requester == question.author)
    answered = next(iter((*own, *found)), None)
    return _newest(answered, question, knowledge) if answered else None


def _newest(ticket: KnownTicket, question: Question, knowledge: Knowledge) -> KnownTicket:
    """The open ticket that goes on from a closed one, when it was opened before the mail came; else the ticket."""
    open_ones = (
        follower
        for follower in knowledge.followers.get(ticket.number, ())
        if question.received_at is None or follower.opened_at < question.received_at
    )
    return next(open_ones, ticket)


def _bounced(question: Question, knowledge: Knowledge) -> tuple[KnownLetter, ...]:
    """Our letters among those that a bounce names. Nobody can guess a Message-ID of ours: it is keyed."""
    names = dict.fromkeys(as_written(letter) for letter in question.bounced)
    return tuple(knowledge.bounced[name] for name in names if name in knowledge.bounced)
