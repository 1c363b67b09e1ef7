"""What operators decide is right for `mailgate suggest` and for corrections of a backtest; what rules decide is not."""

from dataclasses import replace
from datetime import timedelta

from mailgate.core.facts import Person
from mailgate.core.outcome import Outcome
from mailgate.core.suggestion import Answer, Teacher
from mailgate.review.wish import Wish
from mailgate.suggest import Span, Told, read_stored, told_about
from tests.choosing.house import ANNA, NAMELESS, NOON, VAGUE, shipped
from tests.review.house import Office

WEEK = Span(since=None, limit=1000, cure=timedelta(days=7))


def told(place: Office) -> dict[int, Told]:
    """What is told of each message, the same by both ways."""
    found = read_stored(place.desk.store, WEEK, shipped().book.catalogue)
    numbers = [each.message for each in found]
    assert told_about(place.desk.store, numbers, WEEK.cure, shipped().book.catalogue) == found
    return {each.message: each for each in found}


def test_an_operators_service_refusal_and_ignored_mail_teach(place: Office) -> None:
    first, _ = place.desk.ask()
    second, _ = place.desk.ask(NAMELESS)
    third, _ = place.desk.ask(VAGUE.replace("<vague@", "<third@").replace("Dzień", "Dobry"))
    place.ticket(first, "rmpd")
    place.operator().decide(second, Wish(outcome=Outcome.REJECT, reason="form_filling"), NOON)
    place.ignore(third)

    found = told(place)

    assert {each.teacher for each in found.values()} == {Teacher.OPERATOR}
    assert found[first].answer == Answer(outcome=Outcome.TICKET, services=("rmpd",))
    assert found[second].answer == Answer(outcome=Outcome.REJECT, reason="form_filling")
    assert found[third].answer == Answer(outcome=Outcome.IGNORE)


def test_what_the_rules_decide_about_released_mail_teaches_as_little_as_ever(place: Office) -> None:
    desk = place.desk
    anna = Person(login=ANNA, name="Anna", first_contact=NOON.date(), active=False)
    desk.store.people.merge([anna], operator="ola", now=NOON)
    number = desk.take(VAGUE.replace("Subject: problem", "Subject: AKC-WW"))
    desk.settle()
    desk.store.people.merge([replace(anna, active=True)], operator="ola", now=NOON)

    assert place.operator().release(number, NOON).ticket == "ZGL0000001"

    assert told(place)[number].teacher is Teacher.SILENCE
    assert desk.store.messages.ruled([number]) == frozenset()
