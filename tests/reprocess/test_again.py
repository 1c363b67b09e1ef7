"""Mail that was decided is decided again: each effect once, whoever runs it and however often."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from mailgate.answering import Considered
from mailgate.core.choice import Choice
from mailgate.core.facts import Person
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import Outcome
from mailgate.core.sequel import Change, Letter
from mailgate.deciding_again import DecidingAgain
from mailgate.desk import StoreDesk
from mailgate.gate import consider, draft
from mailgate.reminding import Patience, Reminding
from mailgate.reprocess import Reprocessing, Stop, Summary
from mailgate.store.facade import Store
from mailgate.store.retention import Terms
from mailgate.store.selection import Selection
from mailgate.store.tables import QuestionState
from mailgate.store.turns import turn
from mailgate.trouble import Temporary
from tests.choosing.clients import gmail
from tests.choosing.house import ANNA, NOON, VAGUE, Desk, desk, shipped, text_of

LATER = NOON + timedelta(days=20)
ALL = Selection(since=datetime(2020, 1, 1, tzinfo=UTC))

STRANGER = """\
From: Celina Maj <celina@spedycja.example>
To: helpdesk-eclo@mf.gov.pl
Subject: SENT100 - odrzucone zgłoszenie
Date: Mon, 23 Nov 2026 11:58:00 +0100
Message-ID: <celina-1@spedycja.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,
zgłoszenie SENT20261123000417 zostało odrzucone z błędem 4011. Proszę o pomoc.

Celina Maj
"""
CLEAR = (
    VAGUE.replace("Subject: problem", "Subject: SENT100")
    .replace("<vague@", "<clear@")
    .replace(
        "nie mogę wysłać deklaracji AKC-WW ani zgłoszenia INTRASTAT, pojawia się błąd 500.",
        "zgłoszenie zostało odrzucone z błędem 4011.",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A desk, and whoever runs the rules again."""

    desk: Desk

    def again(self, store: Store | None = None) -> DecidingAgain:
        """Whoever decides anew."""
        used = store or self.desk.store
        house = shipped()

        def think(raw: RawMessage, chosen: Choice | None) -> Considered:
            return consider(raw, desk=StoreDesk(used), house=house, chosen=chosen)

        return DecidingAgain(store=used, consider=think, draft=partial(draft, house=house), writer=self.desk.writer)

    def reprocessing(self, again: DecidingAgain | None = None) -> Reprocessing:
        """Whoever runs the rules again."""
        return Reprocessing(again=again or self.again(), clock=lambda: LATER, operator="ola", who="ola, process 1")

    def run(self, selection: Selection = ALL, *, apply: bool = True, **more: int | bool) -> Summary:
        """One run."""
        return self.reprocessing().run(selection, apply=apply, **more)  # type: ignore[arg-type]  # named by a test

    def register(self, login: str, name: str) -> None:
        """Let somebody be known to the directory."""
        person = Person(login=login, name=name, organisation="", first_contact=date(2025, 1, 7))
        self.desk.store.people.merge([person], operator="ola", now=NOON)

    def deeds(self) -> list[tuple[str, str]]:
        """What the audit trail says of reprocessing, oldest first."""
        lines = self.desk.store.audit.list(act="reprocessed")
        return [(line.object, line.operator) for line in reversed(lines)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with people and rules and no mail, made once."""
    folder = tmp_path_factory.mktemp("empty")
    with desk(folder):
        return folder / "mailgate.db"


@pytest.fixture
def case(tmp_path: Path, empty: Path) -> Iterator[Case]:
    shutil.copy(empty, tmp_path / "mailgate.db")
    with desk(tmp_path) as opened:
        yield Case(desk=opened)


def refused(case: Case, number: int = 1) -> int:
    """A mail of somebody who was no login when it came."""
    text = STRANGER.replace("<celina-1@", f"<celina-{number}@").replace("SENT100 -", f"SENT100 ({number}) -")
    taken = case.desk.take(text.replace("SENT100 (1)", "SENT100"))
    case.desk.settle()
    assert case.desk.became(taken) == ("reject", "no_login")
    return taken


def changed_rules(case: Case, change: Callable[[Considered], Considered]) -> DecidingAgain:
    """The rules as somebody has changed them."""
    again = case.again()

    def think(raw: RawMessage, chosen: Choice | None) -> Considered:
        return change(again.consider(raw, chosen))

    return replace(again, consider=think)


def test_a_refusal_for_a_missing_login_becomes_a_ticket_once_the_login_is_known(case: Case) -> None:
    number = refused(case)
    case.register("celina@spedycja.example", "Celina Maj")
    first = case.run()
    [line] = first.changes
    assert (line.change, line.was.reason, line.becomes.outcome) == (Change.OPEN, "no_login", Outcome.TICKET)
    assert (line.letter, first.letters, first.needs_person) == ("sent", 1, False)
    ticket = case.desk.store.tickets.show(line.ticket or "")
    assert ticket is not None
    assert (ticket.line.opened_at, ticket.line.message) == (NOON, number)
    letters = case.desk.store.outbox.list(message=number)
    assert [(letter.template, letter.ticket) for letter in letters] == [
        ("ticket-later", line.ticket),
        ("reject-no-login", None),
    ]
    assert f"Sprawdziliśmy ją ponownie i przyjęliśmy pod numerem {line.ticket}" in text_of_last(case, number)
    assert case.deeds() == [(f"message {number}", "ola")]


def test_whoever_wrote_again_and_has_a_ticket_already_is_pointed_out(case: Case) -> None:
    number = refused(case)
    case.register("celina@spedycja.example", "Celina Maj")
    case.desk.take(STRANGER.replace("<celina-1@", "<celina-2@"), NOON + timedelta(hours=2))
    [written_again] = case.desk.settle(NOON + timedelta(hours=2))
    [line] = case.run(apply=False).changes
    assert (line.message, line.other) == (number, written_again.ticket)


def test_a_second_run_finds_nothing_to_do(case: Case) -> None:
    number = refused(case)
    case.register("celina@spedycja.example", "Celina Maj")
    case.run()
    before = case.desk.show(number)
    again = case.run()
    assert (again.changes, again.left, again.letters, again.looked) == ((), (), 0, 1)
    assert case.desk.show(number) == before
    assert len(case.desk.store.tickets.list()) == 1
    assert len(case.deeds()) == 1


def test_without_apply_nothing_is_done(case: Case) -> None:
    number = refused(case)
    case.register("celina@spedycja.example", "Celina Maj")
    found = case.run(apply=False)
    assert [(line.message, line.change, line.letter) for line in found.changes] == [(number, Change.OPEN, "due")]
    assert (found.letters, found.applied) == (1, False)
    assert case.desk.became(number) == ("reject", "no_login")
    assert case.desk.store.tickets.list() == ()
    assert case.deeds() == []


def test_it_stops_before_the_letter_too_many_and_goes_on_when_it_is_run_again(case: Case) -> None:
    for number in range(1, 4):
        refused(case, number)
    case.register("celina@spedycja.example", "Celina Maj")
    first = case.run(max_letters=2)
    assert (len(first.changes), first.stopped, first.needs_person) == (2, Stop.MAX_LETTERS, True)
    second = case.run(max_letters=2)
    assert (len(second.changes), second.stopped, second.needs_person) == (1, None, False)
    assert case.run(max_letters=0).changes == ()
    assert len(case.desk.store.tickets.list()) == 3


def test_it_ends_after_so_many_changes(case: Case) -> None:
    for number in range(1, 4):
        refused(case, number)
    case.register("celina@spedycja.example", "Celina Maj")
    assert [len(case.run(limit=2).changes), len(case.run(limit=2).changes)] == [2, 1]


def test_of_two_that_decide_at_once_one_does_it_and_the_other_adds_nothing(case: Case) -> None:
    number = refused(case)
    case.register("celina@spedycja.example", "Celina Maj")
    with closing(Store(str(case.desk.store.database.engine.url))) as other:
        slow, quick = case.again(), case.again(other)
        verdicts = []
        for again in (slow, quick):
            [standing] = again.store.standings([number]).values()
            [message] = again.store.messages.load([number])
            considered = again.look(message, standing)
            verdicts.append(
                again.verdict(message, considered.facts, considered.decision, standing, letter=Letter.LATER)
            )
        done = quick.record(number, verdicts[1], LATER)
        late = slow.record(number, verdicts[0], LATER)
    assert done is not None
    assert late is None
    assert len(case.desk.store.tickets.list()) == 1
    assert len(case.desk.store.outbox.list(message=number)) == 2


def test_one_runs_at_a_time_and_the_other_is_told_who(case: Case) -> None:
    database = case.desk.store.database
    with turn(database, "reprocess", "jan, process 4711 on desk1"), pytest.raises(Temporary) as refusal:
        case.run()
    assert str(refusal.value) == (
        "reprocess is being done already by jan, process 4711 on desk1: try again when that is over"
    )
    assert case.run().looked == 0


def test_a_ticket_stays_though_the_rules_would_refuse_it_now(case: Case) -> None:
    number = case.desk.take(CLEAR)
    case.desk.settle()
    case.desk.store.people.merge(
        [Person(login=ANNA, name="Anna Kowalska", organisation="", active=False, first_contact=date(2025, 1, 7))],
        operator="ola", now=NOON,
    )  # fmt: skip
    found = case.run()
    assert found.changes == ()
    [left] = found.left
    assert (left.becomes.outcome, left.becomes.reason) == (Outcome.HOLD, "account_blocked")
    assert left.why == f"ticket {left.ticket} is open for it, and a ticket is never taken away"
    assert case.desk.became(number)[0] == "ticket"


def test_a_ticket_goes_where_the_rules_send_it_now(case: Case) -> None:
    number = case.desk.take(CLEAR)
    case.desk.settle()

    def to_second_line(found: Considered) -> Considered:
        return replace(found, decision=replace(found.decision, queue="druga-linia", priority="high"))  # type: ignore[type-var]

    reprocessing = case.reprocessing(changed_rules(case, to_second_line))
    [line] = reprocessing.run(ALL, apply=True).changes
    assert (line.change, line.letter) == (Change.MOVE, "none")
    ticket = case.desk.store.tickets.show(line.ticket or "")
    assert ticket is not None
    assert (ticket.line.queue, ticket.line.priority) == ("druga-linia", "high")
    [move] = ticket.moves
    assert (move.operator, move.at) == (None, LATER)
    assert ("queue", "sent", "druga-linia") in move.changed
    assert len(case.desk.store.outbox.list(message=number)) == 1
    assert reprocessing.run(ALL, apply=True).changes == ()


def test_a_question_that_the_rules_can_answer_now_is_settled_and_a_late_answer_is_added(case: Case) -> None:
    number, asking = case.desk.ask()
    assert case.desk.became(number)[0] == "clarify"

    def knows(found: Considered) -> Considered:
        if found.decision.outcome is not Outcome.CLARIFY:
            return found
        decision = replace(
            found.decision, outcome=Outcome.TICKET, reason="service", service="akc-ww", template="ticket", asks=False
        )
        return replace(found, decision=decision)  # type: ignore[type-var]

    [line] = case.reprocessing(changed_rules(case, knows)).run(ALL, apply=True).changes
    assert (line.change, line.letter) == (Change.OPEN, "sent")
    assert case.desk.state(number) == QuestionState.SETTLED
    answer = case.desk.take(gmail(asking, "2"), LATER)
    [recorded] = case.desk.settle(LATER)
    assert (recorded.outcome, recorded.ticket) == (Outcome.APPEND, line.ticket)
    assert case.desk.became(answer)[0] == "append"
    assert case.deeds() == [(f"message {number}", "ola")]
    assert case.run().changes == ()


def text_of_last(case: Case, number: int) -> str:
    return " ".join(text_of(case.desk.letters(number)[-1]).split())


def test_the_letter_says_what_its_reader_was_told_before(case: Case) -> None:
    """An expired question is a refusal that nobody was told of; a stranger was told nothing at all."""
    asked, _ = case.desk.ask()
    Reminding(
        store=case.desk.store, consider=case.desk.consider, draft=case.again().draft, writer=case.desk.writer,
        patience=Patience(remind_after=None, expire_after=timedelta(days=14)),
    ).run(LATER)  # fmt: skip
    silent = case.desk.take(STRANGER, auth="none")
    case.desk.settle()
    assert case.desk.letters(silent) == []
    case.register("celina@spedycja.example", "Celina Maj")

    def knows(found: Considered) -> Considered:
        decision = replace(found.decision, outcome=Outcome.TICKET, reason="service", template="ticket", asks=False)
        return replace(found, decision=decision)  # type: ignore[type-var]

    done = case.reprocessing(changed_rules(case, knows)).run(ALL, apply=True)
    assert [line.change for line in done.changes] == [Change.OPEN, Change.OPEN]
    assert "Pytaliśmy, której usługi dotyczy. Już to wiemy" in text_of_last(case, asked)
    assert "Przyjęliśmy ją teraz pod numerem" in text_of_last(case, silent)
    assert case.desk.state(asked) == QuestionState.SETTLED


def test_what_an_author_has_chosen_still_counts(case: Case) -> None:
    number, asking = case.desk.ask()
    case.desk.take(gmail(asking, "2"), NOON + timedelta(hours=1))
    case.desk.settle(NOON + timedelta(hours=1))
    assert case.desk.became(number) == ("ticket", "chosen")
    found = case.run()
    assert (found.changes, found.left) == ((), ())


def test_answers_that_nobody_understood_go_onto_the_ticket_with_the_mail(case: Case) -> None:
    number, asking = case.desk.ask()
    answer = case.desk.take(gmail(asking, "Nie wiem, proszę o telefon."), NOON + timedelta(hours=1))
    case.desk.settle(NOON + timedelta(hours=1))
    assert case.desk.became(answer)[0] == "clarify"

    def knows(found: Considered) -> Considered:
        if found.facts.mail.subject != "problem":
            return found
        decision = replace(
            found.decision, outcome=Outcome.TICKET, reason="service", service="akc-ww", template="ticket", asks=False
        )
        return replace(found, decision=decision)  # type: ignore[type-var]

    [line] = case.reprocessing(changed_rules(case, knows)).run(Selection(ids=(number,)), apply=True).changes
    ticket = case.desk.store.tickets.show(line.ticket or "")
    assert ticket is not None
    assert {entry.message for entry in ticket.entries} == {number, answer}
    assert case.desk.became(answer)[0] == "append"
    assert case.deeds() == [(f"message {number}", "ola")]
    assert case.run().changes == ()


def test_a_mail_that_our_bug_had_parked_is_settled_as_if_it_had_just_come(case: Case) -> None:
    number = case.desk.take(CLEAR)

    def upset(raw: RawMessage, chosen: Choice | None) -> Considered:
        raise RuntimeError(f"a bug of ours: {raw.digest} {chosen}")

    replace(case.desk.settler(), consider=upset).settle(NOON)
    assert case.desk.became(number) == ("hold", "crashed")
    ill = case.reprocessing(replace(case.again(), consider=upset)).run(ALL, apply=True)
    assert (ill.changes, ill.failures, ill.needs_person) == ((), (), False), "it is parked already, and stays so"

    [line] = case.run(Selection(reasons=("crashed",))).changes
    assert (line.change, line.becomes.outcome, line.letter) == (Change.OPEN, Outcome.TICKET, "sent")
    assert [letter.template for letter in case.desk.store.outbox.list(message=number)] == ["ticket"]
    assert case.desk.show(number).line.state == "settled"
    assert case.run().changes == ()


def test_a_decided_mail_that_upsets_our_code_stays_as_it_is_and_is_named(case: Case) -> None:
    first, second = case.desk.take(CLEAR), refused(case)
    case.desk.settle()
    case.register("celina@spedycja.example", "Celina Maj")

    def think(found: Considered) -> Considered:
        if found.facts.mail.message_id == "<clear@spedycja.example>":
            raise RuntimeError("a bug of ours")
        return found

    found = case.reprocessing(changed_rules(case, think)).run(ALL, apply=True)
    assert [(each.message, each.error) for each in found.failures] == [(first, "RuntimeError")]
    assert found.needs_person
    assert [line.message for line in found.changes] == [second], "the others go on"
    assert case.desk.show(first).line.state == "settled"


def test_a_question_that_nobody_answered_is_not_asked_again(case: Case) -> None:
    number, _ = case.desk.ask()
    Reminding(
        store=case.desk.store, consider=case.desk.consider, draft=case.again().draft, writer=case.desk.writer,
        patience=Patience(remind_after=None, expire_after=timedelta(days=14)),
    ).run(LATER)  # fmt: skip
    assert case.desk.became(number) == ("reject", "expired")
    found = case.run()
    assert found.changes == ()
    assert [line.why for line in found.left] == ["its author was asked about it once"]
    assert len(case.desk.letters(number)) == 1


def test_a_copy_goes_where_the_first_one_went(case: Case) -> None:
    number = refused(case)
    copy = case.desk.take("Received: by mx.spedycja.example\n" + STRANGER)
    case.desk.settle()
    assert case.desk.became(copy) == ("ignore", "duplicate")
    case.register("celina@spedycja.example", "Celina Maj")
    assert [line.message for line in case.run().changes] == [number]
    assert case.run(Selection(ids=(copy,))).changes == ()
    assert len(case.desk.store.tickets.list()) == 1


def test_erased_mail_is_left_alone(case: Case) -> None:
    number = refused(case)
    case.register("celina@spedycja.example", "Celina Maj")
    case.desk.store.retention.apply(
        Terms(messages={"reject": timedelta(days=1)}, letters=None), operator="ola", now=LATER
    )
    assert case.desk.show(number).line.state == "erased"
    assert case.run().looked == 0
