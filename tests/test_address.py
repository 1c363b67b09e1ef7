"""Addresses as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.address import normalise


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
def test_the_same_mailbox_has_one_form(written, compared):
    assert normalise(written) == compared


def test_a_letter_that_looks_like_an_ascii_one_is_another_mailbox():
    assert normalise("boo\u212a@firma.pl") != normalise("book@firma.pl")


@given(st.text(max_size=60))
def test_any_text_has_a_form_and_the_form_is_its_own(text):
    assert normalise(normalise(text)) == normalise(text)
