"""OAuth: Dovecot asks the token server whose token it is, as Microsoft 365 and Gmail do behind their doors."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mailgate.core.mailbox import MailboxState
from tests.imap.dovecot import Dovecot, running
from tests.imap.house import Desk, mail
from tests.imap.tokens import TokenServer, serving

PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}
"""
OAUTH2 = """
tokeninfo_url = http://127.0.0.1:{port}/inspect?access_token=
introspection_mode =
username_attribute = username
active_attribute = active
active_value = true
"""


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[Dovecot, TokenServer]]:
    """A server that takes tokens, and who gives them."""
    with (
        serving() as tokens,
        running(passdb=PASSDB, mechanisms="xoauth2 oauthbearer", oauth2=OAUTH2.format(port=tokens.port)) as server,
    ):
        yield server, tokens


def settings(desk: Desk, tokens: TokenServer, **more: Any) -> dict[str, Any]:
    """A mailbox that is read with a token."""
    (desk.home / "refresh").write_text(f"{tokens.refresh}\n")
    (desk.home / "secret").write_text("client-secret\n")
    given = {"password_file": None, "oauth_url": tokens.url, "oauth_client": "mailgate"}
    given |= {"oauth_client_secret_file": "secret", "oauth_refresh_token_file": "refresh", "oauth_scope": "imap"}
    return given | more


def test_a_mailbox_is_read_with_a_token_for_our_refresh_token(cloud: tuple[Dovecot, TokenServer], desk: Desk) -> None:
    dovecot, tokens = cloud
    dovecot.put(mail(1))

    with desk.reading(dovecot, **settings(desk, tokens)):
        desk.has(1)

    assert tokens.asked[-1] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "mailgate",
        "client_secret": "client-secret",
        "scope": "imap",
    }
    assert desk.log.lines == []


def test_a_new_refresh_token_takes_the_place_of_the_old_one(cloud: tuple[Dovecot, TokenServer], desk: Desk) -> None:
    dovecot, tokens = cloud
    tokens.rotates = True
    given = settings(desk, tokens)

    with desk.reading(dovecot, **given):
        desk.has(1)

    tokens.rotates = False
    assert (desk.home / "refresh").read_text().strip() == tokens.refresh != "refresh-1"


def test_without_a_refresh_token_the_client_secret_is_enough(cloud: tuple[Dovecot, TokenServer], desk: Desk) -> None:
    dovecot, tokens = cloud

    with desk.reading(dovecot, **settings(desk, tokens, oauth_refresh_token_file=None)):
        desk.has(1)

    assert tokens.asked[-1]["grant_type"] == "client_credentials"


def test_a_token_is_renewed_before_it_ends_and_a_failure_is_an_alarm_while_the_old_one_holds(
    cloud: tuple[Dovecot, TokenServer], desk: Desk
) -> None:
    dovecot, tokens = cloud
    with desk.reading(dovecot, **settings(desk, tokens)) as mailbox:
        desk.has(1)
        first = len(tokens.asked)
        tokens.refuses = "invalid_grant"
        desk.skip(minutes=56)
        mailbox.ring()

        line = desk.in_trouble("sign in anew, see oauth_refresh_token_file")
        assert line.state is not MailboxState.TROUBLE
        assert [each["about"] for each in desk.log.said("mailbox trouble")] == ["token"]
        assert "error" in {level for level, event, _ in desk.log.lines if event == "mailbox trouble"}
        dovecot.put(mail(2))
        desk.has(2)

        tokens.refuses = ""
        desk.skip(minutes=2)
        mailbox.ring()
        dovecot.put(mail(3))
        desk.has(3)
        assert len(tokens.asked) > first + 1
    assert [each["about"] for each in desk.log.said("mailbox well again")] == ["token"]


def test_a_token_that_the_server_does_not_take_is_told_and_asked_for_anew(
    cloud: tuple[Dovecot, TokenServer], desk: Desk
) -> None:
    dovecot, tokens = cloud
    held = tokens.user
    tokens.user = "somebody-else"
    with desk.reading(dovecot, **settings(desk, tokens)) as mailbox:
        desk.in_trouble("does not take the token of desk")
        tokens.user = held
        mailbox.ring()
        desk.has(3)
    assert "token-" not in str(desk.log.lines)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("print('token-1')", ""),
        ('print(\'{"access_token": "token-1", "expires_in": 600}\')', ""),
        ("import sys; sys.exit('no such account')", "imap.oauth_command ended with code 1 (no such account)"),
        ("print('two words')", "imap.oauth_command printed no token"),
        ("print('{}')", "holds no access_token"),
    ],
)
def test_a_command_may_give_the_token(program: str, said: str, cloud: tuple[Dovecot, TokenServer], desk: Desk) -> None:
    dovecot, _ = cloud
    command = (sys.executable, "-c", program)
    with desk.reading(dovecot, password_file=None, oauth_command=command):
        if said:
            desk.in_trouble(said)
        else:
            desk.has(3)
