"""Whose word counts."""

import pytest

from mailgate.core.identity import IdentityPolicy
from mailgate.core.mail import Envelope


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
