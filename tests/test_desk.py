"""The desk: what it knows of an author, and which ticket a mail answers."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from mailgate.core.facts import Known, KnownLetter, KnownTicket, Person, Question
from mailgate.desk import StoreDesk
from mailgate.store.facade import Store
from mailgate.trouble import Temporary
from tests.store.cast import BORYS, NOON, REJECT, anna, claim_all, letter, new_store, raw, verdict, writer
from tests.store.cast import TICKET as TICKET_DECIDED

ANNA = Person(login="anna.kowalska@spedycja.example", name="Anna Kowalska", first_contact=date(2024, 3, 1))
NEW = Person(login="borys@tranzyt.example", name="Borys Nowak")
TICKET = KnownTicket(
    number="ZGL0000001",
    requester=ANNA.login,
    status="open",
    opened_at=NOON,
    service="sent-zgloszenie",
    system="sent",
    queue="sent",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        opened.people.replace([ANNA, NEW], operator="ewa", now=NOON)
        yield opened


def open_ticket(store: Store, text: str | None = None) -> str:
    """Anna's ticket, or another one's; the answer is the Message-ID of its letter."""
    store.keep([raw(text) if text else raw()])
    [message] = claim_all(store)
    store.record([verdict(message, reply=letter(cause=f"ticket:{message.id}"))], writer(), NOON)
    return store.outbox.list(message=message.id)[0].message_id


def test_a_person_of_the_directory_is_known_with_her_history(store: Store) -> None:
    assert StoreDesk(store).knows(Question(author=ANNA.login)) == Known(person=ANNA, has_history=True)


def test_a_login_that_never_used_csd_has_no_history(store: Store) -> None:
    assert StoreDesk(store).knows(Question(author=NEW.login)) == Known(person=NEW, has_history=False)


def test_a_stranger_is_not_known(store: Store) -> None:
    assert StoreDesk(store).knows(Question(author="ktos@inny.example")) == Known()


def test_a_mail_without_a_single_author_has_no_person(store: Store) -> None:
    assert StoreDesk(store).knows(Question(author=None)) == Known()


def test_a_ticket_of_our_own_is_history(store: Store) -> None:
    open_ticket(store, BORYS)

    assert StoreDesk(store).knows(Question(author=NEW.login)).has_history


def test_a_refused_mail_is_no_history(store: Store) -> None:
    store.keep([raw(BORYS)])
    store.record([verdict(message, REJECT) for message in claim_all(store)], writer(), NOON)

    assert not StoreDesk(store).knows(Question(author=NEW.login)).has_history


def test_an_answer_to_our_letter_finds_the_ticket(store: Store) -> None:
    ours = open_ticket(store)

    known = StoreDesk(store).knows(Question(author=ANNA.login, answers=("<theirs@firma.example>", ours)))

    assert known.ticket == TICKET


def test_the_matter_of_the_ticket_is_known(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message, replace(TICKET_DECIDED, matter="login-unlock"))], writer(), NOON)

    known = StoreDesk(store).knows(Question(author=None, tickets=("ZGL0000001",)))

    assert known.ticket == replace(TICKET, matter="login-unlock")


def test_a_number_in_the_subject_finds_the_ticket(store: Store) -> None:
    open_ticket(store)

    assert StoreDesk(store).knows(Question(author=None, tickets=("ZGL9999999", "ZGL0000001"))).ticket == TICKET
    assert StoreDesk(store).knows(Question(author=None, tickets=("ZGL9999999",))).ticket is None


def test_an_answer_to_our_letter_says_more_than_a_number(store: Store) -> None:
    open_ticket(store)
    of_borys = open_ticket(store, BORYS)

    known = StoreDesk(store).knows(Question(author=None, answers=(of_borys,), tickets=("ZGL0000001",)))

    assert known.ticket is not None
    assert known.ticket.number == "ZGL0000002"


def test_of_several_numbers_the_authors_own_says_more_than_somebody_elses(store: Store) -> None:
    """As in "Re: [ZGL0000001] SENT100 [ZGL0000002]", written by the owner of the second."""
    open_ticket(store)
    open_ticket(store, BORYS)

    known = StoreDesk(store).knows(Question(author=NEW.login, tickets=("ZGL0000001", "ZGL0000002")))

    assert known.ticket is not None
    assert known.ticket.number == "ZGL0000002"


def test_a_number_of_somebody_else_is_found_when_there_is_no_own(store: Store) -> None:
    open_ticket(store)

    known = StoreDesk(store).knows(Question(author=NEW.login, tickets=("ZGL0000002", "ZGL0000001")))

    assert known.ticket == TICKET


def test_an_answer_to_a_refusal_answers_no_ticket(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message, REJECT, letter(template="reject-no-service"))], writer(), NOON)
    [line] = store.outbox.list()

    assert StoreDesk(store).knows(Question(author=ANNA.login, answers=(line.message_id,))).ticket is None


def test_fifty_questions_cost_no_more_statements_than_one(store: Store) -> None:
    ours = open_ticket(store)
    full = Question(author=ANNA.login, answers=(ours,), tickets=("ZGL0000001",))
    questions = [full, replace(full, author=NEW.login), Question(author=None)] * 17
    statements: list[str] = []
    event.listen(
        store.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: statements.append(statement),
    )

    answers = StoreDesk(store).knows_all(questions)

    assert len([one for one in statements if one.startswith("SELECT")]) == 8
    assert answers == [StoreDesk(store).knows(question) for question in questions]


def test_a_known_person_costs_one_statement(store: Store) -> None:
    statements: list[str] = []
    desk = StoreDesk(store, clock=lambda: NOON)
    desk.knows(Question(author=None))  # what operators tell everybody is fresh now
    event.listen(
        store.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: statements.append(statement),
    )

    desk.knows(Question(author=ANNA.login))

    assert len([one for one in statements if one.startswith("SELECT")]) == 1


def test_when_the_database_is_away_the_answer_is_trouble_and_not_a_stranger(tmp_path: Path) -> None:
    desk = StoreDesk(Store(f"sqlite:///{tmp_path / 'nowhere' / 'mailgate.db'}"))

    with pytest.raises(Temporary):
        desk.knows(Question(author=ANNA.login))


def test_the_organisation_of_whoever_the_ticket_is_for_is_known(store: Store) -> None:
    store.people.merge([replace(ANNA, organisation="Spedycja Bałtyk Sp. z o.o.")], operator="ewa", now=NOON)
    ours = open_ticket(store)

    for question in (Question(author=None, answers=(ours,)), Question(author=None, tickets=("ZGL0000001",))):
        known = StoreDesk(store).knows(question)
        assert known.ticket is not None
        assert known.ticket.organisation == "Spedycja Bałtyk Sp. z o.o."


def test_an_own_number_says_more_than_a_letter_that_went_to_somebody_else(store: Store) -> None:
    annas = open_ticket(store)
    open_ticket(store, BORYS)

    known = StoreDesk(store).knows(Question(author=NEW.login, answers=(annas,), tickets=("ZGL0000002",)))

    assert known.ticket is not None
    assert known.ticket.number == "ZGL0000002"


def follow_up(store: Store, number: int, related: str) -> str:
    """Anna's next ticket, one hour later for each number, which goes on from a closed one."""
    store.keep([raw(anna(number), received_at=NOON + timedelta(hours=number))])
    [message] = claim_all(store)
    decided = verdict(message, decision=replace(TICKET_DECIDED, related=related))
    [recorded] = store.record([decided], writer(), NOON)
    assert recorded.ticket is not None
    return recorded.ticket


def test_an_answer_to_a_closed_ticket_is_about_the_open_one_that_goes_on_from_it(store: Store) -> None:
    ours = open_ticket(store)
    store.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)
    second = follow_up(store, 1, "ZGL0000001")
    later = NOON + timedelta(hours=5)

    def answered(received_at: datetime) -> str:
        question = Question(author=ANNA.login, answers=(ours,), received_at=received_at)
        known = StoreDesk(store).knows(question)
        assert known.ticket is not None
        return known.ticket.number

    assert answered(later) == second
    # The very mail that opened the second one, judged again.
    assert answered(NOON + timedelta(hours=1)) == "ZGL0000001"
    store.tickets.close(second, at=later, operator="ewa", now=later)
    assert answered(later) == "ZGL0000001"
    assert answered(later + timedelta(hours=5)) == "ZGL0000001"
    third = follow_up(store, 2, second)
    assert answered(later) == third


def test_a_bounce_names_the_letter_that_came_back_and_no_other(store: Store) -> None:
    ours = open_ticket(store)

    known = StoreDesk(store).knows(Question(author=None, bounced=("<somebody.elses@firma.example>", ours)))

    assert known.bounced == (KnownLetter(id=1, message_id=ours, recipient=ANNA.login),)
