"""What suggestions are made of: grades, phrases, cues."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mailgate.app.house import folders_of, read_house
from mailgate.config import read_config
from mailgate.core.decision import Decision, Outcome
from mailgate.core.rulebook import Rulebook, read_rulebook
from mailgate.core.suggestion import Answer, Grade, Lesson, Suggestion, suggest
from mailgate.evaluate import KnownDesk, read_cases
from mailgate.gate import House, consider
from mailgate.suggest import lessons_of_cases
from tests.store.cast import REJECT, TICKET

ROOT = Path(__file__).parent.parent
SENT = Answer(outcome=Outcome.TICKET, services=("sent-zgloszenie",), system="sent")
AT_SYSTEM = Answer(outcome=Outcome.TICKET, services=(None, "sent-zgloszenie"), system="sent")
EITHER = Answer(outcome=Outcome.CLARIFY, services=("sent-zgloszenie", "akc-ww"))
NOTHING = Answer(outcome=Outcome.REJECT, reason="no_service")
ANY_MATTER = Answer(outcome=Outcome.TICKET)
ASKED = replace(TICKET, outcome=Outcome.CLARIFY, reason="points_to_service", service=None, system=None)
ELSEWHERE = replace(TICKET, service="akc-ww", system="zefir2")
COMPLAINT = replace(REJECT, reason="complaint")


@pytest.mark.parametrize(
    ("answer", "decision", "grade"),
    [
        (SENT, TICKET, Grade.RIGHT),
        (SENT, ASKED, Grade.OFFERED),
        (SENT, replace(ASKED, candidates=("akc-ww",)), Grade.LOST),
        (SENT, replace(ASKED, candidates=("a", "b", "c", "sent-zgloszenie")), Grade.LOST),
        (SENT, REJECT, Grade.LOST),
        (SENT, ELSEWHERE, Grade.MISROUTED),
        (SENT, replace(TICKET, system="rmpd"), Grade.MISROUTED),
        (AT_SYSTEM, replace(TICKET, service=None), Grade.RIGHT),
        (AT_SYSTEM, replace(TICKET, service="sent-tranzyt"), Grade.MISROUTED),
        (EITHER, ASKED, Grade.RIGHT),
        (EITHER, replace(ASKED, candidates=()), Grade.LOST),
        (EITHER, TICKET, Grade.MISROUTED),
        (NOTHING, REJECT, Grade.RIGHT),
        (NOTHING, COMPLAINT, Grade.LOST),
        (NOTHING, ASKED, Grade.LOST),
        (NOTHING, TICKET, Grade.MISROUTED),
        (ANY_MATTER, ELSEWHERE, Grade.RIGHT),
    ],
)
def test_a_wrong_ticket_is_worse_than_no_ticket_and_an_offer_is_better(
    answer: Answer, decision: Decision, grade: Grade
) -> None:
    assert answer.grade(decision) is grade


def test_a_decision_without_a_kind_has_no_wrong_one() -> None:
    answer = replace(SENT, kind="information")

    assert not answer.has_kind(TICKET)
    assert answer.has_kind(REJECT)
    assert SENT.has_kind(TICKET)


@pytest.fixture(scope="module")
def house() -> House:
    config = read_config(ROOT / "config.toml")
    return read_house(config, folders_of(config)).vouching()


def lessons(house: House, *rows: tuple[str, str, dict[str, Any]]) -> list[Lesson]:
    """Labelled cases: subject, body, what is expected."""
    text = "\n".join(
        json.dumps({"id": str(at), "subject": subject, "body": body, "expect": {"outcome": "ticket", **expect}})
        for at, (subject, body, expect) in enumerate(rows)
    )
    cases, problems = read_cases("corrections.jsonl", text)
    assert problems == ()
    return list(lessons_of_cases(cases, partial(consider, desk=KnownDesk(), house=house)))


def proposed(found: list[Lesson], book: Rulebook, *, weak: bool = False) -> tuple[Suggestion, ...]:
    return suggest(found, book, weak=weak, tick=quiet)


def quiet(done: int, of: int) -> None:
    assert done <= of


COAL = {"service": "akc-ww", "system": "zefir2"}
FREEZES = [
    ("AKC-WW kwartał", "Formularz zlodowaciał. Jak go wysłać?", {**COAL, "kind": "incident"}),
    ("AKC-WW październik", "Ekran zlodowaciał, czy to minie?", {**COAL, "kind": "incident"}),
    ("AKC-WW listopad", "Podgląd zlodowaciał. Gdzie to zgłosić?", {**COAL, "kind": "incident"}),
]
ASKS = ("AKC-WW grudzień", "Jak wypełnić pole 12? Gdzie znajdę stawki?", {**COAL, "kind": "information"})


def test_a_word_of_mails_that_were_taken_for_questions_becomes_a_cue_for_faults(house: House) -> None:
    found = [each for each in proposed(lessons(house, *FREEZES, ASKS), house.book) if each.kind == "cue"]

    assert [(each.speaks_for, each.text) for each in found] == [("kind:incident", "zlodowaciał")]
    assert len(found[0].put_right) >= 2
    assert all(change.then == "ticket: akc-ww, incident" for change in found[0].put_right)


def test_a_cue_is_sound_where_it_is_pasted(house: House) -> None:
    [found] = [each for each in proposed(lessons(house, *FREEZES, ASKS), house.book) if each.kind == "cue"]
    assert found.file == "cues/kind.toml"
    pasted = {**house.book.texts, found.file: f"{house.book.texts[found.file]}\n{found.toml}\n"}

    book = read_rulebook(pasted)

    assert isinstance(book, Rulebook)
    assert "kind:incident" in {cue.speaks_for for cue in book.cues.find("zlodowaciał", "body") if cue.words}


def test_a_word_that_questions_use_as_well_is_no_cue_for_faults(house: House) -> None:
    asks = [(subject, f"{body} Czy Bałtyk zlodowaciał?", expect) for subject, body, expect in [ASKS] * 2]

    assert not [each for each in proposed(lessons(house, *FREEZES, *asks), house.book) if "zlod" in each.text]


def test_two_misread_mails_are_too_few_for_a_cue(house: House) -> None:
    assert [each for each in proposed(lessons(house, *FREEZES[:2]), house.book, weak=True) if each.kind == "cue"] == []


def test_mails_that_are_right_already_propose_nothing(house: House) -> None:
    right = [("AKC-WW - jak poprawić?", body, {**COAL, "kind": None}) for body in ("Proszę o pomoc.", "Kiedy termin?")]

    assert proposed(lessons(house, *right), house.book, weak=True) == ()


@pytest.mark.parametrize("subject", ["12345678", "faktura 2026/11/000123", "PL5260001246", "pilne", "Pan Jan Kowalski"])
def test_numbers_prefixes_and_people_never_become_names_of_services(house: House, subject: str) -> None:
    twice = [(subject, "Proszę o pomoc.", COAL), (subject, "Proszę o kontakt.", COAL)]

    texts = {each.text for each in proposed(lessons(house, *twice), house.book)}

    assert texts <= {"faktura"}


def test_the_rules_themselves_stay_as_they_are(house: House) -> None:
    before = house.book.revision, dict(house.book.texts), house.book.catalogue.services["akc-ww"]
    twice = [("kwit opałowy", "Jak?", COAL), ("kwity opałowe", "Kiedy?", COAL)]

    assert proposed(lessons(house, *twice), house.book)
    assert (house.book.revision, dict(house.book.texts), house.book.catalogue.services["akc-ww"]) == before
