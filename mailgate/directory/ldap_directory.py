"""People in an LDAP directory (RFC 4511): OpenLDAP, Active Directory, 389.

One connection for each process, bound once and opened anew when it breaks. python-ldap is an extra of mailgate
(`make ldap`), because it is built against the OpenLDAP libraries of the machine.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import ldap
from ldap.filter import escape_filter_chars

from mailgate.core.facts import Person
from mailgate.directory.believed import believe
from mailgate.trouble import Temporary

# RFC 4517 section 3.3.13: 20240301120000Z.
_GENERALIZED_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)\d{2,6}(?:[.,]\d+)?(?:Z|[+-]\d{2,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """Which attribute of an entry says what; "" where none does."""

    login: str = "mail"
    name: str = "cn"
    organisation: str = "o"
    # Day of the first contact through CSD: 2024-03-01, or a GeneralizedTime.
    first_contact: str = ""
    # Present and not empty: the account is blocked.
    blocked: str = ""

    def names(self) -> list[str]:
        """Those to ask for."""
        return sorted({self.login, self.name, self.organisation, self.first_contact, self.blocked} - {""})


@dataclass(slots=True, kw_only=True)
class LdapDirectory:
    """A `Source`. It must not be used by two threads at once."""

    # "ldap://host:389" or "ldaps://host".
    url: str
    # Entry below which people are.
    base: str
    # RFC 4515, with {login} where the address goes: "(mail={login})".
    filter: str
    attributes: Attributes
    # Seconds for connecting, for binding and for the answer, each.
    timeout: float
    # StartTLS on ldap:// (RFC 4511 section 4.14); with "none" names and passwords travel readable.
    security: Literal["starttls", "none"] = "starttls"
    # Distinguished name that binds; "" asks as nobody.
    user: str = ""
    password: str = field(default="", repr=False)
    # PEM file of the authority that vouches for the server; "" trusts those of the machine.
    authority: str = ""
    _connection: Any = None

    def find(self, login: str) -> Person | None:
        """As `Source.find`."""
        wanted = self.filter.replace("{login}", escape_filter_chars(login))
        try:
            entries = self._search(wanted)
        except ldap.NO_SUCH_OBJECT:
            raise Temporary(
                f"the LDAP directory {self.url} has no entry {self.base}; see directory.ldap_base"
            ) from None
        except ldap.LDAPError as error:
            self.close()
            raise Temporary(f"the LDAP directory {self.url} cannot be asked ({_reason(error)})") from None
        if len(entries) > 1:
            raise Temporary(f"the LDAP directory {self.url} has several entries for {login}; leave one")
        return believe(self._row(entries[0], login), login) if entries else None

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            with suppress(ldap.LDAPError):
                self._connection.unbind_s()
        self._connection = None

    def _search(self, wanted: str) -> list[dict[str, list[bytes]]]:
        """The entries, at most two: the second one is trouble already. A connection that went stale is opened anew."""
        had_one = self._connection is not None
        try:
            return self._ask(wanted)
        except (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.UNAVAILABLE):
            if not had_one:
                raise
        self.close()
        return self._ask(wanted)

    def _ask(self, wanted: str) -> list[dict[str, list[bytes]]]:
        if self._connection is None:
            self._connection = self._connect()
        try:
            found = self._connection.search_ext_s(
                self.base, ldap.SCOPE_SUBTREE, wanted, self.attributes.names(), timeout=self.timeout, sizelimit=2
            )
        except ldap.SIZELIMIT_EXCEEDED:
            raise Temporary(f"the LDAP directory {self.url} has several entries for one login; leave one") from None
        # A referral has no name (RFC 4511 section 4.5.3); it is not followed.
        return [attributes for name, attributes in found if name is not None]

    def _connect(self) -> Any:  # noqa: ANN401  (python-ldap has no types)
        connection = ldap.initialize(self.url, bytes_mode=False)
        try:
            connection.protocol_version = ldap.VERSION3
            connection.network_timeout = self.timeout
            connection.timeout = self.timeout
            connection.set_option(ldap.OPT_REFERRALS, 0)
            connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
            if self.authority:
                connection.set_option(ldap.OPT_X_TLS_CACERTFILE, self.authority)
            connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
            if self.security == "starttls" and not self.url.startswith("ldaps:"):
                connection.start_tls_s()
            connection.simple_bind_s(self.user, self.password)
        except ldap.LDAPError:
            with suppress(ldap.LDAPError):
                connection.unbind_s()
            raise
        return connection

    def _row(self, entry: dict[str, list[bytes]], login: str) -> dict[str, str]:
        """An entry as texts by name. Attribute names know no case (RFC 4512 section 2.5)."""
        values = {name.lower(): texts for name, texts in entry.items()}

        def text(attribute: str) -> str:
            found = values.get(attribute.lower(), [])
            return found[0].decode("utf-8", "replace") if found else ""

        # An account may have several addresses; the filter found it by one of them.
        addresses = [each.decode("utf-8", "replace") for each in values.get(self.attributes.login.lower(), [])]
        same = next((address for address in addresses if address.lower() == login), text(self.attributes.login))
        since = text(self.attributes.first_contact) if self.attributes.first_contact else ""
        is_blocked = bool(self.attributes.blocked and text(self.attributes.blocked))
        return {
            "login": same,
            "name": text(self.attributes.name) if self.attributes.name else "",
            "organisation": text(self.attributes.organisation) if self.attributes.organisation else "",
            "status": "blocked" if is_blocked else "active",
            "first_contact": _GENERALIZED_TIME.sub(r"\1-\2-\3", since),
        }


def _reason(error: ldap.LDAPError) -> str:
    """What the library says, short and without what the server chose to add."""
    said = error.args[0].get("desc", "") if error.args and isinstance(error.args[0], dict) else ""
    return said or type(error).__name__
