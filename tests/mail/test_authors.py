"""Who wrote a mail: what stands in From, and what only seems to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailparser.utils import get_addresses  # type: ignore[import-untyped]  # mail-parser ships no types

from mailgate.core.mail.addresses import MAX_CHARACTERS, read_addresses
from mailgate.core.mail.defects import Defects
from tests.mail.mails import mail, patient


def found(header: str) -> list[tuple[str, str]]:
    return [(address.addr, address.name) for address in read_addresses((header,), Defects())]


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("display-name-is-another-address", [("bob@example.com", "alice@example.com")]),
        ("display-name-is-another-address-without-quotes", [("bob@example.com", "alice@example.com")]),
        ("encoded-word-is-an-address", [("", "alice@example.com")]),
        ("encoded-word-with-brackets-is-an-address", [("bob@example.com", "Alice <alice@example.com>")]),
        ("from-with-a-comma-in-the-name", [("jan@firma.example", "Kowalski, Jan")]),
        ("from-with-an-open-bracket", [("jan@firma.example", "Jan Kowalski")]),
        ("from-with-comments", [("jan@firma.example", "Jan junior Kowalski")]),
        ("from-idn-and-smtputf8", [("żaneta@xn--w-uga1v8h.pl", "Żaneta")]),
        ("from-is-a-group", [("jan@firma.example", "Jan Kowalski")]),
        ("from-without-an-address", [("", "Jan Kowalski")]),
        ("no-from", []),
        ("from-with-two-mailboxes", [("jan@firma.example", "Jan Kowalski"), ("ewa@firma.example", "Ewa Nowak")]),
        (
            "two-from-headers",
            [("jan.kowalski@firma-transport.example", "Jan Kowalski"), ("prezes@mf.gov.pl", "Prezes")],
        ),
    ],
)
def test_the_authors_are_those_of_all_from_headers(name, authors):
    assert [(author.addr, author.name) for author in mail(name).authors] == authors


def test_two_authors_are_no_author():
    assert mail("two-from-headers").author is None
    assert "several from headers" in mail("two-from-headers").defects


def test_the_other_people_of_a_mail_are_read():
    read = mail("from-with-two-mailboxes")
    assert read.sender is not None
    assert read.sender.addr == "ewa@firma.example"
    assert [address.addr for address in read.reply_to] == ["biuro@firma.example"]
    assert [(address.addr, address.name) for address in read.cc] == [
        ("anna@firma.example", "Anna"),
        ("p.kowal@firma.example", "Kowal, Piotr"),
    ]
    assert [address.addr for address in read.to] == ["helpdesk-eclo@mf.gov.pl"]
    assert mail("from-is-a-group").to == ()


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("Jan Kowalski jan@x.example", [("jan@x.example", "Jan Kowalski")]),
        ("a@x.example; b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        (
            "Nowak, Ewa <e@x.example>, Kowal, Jan <j@x.example>",
            [("e@x.example", "Nowak, Ewa"), ("j@x.example", "Kowal, Jan")],
        ),
        ("<mailto:jan@x.example>", [("jan@x.example", "")]),
        ('"Jan <jan@x.example>', [("jan@x.example", "Jan")]),
        ("'jan@x.example'", [("jan@x.example", "")]),
        ("<<jan@x.example>>", [("jan@x.example", "")]),
        ("Jan <jan@x.example> Kowalski", [("jan@x.example", "Jan")]),
        ("Jan <jan@x.example.>", [("jan@x.example", "Jan")]),
        ("jan..k@x.example", [("jan..k@x.example", "")]),
        ('"jan"@x.example', [("jan@x.example", "")]),
        ('"jan kowalski"@x.example', [('"jan kowalski"@x.example', "")]),
        ("JAN@X.EXAMPLE", [("JAN@x.example", "")]),
        ("Jan <@a.example,@b.example:jan@x.example>", [("jan@x.example", "Jan")]),
        ('"=?utf-8?Q?Gra=C5=BCyna?=" <g@x.example>', [("g@x.example", "Grażyna")]),
        ("=?utf-8?B?R3Jhxbx5?= =?utf-8?B?bmE=?= <g@x.example>", [("g@x.example", "Grażyna")]),
        ("Jan (biuro <jan@x.example>", [("jan@x.example", "Jan (biuro")]),
        ("undisclosed-recipients:;", []),
        ("(nikt) Lista : ;", []),
        (", a@x.example,, b@x.example,", [("a@x.example", ""), ("b@x.example", "")]),
    ],
)
def test_a_broken_address_is_mended_in_its_form_only(header, addresses):
    assert found(header) == addresses


@pytest.mark.parametrize(
    "header",
    [
        "jan@x.example@y.example",
        "jan@@x.example",
        '"jan@x.example"',
        "=?utf-8?Q?jan=40x.example?=",
        "=?utf-8?Q?Jan_=3Cjan=40x.example=3E?=",
        "jan at x.example",
        "Jan <>",
        "Jan <jan>",
        "jan\u202e@x.example",
        "j" * 400 + "@x.example",
    ],
)
def test_what_is_no_address_does_not_become_one(header):
    defects = Defects()
    assert [address.addr for address in read_addresses((header,), defects)] == [""]
    assert defects.listed()


def test_two_addresses_in_brackets_are_two_authors():
    assert [addr for addr, _ in found("Jan <jan@mf.gov.pl> <ewa@obcy.example>")] == [
        "jan@mf.gov.pl",
        "ewa@obcy.example",
    ]


def test_a_name_cannot_turn_the_direction_of_writing():
    assert found("Jan\u202ea@b.example\u202c <jan@x.example>") == [("jan@x.example", "Jana@b.example")]


def test_a_heap_of_addresses_is_read_up_to_a_limit():
    defects = Defects()
    addresses = read_addresses(("a@b.example, " * 100_000,), defects)
    assert 0 < len(addresses) <= MAX_CHARACTERS
    assert f"address headers longer than {MAX_CHARACTERS} characters: the rest was not read" in defects.listed()


LABEL = st.text(alphabet="abcżółwXYZ019", min_size=1, max_size=8)
NAME = st.text(alphabet=" abcŻółw.'\"-_!?=/", max_size=20)


@given(NAME, LABEL, LABEL)
@patient
def test_the_short_way_for_plain_headers_finds_what_the_parser_finds(name, local, domain):
    header = f"{name}<{local}@{domain}.example>"
    troubles: list[object] = []
    expected = get_addresses(header, defects=troubles)
    if not troubles:
        assert [addr.rpartition("@")[0] for addr, _ in found(header)] == [a.rpartition("@")[0] for _, a in expected]
        assert " ".join(found(header)[0][1].split()) == " ".join(expected[0][0].split()).strip(" \"',;")


@given(st.text(alphabet=st.sampled_from('<>()[]@,;:."\\ =?qżab\t'), max_size=60))
@patient
def test_no_heap_of_signs_breaks_it(header):
    for address in read_addresses((header,), Defects()):
        assert address.addr == "" or address.addr.count("@") >= 1
        assert "\n" not in address.name
