"""What the acknowledgement asks for, and what it does not."""

from mailgate.core.catalogue import Catalogue, Service
from mailgate.core.completeness import missing, read_details
from mailgate.core.identifiers import Identifier
from mailgate.core.request import Kind
from mailgate.core.tables import read_tables
from tests.service.book import RULES, book

DETAILS, PROBLEMS = read_details(
    read_tables("details.toml", (RULES / "details.toml").read_text(encoding="utf-8"))[0], book().catalogue
)
MRN = Identifier(type="mrn", value="26PL351010E0098812", valid=True)


def lacking(service: str, text: str, *identifiers: Identifier, kind: Kind = Kind.INCIDENT, attachments: bool = False):
    found = book().catalogue.services[service]
    return [
        detail.id
        for detail in missing(
            DETAILS,
            service=found,
            system=found.system,
            kind=kind,
            texts=(text,),
            identifiers=identifiers,
            attachments=attachments,
        )
    ]


def test_the_operators_own_details_are_sound():
    assert PROBLEMS == ()


def test_a_mail_that_says_little_is_asked_for_what_helps():
    assert lacking("eksport-zgloszenie", "Nie działa, proszę o pomoc.") == ["mrn", "error-text"]


def test_a_number_that_stands_in_the_mail_is_not_asked_for():
    assert lacking("eksport-zgloszenie", "MRN 26PL351010E0098812, nie działa.", MRN) == ["error-text"]


def test_a_screenshot_is_as_good_as_the_text_of_an_error():
    assert lacking("akc-4", "numer dokumentu 26110, coś nie działa", attachments=True) == []


def test_a_question_is_asked_for_nothing():
    assert lacking("eksport-zgloszenie", "Jak zmienić kod towaru?", kind=Kind.INFORMATION) == []


def test_a_misspelt_area_is_reported_with_its_line_and_the_cure():
    text = '[[detail]]\nid = "x"\nask = "numer"\nask_en = "number"\nareas = ["Importt"]\n'
    catalogue = Catalogue(services={"a": Service(id="a", title="A", area="Import")})
    _, problems = read_details(read_tables("details.toml", text)[0], catalogue)
    assert [problem.line for problem in problems] == [5]
    assert "Import" in problems[0].message
