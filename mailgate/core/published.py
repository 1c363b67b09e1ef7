"""What the desk has published about itself, as letters say it: `rules/desk.toml`.

Operators change these facts there and nowhere else; no template and no code holds a phone number or a deadline.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from mailgate.core.problem import Problem
from mailgate.core.request import Kind
from mailgate.core.tables import Reader, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How long one kind of ticket takes, in working days. 0: letters do not speak of it."""

    # How long it takes as a rule.
    usual_days: int = 0
    # How long it takes at most, when the matter is complex.
    longest_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The published facts. A fact that is "" or 0 is left out of letters."""

    # Where one logs in to reach the portal CSD: "https://puesc.gov.pl".
    portal_url: str = ""
    # The menu there, and its entry, spelt as on the page.
    portal_menu: str = ""
    portal_item: str = ""
    # Frequent questions and answers.
    faq_url: str = ""
    # The phone for people without an account, as people read it: "+48 33 483 20 55".
    phone: str = ""
    # Waiting time on the phone on average, in minutes.
    phone_wait_minutes: int = 0
    # The call drops when more people than this are waiting ...
    phone_queue_limit: int = 0
    # ... or after so many minutes.
    phone_drop_minutes: int = 0
    # Days after an answer in which one may complain or ask for further explanation.
    complaint_days: int = 0
    # Addresses of machines that no letter is written to, beside our own; lower case.
    never_write_to: frozenset[str] = frozenset()
    handling: Mapping[Kind, Handling] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The desk as the writer of letters: who it is, where it lives, what it has published."""

    # Name and address that letters come from.
    name: str
    address: str
    # Every address of ours in its compared form (core.address); none of them ever gets a letter.
    own_addresses: frozenset[str]
    # The time zone of dates in letters.
    timezone: tzinfo
    published: Published
    # Days that a mail waits for the answer to our question; 0: letters do not speak of it.
    wait_days: int = 0


def read_published(tables: Iterable[Table]) -> tuple[Published, tuple[Problem, ...]]:
    """Read `[desk]` and `[[handling]]` from the tables of all rule files; other tables are left to other rooms.

    Returns:
        The facts, as far as they could be read, and a Problem for each mistake.
    """
    tables = tuple(tables)
    desks = [table for table in tables if table.name == "desk"]
    handling, problems = _handling([table for table in tables if table.name == "handling"])
    if not desks:
        message = "there is no [desk]; write down the portal, the phone and the other facts that letters tell"
        return Published(handling=handling), (*problems, Problem(file="desk.toml", line=0, message=message))
    second = [table.problem("", f"[desk] stands at {desks[0].source} already; keep one") for table in desks[1:]]
    reader = Reader(desks[0])
    published = Published(
        portal_url=_url(reader, "portal_url"),
        portal_menu=reader.text("portal_menu"),
        portal_item=reader.text("portal_item"),
        faq_url=_url(reader, "faq_url"),
        phone=_phone(reader, "phone"),
        phone_wait_minutes=_count(reader, "phone_wait_minutes"),
        phone_queue_limit=_count(reader, "phone_queue_limit"),
        phone_drop_minutes=_count(reader, "phone_drop_minutes"),
        complaint_days=_count(reader, "complaint_days"),
        never_write_to=_addresses(reader, "never_write_to"),
        handling=handling,
    )
    return published, (*problems, *second, *reader.problems())


def _handling(tables: Iterable[Table]) -> tuple[Mapping[Kind, Handling], tuple[Problem, ...]]:
    """The handling times by kind; a second one of the same kind is a Problem."""
    times: dict[Kind, Handling] = {}
    problems: tuple[Problem, ...] = ()
    for table in tables:
        reader = Reader(table)
        kind = reader.choice("kind", tuple(Kind))
        time = Handling(usual_days=_count(reader, "usual_days"), longest_days=_count(reader, "longest_days"))
        if time.longest_days and time.usual_days > time.longest_days:
            reader.problem("usual_days", '"usual_days" is more than "longest_days"; exchange them')
        if kind in times:
            reader.problem("kind", f'the times of "{kind}" are given twice; keep one')
        elif kind:
            times[Kind(kind)] = time
        problems += reader.problems()
    return times, problems


def _count(reader: Reader, key: str) -> int:
    """A whole number, 0 or more; 0 when it is left out."""
    value = reader.number(key, 0)
    if value < 0 or not value.is_integer():
        reader.problem(key, f'"{key}" must be a whole number, 0 or more; 0 leaves the sentence out of letters')
        return 0
    return int(value)


def _url(reader: Reader, key: str) -> str:
    """An address of the web that letters can link to."""
    value = reader.text(key)
    if value and not re.fullmatch(r"https://[!#$%&*+,./0-9:;=?@A-Z_a-z~-]+", value):
        reader.problem(key, f'"{key}" must be a whole address without blanks: "https://puesc.gov.pl"')
        return ""
    return value


def _phone(reader: Reader, key: str) -> str:
    """A phone number, or "" when it is left out."""
    value = reader.text(key, "")
    if value and not re.fullmatch(r"\+?[0-9](?: ?[0-9]){5,18}", value):
        reader.problem(key, f'"{key}" must be digits and single blanks: "+48 33 483 20 55"')
        return ""
    return value


def _addresses(reader: Reader, key: str) -> frozenset[str]:
    """Mail addresses, lower case."""
    values = reader.texts(key)
    for place, value in enumerate(values):
        if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", value):
            reader.problem(f"{key}[{place}]", f'"{value}" is no mail address; write "name@example.org"')
    return frozenset(value.lower() for value in values)
