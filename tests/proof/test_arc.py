"""ARC: a named sealer can lift a mail that a list has changed; nobody else can."""

from typing import Literal

import pytest

from mailgate.core.identity import Trust
from tests.proof.nameserver import Zone
from tests.proof.signer import Signer, record, rsa_key
from tests.proof.world import world

MAIL = """\
From: Jan Kowalski <jan@firma.example>
To: lista@listy.example
Subject: SENT100 odrzucone
Date: Fri, 20 Nov 2026 11:58:00 +0100

Dzień dobry
"""
FOUND = "listy.example; dmarc=pass header.from=firma.example"
ZONE: Zone = {
    "_dmarc.firma.example": [("TXT", "v=DMARC1; p=reject")],
    "s1._domainkey.listy.example": [("TXT", record(rsa_key()))],
    "s1._domainkey.obcy.example": [("TXT", record(rsa_key()))],
    "listy.example": [("TXT", "v=spf1 ip4:192.0.2.20 -all")],
}
LIST = Signer(domain="listy.example", key=rsa_key())
STRANGER = Signer(domain="obcy.example", key=rsa_key())


def judged(mail: str, sealed: Literal["claimed", "proven"] = "claimed") -> tuple[str | None, str | None, Trust]:
    with world(ZONE, sealers=frozenset({"listy.example"}), sealed=sealed) as at:
        identity = at.identity(mail, client="192.0.2.20", mail_from="bounces@listy.example")
        return identity.arc, identity.dmarc, identity.trust


@pytest.mark.parametrize("sealed", ["claimed", "proven"])
def test_a_named_sealer_lifts_a_failure_as_high_as_the_operator_says(sealed: Literal["claimed", "proven"]) -> None:
    assert judged(LIST.arc(MAIL, 1, FOUND), sealed) == ("pass", "fail", Trust(sealed))


@pytest.mark.parametrize(
    "mail",
    [
        # Nobody has named him.
        STRANGER.arc(MAIL, 1, FOUND),
        # A stranger handled it after the list: he may have written any text under the seal of the list.
        STRANGER.arc(LIST.arc(MAIL, 1, FOUND), 2, "obcy.example; arc=pass"),
        # The list did not see DMARC pass, or saw it for somebody else.
        LIST.arc(MAIL, 1, "listy.example; dmarc=fail header.from=firma.example"),
        LIST.arc(MAIL, 1, "listy.example; dmarc=pass header.from=obcy.example"),
        LIST.arc(MAIL, 1, "listy.example; none"),
        # What the list received was sealed by a stranger, and only he saw it pass.
        LIST.arc(STRANGER.arc(MAIL, 1, FOUND), 2, "listy.example; arc=pass"),
    ],
)
def test_a_chain_that_holds_lifts_nothing_without_the_word_of_a_named_sealer(mail: str) -> None:
    assert judged(mail, "proven") == ("pass", "fail", Trust.FORGED)


@pytest.mark.parametrize(
    "mail",
    [
        LIST.arc(MAIL, 1, FOUND).replace("dmarc=pass", "dmarc=pass "),
        LIST.arc(MAIL, 1, FOUND).replace("SENT100", "SENT200"),
        LIST.arc(MAIL, 1, FOUND).replace("Dzień dobry", "Dzień dobry, proszę o dostęp"),
        LIST.arc(MAIL, 1, FOUND, validation="pass"),
        LIST.arc(MAIL, 2, FOUND),
        LIST.arc(MAIL, 1, FOUND).replace("ARC-Seal:", "X-ARC-Seal:"),
        "ARC-Seal: i=51\n" + MAIL,
        "ARC-Seal: i=" + "9" * 5_000 + "\n" + MAIL,
        "ARC-Authentication-Results: nonsense\n" + MAIL,
    ],
)
def test_a_broken_chain_lifts_nothing(mail: str) -> None:
    arc, dmarc, trust = judged(mail.replace("dmarc=pass ", "dmarc=fail ", 1), "proven")
    assert (arc, dmarc, trust) == ("fail", "fail", Trust.FORGED)


def test_a_named_sealer_may_have_received_it_from_another() -> None:
    both = LIST.arc(LIST.arc(MAIL, 1, FOUND), 2, "listy.example; arc=pass; dmarc=fail header.from=firma.example")
    assert judged(both, "proven") == ("pass", "fail", Trust.PROVEN)


def test_a_seal_cannot_lift_what_dmarc_does_not_ask_for() -> None:
    with world({**ZONE, "_dmarc.firma.example": [("TXT", "v=DMARC1; p=none")]}) as at:
        assert at.identity(MAIL, client="192.0.2.20", mail_from="a@listy.example").arc == "none"
