"""Which domain speaks for which (RFC 7489 section 3.1)."""

import pytest

from mailgate.core.identity.alignment import is_aligned, organisational_domain


@pytest.mark.parametrize(
    ("author", "proven"),
    [
        ("firma.example", "firma.example"),
        ("firma.example", "FIRMA.Example."),
        ("firma.example", "bounce.mail.firma.example"),
        ("kadry.firma.example", "firma.example"),
        ("kadry.firma.com.pl", "poczta.firma.com.pl"),
        ("xn--w-uga1v8h.pl", "żółw.pl"),
        ("gov.pl", "gov.pl"),
        ("[192.0.2.1]", "[192.0.2.1]"),
    ],
)
def test_one_organisation_speaks_for_itself(author: str, proven: str) -> None:
    assert is_aligned(author, proven)


@pytest.mark.parametrize(
    ("author", "proven"),
    [
        ("firma.example", "firma.example.mallory.example"),
        ("firma.example", "innafirma.example"),
        ("firma.com.pl", "obca.com.pl"),
        ("firma.com.pl", "com.pl"),
        ("mf.gov.pl", "gov.pl"),
        ("gov.pl", "mf.gov.pl"),
        ("firma.co.uk", "obca.co.uk"),
        ("github.io", "evil.github.io"),
        ("firma.example", "example"),
        ("firma.example", ""),
        ("firma.example", "<>"),
        ("firma.example", "\udce9.example"),
        ("[192.0.2.1]", "[198.51.2.1]"),
        ("", ""),
    ],
)
def test_nobody_speaks_for_a_stranger(author: str, proven: str) -> None:
    assert not is_aligned(author, proven)


def test_a_public_suffix_belongs_to_no_organisation() -> None:
    assert organisational_domain("poczta.mf.gov.pl") == "mf.gov.pl"
    assert organisational_domain("gov.pl") is None
