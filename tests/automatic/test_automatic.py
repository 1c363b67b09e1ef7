"""Machines are seen, persons are heard.

`machines/` holds whole messages that machines wrote; beside each stands what it is, which letters of ours it is about
and which addresses it says are dead. `persons/` holds messages of people that look like a machine's, and why they do.
"""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.automatic import Automatic, Machine, detect
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read

HERE = Path(__file__).parent
MACHINES = sorted((HERE / "machines").glob("*.eml"))
PERSONS = sorted((HERE / "persons").glob("*.eml"))
QUESTION = "Dzień dobry,\n\ndostałem to od Państwa. Co mam z tym zrobić?\n\nJan Kowalski\n"


def who(content: bytes) -> Automatic | None:
    raw = RawMessage(content=content, envelope=Envelope(source="file"), received_at=datetime.now(UTC))
    return detect(read(raw))


@pytest.mark.parametrize("file", MACHINES, ids=lambda file: file.stem)
def test_a_machine_is_known_with_the_letters_and_addresses_it_speaks_of(file: Path):
    expected = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))
    found = who(file.read_bytes())
    assert found is not None
    assert found.machine == expected["machine"]
    assert list(found.about) == expected["about"]
    assert list(found.unreachable) == expected["unreachable"]
    assert found.evidence


@pytest.mark.parametrize("file", PERSONS, ids=lambda file: file.stem)
def test_a_person_is_not_taken_for_a_machine(file: Path):
    assert tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))["looks_like_a_machine_because"]
    assert who(file.read_bytes()) is None


@pytest.mark.parametrize(
    "header",
    [b"X-Auto-Response-Suppress: All", b"Auto-Submitted: no", b"X-Loop: firma.example", b"Feedback-ID: 1:firma"],
    ids=lambda header: header.decode().partition(":")[0],
)
@pytest.mark.parametrize("file", PERSONS, ids=lambda file: file.stem)
def test_a_header_that_proves_nothing_makes_no_machine_of_a_person(file: Path, header: bytes):
    assert who(header + b"\n" + file.read_bytes()) is None


@pytest.mark.parametrize(
    "header", [b"Precedence: bulk", b"Precedence: list", b"List-Unsubscribe: <mailto:u@firma.example>"]
)
@pytest.mark.parametrize(
    "text",
    [
        "Nie mogę zalogować się do PUESC.",
        "Kiedy będzie dostępna specyfikacja 1.16?",
        "Proszę o odblokowanie konta.",
        "MRN 26PL402010E0033471, brak UPO.",
        "Please check SENT20260005510097.",
        "Прошу перевірити заявку.",
        "Dane w załączeniu.",
    ],
)
def test_a_mail_that_went_through_a_mailing_tool_is_a_persons(header: bytes, text: str):
    kind = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    head = b"From: jan@firma.example\nSubject: AES\n" + kind
    assert who(header + b"\n" + head + b"\n" + text.encode()) is None


@pytest.mark.parametrize("file", MACHINES, ids=lambda file: file.stem)
def test_a_person_who_attaches_a_machines_mail_is_a_person(file: Path):
    head = 'From: jan@firma.example\nSubject: dziwny mail\nContent-Type: multipart/mixed; boundary="=_p"\n'
    text = f"\n--=_p\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{QUESTION}"
    attached = b"\n--=_p\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n" + file.read_bytes()
    assert who((head + text).encode() + attached + b"\n--=_p--\n") is None


@pytest.mark.parametrize(
    "value", ["auto-replied", "auto-generated (rejected)", "Auto-Replied; owner=a@b", "auto-notified"]
)
def test_auto_submitted_is_believed_however_it_is_spelt(value: str):
    found = who(f"From: a@b.example\nSubject: x\nAuto-Submitted: {value}\n\ntekst".encode())
    assert found is not None
    assert found.evidence.startswith("Auto-Submitted: ")


def test_a_letter_of_another_mailgate_is_a_machines():
    found = who(
        b"From: Help Desk <helpdesk@inny.example>\nSubject: Re: Zgloszenie [ABC0000001]\nAuto-Submitted: auto-replied\n"
        b"X-Auto-Response-Suppress: All\nIn-Reply-To: <mg.1@mailgate.localhost>\n\nPrzyjelismy. W czym pomoc?"
    )
    assert found is not None
    assert found.machine is Machine.AUTO_REPLY


def test_a_mail_from_nobody_about_nothing_is_still_a_mail():
    assert who(b"Subject: SENT100\n\nBrak MRN.") is None


@given(st.binary(max_size=300), st.sampled_from(MACHINES))
def test_damage_never_stops_the_look(noise: bytes, file: Path):
    content = file.read_bytes()
    middle = len(content) // 2
    who(content[:middle] + noise + content[middle:])
