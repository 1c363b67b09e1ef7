"""Whose word counts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailgate.core.identity import Hearing, IdentityPolicy, Trust, identify, way_of
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read


def test_a_network_that_is_none_is_refused_when_the_policy_is_made() -> None:
    with pytest.raises(ValueError, match=r"192\.0\.2\.0/33"):
        IdentityPolicy(networks=("192.0.2.0/33",))


def test_a_server_is_named_whatever_its_case() -> None:
    assert IdentityPolicy(authserv_ids=("MX.mf.gov.pl",)).names("mx.MF.gov.pl")


def test_a_policy_that_names_nothing_believes_nobody() -> None:
    policy = IdentityPolicy()
    assert not policy.names("")
    assert not policy.believes(Envelope(source="smtp", client="127.0.0.1"))
    assert not policy.believes(Envelope(source="imap"))


def test_a_client_in_the_wrong_network_is_not_saved_by_a_source_that_needs_no_client() -> None:
    policy = IdentityPolicy(networks=("192.0.2.0/24",), sources=("smtp",))
    assert not policy.believes(Envelope(source="smtp", client="203.0.113.9"))


def test_a_pipe_that_only_the_relay_uses_is_believed_when_the_operator_says_so() -> None:
    header = "Authentication-Results: mx.desk.example; dmarc=pass header.from=firma.example\r\n"
    raw = RawMessage(
        content=f"{header}From: jan@firma.example\r\n\r\nDzień dobry\r\n".encode(),
        envelope=Envelope(source="pipe"),
        received_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    named = IdentityPolicy(authserv_ids=("mx.desk.example",))

    assert identify(read(raw), raw.envelope, named).trust is Trust.CLAIMED
    trusting = replace(named, sources=("pipe",))
    assert identify(read(raw), raw.envelope, trusting).trust is Trust.PROVEN


def test_a_relay_that_is_silent_is_told_apart_from_one_header_that_is_missing() -> None:
    raw = RawMessage(
        content=b"From: jan@firma.example\r\n\r\nDobry\r\n",
        envelope=Envelope(source="smtp", client="::ffff:192.0.2.25"),
        received_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    policy = IdentityPolicy(authserv_ids=("mx.desk.example",), networks=("192.0.2.0/24",))

    assert identify(read(raw), raw.envelope, policy).relay is Hearing.MISSING
    silent = replace(policy, silent=frozenset({way_of(raw.envelope)}))
    assert way_of(raw.envelope) == "192.0.2.25"
    assert identify(read(raw), raw.envelope, silent).relay is Hearing.SILENT
    elsewhere = replace(raw.envelope, client="198.51.100.1")
    assert identify(read(raw), elsewhere, silent).relay is None
