"""Every letter, word by word, as people get it.

To look at them, read `golden/*.txt`. After a wanted change of a template, write them anew and look at the difference:

    ACCEPT_LETTERS=1 .venv/bin/pytest tests/letters/test_golden.py && git diff tests/letters/golden
"""

import difflib
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.core.choice import Choice, Chosen
from mailgate.core.completeness import Detail
from mailgate.core.decision import Decision
from mailgate.core.facts import Facts, KnownNotice, KnownTicket
from mailgate.core.identity import Trust
from mailgate.core.letter import compose
from mailgate.core.mail import Address
from mailgate.core.outcome import Outcome
from mailgate.core.reply import Reply
from mailgate.core.request import Kind
from tests.letters.builder import ANNA, DESK, RECEIVED, decision, draft, facts, letters

GOLDEN = Path(__file__).parent / "golden"
LETTERS = letters()
OPEN = KnownTicket(
    number="ZGL0000417", requester=ANNA, status="open", opened_at=datetime(2025, 11, 3, 23, 30, tzinfo=UTC)
)


def closed(at: datetime) -> KnownTicket:
    """Anna's ticket, closed at that time."""
    return replace(OPEN, number="ZGL0000398", status="closed", closed_at=at)


CLOSED = closed(datetime(2025, 11, 19, 23, 30, tzinfo=UTC))
OUTAGE = KnownNotice(
    id=2, system="sent", text="Awaria *SENT* od 15:40. Zgłoszenia [wysyłaj](https://example.org) po 18:00.",
    text_en="*SENT* is down since 15:40. Send [declarations](https://example.org) after 18:00.",
    written_at=datetime(2025, 11, 22, 15, 1, tzinfo=UTC), until=datetime(2025, 11, 22, 18, 0, tzinfo=UTC),
)  # fmt: skip
WORKS = replace(OUTAGE, id=1, system=None, service="intrastat", text="Prace <b>techniczne</b> do 20:00.", text_en="")


def noticed(known: Facts) -> Facts:
    """The same while SENT is down and something about INTRASTAT is told, in Polish alone."""
    return replace(known, known=replace(known.known, notices=(OUTAGE, WORKS)))


MRN = Detail(
    id="mrn", ask="numer MRN zgłoszenia", ask_en="the MRN of the declaration", services=frozenset(),
    systems=frozenset(), areas=frozenset(), kinds=frozenset(), identifiers=frozenset(), patterns=(), attachment=False,
)  # fmt: skip
SCREENSHOT = replace(MRN, id="error", ask="zrzut ekranu z komunikatem", ask_en="a screenshot of the message")
CHOICES = ("rmpd", "sent-do-polski", "pous", "intrastat")

# What was decided about which mail, by the name of the golden file (behind the language).
CASES: dict[str, tuple[Decision, Facts]] = {
    "ticket-incident": (decision(), facts()),
    "ticket-information-with-page": (
        decision(kind=Kind.INFORMATION, service="intrastat", system="ais-intrastat"),
        facts(subject="INTRASTAT: pytanie"),
    ),
    "ticket-service-request": (
        decision(kind=Kind.SERVICE_REQUEST, matter="login-unlock", service=None, system=None),
        facts(subject="Odblokowanie konta"),
    ),
    "ticket-system-in-test": (decision(service=None, system="bcp", environment="test"), facts(subject="BCP te.puesc")),
    "ticket-that-says-little": (decision(missing=(MRN, SCREENSHOT)), facts()),
    "ticket-unproven": (decision(), facts(trust=Trust.CLAIMED)),
    "ticket-later-refused": (decision(template="ticket-later", formerly=Outcome.REJECT), facts()),
    "ticket-later-asked": (decision(template="ticket-later", formerly=Outcome.CLARIFY, missing=(MRN,)), facts()),
    "ticket-later-held": (
        decision(template="ticket-later", formerly=Outcome.HOLD, related=CLOSED.number),
        facts(subject="RMPD: nadal błąd 4011", ticket=CLOSED),
    ),
    "append": (
        decision(Outcome.APPEND, "append", ticket=OPEN.number),
        facts(subject="Odp: RMPD – błąd 4011 [ZGL0000417]", ticket=OPEN),
    ),
    "ticket-with-a-notice": (decision(), noticed(facts())),
    "append-with-a-notice": (
        decision(Outcome.APPEND, "append", service=None, system=None, ticket=OPEN.number),
        noticed(facts(subject="Odp: RMPD [ZGL0000417]", ticket=replace(OPEN, service="rmpd", system="sent"))),
    ),
    "clarify-with-notices": (
        decision(Outcome.CLARIFY, "clarify", service=None, system=None, candidates=CHOICES, asks=True),
        noticed(facts(subject="Zgłoszenie")),
    ),
    "clarify": (
        decision(Outcome.CLARIFY, "clarify", service=None, system=None, candidates=CHOICES, asks=True),
        facts(subject="Zgłoszenie"),
    ),
    "clarify-without-choices": (
        decision(Outcome.CLARIFY, "clarify", service=None, system=None, asks=True),
        facts(subject="Zgłoszenie", trust=Trust.CLAIMED),
    ),
    "clarify-again": (
        decision(Outcome.CLARIFY, "clarify-again", asks=True, candidates=CHOICES),
        facts(subject="Re: Zgłoszenie [ref. BK7M4-2XP9R]"),
    ),
    "clarify-again-none-fits": (
        decision(Outcome.CLARIFY, "clarify-again", asks=True, candidates=CHOICES),
        replace(facts(subject="Re: Zgłoszenie"), choice=Choice(chosen=Chosen.NONE, saw="it says that none fits")),
    ),
    "clarify-reminder": (
        decision(Outcome.CLARIFY, "clarify-reminder", asks=True, candidates=CHOICES),
        facts(subject="Zgłoszenie"),
    ),
    "hold-choice": (decision(Outcome.HOLD, "hold-choice"), facts(subject="Re: Zgłoszenie [ref. BK7M4-2XP9R]")),
    "reject-no-service": (
        decision(Outcome.REJECT, "reject-no-service", reason="no_service", asks=True),
        facts(subject=""),
    ),
    "reject-late-answer": (decision(Outcome.REJECT, "reject-late-answer"), facts(subject="Re: Zgłoszenie")),
    "reject-complaint": (
        decision(Outcome.REJECT, "reject-complaint", reason="complaint"),
        facts(subject="Reklamacja odpowiedzi ZGL0000398"),
    ),
    "reject-complaint-about-a-ticket": (
        decision(Outcome.REJECT, "reject-complaint", reason="complaint", related=CLOSED.number),
        facts(subject="Re: RMPD – błąd 4011 [ZGL0000398]", ticket=CLOSED),
    ),
    "reject-complaint-on-the-last-day": (
        decision(Outcome.REJECT, "reject-complaint", reason="complaint", related=CLOSED.number),
        facts(subject="Re: RMPD – błąd 4011 [ZGL0000398]", ticket=closed(datetime(2025, 11, 17, 8, 0, tzinfo=UTC))),
    ),
    "reject-complaint-too-late": (
        decision(Outcome.REJECT, "reject-complaint", reason="complaint", related=CLOSED.number),
        facts(subject="Re: RMPD – błąd 4011 [ZGL0000398]", ticket=closed(datetime(2025, 11, 16, 8, 0, tzinfo=UTC))),
    ),
    "ticket-that-goes-on": (
        decision(related=CLOSED.number),
        facts(subject="Re: RMPD – błąd 4011 [ZGL0000398]", ticket=CLOSED, tickets=("ZGL0000398",)),
    ),
    "reject-form-filling": (
        decision(Outcome.REJECT, "reject-form-filling", reason="form_filling", service="intrastat", system=None),
        facts(subject="INTRASTAT wypełnienie"),
    ),
    "reject-form-filling-without-service": (
        decision(Outcome.REJECT, "reject-form-filling", reason="form_filling"),
        facts(subject="formularz"),
    ),
    "reject-misdirected": (
        decision(Outcome.REJECT, "reject-misdirected", reason="misdirected:etoll", desk="etoll"),
        facts(subject="Opłata za przejazd A4"),
    ),
    "reject-misdirected-without-contact": (
        decision(Outcome.REJECT, "reject-misdirected", reason="misdirected:kobize", desk="kobize"),
        facts(subject="CBAM próg 50 ton"),
    ),
    "reject-not-entitled": (
        decision(Outcome.REJECT, "reject-not-entitled", reason="no_history"),
        facts(subject="SENT", trust=Trust.CLAIMED),
    ),
    "reject-no-login": (
        decision(Outcome.REJECT, "reject-no-login", reason="no_login"),
        facts(subject="SENT", login=False),
    ),
    "reject-no-history": (decision(Outcome.REJECT, "reject-no-history", reason="no_history"), facts(subject="SENT")),
    "hold-unproven-request": (
        decision(Outcome.HOLD, "hold-unproven-request", reason="request_unproven", kind=Kind.SERVICE_REQUEST),
        facts(subject="Odblokowanie konta", trust=Trust.CLAIMED),
    ),
    "hold": (decision(Outcome.HOLD, "hold", reason="unfit_account"), facts(subject="SENT nie działa")),
}


def written(name: str, language: str) -> Reply:
    """The letter of that case in that language; "" stands for a language that we do not write."""
    decided, known = CASES[name]
    known = replace(known, request=replace(known.request, language=language))
    reply = draft(decided, known, templates=LETTERS)
    assert reply is not None, f"no letter was written for {name}"
    return reply.numbered("ZGL0001234").referring("BK7M4-2XP9R")


def hold_against(file: Path, text: str) -> None:
    """Compare with the golden file, or write it when that was asked for."""
    if os.environ.get("ACCEPT_LETTERS"):
        file.write_text(text, encoding="utf-8")
    golden = file.read_text(encoding="utf-8") if file.exists() else ""
    difference = difflib.unified_diff(golden.splitlines(), text.splitlines(), f"golden/{file.name}", "now", lineterm="")
    assert text == golden, "\n".join(difference)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("name", CASES)
def test_every_letter_reads_as_agreed(name: str, language: str) -> None:
    reply = written(name, language)
    hold_against(GOLDEN / f"{language}-{name}.txt", f"Subject: {reply.subject}\n\n{reply.text}")


@pytest.mark.parametrize("name", ["ticket-incident", "clarify", "clarify-with-notices"])
def test_a_letter_in_both_languages_reads_as_agreed(name: str) -> None:
    reply = written(name, "")
    hold_against(GOLDEN / f"both-{name}.txt", f"Subject: {reply.subject}\n\n{reply.text}")


@pytest.mark.parametrize(
    ("name", "language"), [("clarify", "pl"), ("ticket-incident", ""), ("ticket-with-a-notice", "pl")]
)
def test_the_html_of_a_letter_looks_as_agreed(name: str, language: str) -> None:
    hold_against(GOLDEN / f"{language or 'both'}-{name}.html", written(name, language).html)


def test_a_whole_letter_goes_out_as_agreed() -> None:
    letter = compose(
        written("append", "pl"),
        message_id="<mg.letter@mf.gov.pl>",
        date=RECEIVED,
        sender=Address(addr=DESK, name="Help Desk SISC"),
    )
    hold_against(GOLDEN / "pl-append.eml.txt", letter.decode("ascii").replace("\r\n", "\n"))


def test_no_golden_letter_is_left_over() -> None:
    names = {f"{language}-{name}.txt" for name in CASES for language in ("pl", "en")}
    names |= {"both-ticket-incident.txt", "both-clarify.txt", "pl-clarify.html", "both-ticket-incident.html"}
    names |= {"pl-append.eml.txt", "both-clarify-with-notices.txt", "pl-ticket-with-a-notice.html"}
    assert {file.name for file in GOLDEN.iterdir()} == names


def test_every_template_has_a_golden_letter() -> None:
    assert {decided.template for decided, _ in CASES.values()} == LETTERS.names
