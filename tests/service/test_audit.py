"""What `mailgate check` says about names that never match, or collide."""

from dataclasses import replace

from mailgate.core.catalogue import Catalogue, Service, System
from mailgate.core.service import Lexicon, Recogniser, audit
from tests.service.book import book

AES = Service(id="aes-zgloszenie", title="Złóż wywozowe zgłoszenie celne", area="Eksport", source="services/a.toml:3")


def audited(*services: Service):
    catalogue = Catalogue(services={each.id: each for each in services})
    return audit(catalogue, Recogniser(catalogue, Lexicon()))


def test_every_name_of_the_operators_own_catalogue_can_be_named():
    assert audit(book().catalogue, book().recogniser).problems == ()


def test_a_name_that_means_something_else_is_reported_where_it_stands():
    thief = Service(id="thief", title="Sprawdź status", names=("AES",), area="X", source="services/b.toml:9")
    catalogue = Catalogue(
        services={"aes-zgloszenie": replace(AES, systems=("aes",)), "thief": thief},
        systems={"aes": System(id="aes", name="AES")},
    )
    found = audit(catalogue, Recogniser(catalogue, Lexicon()))
    assert [(each.file, each.line) for each in found.problems] == [("services/b.toml", 9)]
    assert '"AES" is read as "aes-zgloszenie"' in found.problems[0].message


def test_a_name_of_nothing_but_small_signs_is_reported():
    found = audited(replace(AES, names=("--",)))
    assert [each.line for each in found.problems] == [3]
    assert "nothing" in found.problems[0].message


def test_a_name_that_services_of_different_systems_share_is_a_note():
    one = replace(AES, systems=("aes",), names=("zgłoszenie awizacyjne",))
    other = Service(id="zsog", title="Rezerwacja terminu", systems=("zsog",), names=one.names, area="X", source="b:1")
    found = audited(one, other)
    assert found.problems == ()
    assert {each.file for each in found.notes} == {"services/a.toml", "b"}
