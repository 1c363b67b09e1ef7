"""`[[imap]]`: mailboxes that mail is fetched from."""

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from mailgate.config.section import Section

_TLS_PORT, _PLAIN_PORT = 993, 143
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _mailbox_name(value: str) -> str:
    if not re.fullmatch("[a-z0-9][a-z0-9-]{0,39}", value):
        raise ValueError(f'"{value}" is no name; write small letters, digits and "-", as in "desk"')
    return value


def _flag(value: str) -> str:
    if not re.fullmatch(r"\\?[A-Za-z$_][A-Za-z0-9$_-]*", value):
        raise ValueError(f'"{value}" is no flag; write one as "$Mailgate" or \'\\Seen\'')
    if value.lower() in {r"\deleted", r"\recent"}:
        raise ValueError(f'"{value}" cannot be such a flag; to have mail deleted set after = "delete"')
    return value


def _oauth_url(value: str) -> str:
    url = urlsplit(value)
    if value and url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
        raise ValueError(f'"{value}" is no https:// address; the token would travel readable')
    return value


class ImapSection(Section):
    """A mailbox that mail is fetched from: one such table for each; see docs/imap.md."""

    # Its name in the log and in `mailgate mailboxes`. Cursors hang on it: do not change it.
    name: Annotated[str, AfterValidator(_mailbox_name)]
    host: Annotated[str, Field(min_length=1)]
    # 0: 993 with security "tls", else 143.
    port: int = Field(default=0, ge=0, le=65535)
    # "tls" (from the first byte), "starttls", or "none": then everything travels readable.
    security: Literal["tls", "starttls", "none"] = "tls"
    # PEM file of the authority that vouches for the server, where the machine does not know it.
    authority: Path | None = None
    # Login. Of a shared mailbox of Microsoft 365: the address of the mailbox.
    user: Annotated[str, Field(min_length=1)]
    # One of three proves it: a file with the password, ...
    password_file: Path | None = None
    # ... a command that prints an OAuth 2.0 access token (or the JSON answer of a token server), ...
    oauth_command: tuple[str, ...] = ()
    # ... or a token server, asked with the refresh token in a file (which is written anew when the server gives
    # another one); without that file the client secret alone must do.
    oauth_url: Annotated[str, AfterValidator(_oauth_url)] = ""
    oauth_client: str = ""
    oauth_client_secret_file: Path | None = None
    oauth_refresh_token_file: Path | None = None
    oauth_scope: str = ""
    # The folder whose mail is fetched.
    folder: Annotated[str, Field(min_length=1)] = "INBOX"
    # What becomes of a mail there once it is safe here: "flag", "move", "delete", or "leave".
    after: Literal["flag", "move", "delete", "leave"] = "flag"
    # after = "flag": which one.
    flag: Annotated[str, AfterValidator(_flag)] = "\\Seen"
    # after = "move": where to; made when it is not there.
    move_to: str = ""
    # Largest mail in bytes; a larger one is reported and left.
    size_limit: int = Field(default=30 * 1024 * 1024, gt=0)
    # Seconds between two looks, also while the server says nothing.
    poll: float = Field(default=60.0, gt=0, le=1_500)
    # Seconds that one answer of the server may take.
    timeout: float = Field(default=30.0, gt=0, le=600)
    # Seconds after which another process may take the mailbox when the one that has it says nothing.
    lease: float = Field(default=10.0, ge=0.5, le=300)

    @property
    def place(self) -> str:
        """Which folder of whom this is."""
        return f"{self.user}@{self.host}/{self.folder}"

    @property
    def port_used(self) -> int:
        """The port, also when the configuration leaves it open."""
        return self.port or (_TLS_PORT if self.security == "tls" else _PLAIN_PORT)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """One way to log in, and somewhere to move mail to."""
        ways = [bool(each) for each in (self.password_file, self.oauth_command, self.oauth_url)]
        if sum(ways) != 1:
            raise ValueError("set one of password_file, oauth_command and oauth_url: it proves who logs in")
        if self.oauth_url and not (
            self.oauth_client and (self.oauth_refresh_token_file or self.oauth_client_secret_file)
        ):
            raise ValueError(
                "with oauth_url set oauth_client, and oauth_refresh_token_file or oauth_client_secret_file"
            )
        if self.after == "move" and self.move_to in {"", self.folder}:
            raise ValueError('with after = "move" set move_to to another folder, such as "Processed"')
        return self


def _different(value: tuple[ImapSection, ...]) -> tuple[ImapSection, ...]:
    """Cursors and locks hang on the name, and a folder that is read twice would be marked by two."""
    for what, given in (("name", [each.name for each in value]), ("folder", [each.place for each in value])):
        twice = [each for each, count in Counter(given).items() if count > 1]
        if twice:
            raise ValueError(f"two mailboxes have the {what} {twice[0]}; each needs its own")
    return value


Mailboxes = Annotated[tuple[ImapSection, ...], AfterValidator(_different)]
