"""Masking: no person stays in a golden mail, and it is decided as before."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.app.house import Folders, read_house
from mailgate.config import Config
from mailgate.core.facts import Known, KnownTicket, Person
from mailgate.core.identifiers import find_identifiers
from mailgate.core.mail import Envelope, RawMessage
from mailgate.gate import House
from mailgate.golden import as_expected, judge, make_golden, name_of
from mailgate.golden.masking import Masker
from mailgate.trouble import Permanent

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
KOWALSKA = "anna.kowalska@spedycja-baltyk.pl"
KNOWN = Known(
    person=Person(login=KOWALSKA, name="Anna Kowalska", organisation="Bałtyk", first_contact=date(2025, 1, 15)),
    has_history=True,
)
MAIL = """\
From: "Anna Kowalska" <anna.kowalska@spedycja-baltyk.pl>
To: helpdesk-eclo@mf.gov.pl
Cc: Jan Nowak <jan.nowak@gmail.com>
Subject: SENT100 odrzucone, Kowalska
Message-ID: <abc.kowalska@spedycja-baltyk.pl>
X-Originating-IP: 83.12.55.1
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry, komunikat SENT100 dla SENT20260112004417 jest odrzucany.
Mój PESEL 44051401359, NIP 526-025-09-95, tel. 58 123 45 67.
Proszę o odpowiedź także do jan.nowak@gmail.com i do Anny Kowalskiej.
--x
Content-Type: text/html; charset=utf-8

<p>Anna Kowalska, PESEL 44051401359</p>
--x--
"""


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(Config(root=ROOT), Folders(rules=ROOT / "rules", templates=ROOT / "templates")).vouching()


def raw(text: str) -> RawMessage:
    envelope = Envelope(source="smtp", mail_from=KOWALSKA)
    return RawMessage(content=text.replace("\n", "\r\n").encode(), envelope=envelope, received_at=NOON)


def test_nothing_of_the_people_is_left_and_the_decision_is_the_same(house: House) -> None:
    golden = make_golden(raw(MAIL), KNOWN, house, "sent100")

    left = golden.content.decode() + repr(golden.circumstances)
    for real in ("owalsk", "altyk", "owak", "44051401359", "526", "58 123", "83.12", "html", "20260112004417"):
        assert real not in left, real
    assert "SENT100" in left
    assert "osoba2@gmail.com" in left
    assert as_expected(judge(golden, house).decision) == golden.expected
    assert 'service = "sent-z-polski"' in golden.expected


def test_its_name_is_made_of_the_masked_subject(house: House) -> None:
    golden = make_golden(raw(MAIL), KNOWN, house, name_of)

    assert golden.name == "sent100-odrzucone-przykladowa"


def test_a_domain_that_a_rule_goes_by_stays(house: House) -> None:
    texts = {**house.book.texts, "early.toml": DOMAIN_RULE}
    by_it = read_house(Config(root=ROOT), Folders(rules=ROOT / "rules", templates=ROOT / "templates"), texts)

    golden = make_golden(raw(MAIL), KNOWN, by_it.vouching(), "sent100")

    assert b"osoba1@spedycja-baltyk.pl" in golden.content
    assert 'queue = "baltyk"' in golden.expected


DOMAIN_RULE = """
[[rule]]
name = "baltyk"
why = "they have a contract"
when = { from_domain = "spedycja-baltyk.pl" }
then = { queue = "baltyk" }
"""
ADDRESS_RULE = DOMAIN_RULE.replace('from_domain = "', 'from_address = "anna.kowalska@')


def test_what_would_become_something_else_without_people_is_refused_unless_they_may_stay(house: House) -> None:
    texts = {**house.book.texts, "early.toml": ADDRESS_RULE}
    folders = Folders(rules=ROOT / "rules", templates=ROOT / "templates")
    by_it = read_house(Config(root=ROOT), folders, texts).vouching()

    with pytest.raises(Permanent, match='not queue = "baltyk", queue = "sent"\\); with --unmasked'):
        make_golden(raw(MAIL), KNOWN, by_it, "sent100")

    golden = make_golden(raw(MAIL), KNOWN, by_it, "sent100", unmasked=True)
    assert golden.content == raw(MAIL).content
    assert as_expected(judge(golden, by_it).decision) == golden.expected


def test_a_colleagues_ticket_stays_a_colleagues(house: House) -> None:
    ticket = KnownTicket(
        number="ZGL0000001",
        requester="jan.nowak@gmail.com",
        status="open",
        opened_at=NOON,
        organisation="bałtyk",
    )

    golden = make_golden(raw(MAIL), replace(KNOWN, ticket=ticket), house, "sent100")

    assert 'reason = "append:colleague"' in golden.expected
    assert golden.circumstances.known.ticket
    assert golden.circumstances.known.ticket.requester == "osoba2@gmail.com"


@pytest.mark.parametrize(
    "written",
    [
        *("PESEL 44051401359", "NIP 5260250995", "NIP: 526-025-09-95", "EORI PL526025099500000", "REGON 123456785"),
        *("SENT20260112004417", "26PL445010E0000017", "RMPD20260607000433"),
    ],
)
def test_a_number_becomes_another_one_of_its_kind_and_as_valid(written: str) -> None:
    masked = Masker(spared=frozenset()).text(written)

    [before], [after] = find_identifiers(written), find_identifiers(masked)
    assert before.value != after.value
    assert (before.type, before.valid, len(before.value)) == (after.type, after.valid, len(after.value))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("kod błędu 500 z dnia 2026-01-19", "kod błędu 500 z dnia 2026-01-19"),
        ("tel. +48 600 700 800", "tel. +00 000 000 000"),
        ("konto 61 1090 1014 0000 0712 1981 2874", "konto 00 0000 0000 0000 0000 0000 0000"),
        ("https://puesc.gov.pl/x?login=anna#y", "https://puesc.gov.pl/x"),
        ("AKC-WW, SENT100, ZGL0000001", "AKC-WW, SENT100, ZGL0000001"),
        ("z Anną Kowalską, Kowalskiej", "z Anna Przykładowa, Przykładowa"),
        ("Annopol i Kowalewo", "Annopol i Kowalewo"),
    ],
)
def test_what_is_nobodys_stays(text: str, masked: str) -> None:
    masker = Masker(spared=frozenset())
    masker.learn_name("Anna Kowalska", "Anna Przykładowa")

    assert masker.text(text) == masked


@given(st.text(max_size=300))
def test_any_text_can_be_masked_and_masked_again(text: str) -> None:
    masker = Masker(spared=frozenset())

    masker.text(masker.text(text))


def test_the_same_stands_for_the_same() -> None:
    masker = Masker(spared=frozenset({"desk@mf.gov.pl"}))

    said = masker.text("a@firma.pl, b@firma.pl, A@FIRMA.pl, desk@mf.gov.pl, NIP 5260250995, NIP 5260250995")

    first, second, third, desk, one, other = said.split(", ")
    assert (first, third, desk, one) == ("osoba1@firma1.example", first, "desk@mf.gov.pl", other)
    assert second == "osoba2@firma1.example"
