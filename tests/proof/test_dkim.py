"""DKIM: what agrees, what does not, and what agrees and counts for nothing all the same."""

import base64

import pytest

from mailgate.core.identity import Trust
from tests.proof.nameserver import Zone
from tests.proof.signer import Key, Signer, ed25519_key, record, rsa_key
from tests.proof.world import world

MAIL = """\
From: Jan Kowalski <jan@firma.example>
To: helpdesk-eclo@mf.gov.pl
Subject: SENT100 odrzucone
Date: Fri, 20 Nov 2026 11:58:00 +0100

Dzień dobry, zgłoszenie zostało odrzucone.

Jan Kowalski
"""
KEY_NAME = "s1._domainkey.firma.example"
# Appendix A of RFC 8463, with its keys: the one mail in the standards that is signed with both algorithms.
RFC_8463 = """\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
RFC_8463_RSA = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi"
    "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+"
    "2kryOTIKT+l/K4w3QIDAQAB"
)
RFC_8463_ZONE: Zone = {
    "brisbane._domainkey.football.example.com": [
        ("TXT", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    ],
    "test._domainkey.football.example.com": [("TXT", RFC_8463_RSA)],
}


def signer(key: Key | None = None) -> Signer:
    return Signer(domain="firma.example", key=key or rsa_key())


def test_the_mail_of_rfc_8463_passes_with_both_algorithms() -> None:
    with world(RFC_8463_ZONE) as at:
        assert at.identity(RFC_8463).dkim == ("pass", "pass")
        assert at.identity(RFC_8463.replace("We lost", "We won")).dkim == ("fail", "fail")
        assert at.identity(RFC_8463.replace("dinner", "lunch")).dkim == ("fail", "fail")


@pytest.mark.parametrize("key", [rsa_key(), rsa_key(2048), ed25519_key()])
def test_an_aligned_signature_proves_the_author(key: Key) -> None:
    with world({KEY_NAME: [("TXT", record(key))]}) as at:
        identity = at.identity(signer(key).dkim(MAIL))
        assert identity.dkim == ("pass",)
        assert identity.trust is Trust.PROVEN


def test_a_signature_of_another_domain_passes_and_proves_nothing() -> None:
    with world({"s1._domainkey.obca.example": [("TXT", record(rsa_key()))]}) as at:
        identity = at.identity(Signer(domain="obca.example", key=rsa_key()).dkim(MAIL))
        assert identity.dkim == ("pass",)
        assert identity.trust is Trust.CLAIMED


def test_each_of_several_signatures_has_a_result_of_its_own() -> None:
    zone: Zone = {
        KEY_NAME: [("TXT", record(rsa_key()))],
        "s1._domainkey.obca.example": [("TXT", "v=DKIM1; p=")],
        "s2._domainkey.firma.example": "servfail",
    }
    mail = Signer(domain="firma.example", selector="s2", key=rsa_key()).dkim(
        Signer(domain="obca.example", key=rsa_key()).dkim(signer().dkim(MAIL))
    )
    with world(zone) as at:
        identity = at.identity(mail)
        assert identity.dkim == ("temperror", "permerror", "pass")
        assert identity.trust is Trust.PROVEN
        assert any("the key is revoked" in remark for remark in identity.remarks)


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        ([], "permerror"),
        (["v=DKIM1; p="], "permerror"),
        (["v=DKIM2; p=AAAA"], "permerror"),
        (["v=DKIM1; k=rsa; p=AAAA"], "permerror"),
        (["v=DKIM1; k=rsa; no tag; p=AAAA"], "permerror"),
        (["v=DKIM1; k=dsa; p=AAAA"], "permerror"),
        ([record(rsa_key(), "s=tlsrpt; ")], "permerror"),
        ([record(rsa_key(), "h=sha1; ")], "permerror"),
        ([record(ed25519_key())], "permerror"),
        ([record(rsa_key(), "s=email; h=sha1:sha256; n=a note; ")], "pass"),
        (["just a text", record(rsa_key())], "pass"),
        ([record(rsa_key(2048))], "fail"),
    ],
)
def test_what_the_key_says_decides(keys: list[str], result: str) -> None:
    with world({KEY_NAME: [("TXT", key) for key in keys] or [("A", "192.0.2.1")]}) as at:
        identity = at.identity(signer().dkim(MAIL))
        assert identity.dkim == (result,)
        assert (identity.trust is Trust.PROVEN) == (result == "pass")


def test_a_key_that_can_be_broken_proves_nothing() -> None:
    # Of 512 bits; the library that signs in these tests makes none so short.
    short = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALgSoqXVSEmfcIsOzw7oRuCCOwsmtX/SJnTWxYyj2leFxfS/AVJ+dYfY+h"
    short += "XqMsT7l+MZvvh/R1WzN4MO/kI/7XsCAwEAAQ=="
    with world({KEY_NAME: [("TXT", f"v=DKIM1; p={short}")]}) as at:
        identity = at.identity(signer().dkim(MAIL))
        assert identity.dkim == ("permerror",)
        assert any("a key of 512 bits proves nothing" in remark for remark in identity.remarks)


@pytest.mark.parametrize(
    ("was", "becomes", "result"),
    [
        ("v=1;", "v=2;", "neutral"),
        ("v=1; ", "", "neutral"),
        ("a=rsa-sha256", "a=rsa-md5", "neutral"),
        ("a=rsa-sha256", "a=rsa-sha1", "permerror"),
        ("c=relaxed/relaxed", "c=strange", "neutral"),
        ("s=s1;", "s=s1; s=s1;", "neutral"),
        ("d=firma.example", "d=firma(.example", "neutral"),
        ("s=s1;", "s=s1; i=@obca.example;", "permerror"),
        ("s=s1;", "s=s1; x=1;", "permerror"),
        ("s=s1;", "s=s1; t=20; x=10;", "neutral"),
        ("s=s1;", "s=s1; q=http;", "neutral"),
        ("s=s1;", "s=s1; l=many;", "neutral"),
        ("h=from:", "h=", "permerror"),
        ("bh=", "bh=!", "neutral"),
        ("Signature: v", "Signature: ; v", "neutral"),
    ],
)
def test_a_signature_that_cannot_be_checked_says_why(was: str, becomes: str, result: str) -> None:
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        mail = signer().dkim(MAIL)
        assert was in mail
        identity = at.identity(mail.replace(was, becomes, 1))
        assert identity.dkim == (result,)
        assert identity.trust is Trust.CLAIMED


def test_a_user_of_a_subdomain_may_sign_unless_the_key_forbids_it() -> None:
    mail = signer().dkim(MAIL, tags="i=jan=40sales.firma.example; ".replace("=40", "@"))
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        assert at.identity(mail).dkim == ("pass",)
    with world({KEY_NAME: [("TXT", record(rsa_key(), "t=y:s; "))]}) as at:
        assert at.identity(mail).dkim == ("permerror",)


def test_a_text_that_anybody_may_have_added_takes_the_proof_away() -> None:
    body = MAIL.partition("\n\n")[2]
    length = len(body.replace("\n", "\r\n").encode())
    mail = signer().dkim(MAIL, tags=f"l={length}; ")
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        assert at.identity(mail).trust is Trust.PROVEN
        added = at.identity(mail + "Proszę zmienić adres mojego konta na napastnik@obca.example.\n")
        assert added.dkim == ("pass",)
        assert added.trust is Trust.CLAIMED
        assert any("unsigned-text" in remark for remark in added.remarks)
        assert at.identity(mail.replace(f"l={length}", f"l={length + 1}")).dkim == ("fail",)


def test_a_second_subject_that_nobody_signed_takes_the_proof_away() -> None:
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        added = at.identity("Subject: Proszę o odblokowanie konta\n" + signer().dkim(MAIL))
        assert added.dkim == ("pass",)
        assert added.trust is Trust.CLAIMED


def test_blanks_and_folds_do_not_matter_to_the_relaxed_form_and_line_ends_to_none() -> None:
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        mail = signer().dkim(MAIL)
        bent = mail.replace("Subject: SENT100 odrzucone", "SUBJECT :  SENT100\n\todrzucone  ").replace(
            "Dzień dobry, ", "Dzień   dobry, "
        )
        assert at.identity(bent + "\n\n\n").dkim == ("pass",)
        assert at.identity(mail.replace("\n", "\r\n").replace("\r\n", "\n")).dkim == ("pass",)


def test_a_key_in_many_strings_is_one_key() -> None:
    text = record(rsa_key(2048))
    strings = [text[at : at + 40] for at in range(0, len(text), 40)]
    with world({KEY_NAME: [("TXT", strings)]}) as at:
        assert at.identity(signer(rsa_key(2048)).dkim(MAIL)).dkim == ("pass",)


def test_a_mail_of_blanks_costs_time_in_proportion_to_its_size() -> None:
    # Each of these lines took other verifiers the square of its length.
    mail = MAIL + (" " * 9_990 + "x\n") * 300
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        signature = signer().dkim(MAIL)
        assert at.identity(signature.partition("\n")[0] + "\n" + mail).dkim == ("fail",)


def test_a_hundred_signatures_are_not_all_asked_for() -> None:
    one = signer().dkim(MAIL).partition("\n")[0] + "\n"
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        assert len(at.identity(one * 100 + MAIL).dkim) == 10


def test_bytes_that_are_no_utf_8_are_signed_as_they_are() -> None:
    broken = b"Subject: =?x?= \xb1\xff".decode("utf-8", "surrogateescape")
    with world({KEY_NAME: [("TXT", record(rsa_key()))]}) as at:
        raw = at.raw(f"{broken}\n" + signer().dkim(MAIL, fields="from:to:date"))
        assert base64.b64encode(raw.content)
        assert raw.results is not None
        assert "dkim=pass" in raw.results
