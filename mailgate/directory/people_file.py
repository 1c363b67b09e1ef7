"""The directory of people as CSV: a file's bytes into people or problems, and people back into a file.

A file has a header row, in Polish or English, with these columns in any order:

    login                  the PUESC login, an e-mail address     e-mail, adres e-mail, login PUESC
    first_contact          2024-03-01 or 01.03.2024, or empty     pierwszy kontakt
    name                   optional                               imię i nazwisko
    organisation           optional                               organizacja, firma
    status                 optional, active or blocked            aktywny, zablokowany

Nothing is ever half-imported: a file with a single mistake gives no people at all, but every mistake with its line.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailgate.core.facts import Person
from mailgate.core.problem import Problem
from mailgate.directory.person import read_person

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "login": ("login", "login puesc", "puesc login", "e mail", "email", "mail", "adres e mail", "adres email", "adres"),
    "name": ("name", "full name", "imie i nazwisko", "nazwisko i imie", "osoba"),
    "organisation": ("organisation", "organization", "organizacja", "firma", "podmiot", "company"),
    "status": ("status", "stan", "active", "aktywny"),
    "first_contact": ("first contact", "pierwszy kontakt", "data pierwszego kontaktu"),
}
# A Polish letter in UTF-8; in windows-1250 the two bytes would be nonsense, such as "Ĺ‚".
_UTF8_LETTER = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
# What a spreadsheet would run as a formula (OWASP, CSV injection), its full-width twins included.
_FORMULA = re.compile("'*[=+@＝＋－＠-]")
_DELIMITERS = ";,\t"
# A tenth.
_DROP_AT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody in one file, in its order; no login twice."""

    persons: tuple[Person, ...]


def read_people(content: bytes, *, file: str = "people.csv") -> People | tuple[Problem, ...]:
    """Read a file of people: UTF-8, with a byte order mark or without, or windows-1250; semicolons or commas.

    Args:
        content: the whole file.
        file: its name, for the problems.

    Returns:
        The people; or every mistake there is, by line.
    """
    text = _decode(content, file)
    if isinstance(text, Problem):
        return (text,)
    lines = _Lines(text, file)
    header = next(iter(lines), None)
    if header is None:
        return (*lines.problems, Problem(file=file, line=0, message="it is empty; the first line names the columns"))
    columns, problems = _read_header(header, file)
    if problems:
        return problems
    persons, problems = _read_rows(lines, columns, file)
    if not persons and not problems:
        problems = (Problem(file=file, line=0, message="it holds nobody; every person is a line of its own"),)
    return tuple(sorted((*lines.problems, *problems))) or People(persons=persons)


def write_people(people: Iterable[Person]) -> str:
    """Write people as CSV that `read_people` reads back and no spreadsheet runs as a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for person in people:
        status = "active" if person.active else "blocked"
        contact = person.first_contact.isoformat() if person.first_contact else ""
        cells = (person.login, person.name, person.organisation, status, contact)
        writer.writerow(_harmless(cell) for cell in cells)
    return lines.getvalue()


def check_shrink(before: int, kept: int, *, file: str = "people.csv") -> Problem | None:
    """Stop a full import that would drop more than a tenth of the people: the file may have been cut off.

    Args:
        before: how many people the directory holds.
        kept: how many of them the file holds too.
        file: its name, for the problem.
    """
    dropped = before - kept
    if dropped * _DROP_AT_MOST <= before:
        return None
    message = (
        f"it would drop {dropped} of {before} people, more than a tenth; see whether the file is whole, "
        "and import it with --force if it is"
    )
    return Problem(file=file, line=0, message=message)


@dataclass(frozen=True, slots=True)
class _Line:
    """One record of the file and the line that it begins in."""

    number: int
    cells: tuple[str, ...]


class _Lines:
    """The records of a CSV text; what is no CSV becomes a problem and does not stop the rest."""

    def __init__(self, text: str, file: str) -> None:
        head = text.partition("\n")[0]
        # Excel writes the delimiter above the header when it is told to.
        self._skipped = 1 if re.fullmatch(r"sep=[;,\t]\r?", head) else 0
        body = text[len(head) + 1 :] if self._skipped else text
        self._file = file
        self._reader = csv.reader(io.StringIO(body, newline=""), delimiter=_delimiter(body), strict=True)
        self.problems: list[Problem] = []

    def __iter__(self) -> Iterator[_Line]:
        while True:
            number = self._reader.line_num + 1 + self._skipped
            try:
                cells = tuple(" ".join(cell.split()) for cell in next(self._reader))
            except StopIteration:
                return
            except csv.Error as error:
                message = f"it cannot be read ({error}); look at its quotation marks"
                self.problems.append(Problem(file=self._file, line=number, message=message))
                continue
            if any(cells):
                yield _Line(number, cells)


def _decode(content: bytes, file: str) -> str | Problem:
    """The text of the file. windows-1250 has a letter for almost every byte, so UTF-8 is tried first."""
    neither = Problem(file=file, line=0, message="it is neither UTF-8 nor windows-1250; save it as “CSV UTF-8”")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _UTF8_LETTER.search(content):
            line = content.count(b"\n", 0, error.start) + 1
            return Problem(file=file, line=line, message="it is UTF-8, but for a broken character here; type it again")
        text = content.decode("cp1250", "replace")
    return neither if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text else text


def _delimiter(text: str) -> str:
    """The delimiter that the header row has most of."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)


def _read_header(header: _Line, file: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """What each column is, or every mistake of the header."""
    by_name = {name: column for column, names in _COLUMNS.items() for name in names}
    columns = tuple(by_name.get(_folded(cell), "") for cell in header.cells)
    messages = [
        f"no such column: {cell!r}; name it one of {', '.join(_COLUMNS)}"
        for cell, column in zip(header.cells, columns, strict=True)
        if not column
    ]
    messages += [f"two columns are the {column}; leave one" for column in _COLUMNS if columns.count(column) > 1]
    if "login" not in columns:
        messages.append('no column holds the logins; name it "login"')
    if "first_contact" not in columns:
        messages.append(
            'no column holds the first contacts; add "first_contact" and leave it empty for people without CSD history'
        )
    return columns, tuple(Problem(file=file, line=header.number, message=message) for message in messages)


def _read_rows(
    lines: Iterable[_Line], columns: tuple[str, ...], file: str
) -> tuple[tuple[Person, ...], tuple[Problem, ...]]:
    """The people, and every mistake of every line."""
    persons: dict[str, Person] = {}
    first_lines: dict[str, int] = {}
    problems: list[Problem] = []
    for line in lines:
        person, messages = _read_person(line.cells, columns)
        if person and person.login in first_lines:
            messages.append(f"{person.login} stands in line {first_lines[person.login]} already; leave one of them")
        elif person:
            persons[person.login] = person
            first_lines[person.login] = line.number
        problems += [Problem(file=file, line=line.number, message=message) for message in messages]
    return tuple(persons.values()), tuple(problems)


def _read_person(cells: tuple[str, ...], columns: tuple[str, ...]) -> tuple[Person | None, list[str]]:
    """One person, and what is wrong with the line; the person is there as soon as the login is right."""
    if len(cells) != len(columns):
        return None, [f"it has {len(cells)} cells and the header {len(columns)}; look at its delimiters"]
    return read_person({column: _plain(cell) for column, cell in zip(columns, cells, strict=True)})


def _folded(name: str) -> str:
    """A column's name without case, diacritics and separators."""
    letters = unicodedata.normalize("NFKD", _plain(name).casefold().replace("ł", "l"))
    return " ".join(re.findall("[a-z0-9]+", "".join(sign for sign in letters if not unicodedata.combining(sign))))


def _harmless(cell: str) -> str:
    """The cell behind an apostrophe when a spreadsheet would run it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    """The cell as it was before `_harmless`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
