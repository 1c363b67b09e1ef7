"""DMARC: alignment, policies, and what is forged and what is not."""

import pytest

from mailgate.core.identity import Trust
from tests.proof.nameserver import Zone
from tests.proof.signer import Signer, record, rsa_key
from tests.proof.world import world

CLIENT = "192.0.2.10"


def mail(author: str = "jan@firma.example") -> str:
    return f"From: Jan <{author}>\nSubject: SENT100\nDate: Fri, 20 Nov 2026 11:58:00 +0100\n\nDzień dobry\n"


def zone(record: str | None, *, at: str = "firma.example", spf: str = "v=spf1 ip4:192.0.2.10 -all") -> Zone:
    dmarc = {f"_dmarc.{at}": [("TXT", record)]} if record else {}
    return {
        "firma.example": [("TXT", spf), ("A", "192.0.2.10")],
        "sub.firma.example": [("TXT", spf), ("A", "192.0.2.10")],
        "obca.example": [("TXT", "v=spf1 ip4:192.0.2.66 -all")],
        **dmarc,
    }


def test_an_aligned_sender_passes() -> None:
    with world(zone("v=DMARC1; p=reject")) as at:
        identity = at.identity(mail(), client=CLIENT, helo="mx.firma.example", mail_from="jan@firma.example")
        assert (identity.spf, identity.dmarc, identity.trust) == ("pass", "pass", Trust.PROVEN)


@pytest.mark.parametrize(
    ("policy", "trust"),
    [
        ("v=DMARC1; p=reject", Trust.FORGED),
        ("v=DMARC1; p=quarantine", Trust.FORGED),
        ("v=DMARC1;p=QUARANTINE;", Trust.FORGED),
        ("v=DMARC1; p=none", Trust.CLAIMED),
        # The owner still tries it out: the next milder policy holds.
        ("v=DMARC1; p=quarantine; pct=50", Trust.CLAIMED),
        ("v=DMARC1; p=quarantine; t=y", Trust.CLAIMED),
        ("v=DMARC1; p=reject; pct=50", Trust.FORGED),
        ("v=DMARC1; p=reject; pct=100; nonsense; x", Trust.FORGED),
        # Reports are wanted, and nothing else.
        ("v=DMARC1; p=strange; rua=mailto:a@firma.example", Trust.CLAIMED),
    ],
)
def test_a_failure_is_as_bad_as_the_owner_of_the_domain_says(policy: str, trust: Trust) -> None:
    with world(zone(policy)) as at:
        identity = at.identity(mail(), client="192.0.2.66", helo="mx.obca.example", mail_from="x@obca.example")
        assert identity.dmarc == "fail"
        assert identity.trust is trust


@pytest.mark.parametrize("policy", [None, "v=spf1 -all", "v=DMARC2; p=reject", "p=reject; v=DMARC1"])
def test_without_a_record_nobody_asks_for_anything(policy: str | None) -> None:
    with world(zone(policy)) as at:
        identity = at.identity(mail(), client="192.0.2.66", helo="mx.obca.example", mail_from="x@obca.example")
        assert (identity.dmarc, identity.trust) == ("none", Trust.CLAIMED)


def test_two_records_are_none() -> None:
    twice = {**zone(None), "_dmarc.firma.example": [("TXT", "v=DMARC1; p=reject"), ("TXT", "v=DMARC1; p=none")]}
    with world(twice) as at:
        assert at.identity(mail(), client="192.0.2.66", mail_from="x@obca.example").dmarc == "none"


def test_a_record_that_cannot_be_used_is_a_finding_and_nobody_is_forged() -> None:
    with world(zone("v=DMARC1; p=strange")) as at:
        identity = at.identity(mail(), client="192.0.2.66", mail_from="x@obca.example")
        assert (identity.dmarc, identity.trust) == ("permerror", Trust.CLAIMED)
        assert any("dmarc=permerror for firma.example" in remark for remark in identity.remarks)


def test_a_broken_spf_record_is_a_finding_and_nobody_is_forged() -> None:
    with world(zone(None, spf="v=spf1 ip4:nonsense -all")) as at:
        identity = at.identity(mail(), client="192.0.2.66", mail_from="jan@firma.example")
        assert (identity.spf, identity.trust) == ("permerror", Trust.CLAIMED)
        assert any("spf=permerror for jan@firma.example" in remark for remark in identity.remarks)


@pytest.mark.parametrize(
    ("policy", "author", "trust"),
    [
        ("v=DMARC1; p=none; sp=reject", "jan@sub.firma.example", Trust.FORGED),
        ("v=DMARC1; p=reject; sp=none", "jan@sub.firma.example", Trust.CLAIMED),
        ("v=DMARC1; p=reject", "jan@sub.firma.example", Trust.FORGED),
        # np=: a subdomain that does not exist (RFC 9091).
        ("v=DMARC1; p=none; np=reject", "jan@invented.firma.example", Trust.FORGED),
        ("v=DMARC1; p=none; np=reject", "jan@sub.firma.example", Trust.CLAIMED),
    ],
)
def test_subdomains_have_the_policy_that_is_theirs(policy: str, author: str, trust: Trust) -> None:
    with world(zone(policy)) as at:
        identity = at.identity(mail(author), client="192.0.2.66", mail_from="x@obca.example")
        assert (identity.dmarc, identity.trust) == ("fail", trust)


def test_strict_alignment_asks_for_the_very_domain() -> None:
    strict = zone("v=DMARC1; p=reject; aspf=s; adkim=s")
    signed = Signer(domain="sub.firma.example", key=rsa_key()).dkim(mail())
    keys: Zone = {"s1._domainkey.sub.firma.example": [("TXT", record(rsa_key()))]}
    with world({**strict, **keys}) as at:
        below = at.identity(signed, client=CLIENT, mail_from="jan@sub.firma.example")
        assert (below.spf, below.dkim, below.dmarc, below.trust) == ("pass", ("pass",), "fail", Trust.FORGED)
    with world({**zone("v=DMARC1; p=reject"), **keys}) as at:
        assert at.identity(signed, client=CLIENT, mail_from="jan@sub.firma.example").dmarc == "pass"


def test_strangers_under_one_public_suffix_are_not_aligned() -> None:
    shared: Zone = {
        "obca.com.pl": [("TXT", "v=spf1 ip4:192.0.2.66 -all")],
        "_dmarc.firma.com.pl": [("TXT", "v=DMARC1; p=reject")],
    }
    with world(shared) as at:
        identity = at.identity(mail("jan@firma.com.pl"), client="192.0.2.66", mail_from="x@obca.com.pl")
        assert (identity.spf, identity.dmarc, identity.trust) == ("pass", "fail", Trust.FORGED)


def test_a_bounce_is_judged_by_the_name_of_its_server() -> None:
    helo: Zone = {**zone("v=DMARC1; p=reject"), "mx.firma.example": [("TXT", "v=spf1 ip4:192.0.2.10 -all")]}
    with world(helo) as at:
        identity = at.identity(
            mail("mailer-daemon@firma.example"), client=CLIENT, helo="mx.firma.example", mail_from=""
        )
        assert (identity.spf, identity.dmarc) == ("pass", "pass")


@pytest.mark.parametrize("silent", ["_dmarc.firma.example", "firma.example", "s1._domainkey.firma.example"])
def test_a_fault_of_dns_accuses_nobody(silent: str) -> None:
    signed = Signer(domain="firma.example", key=rsa_key()).dkim(mail())
    with world({**zone("v=DMARC1; p=reject", spf="v=spf1 -all"), silent: "servfail"}) as at:
        identity = at.identity(signed, client="192.0.2.66", mail_from="jan@firma.example")
        assert identity.dmarc == "temperror"
        assert identity.trust is Trust.CLAIMED


def test_where_nobody_knows_the_client_a_failure_accuses_nobody() -> None:
    with world(zone("v=DMARC1; p=reject")) as at:
        identity = at.identity(mail())
        assert (identity.spf, identity.dmarc, identity.trust) == (None, "fail", Trust.CLAIMED)


@pytest.mark.parametrize(
    "head",
    [
        "From: jan@firma.example, anna@firma.example\n",
        "From: jan@firma.example\nFrom: anna@firma.example\n",
        "From: nobody\n",
        "To: helpdesk-eclo@mf.gov.pl\n",
    ],
)
def test_a_mail_without_one_well_formed_author_is_forged_whatever_passes(head: str) -> None:
    with world(zone("v=DMARC1; p=none")) as at:
        identity = at.identity(f"{head}\nDzień dobry\n", client=CLIENT, mail_from="jan@firma.example")
        assert (identity.spf, identity.trust) == ("pass", Trust.FORGED)


def test_our_own_name_in_a_header_of_the_mail_is_reported_and_not_believed() -> None:
    forged = "Authentication-Results: mx.desk.example; dmarc=pass header.from=firma.example\n" + mail()
    with world(zone("v=DMARC1; p=reject")) as at:
        identity = at.identity(forged, client="192.0.2.66", mail_from="x@obca.example")
        assert (identity.dmarc, identity.trust) == ("fail", Trust.FORGED)
        assert any(remark.startswith("look-alike: results of mx.desk.example") for remark in identity.remarks)
