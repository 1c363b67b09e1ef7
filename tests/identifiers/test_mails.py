"""Whole mails, and every number that they hold."""

import pytest

from mailgate.core.identifiers import find_identifiers

FORMS = frozenset({"AES", "AKC-4", "AKC-U/S", "CCL", "IE818", "RMPD100", "SENT100", "VAT-14", "WPE0001", "ZC415"})

EXPORT = """\
Szanowni Państwo,

od wczoraj czekamy na potwierdzenie wywozu (IE599) dla trzech zgłoszeń:

26PL441010NU5K2J15
26PL441010NU5K2J16
MRN: 26PL 3010 10E0 0661 23

Towar opuścił UE 20.11.2026 o godz. 06:14, numer karnetu TIR XR83114672, naczepa BI 7714X, kontener CSQU3054383.
LRN: 2026/IMP/04417. Kwota VAT to 190 432,50 zł, na rachunek 61 1090 1014 0000 0712 1981 2874.

Z poważaniem
Anna Nowak
Agencja Celna Nowak Sp. z o.o., ul. Celna 12, 00-950 Warszawa
NIP: 521-303-21-79, REGON: 123456785, KRS: 0000123456
tel. 22 330 03 30, kom. +48 602 123 118, fax 0-22 330 03 31
"""

CARRIER = """\
Добрий день,

не можу закрити повідомлення RMPD20260607000433 для машини ВС 4417 КМ, причіп АА 9917 ХР.
Телефон водія 050-123-45-67, ПЕСЕЛЬ 44051401359, EORI UA12345678.
Дозвіл № 004512, рейс 21.11.2026.
"""

EXCISE = """\
Dzień dobry,
raport odbioru IE818 nie zamyka przemieszczenia, ARC 26PL7B0200000E1K55TQ7. Zabezpieczenie (GRN 26PL3210000G0011-3,
voucher 26PL3210000G00113A000123) zajęte na 412 tys. zł.
Skład podatkowy: PL521303217900000, ID SISC osoby: PL000000012345678.
Paczka 35-118-0042, 35-118-0043, pula 250 000, nr dok. 26112004417, VIN WVWZZZ1JZXW000001.
"""

SENSITIVE = """\
Re: [EXTERNAL] ZGL 2331002 - SENT 100

Witam, SENT20260004471823 i sent 2026 0005 5100 97 nie dają się zamknąć, formularz sent-100 (Sent_100) odrzucony.
Stawka VAT 14 % albo 14 zł. AKC-U/S i akcu/s też. Wniosek WPE 0001.

> W dniu 18.11.2026 o 07:00 Help Desk napisał(a):
> zgłoszenie ZGL2331002 zostało zamknięte, ticket #zgl-2330990 też
"""

LIST_OF_FIRMS = """\
Przykładowo NIP 7120001122 i 7770001128, potem 123-456-32-18.
NIP/REGON: 5213032179/123456785
Numery zamówień:
5213032179
Faktura 5213032179, operacja 5213032179, kod 5213032179.
Kontrahent: ABC Trans 1130000111
"""

LOG = """\
2026-11-22 06:14:09 send CC015C lrn=OPO26112200031 ok
2026-11-22 06:14:11 recv B006 ref=null id=0f8fad5b-d9cb-469f-a165-70867728950e
t=1795335243 ip=192.168.100.17 mac=00:1A:2B:3C:4D:5E sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709
<Pomiar><DataPomiaru>2026-10-01+02:00</DataPomiaru><Ilosc>1184.22</Ilosc></Pomiar> 0x80092013
"""


@pytest.mark.parametrize(
    ("mail", "identifiers"),
    [
        (
            EXPORT,
            [
                ("mrn", "26PL441010NU5K2J15", True),
                ("mrn", "26PL441010NU5K2J16", False),
                ("mrn", "26PL301010E0066123", True),
                ("nip", "5213032179", True),
                ("regon", "123456785", True),
            ],
        ),
        (CARRIER, [("rmpd", "RMPD20260607000433", True), ("pesel", "44051401359", True), ("eori", "UA12345678", True)]),
        (
            EXCISE,
            [
                ("form", "IE818", True),
                ("arc", "26PL7B0200000E1K55TQ7", True),
                ("grn", "26PL3210000G00113", True),
                ("grn", "26PL3210000G00113A000123", True),
                ("eori", "PL521303217900000", True),
                ("id_sisc", "PL000000012345678", True),
            ],
        ),
        (
            SENSITIVE,
            [
                ("ticket", "ZGL2331002", True),
                ("form", "SENT100", True),
                ("sent", "SENT20260004471823", True),
                ("sent", "SENT20260005510097", True),
                ("form", "AKCUS", True),
                ("form", "WPE0001", True),
                ("ticket", "ZGL2330990", True),
            ],
        ),
        (
            LIST_OF_FIRMS,
            [
                ("nip", "7120001122", False),
                ("nip", "7770001128", True),
                ("nip", "1234563218", True),
                ("nip", "5213032179", True),
                ("regon", "123456785", True),
                ("nip", "1130000111", True),
            ],
        ),
        (LOG, []),
    ],
    ids=["export", "carrier", "excise", "sent", "firms", "log"],
)
def test_a_mail_holds_these_numbers_and_no_others(mail: str, identifiers: list[tuple[str, str, bool]]) -> None:
    found = find_identifiers(mail, forms=FORMS)
    assert [(identifier.type, identifier.value, identifier.valid) for identifier in found] == identifiers
