"""Scores of the routing policy on cases with known answers (the policy's own page says what each score means).

Each case becomes a real mail of a known, proven author and goes down the whole road; nothing is asked of recognition
behind the rules' back.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from mailgate.core.decision import Decision, Outcome
from mailgate.core.facts import Known, Person, Question
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.problem import Problem
from mailgate.core.request import Kind
from mailgate.gate import Considered

# Cases happen on this day; no rule may depend on it.
_DAY = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
_AUTHOR = "anna@example.org"
# How many services a letter offers.
_OFFERED = 3
# The scores at which coverage is set against error.
_STEPS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_TICKETS = ("incident", "information", "service_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must become of a case."""

    # "ticket", "clarify" or "reject".
    outcome: str
    # For "reject".
    reason: str | None
    service: str | None
    system: str | None
    kind: str | None
    matter: str | None
    environment: str | None
    # Services that are right too.
    service_any: tuple[str, ...]
    # For "clarify": at least one of them must be offered.
    candidates_any: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail in short, with its answer."""

    id: str
    subject: str
    body: str
    expected: Expected
    tags: tuple[str, ...]

    def message(self) -> RawMessage:
        """The case as a mail (RFC 5322)."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = _AUTHOR
        mail["To"] = "helpdesk-eclo@mf.gov.pl"
        # A header is one line, whatever the case holds; one blank stands for what cannot stand in it.
        mail["Subject"] = " ".join(self.subject.split())
        mail["Date"] = _DAY
        mail["Message-ID"] = f"<{self.id.encode().hex()}@example.org>"
        mail.set_content(self.body or "\n", cte="8bit")
        envelope = Envelope(source="file", mail_from=_AUTHOR, client="127.0.0.1")
        return RawMessage(content=mail.as_bytes(), envelope=envelope, received_at=_DAY)


class KnownDesk:
    """The desk to which every author is a login with CSD history, and no thread is known."""

    def knows(self, question: Question) -> Known:
        """Answer one question."""
        if question.author is None:
            return Known()
        person = Person(login=question.author, name="Anna Przykładowa", first_contact=date(2025, 1, 15))
        return Known(person=person, has_history=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a case, and what of it is right."""

    case: Case
    considered: Considered
    # None where the case does not ask for it.
    route: bool
    wrong_route: bool
    false_refusal: bool
    kind: bool | None
    matter: bool | None
    environment: bool | None
    # Seconds that considering it took.
    took: float

    @property
    def missed(self) -> tuple[str, ...]:
        """Which of its scores it missed."""
        scores = {"route": self.route, "kind": self.kind, "matter": self.matter, "environment": self.environment}
        return tuple(name for name, right in scores.items() if right is False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A share: so many of so many."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All scores over some cases."""

    route: Score
    wrong_route: Score
    false_refusal: Score
    kind: Score
    matter: Score
    environment: Score


def read_cases(file: str, text: str) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """The cases of a JSON-lines file, and a Problem for each line that is none."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line), number))
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            why = f"expect lacks {error}" if isinstance(error, KeyError) else str(error)
            cure = "write it like those in tests/routing"
            problems.append(Problem(file=file, line=number, message=f"this line is no case ({why}); {cure}"))
    return tuple(cases), tuple(problems)


def _case(row: Any, number: int) -> Case:  # noqa: ANN401 (whatever the line holds)
    if not isinstance(row, dict) or not isinstance(row.get("expect"), dict):
        raise TypeError("it is no JSON object with subject, body and expect")
    expect = row["expect"]
    outcome = expect["outcome"]
    if outcome not in {"ticket", "clarify", "reject"}:
        raise ValueError(f'expect.outcome is "{outcome}"')
    return Case(
        id=str(row.get("id", number)),
        subject=str(row.get("subject") or ""),
        body=str(row.get("body") or ""),
        expected=Expected(
            outcome=outcome,
            reason=expect.get("reason"),
            service=expect.get("service"),
            system=expect.get("system"),
            kind=expect.get("kind"),
            matter=expect.get("matter"),
            environment=expect.get("environment"),
            service_any=tuple(expect.get("service_any") or ()),
            candidates_any=tuple(expect.get("candidates_any") or ()),
        ),
        tags=tuple(map(str, row.get("tags") or ())),
    )


def evaluate(
    cases: Iterable[Case], consider: Callable[[RawMessage], Considered], clock: Callable[[], float]
) -> Iterator[Verdict]:
    """Send each case down the road and compare what becomes of it with its answer.

    Args:
        cases: to be judged.
        consider: the road, with a desk that knows every author.
        clock: seconds, to measure what a mail takes.
    """
    for case in cases:
        message = case.message()
        begun = clock()
        considered = consider(message)
        yield judge(case, considered, clock() - begun)


def judge(case: Case, considered: Considered, took: float) -> Verdict:
    """Compare one decision with the answer of its case."""
    expected, got = case.expected, considered.decision
    route = _route(expected, got)
    kind = str(got.kind) if got.kind else None
    return Verdict(
        case=case,
        considered=considered,
        route=route,
        wrong_route=got.outcome is Outcome.TICKET and not route,
        false_refusal=expected.outcome != "reject" and got.outcome is Outcome.REJECT,
        kind=kind == expected.kind if expected.kind else None,
        matter=got.matter == expected.matter if expected.matter else None,
        environment=got.environment == expected.environment if expected.environment else None,
        took=took,
    )


def _route(expected: Expected, got: Decision) -> bool:
    """Whether the mail went where it belongs."""
    if got.outcome != expected.outcome:
        return False
    if expected.outcome == "reject":
        return got.reason == expected.reason
    if expected.outcome == "clarify":
        return bool(set(expected.candidates_any) & set(got.candidates[:_OFFERED]))
    if expected.kind == Kind.SERVICE_REQUEST:
        return True
    return got.system == expected.system and (
        got.service == expected.service or (got.service is not None and got.service in expected.service_any)
    )


def sum_up(verdicts: Iterable[Verdict]) -> Scores:
    """The scores over these verdicts."""
    every = tuple(verdicts)

    def share(name: str) -> Score:
        asked = [value for each in every if (value := getattr(each, name)) is not None]
        return Score(hits=sum(asked), of=len(asked))

    return Scores(
        route=share("route"),
        wrong_route=share("wrong_route"),
        false_refusal=share("false_refusal"),
        kind=share("kind"),
        matter=share("matter"),
        environment=share("environment"),
    )


def sum_up_by_tag(verdicts: Iterable[Verdict]) -> dict[str, Scores]:
    """The scores over the cases of each tag, the commonest first."""
    every = tuple(verdicts)
    count = Counter(tag for each in every for tag in each.case.tags)
    return {tag: sum_up(each for each in every if tag in each.case.tags) for tag, _ in count.most_common()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What would become of the tickets if only matches at least so sure opened one, and the others were a question."""

    # The least score of a match that opens a ticket, 0 to 1.
    least: float
    # Of the tickets that recognition opens now, how many still would be.
    coverage: Score
    # Of those, how many are wrong.
    error: Score


def coverage_against_error(verdicts: Iterable[Verdict]) -> tuple[Point, ...]:
    """The curve from which `sure` in rules/recognition.toml is chosen: from every ticket down to the surest ones."""
    tickets = [
        (verdict.considered.facts.match.candidates[0].score, verdict.wrong_route)
        for verdict in verdicts
        if verdict.considered.decision.outcome is Outcome.TICKET
        and verdict.considered.decision.matter is None
        and verdict.considered.facts.match.candidates
    ]
    points = []
    for least in _STEPS:
        opened = [wrong for score, wrong in tickets if score >= least]
        points.append(
            Point(
                least=least,
                coverage=Score(hits=len(opened), of=len(tickets)),
                error=Score(hits=sum(opened), of=len(opened)),
            )
        )
    return tuple(points)
