"""Each kind of number in the spellings that people use, and what only looks like it."""

import pytest

from mailgate.core.identifiers import Identifier, find_identifiers, normalise_form

FORMS = frozenset(
    {"AKC-4", "AKC-U/S", "AKC-WW", "IST", "OPAL", "P-KOP/MS", "RMPD Aktualizacja", "SENT100", "T2L", "VAT-14"}
)


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(i.type, i.value, i.valid) for i in find_identifiers(text, forms=FORMS)]


@pytest.mark.parametrize(
    ("text", "kind", "value", "valid"),
    [
        ("26PL301010E0066123", "mrn", "26PL301010E0066123", True),
        ("26pl301010e0066123", "mrn", "26PL301010E0066123", True),
        ("MRN26PL301010E0066123", "mrn", "26PL301010E0066123", True),
        ("(26PL301010E0066123)", "mrn", "26PL301010E0066123", True),
        ("26 PL 3010 10E0 0661 23", "mrn", "26PL301010E0066123", True),
        ("26PL301010E0066123-26PL301010E0066123", "mrn", "26PL301010E0066123", True),
        ("MRN 26PL\u00a0301010\u202fE006\u20116120", "mrn", "26PL301010E0066120", False),
        ("26PL301010E0066120", "mrn", "26PL301010E0066120", False),  # the shape leaves no doubt, the digit is wrong
        ("15ITQ1V1T0240456E9", "mrn", "15ITQ1V1T0240456E9", True),  # published by a cargo community system
        ("numer ARC: 26PL7B02 00000E1K5 5TQ7", "arc", "26PL7B0200000E1K55TQ7", True),
        ("gwarancja 26PL3210000G00113", "grn", "26PL3210000G00113", True),
        ("GRN 26PL3210000G0011-5", "grn", "26PL3210000G00115", False),
        ("26PL3210000G00113A000123", "grn", "26PL3210000G00113A000123", True),
        ("SENT20260004471823", "sent", "SENT20260004471823", True),
        ("zgłoszenie SENT nr 20260004471823", "sent", "SENT20260004471823", True),
        ("sent-2026 0004 4718 23.", "sent", "SENT20260004471823", True),
        ("RMPD: 20260607000433", "rmpd", "RMPD20260607000433", True),
        ("ZGL0001234", "ticket", "ZGL0001234", True),
        ("[zgl 0001234]", "ticket", "ZGL0001234", True),
        ("ZGL-0001234:", "ticket", "ZGL0001234", True),
        ("ZGL #0001234", "ticket", "ZGL0001234", True),
        ("PL5213032179", "nip", "5213032179", True),
        ("VAT-UE PL 521-303-21-79", "nip", "5213032179", True),
        ("NIP5213032179", "nip", "5213032179", True),
        ("NIP nadawcy to 5213032170", "nip", "5213032170", False),
        ("NIP-em 5213032179", "nip", "5213032179", True),
        ("numerem identyfikacji podatkowej 5213032179", "nip", "5213032179", True),
        ("5213032179 (NIP)", "nip", "5213032179", True),
        ("NIP:\n5213032179", "nip", "5213032179", True),
        ("NIP odbiorcy ABC Trans Sp. z o.o. 5213032179", "nip", "5213032179", True),
        ("NIP 521 303 21 79 600 100 200", "nip", "5213032179", True),
        ("NIP 0000000000", "nip", "0000000000", False),
        ("5213032179", "nip", "5213032179", True),
        ("Nowak i Syn s.c. 5213032179", "nip", "5213032179", True),
        ("521-30-32-179", "nip", "5213032179", True),
        ("REGON 12345678512347", "regon", "12345678512347", True),
        ("REGON-u 123456780", "regon", "123456780", False),
        ("PESEL 440514 01359", "pesel", "44051401359", True),
        ("nr PESEL-u: 44051401358", "pesel", "44051401358", False),
        ("Jan Kowalski, 44051401359", "pesel", "44051401359", True),
        ("EORI: PL 5213032179 00000", "eori", "PL521303217900000", True),
        ("EORI PL521303217000000", "eori", "PL521303217000000", False),
        ("EORI PL123456785000000", "eori", "PL123456785000000", True),  # a REGON
        ("EORI PL440514013590000", "eori", "PL440514013590000", True),  # a PESEL
        ("PL12345678901234Z", "eori", "PL12345678901234Z", True),  # a firm from outside the Union
        ("EORI number of the consignor: DE123456789012345", "eori", "DE123456789012345", True),
        ("EORI GB 123456789000", "eori", "GB123456789000", True),
        ("EORI: ATEOS1000000123", "eori", "ATEOS1000000123", True),
        ("ID SISC: PL000000012345678", "id_sisc", "PL000000012345678", True),
        ("idsisc PL521303217900000", "id_sisc", "PL521303217900000", True),
        ("PL 000000012345678", "id_sisc", "PL000000012345678", True),
        ("Sent_100", "form", "SENT100", True),
        ("akcu/s", "form", "AKCUS", True),
        ("AKC 4", "form", "AKC4", True),
        ("p-kop/ms", "form", "PKOPMS", True),
        ("rmpd aktualizacja", "form", "RMPDAKTUALIZACJA", True),
        ("błąd w IST", "form", "IST", True),
        ("T2L", "form", "T2L", True),
    ],
)
def test_a_number_is_found_as_people_write_it(text: str, kind: str, value: str, valid: bool) -> None:
    assert found(text) == [(kind, value, valid)]


@pytest.mark.parametrize(
    "text",
    [
        "tel. 5213032179",
        "tel. 521-303-21-79",
        "+48 521 303 217",
        "+5213032179",
        "telefon: 050-123-45-67",
        "zamówienie nr 5213032179",
        "Zamówienie 5213032179",
        "operacja 5213032179",
        "numer 5213032179",
        "Faktury:\n5213032179",
        "NIP nieznany, faktura 5213032179",
        "NIP. Tel 5213032179",
        "NIP\nul. Długa 5213032179",
        "5213032179,50 zł",
        "5213032179 PLN",
        "0,5213032179",
        "x5213032179",
        "5213032179@firma.example",
        "https://firma.example/5213032179",
        "rachunek 61 1090 1014 0000 0712 1981 2874",
        "PL61109010140000071219812874",
        "61 1090 1014 0000 0712 1981 2874",
        "DE89 3704 0044 0532 0130 00",
        "4111 1111 1111 1111",
        "20261122061409",
        "2026-11-22 06:14:09",
        "123456785",  # a right REGON, and nine digits like a phone number
        "12345678512347",
        "44051401359 szt.",
        "dokument 44051401359",
        "PESEL 4405140135",
        "44851401354",  # a birthday in the nineteenth century
        "00-950 Warszawa",
        "LU 4471K, WVWZZZ1JZXW000001, 1HGCM82633A004352",
        "VIN 93PLD18408Z100001",
        "X26PL301010E0066123",
        "26XX301010E0066123",
        "LRN 26PL301010E0066120",
        "26de3010100066120f",
        "MRN 26PL301010E006612",
        "26PL 3010 10E0 0661 20",  # broken, unnamed and wrong: it may be anything
        "SENT2026000447182",
        "SENT 19990004471823",
        "ABSENT20260004471823",
        "ZGL000123",
        "ZGL00012345",
        "XZGL0001234",
        "EORI dla firmy 12345",
        "EORI no 12345678",
        "stawka VAT 14 %",
        "VAT 14 dni",
        "das ist falsch",
        "DAS IST FALSCH",
        "Opal i opal",
        "SENT1000",
        "przeSENT100",
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert found(text) == []


def test_a_list_goes_on_under_the_name_of_its_first_number() -> None:
    text = "NIP-y: 5213032179, 7120001122 oraz 7770001128"
    assert found(text) == [("nip", "5213032179", True), ("nip", "7120001122", False), ("nip", "7770001128", True)]


def test_a_phone_number_behind_a_list_does_not_go_on_with_it() -> None:
    assert found("NIP 5213032179, 22 330 03 30, 0501234567") == [("nip", "5213032179", True)]


def test_each_number_is_told_once_where_it_first_stands() -> None:
    assert found("ZGL0001234, NIP 5213032179, zgl 0001234, PL5213032179") == [
        ("ticket", "ZGL0001234", True),
        ("nip", "5213032179", True),
    ]


def test_another_desk_has_another_ticket_prefix() -> None:
    ticket = Identifier(type="ticket", value="INC0001234", valid=True)
    assert find_identifiers("ZGL0001234 inc-0001234", ticket_prefix="INC") == (ticket,)


def test_a_form_is_normalised_to_letters_and_digits() -> None:
    assert normalise_form("AKC-U/S") == normalise_form("akcu/s") == "AKCUS"
    assert find_identifiers("akc-us", forms={"AKCUS"})[0].value == "AKCUS"


def test_half_a_surrogate_pair_disturbs_nothing() -> None:
    assert found("\ud83d NIP 5213032179 \udce9") == [("nip", "5213032179", True)]
