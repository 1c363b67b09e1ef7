"""Mail that waits for a person: which it is, the oldest first, by reason, service and age."""

from dataclasses import replace
from datetime import datetime, timedelta

from mailgate.core.decision import Decision, Outcome
from mailgate.store.facade import Store
from mailgate.store.tables import QuestionState
from mailgate.store.verdicts import Crash, Step
from tests.store.cast import NOON, REJECT, TICKET, anna, claim_all, letter, raw, verdict, writer

HOUR = timedelta(hours=1)
FORGED = replace(TICKET, outcome=Outcome.HOLD, reason="forged", template=None, candidates=("akc-ww",))
ASKED = replace(
    TICKET,
    outcome=Outcome.CLARIFY,
    reason="points_to_service",
    service=None,
    template="clarify",
    candidates=("akc-ww", "intrastat"),
    asks=True,
)


def take(store: Store, number: int, decision: Decision | None, at: datetime) -> int:
    """A mail about which something was decided; None: our bug parked it."""
    [kept] = store.keep([raw(anna(number), received_at=at)])
    [message] = claim_all(store, at)
    reply = replace(letter(), question=message.digest) if decision and decision.asks else None
    judged = verdict(message, decision, reply) if decision else Crash(message=message, trace="ValueError: no\n")
    store.record([judged], writer(), at)
    return kept.id


def test_what_is_held_parked_or_asked_about_waits_and_nothing_else(store: Store) -> None:
    for number, decision in enumerate((ASKED, TICKET, FORGED, REJECT, None), start=1):
        take(store, number, decision, NOON - number * HOUR)

    found = store.waiting.list()

    assert [(line.reason, line.state) for line in found] == [
        ("crashed", "parked"),
        ("forged", "settled"),
        ("points_to_service", "settled"),
    ]
    assert (found[2].question, found[2].asked, found[2].candidates) == ("open", 1, ("akc-ww", "intrastat"))
    assert store.waiting.of(2) is None
    assert store.waiting.reasons() == {"crashed": 1, "forged": 1, "points_to_service": 1}


def test_it_is_filtered_by_reason_service_outcome_and_age(store: Store) -> None:
    asked = take(store, 1, ASKED, NOON - 3 * HOUR)
    forged = take(store, 2, replace(FORGED, service=None), NOON - 2 * HOUR)
    newer = take(store, 3, replace(FORGED, service="intrastat", candidates=()), NOON)

    def ids(**wishes: object) -> list[int]:
        return [line.id for line in store.waiting.list(**wishes)]  # type: ignore[arg-type]  # each row is checked below

    assert ids(reason="forged") == [forged, newer]
    assert ids(service="intrastat") == [asked, newer]
    assert ids(service="intra%") == []
    assert ids(outcome="clarify") == [asked]
    assert ids(before=NOON - HOUR) == [asked, forged]
    assert ids(since=NOON - 2 * HOUR) == [forged, newer]
    assert ids(limit=1) == [asked]


def test_an_answer_waits_with_the_mail_that_was_asked_about(store: Store) -> None:
    kept = take(store, 1, ASKED, NOON)
    store.keep([raw(anna(2), received_at=NOON)])
    [answer] = claim_all(store)
    again = replace(ASKED, reason="choice_unclear", asks=False)
    step = Step(question=kept, asked=1, becomes=QuestionState.OPEN, asks=True)

    store.record([replace(verdict(answer, again), step=step)], writer(), NOON)

    assert [(line.id, line.asked) for line in store.waiting.list()] == [(kept, 2)]
