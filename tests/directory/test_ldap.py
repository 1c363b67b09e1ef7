"""People in an LDAP directory: a real slapd."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from mailgate.core.facts import Person
from mailgate.directory.ldap_directory import Attributes, LdapDirectory
from mailgate.trouble import Temporary
from tests.directory.slapd import CERTIFICATE, Slapd, running

ADMIN = "cn=admin,dc=puesc,dc=example"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with running(tmp_path_factory.mktemp("slapd")) as server:
        yield server


def directory(
    server: Slapd,
    *,
    password: str = "secret",  # noqa: S107  (of a test)
    tls: bool = False,
    timeout: float = 5.0,
) -> LdapDirectory:
    return LdapDirectory(
        url=server.url,
        base="dc=puesc,dc=example",
        filter="(&(objectClass=inetOrgPerson)(mail={login}))",
        attributes=Attributes(first_contact="description", blocked="employeeType"),
        timeout=timeout,
        security="starttls" if tls else "none",
        user=ADMIN,
        password=password,
        authority=str(CERTIFICATE) if tls else "",
    )


def test_a_login_is_found_however_the_directory_spells_it(slapd: Slapd) -> None:
    with closing(directory(slapd)) as people:
        assert people.find("anna.kowalska@spedycja-baltyk.example") == Person(
            login="anna.kowalska@spedycja-baltyk.example",
            name="Anna Kowalska",
            organisation="Spedycja Bałtyk",
            first_contact=date(2024, 3, 1),
        )


def test_a_person_with_two_addresses_is_whoever_was_asked_for(slapd: Slapd) -> None:
    with closing(directory(slapd)) as people:
        found = people.find("akowalska@spedycja-baltyk.example")
        assert found is not None
        assert (found.login, found.name) == ("akowalska@spedycja-baltyk.example", "Anna Kowalska")


def test_a_blocked_account_is_blocked_and_without_first_contact(slapd: Slapd) -> None:
    with closing(directory(slapd)) as people:
        assert people.find("ewa@zawada.example") == Person(login="ewa@zawada.example", name="Ewa Zawada", active=False)


@pytest.mark.parametrize("login", ["nikt@zawada.example", "*@zawada.example", "ewa@zawada.example)(cn=*", "*"])
def test_nobody_is_found_by_a_stranger_or_by_signs_that_mean_something_in_a_filter(slapd: Slapd, login: str) -> None:
    with closing(directory(slapd)) as people:
        assert people.find(login) is None


@pytest.mark.parametrize(
    ("login", "why"), [("jan@nowak.example", "several entries"), ("zofia@maj.example", "first_contact")]
)
def test_an_entry_that_cannot_be_believed_is_trouble_and_no_answer(slapd: Slapd, login: str, why: str) -> None:
    with closing(directory(slapd)) as people, pytest.raises(Temporary, match=why):
        people.find(login)


def test_the_password_travels_over_tls_that_is_verified(slapd: Slapd) -> None:
    with closing(directory(slapd, tls=True)) as people:
        assert people.find("ewa@zawada.example") is not None
    untrusted = directory(slapd, tls=True)
    untrusted.authority = ""
    with closing(untrusted), pytest.raises(Temporary, match="cannot be asked"):
        untrusted.find("ewa@zawada.example")


def test_a_wrong_password_is_trouble_that_does_not_tell_the_password(slapd: Slapd) -> None:
    with closing(directory(slapd, password="falsch-geheim")) as people:
        with pytest.raises(Temporary, match="Invalid credentials") as caught:
            people.find("ewa@zawada.example")
        assert "falsch" not in str(caught.value) + repr(people)


def test_a_server_that_was_started_anew_is_asked_again(tmp_path: Path) -> None:
    with running(tmp_path) as server, closing(directory(server)) as people:
        assert people.find("ewa@zawada.example") is not None
        server.stop()
        with pytest.raises(Temporary, match="cannot be asked"):
            people.find("ewa@zawada.example")
        server.start()
        assert people.find("ewa@zawada.example") is not None
        server.stop()
        server.start()
        assert people.find("ewa@zawada.example") is not None


def test_a_server_that_hangs_is_trouble_within_its_time(tmp_path: Path) -> None:
    with running(tmp_path) as server, closing(directory(server, timeout=0.2)) as people:
        assert people.find("ewa@zawada.example") is not None
        server.freeze()
        with pytest.raises(Temporary, match="cannot be asked"):
            people.find("ewa@zawada.example")
        server.thaw()
        assert people.find("ewa@zawada.example") is not None
