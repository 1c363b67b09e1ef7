"""Each letter tells the facts that a person needs, in Polish and in English."""

import html
import re

import pytest

from mailgate.core.request import Kind
from tests.letters.builder import decision, draft, facts, letters, office
from tests.letters.test_golden import CASES, LETTERS, written

PORTAL = ("https://puesc.gov.pl", "POMOC", "Help Desk SISC - portal CSD dla zalogowanych użytkowników")
PHONE = ("+48 33 483 20 55", "6", "10", "30")
# What must be read in the letter, whatever its language.
FACTS = {
    "ticket-incident": ("ZGL0001234", "Wyślij zgłoszenie przewozu RMPD", "SENT", "17:03", "10", *PORTAL),
    "ticket-information-with-page": ("ZGL0001234", "https://puesc.gov.pl/uslugi/zloz-zgloszenie-intrastat", "10"),
    "ticket-service-request": ("ZGL0001234", "PUESC", "10"),
    "ticket-system-in-test": ("ZGL0001234", "BCP", "test"),
    "append": ("ZGL0000417",),
    "clarify": (
        "1. ", "2. ", "3. ", "14", *PORTAL,
        "mailto:helpdesk-eclo@mf.gov.pl?subject=1.%20Wy%C5%9Blij%20zg%C5%82oszenie%20przewozu%20RMPD%20%5Bref.%20BK7M4-2XP9R%5D",
    ),
    "clarify-without-choices": ("14", *PORTAL),
    "clarify-again": ("1. ", "2. ", "3. ", "subject=1.%20Wy%C5%9Blij%20zg%C5%82oszenie%20przewozu%20RMPD"),
    "clarify-again-none-fits": ("1. ", "2. ", "3. "),
    "clarify-reminder": ("1. ", "2. ", "3. ", "14", "17:03"),
    "reject-no-service": ("14", "RMPD", *PORTAL),
    "reject-late-answer": ("helpdesk-eclo@mf.gov.pl", *PORTAL),
    "reject-complaint": ("5", "CSD", *PORTAL),
    "reject-form-filling": ("Złóż zgłoszenie INTRASTAT", "helpdesk-eclo@mf.gov.pl"),
    "reject-misdirected": ("e-TOLL", "kontakt@etoll.gov.pl", "+48 22 24 337 77"),
    "reject-misdirected-without-contact": ("KOBiZE", "CBAM"),
    "reject-not-entitled": ("CSD", *PORTAL, *PHONE),
    "reject-no-login": ("CSD", *PORTAL, *PHONE),
    "reject-no-history": ("CSD", *PORTAL),
    "hold-unproven-request": ("CSD", *PORTAL, *PHONE),
    "hold": PHONE,
}  # fmt: skip


def flat(text: str) -> str:
    """The text without its line ends, as it is read."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("language", ["pl", "en", ""])
@pytest.mark.parametrize("name", FACTS)
def test_the_letter_tells_what_a_person_needs(name: str, language: str) -> None:
    reply = written(name, language)
    for fact in FACTS[name]:
        assert fact in flat(reply.text)


@pytest.mark.parametrize("language", ["pl", "en", ""])
@pytest.mark.parametrize("name", CASES)
def test_every_letter_names_the_questions_page_and_the_desk(name: str, language: str) -> None:
    reply = written(name, language)
    assert "https://puesc.gov.pl/pomoc" in reply.text
    assert "Help Desk SISC" in reply.text


@pytest.mark.parametrize("language", ["pl", "en", ""])
@pytest.mark.parametrize("name", CASES)
def test_text_and_html_say_the_same(name: str, language: str) -> None:
    reply = written(name, language)
    body = reply.html.partition("<body")[2].partition(">")[2]
    html_words = re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", body)))
    text_words = re.findall(r"\w+", re.sub(r":\s+(mailto|https):\S+", " ", reply.text))
    assert set(html_words) <= set(re.findall(r"\w+", reply.text))
    assert set(text_words) - {"1", "2", "3"} <= set(html_words)


@pytest.mark.parametrize("name", CASES)
def test_lines_fit_a_narrow_window(name: str) -> None:
    for line in written(name, "").text.splitlines():
        assert len(line) <= 72 or "mailto:" in line or "https://" in line


@pytest.mark.parametrize("name", CASES)
def test_no_polish_letter_guesses_whether_the_reader_is_a_man_or_a_woman(name: str) -> None:
    """Past tense and "gotów/gotowa" would; so would Pan and Pani."""
    text = written(name, "pl").text
    assert not re.search(
        r"\b\w+(łeś|łaś|łby|łaby|łbyś|łabyś)\b|\b(Pan|Pani|Panu|Pana|Panią|powinieneś|powinnaś)\b", text
    )


@pytest.mark.parametrize("name", CASES)
def test_no_one_letter_word_hangs_at_the_end_of_a_polish_line(name: str) -> None:
    for line in written(name, "pl").text.splitlines():
        assert not re.search(r"\s[aiouwz]$", line)


@pytest.mark.parametrize("name", CASES)
def test_html_is_plain_enough_for_every_mail_program(name: str) -> None:
    html = written(name, "").html
    assert not re.search(r"<(img|script|style|link|iframe|form|svg|table)\b|\son\w+=|url\(", html)
    assert '<meta charset="utf-8">' in html


def test_the_choices_of_clarify_are_links_in_html() -> None:
    html = written("clarify", "pl").html
    assert html.count('<a href="mailto:helpdesk-eclo@mf.gov.pl?subject=') == 3


def test_an_english_letter_shows_the_english_title_and_links_by_the_published_one() -> None:
    reply = written("clarify", "en")
    assert "“Prove the customs status of Union goods” (AES)" in reply.text
    assert "%20Potwierd%C5%BA%20unijny%20status" in reply.text


def test_the_letter_about_an_unproven_request_gives_an_attacker_nothing() -> None:
    """No number, no matter, no link but the portal's: what is in it, everybody may know."""
    reply = written("hold-unproven-request", "pl")
    assert "ZGL" not in reply.subject + reply.text
    assert set(re.findall(r"https?://[^\s,\"<]+", reply.text)) == {"https://puesc.gov.pl", "https://puesc.gov.pl/pomoc"}


def test_handling_times_come_from_the_desk_and_differ_by_kind() -> None:
    text = (
        '[desk]\nportal_url = "https://a.example"\nportal_menu = "M"\nportal_item = "P"\nfaq_url = "https://a.example"\n'
        '[[handling]]\nkind = "incident"\nusual_days = 1\nlongest_days = 7\n'
        '[[handling]]\nkind = "information"\nusual_days = 3\n'
    )
    texts = []
    for kind in (Kind.INCIDENT, Kind.INFORMATION, Kind.SERVICE_REQUEST):
        reply = draft(decision(kind=kind), facts(), templates=LETTERS, desk=office(text))
        assert reply is not None
        texts.append(flat(reply.text))
    assert "Zwykle trwa to do 1 dnia roboczego, a jeśli sprawa jest złożona – do 7 dni roboczych." in texts[0]
    assert "Zwykle trwa to do 3 dni roboczych." in texts[1]
    assert "robocz" not in texts[2]


def test_a_desk_without_a_phone_has_letters_without_one() -> None:
    text = '[desk]\nportal_url = "https://a.example"\nportal_menu = "M"\nportal_item = "P"\nfaq_url = "https://a.example"\n'
    reply = draft(decision(template="reject-not-entitled"), facts(), templates=letters(), desk=office(text))
    assert reply is not None
    assert "Zadzwoń" not in reply.text
