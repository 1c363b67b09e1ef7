"""One person as a directory writes her: texts into a `Person`, or what is wrong with them."""

import re
from collections.abc import Mapping
from datetime import date

from mailgate.core.address import normalise_login
from mailgate.core.facts import Person

_ACTIVE = frozenset({"active", "aktywny", "aktywna", "aktywne", "tak", "yes", "true", "1"})
_BLOCKED = frozenset(
    {
        "blocked",
        "zablokowany",
        "zablokowana",
        "zablokowane",
        "inactive",
        "nieaktywny",
        "nieaktywna",
        "nie",
        "no",
        "false",
        "0",
    }
)
_NOTHING = frozenset({"", "-", "–", "brak", "none", "null"})
# An export may hold the time of day, which nobody needs.
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_TIME}")
_POLISH = re.compile(rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.(?P<year>[0-9]{{4}})(?: ?r\.)?{_TIME}")
# Nobody wrote to the desk before it was there.
_FIRST_YEAR = 1990
_LONGEST = 200


def read_person(row: Mapping[str, str]) -> tuple[Person | None, list[str]]:
    """Read one person.

    Args:
        row: the texts by name: login, first_contact, and if there are any name, organisation and status.

    Returns:
        The person, as soon as the login is right; and every mistake, one sentence each.
    """
    messages = [
        f"the {column} is longer than {_LONGEST} characters; shorten it"
        for column, cell in row.items()
        if len(cell) > _LONGEST
    ]
    messages += [
        f"the {column} holds a control character; type it again"
        for column, cell in row.items()
        if not cell.isprintable()
    ]
    active = _read_status(row.get("status", "active"), messages)
    contact = _read_date(row["first_contact"], messages)
    login = normalise_login(row["login"])
    if login is None:
        messages.append(f"{_shown(row['login'])} is no e-mail address; write the login as name@domain")
        return None, messages
    name, organisation = row.get("name", ""), row.get("organisation", "")
    person = Person(login=login, name=name, organisation=organisation, active=active, first_contact=contact)
    return person, messages


def _read_status(cell: str, messages: list[str]) -> bool:
    status = cell.casefold()
    if status not in _ACTIVE | _BLOCKED:
        messages.append(f'the status {_shown(cell)} is unknown; write "active" or "blocked"')
    return status in _ACTIVE


def _read_date(cell: str, messages: list[str]) -> date | None:
    if cell.casefold() in _NOTHING:
        return None
    match = _ISO.fullmatch(cell) or _POLISH.fullmatch(cell)
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        day = None
    if day is None or day.year < _FIRST_YEAR:
        messages.append(f"the first contact {_shown(cell)} is no day; write it as 2024-03-01 or 01.03.2024")
        return None
    return day


def _shown(cell: str) -> str:
    """A cell inside a sentence: quoted, escaped, cut."""
    return ascii(cell[:60]) if not cell.isprintable() else f'"{cell[:60]}"'
