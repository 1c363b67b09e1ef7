"""What tells a list, a tracker, a calendar and a responder without words from somebody who writes to us."""

from datetime import UTC, datetime

import pytest

from mailgate.core.automatic import Machine, detect
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read

DESK = "helpdesk@desk.example"


def machine(head: str, text: str, *, null_sender: bool = False) -> str | None:
    content = f"Date: Fri, 20 Nov 2026 11:02:11 +0100\n{head}\n\n{text}\n"
    raw = RawMessage(content=content.encode(), envelope=Envelope(source="file"), received_at=datetime.now(UTC))
    found = detect(read(raw), null_sender=null_sender, ours=frozenset({DESK}))
    return found.machine.value if found else None


LIST = "From: Jan <jan@firma.example>\nSubject: Re: SENT\nList-Id: Celnicy <celnicy.listy.example>\nPrecedence: list\n"
TALK = "Czy komuś działa SENT od rana? U mnie pełno błędów."


@pytest.mark.parametrize(
    "head",
    [
        f"{LIST}List-Post: <mailto:celnicy@listy.example>\nTo: celnicy@listy.example",
        f"{LIST}To: Celnicy <celnicy@listy.example>, Ewa <ewa@firma.example>",
        f"{LIST}To: ewa@firma.example\nCc: celnicy@listy.example\nX-BeenThere: celnicy@listy.example",
        "From: a@firma.example\nMailing-List: list celnicy@listy.example\nTo: celnicy@listy.example",
    ],
)
def test_what_was_written_to_a_list_is_a_lists_even_where_somebody_asks(head: str):
    assert machine(head, TALK) == "list"


@pytest.mark.parametrize(
    "to",
    [
        f"To: {DESK}",
        f"To: celnicy@listy.example, {DESK}",
        f"To: celnicy@listy.example\nCc: Help Desk <{DESK}>",
    ],
)
def test_what_was_written_to_us_too_is_heard_though_a_list_brought_it(to: str):
    assert machine(f"{LIST}List-Post: <mailto:celnicy@listy.example>\n{to}", TALK) is None


def test_our_own_address_may_be_a_list():
    head = f"From: jan@firma.example\nTo: {DESK}\nList-Post: <mailto:{DESK}>\nList-Id: <helpdesk.desk.example>"
    assert machine(head, TALK) is None


@pytest.mark.parametrize(
    "head",
    [
        "From: bugzilla-daemon@projekt.example\nSubject: [Bug 397009] A filter",
        "From: jan@projekt.example\nSubject: [Bug 397009] A filter\nX-Bugzilla-Reason: CC",
        "From: Jan <notifications@hub.example>\nSubject: Re: [projekt] Attachment (#237)\nX-GitHub-Reason: mention",
        "From: zabbix@firma.example\nSubject: PROBLEM: disk space",
    ],
)
def test_trackers_and_watchers_are_programmes(head: str):
    assert machine(f"{head}\nTo: {DESK}", "The status has changed.") == "notification"


def test_a_newsletter_from_an_address_that_reads_nothing_is_a_lists():
    head = "From: noreply@sklep.example\nSubject: Nowości\nList-Unsubscribe: <https://sklep.example/u>"
    assert machine(head, "Czy wiesz, że mamy nową kolekcję?") == "list"


CALENDAR = (
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED:mailto:jan@firma.example\nEND:VEVENT\n"
)
ALTERNATIVE = 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"'


@pytest.mark.parametrize("kind", ["text/calendar; method=REPLY", "text/calendar; charset=utf-8"])
def test_an_answer_to_an_invitation_is_known_by_its_method_in_any_language(kind: str):
    head = f"From: jan@firma.example\nSubject: Aceptado: EMCS\nTo: {DESK}\n{ALTERNATIVE}"
    text = f"--b\n\nJan ha aceptado.\n--b\nContent-Type: {kind}\n\n{CALENDAR}END:VCALENDAR\n--b--"
    assert machine(head, text) == "notification"


def test_an_invitation_with_a_question_is_a_persons():
    head = f"From: jan@firma.example\nSubject: Spotkanie w sprawie EMCS\nTo: {DESK}\n{ALTERNATIVE}"
    text = f"--b\n\nCzy termin odpowiada?\n--b\nContent-Type: text/calendar; method=REQUEST\n\n{CALENDAR}\n--b--"
    assert machine(head, text) is None


@pytest.mark.parametrize("header", ["Return-Path: <>\n", ""])
def test_thanks_that_nobody_sent_are_a_responders(header: str):
    head = f"{header}From: jan@firma.example\nSubject: Re: Przyjęliśmy zgłoszenie\nIn-Reply-To: <mg.1@desk.example>"
    assert machine(head, "Bardzo dziękuję za wiadomość, odezwę się.", null_sender=not header) == "auto_reply"


def test_a_question_that_nobody_sent_is_still_a_question():
    head = f"Return-Path: <>\nFrom: jan@firma.example\nSubject: Re: SENT\nTo: {DESK}\nIn-Reply-To: <mg.1@desk.example>"
    assert machine(head, "A co z drugim numerem?") is None


def test_the_notes_of_lotus_are_known_though_they_quote_a_question():
    head = "From: jan@firma.example\nSubject: AUTO: Jan Nowak is out of the office (returning 05/01/2027)\nTo: " + DESK
    text = (
        'I am out of the office until 05/01/2027.\n\nNote: This is an automated response to your message "Which form?".'
    )
    assert machine(head, text) == Machine.AUTO_REPLY.value


REPORT = """Trigger: Free disk space is less than 10%
Trigger status: PROBLEM
Trigger severity: Average
Host: db-02.firma.example
Value: 8.31 %"""
SCAN = """Device Name: Kopiarka 2 piętro
Device Model: MX-3070N
Location: not set

File Format: PDF"""
ACK = """Szanowni Państwo,

potwierdzamy wpływ Państwa korespondencji. Sprawie nadaliśmy numer 2026/11/774. Odpowiemy w ciągu dwóch dni roboczych.

Biuro Obsługi"""


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("From: Nadzór <zabbix@firma.example>\nSubject: PROBLEM: Free disk space on db-02", REPORT),
        ("From: skaner@firma.example\nSubject: Zeskanowany obraz z MX-3070N", SCAN),
        ("From: BOK <bok@dostawca.example>\nSubject: Zarejestrowaliśmy Państwa wiadomość [2026/11/774]", ACK),
    ],
)
def test_what_watches_scans_or_registers_is_a_machine(head: str, text: str):
    assert machine(head, text) in {"notification", "auto_reply"}


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (
            "From: Monitoring IT <monitoring@firma.example>\nSubject: SENT - brak odpowiedzi web service",
            "Dzień dobry,\nod rana nasze wywołania SENT kończą się błędem 500. Czy to awaria po Państwa stronie?\nAdam",
        ),
        (
            "From: skaner@firma.example\nSubject: AKC-WW korekta",
            "W załączeniu skan potwierdzenia. Proszę o sprawdzenie, dlaczego deklaracja AKC-WW ma status odrzucona.",
        ),
        (
            "From: Ewa <bok@firma.example>\nSubject: Otrzymaliśmy zgłoszenie od klienta, jak je poprawić w SENT?",
            "Dzień dobry, klient przesłał nam zgłoszenie z błędną masą. Jak je poprawić? Ewa Maj",
        ),
    ],
)
def test_a_person_at_such_an_address_is_heard(head: str, text: str):
    assert machine(head, text) is None
