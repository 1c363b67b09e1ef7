"""What the desk knows: people, their history with us, and the tickets that a mail answers."""

from collections.abc import Sequence

from mailgate.core.facts import Known, KnownTicket, Person, Question
from mailgate.store.facade import Store
from mailgate.store.knowledge import Knowledge, look_up


class StoreDesk:
    """The desk that knows what the store knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def knows(self, question: Question) -> Known:
        """Answer one question.

        Raises:
            Temporary: the database did not answer.
        """
        return self.knows_all([question])[0]

    def knows_all(self, questions: Sequence[Question]) -> list[Known]:
        """Answer many questions with as few statements as one.

        Raises:
            Temporary: the database did not answer.
        """
        knowledge = look_up(
            self._store.database,
            authors={question.author for question in questions if question.author},
            letters={letter for question in questions for letter in question.answers},
            numbers={number for question in questions for number in question.tickets},
        )
        return [_answer(question, knowledge) for question in questions]


def _answer(question: Question, knowledge: Knowledge) -> Known:
    """What of it is about this question."""
    person = knowledge.people.get(question.author or "")
    return Known(
        person=person,
        has_history=_has_first_contact(person) or question.author in knowledge.requesters,
        ticket=_ticket(question, knowledge),
    )


def _has_first_contact(person: Person | None) -> bool:
    return person is not None and person.first_contact is not None


def _ticket(question: Question, knowledge: Knowledge) -> KnownTicket | None:
    """The ticket that the mail answers.

    An answer to our letter says more than a number in a subject, and there a ticket of the author's own says more than
    somebody else's: subjects are passed on with old numbers in them.
    """
    by_letter = (knowledge.by_letter.get(letter) for letter in question.answers)
    numbered = [knowledge.by_number[number] for number in question.tickets if number in knowledge.by_number]
    own = (ticket for ticket in numbered if ticket.requester == question.author)
    return next((ticket for ticket in (*by_letter, *own, *numbered) if ticket is not None), None)
