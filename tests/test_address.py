"""Addresses as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.address import domain_of, normalise, normalise_login


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Jan.Kowalski@Firma-Transport.PL", "jan.kowalski@firma-transport.pl"),
        (" helpdesk-eclo@mf.gov.pl ", "helpdesk-eclo@mf.gov.pl"),
        ("biuro@żółw.pl", "biuro@xn--w-uga1v8h.pl"),
        ("biuro@ŻÓŁW.PL", "biuro@xn--w-uga1v8h.pl"),
        ("Łukasz@firma.pl", "łukasz@firma.pl"),
        ('"jan.kowalski"@firma.pl', "jan.kowalski@firma.pl"),
        ('"jan kowalski"@firma.pl', '"jan kowalski"@firma.pl'),
        ('"jan@home"@firma.pl', '"jan@home"@firma.pl'),
        ("postmaster", "postmaster"),
        ("a@[127.0.0.1]", "a@[127.0.0.1]"),
    ],
)
def test_the_same_mailbox_has_one_form(written: str, compared: str) -> None:
    assert normalise(written) == compared


def test_a_letter_that_looks_like_an_ascii_one_is_another_mailbox() -> None:
    assert normalise("boo\u212a@firma.pl") != normalise("book@firma.pl")


@given(st.text(max_size=60))
def test_any_text_has_a_form_and_the_form_is_its_own(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("written", "login"),
    [
        ("Anna.Nowak@Agencja-Celna.EXAMPLE", "anna.nowak@agencja-celna.example"),
        ("biuro@żółw.example", "biuro@xn--w-uga1v8h.example"),
        ("biuro@XN--W-UGA1V8H.example", "biuro@xn--w-uga1v8h.example"),
        ("boss@gov\uff0epl", "boss@gov.pl"),  # FULLWIDTH FULL STOP, which UTS 46 maps to a dot
        ("o'neill+puesc@trans_port.example", "o'neill+puesc@trans_port.example"),
        ('"Anna Nowak"@firma.example', '"anna nowak"@firma.example'),
        ("root@[192.0.2.1]", "root@[192.0.2.1]"),
    ],
)
def test_a_well_formed_address_is_a_login_in_its_one_form(written: str, login: str) -> None:
    assert normalise_login(written) == login


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "@firma.example",
        "anna@",
        "anna@firma..example",
        "anna@-firma.example",
        "anna nowak@firma.example",
        "anna@nowak@firma.example",
        "anna@xn--zzzzz9999.example",  # no letters stand behind this A-label
        "anna@\u202efirma.example",  # RIGHT-TO-LEFT OVERRIDE
        "an\u200bna@firma.example",  # ZERO WIDTH SPACE
        "anna@firma.example\nBcc: victim@firma.example",
        "anna\udce9@firma.example",
        "a" * 65 + "@firma.example",
        "a@" + "b" * 64 + ".example",
    ],
)
def test_what_is_no_address_is_no_login(written: str) -> None:
    assert normalise_login(written) is None


@given(st.text(max_size=60))
def test_a_login_is_already_in_its_one_form(text: str) -> None:
    login = normalise_login(text)
    assert login is None or normalise_login(login) == login == normalise(text)


def test_the_domain_of_a_login_is_what_stands_behind_the_last_at() -> None:
    assert domain_of('"jan@home"@firma.example') == "firma.example"
    assert not domain_of("postmaster")
