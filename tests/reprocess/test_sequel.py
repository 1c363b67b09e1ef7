"""What may follow from a second decision: a table of cases."""

from dataclasses import replace

import pytest

from mailgate.core.decision import Decision
from mailgate.core.outcome import CRASHED, DUPLICATE, EXPIRED, Outcome
from mailgate.core.sequel import Change, Letter, Route, Standing, sequel
from tests.letters.builder import decision

TICKET = decision(reason="service")
APPEND = decision(Outcome.APPEND, reason="append", ticket="ZGL0000001")
CLARIFY = decision(Outcome.CLARIFY, reason="several_services", service=None, system=None, asks=True)
REJECT = decision(Outcome.REJECT, reason="no_login", environment="production")
HOLD = decision(Outcome.HOLD, reason="account_blocked", service=None, system=None)
IGNORE = decision(Outcome.IGNORE, reason="machine_written", template=None)


def stands(decided: Decision, **more: object) -> Standing:
    """How things stand after that decision of the rulebook."""
    standing = Standing(
        message=17,
        decision=40,
        outcome=decided.outcome,
        reason=decided.reason,
        operator=None,
        revision="r1",
        desk=decided.desk,
        route=Route.of(decided),
        ticket="ZGL0000001" if decided.outcome is Outcome.TICKET else None,
        question="open" if decided.asks else None,
        asked=1 if decided.asks else 0,
        has_letter=decided.template is not None,
    )
    return replace(standing, **more)  # type: ignore[arg-type]  # a test names the fields


PARKED = stands(HOLD, reason=CRASHED, parked=True, has_letter=False)
GIVEN_UP = stands(HOLD, reason="choice_given_up", question="held", asked=2)
LAPSED = stands(REJECT, reason=EXPIRED, question="expired", asked=1)
CASES: dict[str, tuple[Standing, Decision, Change, Letter]] = {
    "the same ticket": (stands(TICKET), TICKET, Change.SAME, Letter.NONE),
    "a ticket, by another rule": (stands(TICKET), replace(TICKET, reason="chosen"), Change.SAME, Letter.NONE),
    "a ticket, to another queue": (stands(TICKET), replace(TICKET, queue="second"), Change.MOVE, Letter.NONE),
    "a ticket that would be refused": (stands(TICKET), REJECT, Change.LEAVE, Letter.NONE),
    "a ticket that would be asked about": (stands(TICKET), CLARIFY, Change.LEAVE, Letter.NONE),
    "a ticket that would be added to another": (stands(TICKET), APPEND, Change.LEAVE, Letter.NONE),
    "the same refusal": (stands(REJECT), REJECT, Change.SAME, Letter.NONE),
    "a refusal that becomes a ticket": (stands(REJECT), TICKET, Change.OPEN, Letter.LATER),
    "a refusal that is added to a ticket": (stands(REJECT), APPEND, Change.ADD, Letter.OWN),
    "a refusal for another reason": (stands(REJECT), replace(REJECT, reason="no_history"), Change.REVISE, Letter.NONE),
    "a refusal to another desk": (stands(REJECT), replace(REJECT, desk="kis"), Change.REVISE, Letter.NONE),
    "a refusal that is asked about": (stands(REJECT), CLARIFY, Change.REVISE, Letter.OWN),
    "a refusal that an operator is to see": (stands(REJECT), HOLD, Change.REVISE, Letter.NONE),
    "a refusal nobody was told of": (stands(REJECT, has_letter=False), HOLD, Change.REVISE, Letter.OWN),
    "a hold that becomes a ticket": (stands(HOLD), TICKET, Change.OPEN, Letter.LATER),
    "a silent hold that is refused": (stands(HOLD, has_letter=False), REJECT, Change.REVISE, Letter.OWN),
    "a hold with a letter that is refused": (stands(HOLD), REJECT, Change.REVISE, Letter.NONE),
    "a hold to another queue": (stands(HOLD), replace(HOLD, queue="second"), Change.REVISE, Letter.NONE),
    "our relay was silent": (stands(HOLD, relay_silent=True), REJECT, Change.LEAVE, Letter.NONE),
    "our relay was silent, a login by now": (stands(HOLD, relay_silent=True), TICKET, Change.OPEN, Letter.LATER),
    "a question that still is one": (stands(CLARIFY), CLARIFY, Change.SAME, Letter.NONE),
    "a question that becomes a ticket": (stands(CLARIFY), TICKET, Change.OPEN, Letter.LATER),
    "a question that would be refused": (stands(CLARIFY), REJECT, Change.LEAVE, Letter.NONE),
    "a question with another list": (stands(CLARIFY), replace(CLARIFY, reason="other"), Change.LEAVE, Letter.NONE),
    "a refusal that waits for a name": (stands(REJECT, question="open", asked=1), CLARIFY, Change.LEAVE, Letter.NONE),
    "a question nobody answered": (LAPSED, CLARIFY, Change.LEAVE, Letter.NONE),
    "an expired question that becomes a ticket": (LAPSED, TICKET, Change.OPEN, Letter.LATER),
    "an expired question that is refused": (LAPSED, REJECT, Change.REVISE, Letter.NONE),
    "a question an operator has": (GIVEN_UP, CLARIFY, Change.LEAVE, Letter.NONE),
    "a question an operator has, a ticket by now": (GIVEN_UP, TICKET, Change.OPEN, Letter.LATER),
    "a mail on a ticket": (stands(APPEND), TICKET, Change.LEAVE, Letter.NONE),
    "a mail on a ticket that would be refused": (stands(APPEND), REJECT, Change.LEAVE, Letter.NONE),
    "a mail on a ticket, by another rule": (stands(APPEND), replace(APPEND, reason="x"), Change.SAME, Letter.NONE),
    "an answer to a question": (stands(HOLD, answers=3), TICKET, Change.LEAVE, Letter.NONE),
    "a mail that would answer a question": (
        stands(REJECT), replace(APPEND, ticket=None, question="5f2c"), Change.LEAVE, Letter.NONE,
    ),
    "a copy": (stands(IGNORE, reason=DUPLICATE), TICKET, Change.LEAVE, Letter.NONE),
    "a machine's mail that a person wrote": (stands(IGNORE), TICKET, Change.OPEN, Letter.LATER),
    "a machine's mail that is refused": (stands(IGNORE), REJECT, Change.REVISE, Letter.OWN),
    "a refusal that a machine wrote": (stands(REJECT), IGNORE, Change.REVISE, Letter.NONE),
    "a mended bug, a ticket": (PARKED, TICKET, Change.OPEN, Letter.OWN),
    "a mended bug, a refusal": (PARKED, REJECT, Change.REVISE, Letter.OWN),
    "a mended bug, a question": (PARKED, CLARIFY, Change.REVISE, Letter.OWN),
    "a mended bug, an answer": (PARKED, replace(APPEND, ticket=None, question="5f2c"), Change.ADD, Letter.OWN),
    "an operator's refusal": (stands(REJECT, operator="ola"), TICKET, Change.LEAVE, Letter.NONE),
    "an operator's ticket": (
        stands(TICKET, operator="ola"), replace(TICKET, queue="second"), Change.LEAVE, Letter.NONE,
    ),
    "an operator's ticket, the same": (stands(TICKET, operator="ola"), TICKET, Change.SAME, Letter.NONE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_may_follow_when_the_rules_decide_anew(case: tuple[Standing, Decision, Change, Letter]) -> None:
    standing, new, change, letter = case
    found = sequel(standing, new)
    assert (found.change, found.letter) == (change, letter)
    assert bool(found.why) is (change is Change.LEAVE)


@pytest.mark.parametrize(
    ("standing", "new", "change", "letter"),
    [
        (stands(REJECT, operator="jan"), TICKET, Change.OPEN, Letter.LATER),
        (stands(CLARIFY), REJECT, Change.REVISE, Letter.OWN),
        (stands(CLARIFY), IGNORE, Change.REVISE, Letter.OWN),
        (GIVEN_UP, REJECT, Change.REVISE, Letter.OWN),
        (stands(HOLD, relay_silent=True), REJECT, Change.REVISE, Letter.OWN),
        (stands(TICKET), replace(TICKET, queue="second"), Change.MOVE, Letter.NONE),
        (stands(TICKET), REJECT, Change.LEAVE, Letter.NONE),
        (stands(HOLD, answers=3), TICKET, Change.LEAVE, Letter.NONE),
    ],
)
def test_an_operator_may_more_but_takes_no_ticket_away(
    standing: Standing, new: Decision, change: Change, letter: Letter
) -> None:
    found = sequel(standing, new, by_operator=True)
    assert (found.change, found.letter) == (change, letter)


def test_the_rules_overrule_an_operator_only_when_they_are_told_to() -> None:
    refused = stands(REJECT, operator="ola")
    assert sequel(refused, TICKET).why == "ola has decided it"
    assert sequel(refused, TICKET, overrule=True).change is Change.OPEN
    assert sequel(stands(TICKET, operator="ola"), REJECT, overrule=True).change is Change.LEAVE
