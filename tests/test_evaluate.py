"""The scores mean what the page of the policy says they mean."""

import json
from email import message_from_bytes, policy
from typing import Any

import pytest

from mailgate.core.decision import Decision, Outcome
from mailgate.core.request import Kind
from mailgate.evaluate import Case, Verdict, evaluate, judge, read_cases, sum_up, sum_up_by_tag
from mailgate.gate import Considered
from tests.rules.builder import facts

LINE: dict[str, Any] = {
    "id": "dev-0004",
    "lang": "pl",
    "subject": "AIS przywozowe zgłoszeine celne nie zapisuje sie jako robocze",
    "body": "Wypełniam wszystko, klikam „zapisz wersję roboczą” i pusto.\n.\nWioletta",
    "tags": ["partial-title", "typo"],
}
EXPECT: dict[str, Any] = {
    "outcome": "ticket",
    "reason": None,
    "service": "import-zgloszenie",
    "system": "ais-import",
    "kind": "incident",
    "matter": None,
    "environment": "production",
    "service_any": [],
    "candidates_any": [],
}


def case(**expect: Any) -> Case:
    [one], problems = read_cases("cases.jsonl", json.dumps(LINE | {"expect": EXPECT | expect}))
    assert problems == ()
    return one


def considered(outcome: Outcome = Outcome.TICKET, **fields: Any) -> Considered:
    asked: dict[str, Any] = {
        "reason": "service",
        "service": None,
        "system": None,
        "kind": Kind.INCIDENT,
        "matter": None,
        "environment": "production",
        "desk": None,
        "queue": "clo",
        "priority": "normal",
        "template": "ticket",
        "candidates": (),
        "ticket": None,
        "revision": "r1",
        "findings": (),
    }
    return Considered(facts=facts(), decision=Decision(outcome=outcome, **{**asked, **fields}), reply=None)


def verdict(one: Case, outcome: Outcome = Outcome.TICKET, **fields: Any) -> Verdict:
    return judge(one, considered(outcome, **fields), 0.0)


RIGHT: dict[str, Any] = {"service": "import-zgloszenie", "system": "ais-import"}


def test_a_ticket_is_right_with_its_service_and_system() -> None:
    got = verdict(case(), **RIGHT)

    assert (got.route, got.wrong_route, got.false_refusal) == (True, False, False)
    assert got.missed == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"service": "import-zgloszenie", "system": "ais-icss"},
        {"service": "eksport-zgloszenie", "system": "ais-import"},
        {"service": None, "system": "ais-import"},
        {"service": None, "system": None, "matter": "login-unlock", "kind": Kind.SERVICE_REQUEST},
    ],
)
def test_a_ticket_elsewhere_is_a_wrong_route(fields: dict[str, Any]) -> None:
    got = verdict(case(), **fields)

    assert (got.route, got.wrong_route) == (False, True)


@pytest.mark.parametrize("service", [None, "ead", "edd"])
def test_at_system_level_no_service_or_one_that_the_body_makes_right_is_right(service: str | None) -> None:
    one = case(service=None, system="emcs", service_any=["ead", "edd"])

    assert verdict(one, service=service, system="emcs").route


def test_at_system_level_another_service_is_a_wrong_route() -> None:
    one = case(service=None, system="emcs", service_any=["ead"])

    assert verdict(one, service="akc-ww", system="emcs").wrong_route


def test_service_and_system_of_a_service_request_are_not_scored() -> None:
    one = case(service=None, system=None, kind="service_request", matter="login-unlock")

    got = verdict(one, service="zaloz-konto", system="szprot", kind=Kind.SERVICE_REQUEST, matter="login-unlock")
    assert got.route
    assert got.matter is True

    assert verdict(one, kind=Kind.SERVICE_REQUEST, matter="email-change").matter is False


def test_clarify_is_right_when_one_of_the_right_services_is_among_the_first_three() -> None:
    one = case(outcome="clarify", service=None, system=None, candidates_any=["akc-ww"])

    assert verdict(one, Outcome.CLARIFY, candidates=("ead", "edd", "akc-ww")).route
    assert not verdict(one, Outcome.CLARIFY, candidates=("ead", "edd", "dal", "akc-ww")).route


def test_a_ticket_instead_of_a_question_is_a_wrong_route() -> None:
    one = case(outcome="clarify", service=None, system=None, candidates_any=["akc-ww"])

    assert verdict(one, service="akc-ww", system="zefir2").wrong_route


def test_a_refusal_is_right_with_its_reason_only() -> None:
    one = case(outcome="reject", reason="misdirected:etoll", service=None, system=None, kind=None)

    right = verdict(one, Outcome.REJECT, reason="misdirected:etoll", kind=None)
    assert (right.route, right.false_refusal, right.kind) == (True, False, None)

    wrong = verdict(one, Outcome.REJECT, reason="misdirected:kis", kind=None)
    assert (wrong.route, wrong.wrong_route, wrong.false_refusal) == (False, False, False)


@pytest.mark.parametrize("outcome", ["ticket", "clarify"])
def test_to_refuse_what_should_have_been_taken_is_a_false_refusal(outcome: str) -> None:
    got = verdict(case(outcome=outcome), Outcome.REJECT, reason="no_service", kind=None)

    assert (got.route, got.false_refusal, got.wrong_route) == (False, True, False)


def test_held_mail_is_neither_refused_nor_misrouted() -> None:
    got = verdict(case(), Outcome.HOLD, reason="forged")

    assert (got.route, got.false_refusal, got.wrong_route) == (False, False, False)


def test_only_cases_that_carry_a_kind_count_for_it() -> None:
    scores = sum_up(
        [
            verdict(case(), **RIGHT),
            verdict(case(), **RIGHT, kind=Kind.INFORMATION),
            verdict(case(outcome="reject", reason="no_service", kind=None), Outcome.REJECT, reason="no_service"),
        ]
    )

    assert (scores.kind.hits, scores.kind.of) == (1, 2)
    assert (scores.route.hits, scores.route.of) == (3, 3)
    assert (scores.matter.hits, scores.matter.of) == (0, 0)


def test_scores_by_tag_begin_with_the_commonest() -> None:
    verdicts = [verdict(case(), **RIGHT), verdict(case(), service="ead", system="emcs")]

    by_tag = sum_up_by_tag(verdicts)

    assert list(by_tag) == ["partial-title", "typo"]
    assert by_tag["typo"].wrong_route.share == 0.5


def test_a_case_is_a_real_mail_with_its_own_words() -> None:
    mail = message_from_bytes(case().message().content, policy=policy.default)

    assert mail["Subject"] == LINE["subject"]
    assert mail["From"].addresses[0].addr_spec == "anna@example.org"
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == LINE["body"]


def test_a_subject_with_line_breaks_cannot_become_another_header() -> None:
    [one], _ = read_cases("c", json.dumps(LINE | {"subject": "SENT\r\nAuto-Submitted: auto-replied", "expect": EXPECT}))

    mail = message_from_bytes(one.message().content, policy=policy.default)

    assert mail["Auto-Submitted"] is None
    assert mail["Subject"] == "SENT Auto-Submitted: auto-replied"


def test_each_line_that_is_no_case_is_told_with_its_number() -> None:
    text = "\n".join([json.dumps(LINE | {"expect": EXPECT}), "{not json", "", json.dumps(LINE), "[]"])

    cases, problems = read_cases("cases.jsonl", text)

    assert len(cases) == 1
    assert [problem.line for problem in problems] == [2, 4, 5]
    assert "no JSON object with subject, body and expect" in problems[1].message


def test_an_outcome_that_the_policy_does_not_know_is_no_case() -> None:
    cases, [problem] = read_cases("c", json.dumps(LINE | {"expect": EXPECT | {"outcome": "tickets"}}))

    assert cases == ()
    assert '"tickets"' in problem.message


def test_what_a_mail_takes_is_measured_with_the_given_clock() -> None:
    ticks = iter([10.0, 10.25])

    [got] = evaluate([case()], lambda _: considered(**RIGHT), lambda: next(ticks))

    assert got.took == 0.25
