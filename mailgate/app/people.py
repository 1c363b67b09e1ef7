"""Where people are looked up: in our own table alone, or in a directory outside that the table mirrors."""

import os
from datetime import timedelta
from importlib.util import find_spec

from mailgate.app.parts import now, read_secret
from mailgate.config import Config
from mailgate.desk import StoreDesk
from mailgate.directory.source import Source
from mailgate.mirror import Breaker, Mirror
from mailgate.store.facade import Store
from mailgate.trouble import Permanent
from mailgate.vital import Vital


def open_desk(config: Config, store: Store, vital: Vital | None = None) -> StoreDesk:
    """The desk of the configuration; `vital` notes how a directory outside is.

    Raises:
        Permanent: what the directory outside needs is missing; the sentence says what.
    """
    if config.directory.source == "table":
        return StoreDesk(store)
    return StoreDesk(store, _mirror(config, store, vital or Vital("directory", now)))


def _mirror(config: Config, store: Store, vital: Vital) -> Mirror:
    section = config.directory
    return Mirror(
        people=store.people,
        source=_ldap(config) if section.source == "ldap" else _http(config),
        clock=now,
        keep=timedelta(seconds=section.keep),
        keep_strangers=timedelta(seconds=section.keep_strangers),
        vital=vital,
        breaker=Breaker(failures=section.failures, rest=timedelta(seconds=section.rest)),
    )


def _ldap(config: Config) -> Source:
    if find_spec("ldap") is None:
        raise Permanent("people are in an LDAP directory, and python-ldap is not installed: run `make ldap`")
    # Not everybody has the library.
    from mailgate.directory.ldap_directory import Attributes, LdapDirectory  # noqa: PLC0415

    section = config.directory
    authority = config.path(section.ldap_authority) if section.ldap_authority else None
    if authority and not os.access(authority, os.R_OK):
        raise Permanent(f"the file {authority} cannot be read; see directory.ldap_authority")
    return LdapDirectory(
        url=section.ldap_url,
        base=section.ldap_base,
        filter=section.ldap_filter,
        attributes=Attributes(
            login=section.ldap_login,
            name=section.ldap_name,
            organisation=section.ldap_organisation,
            first_contact=section.ldap_first_contact,
            blocked=section.ldap_blocked,
        ),
        timeout=section.timeout,
        security=section.ldap_security,
        user=section.ldap_user,
        password=read_secret("directory.ldap_password_file", config),
        authority=str(authority or ""),
    )


def _http(config: Config) -> Source:
    # The library takes its time and 10 MB, which those who do not need it keep.
    from mailgate.directory.http_directory import HttpDirectory  # noqa: PLC0415

    section = config.directory
    token = read_secret("directory.http_token_file", config)
    return HttpDirectory(url=section.http_url, timeout=section.timeout, token=token)
