"""Which letters repeat an operator's notice, and which texts can be one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.core.decision import Decision
from mailgate.core.facts import Known, KnownNotice, KnownTicket
from mailgate.core.notice import LONGEST, as_notice, notices_about
from mailgate.core.outcome import Outcome
from mailgate.core.shown import shown
from tests.letters.builder import ANNA, catalogue, decision, draft, facts, letters

NOON = datetime(2025, 11, 22, 11, 0, tzinfo=UTC)
ABOUT_SENT = KnownNotice(id=1, system="sent", text="Awaria SENT.", written_at=NOON, until=NOON + timedelta(hours=4))
ABOUT_RMPD = replace(ABOUT_SENT, id=2, system=None, service="rmpd", text="Awaria RMPD.")
ABOUT_AES = replace(ABOUT_SENT, id=3, system="aes", text="Awaria AES.")
ALL = (ABOUT_AES, ABOUT_RMPD, ABOUT_SENT)
TICKET = KnownTicket(number="ZGL0000001", requester=ANNA, status="open", opened_at=NOON, service="rmpd", system="sent")


def told(decided: Decision, **more: object) -> list[int]:
    """The numbers of the notices in the letter to this decision."""
    return [each.id for each in notices_about(decided, Known(notices=ALL, **more), catalogue())]  # type: ignore[arg-type]  # fields of Known


def test_a_ticket_is_told_of_its_service_and_of_its_system() -> None:
    assert told(decision()) == [2, 1]


def test_a_ticket_about_a_system_is_not_told_of_one_service_of_it() -> None:
    assert told(decision(service=None, system="sent")) == [1]


def test_a_system_stands_for_services_that_name_it_second() -> None:
    assert told(decision(service="pous", system=None)) == [3]


def test_an_addition_that_names_nothing_is_told_what_its_ticket_is_about() -> None:
    addition = decision(Outcome.APPEND, "append", service=None, system=None, ticket=TICKET.number)

    assert told(addition, ticket=TICKET) == [2, 1]
    assert told(replace(addition, outcome=Outcome.TICKET), ticket=TICKET) == []


def test_a_question_is_told_of_what_it_offers_and_a_refusal_is_not() -> None:
    asking = decision(Outcome.CLARIFY, "clarify", service=None, system=None, candidates=("pous", "rmpd"), asks=True)

    assert told(asking) == [3, 2, 1]
    assert told(replace(asking, outcome=Outcome.REJECT)) == []


def test_a_letter_repeats_at_most_three() -> None:
    many = tuple(replace(ABOUT_SENT, id=number) for number in range(9, 0, -1))

    assert [each.id for each in notices_about(decision(), Known(notices=many), catalogue())] == [9, 8, 7]


def test_nothing_in_a_notice_becomes_markdown_html_or_a_template() -> None:
    text = 'Awaria: **nie** klikaj [tu](https://evil.example) <script>alert("x")</script> {{ number }} # * _ `x`'
    known = facts()
    known = replace(known, known=replace(known.known, notices=(replace(ABOUT_SENT, text=text),)))

    reply = draft(decision(), known, templates=letters())

    assert reply is not None
    assert text in " ".join(reply.text.split())
    assert "evil.example" in reply.html
    assert '<a href="https://evil.example' not in reply.html
    assert "<script" not in reply.html


def test_letters_without_a_notice_do_not_change() -> None:
    known = facts()
    about_others = replace(known, known=replace(known.known, notices=(ABOUT_AES,)))

    assert draft(decision(), about_others, templates=letters()) == draft(decision(), known, templates=letters())


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST + 1), "A\u202ewaria", "Awaria \x1b[31m", "\ue000"])
def test_what_cannot_be_a_notice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the notice"):
        as_notice(text)


@settings(deadline=None)
@given(st.text(max_size=LONGEST))
def test_a_notice_is_one_line_that_shows_as_it_is(text: str) -> None:
    try:
        line = as_notice(text)
    except ValueError:
        return
    assert line == " ".join(line.split())
    assert shown(line) == line
