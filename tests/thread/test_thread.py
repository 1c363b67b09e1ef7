"""Conversations: what is new in a mail, what is quoted, which ticket it names.

`mails/` holds whole messages as the mail programs of people write them; beside each stands what is new in it and what
is its signature. All other lines of its text are quoted.
"""

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail import Envelope, Mail, RawMessage
from mailgate.core.mail.read import read
from mailgate.core.thread import Thread, follow

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))


def read_bytes(content: bytes) -> Mail:
    return read(RawMessage(content=content, envelope=Envelope(source="file"), received_at=datetime.now(UTC)))


def mail(text: str, subject: str = "SENT100", *, answers: str = "") -> Mail:
    """A mail with this text, as Thunderbird writes it."""
    head = f"From: jan@firma.example\nTo: helpdesk-eclo@mf.gov.pl\nDate: Fri, 20 Nov 2026 11:02:11 +0100\n{answers}"
    kind = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return read_bytes(f"Subject: {subject}\n{head}{kind}\n{text}".encode())


def answer(text: str) -> Mail:
    return mail(text, "Re: SENT100", answers="In-Reply-To: <mg.1@mailgate.localhost>\n")


def written(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def all_lines(thread: Thread) -> Counter[str]:
    return Counter(written(thread.new_text) + written(thread.quotation) + written(thread.signature))


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.stem)
def test_new_text_quotation_and_signature_are_told_apart(file: Path):
    expected = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))
    thread = follow(read_bytes(file.read_bytes()), "ZGL")
    assert written(thread.new_text) == written(expected["new_text"])
    assert written(thread.signature) == written(expected["signature"])
    assert list(thread.tickets) == expected.get("tickets", [])


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.stem)
def test_the_three_texts_hold_every_line_of_the_mail(file: Path):
    message = read_bytes(file.read_bytes())
    assert all_lines(follow(message, "ZGL")) == Counter(written(message.text))


_LINES = st.sampled_from(
    [
        "Dzień dobry,", "", "> tak", ">> nie", "-- ", "--", "Z poważaniem", "Jan Kowalski", "X <x@y.pl> wrote:",
        "On Fri, Nov 20, 2026 at 10:12", "W dniu 20.11.2026 o 10:12, Jan pisze:", "-----Original Message-----",
        "________________", "From: x@y.pl", "Sent: 20.11.2026 10:12", "Do: ", "Temat: SENT", "Wysłane z iPhone'a", "To",
        "cc", "Subject", "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata.", "HD> Jaki MRN?", "\xa0",
        "Co robić?", "ps. i jeszcze", "---------- Forwarded message ---------", "20.11.2026 10:12",
    ]
)  # fmt: skip


@given(st.lists(_LINES | st.text(max_size=40), max_size=30), st.booleans(), st.booleans())
def test_no_line_is_lost_or_doubled_whatever_the_text_is(lines: list[str], answers: bool, passed_on: bool):
    subject = "PD: SENT100" if passed_on else "SENT100"
    message = mail("\n".join(lines), subject, answers="In-Reply-To: <mg.1@mailgate.localhost>\n" if answers else "")
    assert all_lines(follow(message, "ZGL")) == Counter(written(message.text))


@given(st.lists(_LINES | st.text(max_size=40), max_size=30))
def test_a_first_mail_with_words_of_its_own_never_ends_up_without_new_text(lines: list[str]):
    thread = follow(mail("\n".join(["Nie mogę wysłać zgłoszenia.", "", *lines]), "SENT100"), "ZGL")
    assert thread.new_text.startswith("Nie mogę wysłać zgłoszenia.")


@pytest.mark.parametrize(
    "subject",
    [
        "ZGL0001234", "Re: [ZGL 0001234] SENT", "odp: zgl0001234", "RE: [HD#1] [ZGL-0001234]", "JIRA-12 HD-ZGL0001234",
        "INC0042/ZGL0001234", "zgl nr 0001234", "ZGL: 0001234", "RE_ZGL0001234", "[ZGL000 1234]", "[#ZGL0001234]: AES",
        "Zgl.0001234", "(zgl0001234)", "SD-77: Fwd: ZGL0001234, ZGL 0001234",
    ],
)  # fmt: skip
def test_a_ticket_number_is_found_in_any_dress(subject: str):
    assert follow(mail("tak", subject), "ZGL").tickets == ("ZGL0001234",)


def test_several_ticket_numbers_come_in_their_order():
    assert follow(mail("tak", "ZGL0000002 i ZGL0000001"), "ZGL").tickets == ("ZGL0000002", "ZGL0000001")


@pytest.mark.parametrize(
    "subject", ["ZGL00012345", "XZGL0001234", "ZGL000123", "26PL402010E0033471", "zgłoszenie 0001234"]
)
def test_other_numbers_are_no_tickets(subject: str):
    assert follow(mail("tak", subject), "ZGL").tickets == ()


def test_the_prefix_of_tickets_is_the_operators():
    assert follow(mail("tak", "Re: [hd 0000042] ZGL0001234"), "HD").tickets == ("HD0000042",)


def test_the_answered_letters_come_newest_first():
    message = mail("tak", "Re: x", answers="In-Reply-To: <c@x>\nReferences: <a@x> <b@x> <c@x>\n")
    assert follow(message, "ZGL").answers == ("<c@x>", "<b@x>", "<a@x>")


def test_an_empty_answer_above_a_quotation_has_no_new_text():
    thread = follow(answer("W dniu 20.11.2026 o 10:12, Help Desk SISC pisze:\n> 1. AES\n> 2. ICS2\n"), "ZGL")
    assert thread.new_text == ""


def test_an_answer_under_an_unfinished_signature_line_is_kept():
    thread = follow(mail("--\nCzemu zgłoszenie zostało odrzucone? Proszę o pomoc."), "ZGL")
    assert "Czemu zgłoszenie" in thread.new_text


def test_a_mail_of_nothing_but_quoted_lines_is_read_as_passed_on():
    thread = follow(mail("> Mam błąd w AES.\n> Co robić?\n"), "ZGL")
    assert thread.new_text == "> Mam błąd w AES.\n> Co robić?"


def test_a_mail_passed_on_three_times_is_read_at_its_core():
    header = "From: {0} <{0}@x.example>\nSent: Friday, November 20, 2026 8:31 AM\nTo: y\nSubject: FW: AES\n\n"
    text = "".join(header.format(name) for name in ("anna", "piotr", "ewa")) + "Czy AES działa?\n"
    assert follow(mail(text, "FW: AES"), "ZGL").new_text == "Czy AES działa?"


@pytest.mark.parametrize(
    "text",
    [
        "a:\n" * 200_000, "To: x\n" * 100_000, "> x\nodp\n" * 100_000, "--\n" * 200_000, "x" * 900_000,
        "On 12.11.2026 10:12 X wrote:\n\n\n\n\n" * 20_000, "Z poważaniem\n" * 50_000, ("x@" * 290 + ":\n") * 1_500,
        "____________\nOd:\n" * 50_000, "\nTa wiadomość " * 60_000, "Od: " + "a@b.pl; " * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_a_text_built_to_be_slow_is_read_to_its_end(text: str):
    message = answer(text)
    assert all_lines(follow(message, "ZGL")) == Counter(written(message.text))
