"""How one logs in: with a password, or with a token (XOAUTH2, as Google and Microsoft specify it)."""

from pathlib import Path

from mailgate.config.imap import ImapSection
from mailgate.imap.client import REFUSED, Client, reason_of
from mailgate.imap.token import Tokens, read_file
from mailgate.trouble import Temporary


def log_in(client: Client, section: ImapSection, root: Path, tokens: Tokens | None) -> None:
    """Log in.

    Args:
        client: the connection.
        section: says who.
        root: where relative paths start.
        tokens: gives the token; None: the password file is used.

    Raises:
        Temporary: there is no token or password, or the server does not take it. It may be mended while we run, so
            it is tried again.
        TROUBLES: the connection broke.
    """
    try:
        if tokens is not None:
            client.oauth2_login(section.user, tokens.current().value)
        elif section.password_file is not None:
            client.login(section.user, read_file(root / section.password_file))
    except Client.AbortError:
        raise
    except REFUSED as error:
        what, where = ("token", "its scope") if tokens else ("password", "imap.password_file")
        if tokens is not None:
            tokens.forget()
        raise Temporary(
            f"{section.host} does not take the {what} of {section.user} ({reason_of(error)}): look at it and {where}"
        ) from None
