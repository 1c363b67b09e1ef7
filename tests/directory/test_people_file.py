"""The directory as a file."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.facts import Person
from mailgate.core.problem import Problem
from mailgate.directory.people_file import People, check_shrink, read_people, write_people

SAMPLE = Path(__file__).parents[2] / "samples" / "people.csv"

ANNA = Person(
    login="anna.nowak@agencja-celna.example",
    name="Anna Nowak",
    organisation="Agencja Celna Żółw",
    first_contact=date(2024, 3, 1),
)
BORYS = Person(login="borys@xn--w-uga1v8h.example", name="Borys Łęcki", active=False)

ENGLISH = """\
login;name;organisation;status;first_contact
Anna.Nowak@Agencja-Celna.example;Anna Nowak;Agencja Celna Żółw;active;2024-03-01
borys@żółw.example;Borys Łęcki;;blocked;
"""
POLISH = """\
Pierwszy kontakt,Firma,Imię i nazwisko,Aktywny,Adres e-mail
01.03.2024,"Agencja Celna Żółw",Anna Nowak,tak,anna.nowak@agencja-celna.example

brak,,"Borys  Łęcki",Zablokowany,Borys@ŻÓŁW.example
"""


def people_of(content: bytes) -> tuple[Person, ...]:
    people = read_people(content)
    assert isinstance(people, People)
    return people.persons


def problems_of(text: str) -> list[str]:
    problems = read_people(text.encode())
    assert isinstance(problems, tuple)
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    "text", [ENGLISH, POLISH, "sep=;\n" + ENGLISH, ENGLISH.replace("\n", "\r\n"), ENGLISH.replace(";", "\t")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_people_are_read_in_both_languages_encodings_and_delimiters(text: str, encoding: str) -> None:
    assert people_of(text.encode(encoding)) == (ANNA, BORYS)


def test_only_the_login_and_the_first_contact_are_needed() -> None:
    content = b"e-mail,first contact\nanna@firma.example,2024-03-01 10:22:00\n"
    assert people_of(content) == (Person(login="anna@firma.example", first_contact=date(2024, 3, 1)),)


def test_a_quoted_cell_may_hold_delimiters_quotes_and_lines() -> None:
    content = b'login;first_contact;name\nanna@firma.example;;"Nowak; ""Ania""\nAnna"\nb@firma.example;1.3.2024;B\n'
    assert [person.name for person in people_of(content)] == ['Nowak; "Ania" Anna', "B"]


def test_every_bad_line_is_reported_with_its_number_and_nothing_is_imported() -> None:
    text = """\
login;name;status;first_contact
anna@firma.example;Anna;active;2024-03-01
anna nowak;Anna;active;2024-03-01
borys@firma.example;Borys;maybe;31.02.2024

celina@firma.example;Celina
ANNA@firma.example;Anna;blocked;
"dwie
linie";D;active;
ewa@firma.example;"Ewa"x;active;
filip@xn--zzzzz9999.example;\x1b[31mF;active;0024-03-01
"""
    assert problems_of(text) == [
        'people.csv:3: "anna nowak" is no e-mail address; write the login as name@domain',
        'people.csv:4: the first contact "31.02.2024" is no day; write it as 2024-03-01 or 01.03.2024',
        'people.csv:4: the status "maybe" is unknown; write "active" or "blocked"',
        "people.csv:6: it has 2 cells and the header 4; look at its delimiters",
        "people.csv:7: anna@firma.example stands in line 2 already; leave one of them",
        'people.csv:8: "dwie linie" is no e-mail address; write the login as name@domain',
        "people.csv:10: it cannot be read (';' expected after '\"'); look at its quotation marks",
        'people.csv:11: "filip@xn--zzzzz9999.example" is no e-mail address; write the login as name@domain',
        'people.csv:11: the first contact "0024-03-01" is no day; write it as 2024-03-01 or 01.03.2024',
        "people.csv:11: the name holds a control character; type it again",
    ]


def test_every_mistake_of_the_header_is_reported() -> None:
    names = "name it one of login, name, organisation, status, first_contact"
    contact = 'add "first_contact" and leave it empty for people without CSD history'
    assert problems_of("imię;Firma;firma;pierwszy kontak\n") == [
        f"people.csv:1: no such column: 'imię'; {names}",
        f"people.csv:1: no such column: 'pierwszy kontak'; {names}",
        "people.csv:1: two columns are the organisation; leave one",
        'people.csv:1: no column holds the logins; name it "login"',
        f"people.csv:1: no column holds the first contacts; {contact}",
    ]


def test_a_quotation_that_is_never_closed_is_reported_where_it_opens() -> None:
    text = 'login;first_contact\nanna@firma.example;\n"borys@firma.example;\ncelina@firma.example;\n'
    assert problems_of(text) == [
        "people.csv:3: it cannot be read (unexpected end of data); look at its quotation marks"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "people.csv:0: it is empty; the first line names the columns"),
        ("\n\n;;\n", "people.csv:0: it is empty; the first line names the columns"),
        ("login;first_contact\n", "people.csv:0: it holds nobody; every person is a line of its own"),
    ],
)
def test_a_file_without_people_is_a_mistake(text: str, problem: str) -> None:
    assert problems_of(text) == [problem]


@pytest.mark.parametrize("content", [ENGLISH.encode("utf-16"), b"login;first_contact\n\x81\x83;\n"])
def test_a_file_in_another_encoding_is_refused_whole(content: bytes) -> None:
    message = "it is neither UTF-8 nor windows-1250; save it as “CSV UTF-8”"
    assert read_people(content) == (Problem(file="people.csv", line=0, message=message),)


def test_broken_utf8_is_not_taken_for_windows_1250() -> None:
    problems = read_people(ENGLISH.encode() + b"ewa@firma.example;Ewa \xb3;;active;\n", file="ludzie.csv")
    message = "it is UTF-8, but for a broken character here; type it again"
    assert problems == (Problem(file="ludzie.csv", line=4, message=message),)


def test_an_export_is_read_back_and_runs_nothing_in_a_spreadsheet() -> None:
    mallory = Person(login="=cmd@firma.example", name='=HYPERLINK("http://x";"y")', organisation="-2+3\u3000@SUM(A1)")
    text = write_people([ANNA, mallory])
    assert text.splitlines()[1] == "anna.nowak@agencja-celna.example;Anna Nowak;Agencja Celna Żółw;active;2024-03-01"
    assert text.splitlines()[2].startswith("'=cmd@firma.example;\"'=HYPERLINK(")


TEXT = st.text(alphabet="aŁ '\"=+-@;,\t＝", max_size=20).map(lambda text: " ".join(text.split()))
PERSON = st.builds(
    Person,
    login=st.text(alphabet="ab0=+'-", min_size=1, max_size=12).map(lambda local: f"{local}@firma.example"),
    name=TEXT,
    organisation=TEXT,
    active=st.booleans(),
    first_contact=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)


@given(st.lists(PERSON, min_size=1, max_size=8, unique_by=lambda person: person.login))
def test_whoever_is_exported_comes_back_the_same(persons: list[Person]) -> None:
    text = write_people(persons)
    assert people_of(text.encode()) == tuple(persons)
    cells = [cell for row in csv.reader(StringIO(text), delimiter=";") for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    assert isinstance(read_people(b"login;first_contact\n" + content), People | tuple)


@pytest.mark.parametrize(("before", "kept"), [(0, 0), (0, 5), (10, 9), (100, 90), (5, 5)])
def test_an_import_that_drops_up_to_a_tenth_goes_on(before: int, kept: int) -> None:
    assert check_shrink(before, kept) is None


@pytest.mark.parametrize(("before", "kept"), [(10, 8), (100, 89), (1, 0), (25, 0)])
def test_an_import_that_drops_more_than_a_tenth_stops(before: int, kept: int) -> None:
    problem = check_shrink(before, kept, file="ludzie.csv")
    assert problem is not None
    assert str(problem).startswith(f"ludzie.csv:0: it would drop {before - kept} of {before} people, more than a tenth")


def test_the_sample_directory_is_read_without_a_mistake() -> None:
    people = people_of(SAMPLE.read_bytes())
    assert len(people) == 25
    assert [person.login for person in people if not person.active] == ["ryszard.cichy@hurt-tytoniowy.example"]
    assert len([person for person in people if person.first_contact is None]) == 2
    assert "biuro@xn--w-transport-peb14hfx.example" in {person.login for person in people}
