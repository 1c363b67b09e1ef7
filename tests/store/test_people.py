"""The directory and the rulebooks in the store."""

from datetime import date

import pytest
from sqlalchemy import exc

from mailgate.core.facts import Person
from mailgate.store.facade import Store
from tests.store.cast import NOON

ANNA = Person(
    login="anna.kowalska@spedycja.example",
    name="Anna Kowalska",
    organisation="Spedycja Żuraw sp. z o.o.",
    first_contact=date(2024, 3, 1),
)
BORYS = Person(login="borys@tranzyt.example", name="Borys Nowak", active=False)


def test_a_person_is_found_as_she_was_stored(store: Store) -> None:
    store.people.replace([ANNA, BORYS], operator="ewa", now=NOON)

    assert store.people.find(ANNA.login) == ANNA
    assert store.people.find(BORYS.login) == BORYS
    assert store.people.find("nobody@firma.example") is None


def test_a_full_import_drops_who_is_not_in_it(store: Store) -> None:
    store.people.replace([ANNA, BORYS], operator="ewa", now=NOON)
    store.people.replace([BORYS], operator="ewa", now=NOON)

    assert store.people.list() == (BORYS,)
    assert store.people.logins() == {BORYS.login}
    assert store.people.count() == 1


def test_an_empty_import_empties_the_directory(store: Store) -> None:
    store.people.replace([ANNA], operator="ewa", now=NOON)
    store.people.replace([], operator="ewa", now=NOON)

    assert store.people.count() == 0


def test_an_import_that_fails_half_way_changes_nothing(store: Store) -> None:
    store.people.replace([ANNA], operator="ewa", now=NOON)

    with pytest.raises(exc.IntegrityError):
        store.people.replace([BORYS, BORYS], operator="ewa", now=NOON)

    assert store.people.list() == (ANNA,)


def test_a_merge_adds_and_updates_and_drops_nobody(store: Store) -> None:
    store.people.replace([ANNA], operator="ewa", now=NOON)
    married = Person(login=ANNA.login, name="Anna Nowak", organisation="", first_contact=None)

    store.people.merge([married, BORYS], operator="ewa", now=NOON)
    store.people.merge([], operator="ewa", now=NOON)

    assert store.people.list() == (married, BORYS)


def test_people_are_listed_page_by_page(store: Store) -> None:
    store.people.replace([BORYS, ANNA], operator="ewa", now=NOON)

    assert store.people.list(limit=1) == (ANNA,)
    assert store.people.list(limit=1, after=ANNA.login) == (BORYS,)


def test_a_hundred_thousand_people_fit_into_one_import(store: Store) -> None:
    store.people.replace(
        [Person(login=f"osoba{number}@firma.example") for number in range(100_000)], operator="ewa", now=NOON
    )

    assert store.people.count() == 100_000


def test_a_rulebook_is_stored_whole_and_never_changed(store: Store) -> None:
    files = {"policy.toml": '[[rule]]\nname = "żółć"\n', "services/import.toml": ""}

    store.rulebooks.keep("abc", files, NOON)
    store.rulebooks.keep("abc", {"policy.toml": "changed"}, NOON)

    assert store.rulebooks.files("abc") == files
    assert store.rulebooks.files("never seen") is None
