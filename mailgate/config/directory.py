"""Settings of where people are."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from mailgate.config.section import Section


class DirectorySection(Section):
    """Where people are; see docs/directory.md."""

    # "table": in our own table, filled with `mailgate directory import`. "ldap" or "http": in a directory outside.
    source: Literal["table", "ldap", "http"] = "table"
    # Seconds that one question to a directory outside may take.
    timeout: float = Field(default=2.0, gt=0)
    # Seconds that its entry of a person holds, and that it holds that somebody has none.
    keep: float = Field(default=900.0, gt=0)
    keep_strangers: float = Field(default=60.0, gt=0)
    # Failures in a row after which it is left alone, and for how many seconds.
    failures: int = Field(default=3, ge=1)
    rest: float = Field(default=30.0, gt=0)
    # "ldap://host:389" or "ldaps://host".
    ldap_url: str = ""
    # On ldap://: "starttls", or "none": passwords then travel readable.
    ldap_security: Literal["starttls", "none"] = "starttls"
    # PEM file of the authority that vouches for the LDAP server, where the machine does not know it.
    ldap_authority: Path | None = None
    # Who asks; empty: nobody in particular.
    ldap_user: str = ""
    ldap_password_file: Path | None = None
    # In place of the file.
    ldap_password: SecretStr | None = None
    # Entry below which people are, and how one is found; the address is put where {login} stands.
    ldap_base: str = ""
    ldap_filter: str = "(mail={login})"
    # Attributes that hold the login, the name and the organisation.
    ldap_login: str = "mail"
    ldap_name: str = "cn"
    ldap_organisation: str = "o"
    # The attribute with the day of the first contact through CSD; empty: only tickets of ours are CSD history.
    ldap_first_contact: str = ""
    # The attribute that stands there when an account is blocked; empty: none is.
    ldap_blocked: str = ""
    # "https://csd.example/people?login={login}".
    http_url: str = ""
    # File with the bearer token.
    http_token_file: Path | None = None
    # In place of the file.
    http_token: SecretStr | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """What the chosen source needs must be there."""
        if self.source == "ldap" and not (re.match("ldaps?://.", self.ldap_url) and self.ldap_base):
            raise ValueError('with source = "ldap" set ldap_url = "ldaps://host" and ldap_base')
        if self.source == "ldap" and "{login}" not in self.ldap_filter:
            raise ValueError('ldap_filter has no {login}; write it as "(mail={login})"')
        if self.source == "http" and not (re.match("https?://.", self.http_url) and "{login}" in self.http_url):
            raise ValueError('with source = "http" set http_url = "https://host/people?login={login}"')
        return self
