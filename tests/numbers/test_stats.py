"""What the database counts, on SQLite and on PostgreSQL, of a few days of real records."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mailgate.core.decision import Decision, Outcome
from mailgate.core.reply import Reply
from mailgate.stats import Cell, Cured, cells, choices, days_of, overview
from mailgate.store.facade import Store
from mailgate.store.numbers import By, Span
from mailgate.store.outbox import Fate
from mailgate.store.tables import LetterState, QuestionState
from mailgate.store.verdicts import Step, Verdict
from tests.store.cast import ANNA, BORYS, LEASE, REJECT, TICKET, facts_of, letter, raw, writer

WARSAW = ZoneInfo("Europe/Warsaw")
# The night in which the clocks go back: 00:30 in summer, then 02:30 twice, then 23:30.
SATURDAY = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
OCTOBER = Span(since=datetime(2026, 10, 24, tzinfo=WARSAW), until=datetime(2026, 10, 28, tzinfo=WARSAW), zone=WARSAW)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ASK = replace(
    TICKET,
    outcome=Outcome.CLARIFY,
    reason="several_services",
    service=None,
    template="clarify",
    candidates=("sent-zgloszenie", "akc-ww", "intrastat"),
    asks=True,
)
CHOSEN = replace(TICKET, reason="chosen")


def decide(store: Store, text: str, at: datetime, decision: Decision, reply: Reply | None = None) -> int:
    """Keep a mail and decide it; our number of it."""
    [kept] = store.keep([raw(text, received_at=at)])
    [claimed] = store.claim("w1", 1, LEASE, at)
    if reply and decision.asks:
        reply = replace(reply, question=claimed.raw.digest)
    store.record([Verdict(message=claimed, facts=facts_of(claimed.raw), decision=decision, reply=reply)], writer(), at)
    return kept.id


def other(text: str, number: int) -> str:
    """Another mail of the same author."""
    return text.replace("Subject: ", f"Subject: {number} ").replace("Message-ID: <", f"Message-ID: <{number}.")


def test_days_and_hours_are_those_of_the_desk_when_the_clocks_change(store: Store) -> None:
    for number, hours in enumerate((0, 2, 3, 24)):
        decide(store, other(ANNA, number), SATURDAY + hours * HOUR, TICKET)

    assert days_of(OCTOBER) == ("2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27")
    assert cells(store, OCTOBER, (By.DAY,)) == (Cell(labels=("2026-10-25",), mails=4),)
    assert set(cells(store, OCTOBER, (By.HOUR, By.WEEKDAY))) == {
        Cell(labels=("00:00", "Sunday"), mails=1),
        Cell(labels=("02:00", "Sunday"), mails=2),
        Cell(labels=("23:00", "Sunday"), mails=1),
    }


def test_mails_are_counted_by_their_current_decision_and_their_way_in(store: Store) -> None:
    decide(store, ANNA, SATURDAY, TICKET)
    decide(store, BORYS, SATURDAY, REJECT)
    decide(store, other(ANNA, 1), OCTOBER.until, TICKET)

    assert set(cells(store, OCTOBER, (By.SERVICE, By.OUTCOME))) == {
        Cell(labels=("sent-zgloszenie", "ticket"), mails=1),
        Cell(labels=("", "reject"), mails=1),
    }
    assert cells(store, OCTOBER, (By.SOURCE,)) == (Cell(labels=("smtp",), mails=2),)


def test_the_wait_for_a_letter_ends_when_the_first_one_has_left(store: Store) -> None:
    decide(store, ANNA, SATURDAY, TICKET, letter(cause="a"))
    decide(store, BORYS, SATURDAY, TICKET, letter("borys@tranzyt.example", cause="b"))
    for wait in (timedelta(seconds=2, milliseconds=340), 6 * MINUTE):
        [taken] = store.outbox.claim("o1", 1, LEASE, SATURDAY + HOUR)
        store.outbox.mark([Fate(letter=taken, state=LetterState.SENT, at=SATURDAY + wait)])

    found = overview(store, OCTOBER, 14)

    assert (found.mails, found.days) == (2, (0, 2, 0, 0))
    assert (found.waits.number, found.waits.median, found.waits.p99, found.waits.late) == (2, 2.3, 360.0, 1)


def test_a_refusal_is_cured_by_a_mail_that_gets_a_ticket_or_by_an_answer(store: Store) -> None:
    decide(store, ANNA, SATURDAY, REJECT)
    decide(store, BORYS, SATURDAY, REJECT)
    # In time, though after the span that is looked at; and under another spelling of her address.
    decide(store, other(ANNA.replace("anna.kowalska@", "Anna.Kowalska@"), 1), SATURDAY + 9 * DAY, TICKET)
    asked = decide(store, other(BORYS, 2), SATURDAY, replace(REJECT, asks=True), letter("borys@tranzyt.example"))
    answer(store, asked, "sent-zgloszenie")

    assert overview(store, OCTOBER, 14).refusals == (Cured(reason="no_service", refused=3, cured=3),)
    assert overview(store, OCTOBER, 5).refusals == (Cured(reason="no_service", refused=3, cured=2),)


def answer(store: Store, asked: int, service: str | None) -> None:
    """The author's answer to a question: a service, or none of those offered."""
    [kept] = store.questions.load(asked)[:1]
    becomes = QuestionState.SETTLED if service else QuestionState.HELD
    chosen = replace(CHOSEN, service=service) if service else replace(ASK, outcome=Outcome.HOLD, asks=False)
    verdict = Verdict(
        message=kept,
        facts=facts_of(kept.raw),
        decision=chosen,
        reply=None,
        step=Step(question=asked, asked=1, becomes=becomes),
    )
    store.record([verdict], writer(), SATURDAY + HOUR)


def test_choices_are_counted_by_the_place_of_what_was_chosen(store: Store) -> None:
    asked = [
        decide(store, other(ANNA, number), SATURDAY, ASK, letter(cause=f"clarify {number}")) for number in range(6)
    ]
    for message, service in zip(asked, ("sent-zgloszenie", "sent-zgloszenie", "akc-ww", "rmpd", None), strict=False):
        answer(store, message, service)

    found = choices(store.numbers.asked(OCTOBER))

    assert (found.asked, found.ranks, found.another, found.none, found.waiting) == (6, (2, 1), 1, 1, 1)


def test_where_no_mail_came_everything_is_nothing(store: Store) -> None:
    found = overview(store, OCTOBER, 14)

    assert (found.mails, found.days, found.outcomes, found.refusals) == (0, (0, 0, 0, 0), (), ())
