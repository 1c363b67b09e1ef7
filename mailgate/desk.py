"""What the desk knows: people, their history with us, and the tickets that a mail answers."""

from collections.abc import Sequence

from mailgate.core.facts import Known, KnownQuestion, KnownTicket, Person, Question
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
            references={reference for question in questions for reference in question.references},
        )
        return [_answer(question, knowledge) for question in questions]


def _answer(question: Question, knowledge: Knowledge) -> Known:
    """What of it is about this question."""
    person = knowledge.people.get(question.author or "")
    asked = _asked(question, knowledge)
    return Known(
        person=person,
        has_history=_has_first_contact(person) or question.author in knowledge.requesters,
        ticket=_ticket(question, asked, knowledge),
        question=asked,
    )


def _has_first_contact(person: Person | None) -> bool:
    return person is not None and person.first_contact is not None


def _asked(question: Question, knowledge: Knowledge) -> KnownQuestion | None:
    """The question of ours that the mail answers: by the newest letter that it names, else by its subject."""
    named = (knowledge.questions.get(name) for name in (*question.answers, *question.references))
    return next((asked for asked in named if asked is not None), None)


def _ticket(question: Question, asked: KnownQuestion | None, knowledge: Knowledge) -> KnownTicket | None:
    """The ticket that the mail answers.

    An answer to our letter says more than a number in a subject, and there a ticket of the author's own says more than
    somebody else's: subjects are passed on with old numbers in them. Whoever answers a question that has become a
    ticket answers that ticket.
    """
    by_letter = (knowledge.by_letter.get(letter) for letter in question.answers)
    numbered = [knowledge.by_number[number] for number in question.tickets if number in knowledge.by_number]
    own = (ticket for ticket in numbered if ticket.requester == question.author)
    become = knowledge.by_message.get(asked.message) if asked else None
    return next((ticket for ticket in (*by_letter, become, *own, *numbered) if ticket is not None), None)
