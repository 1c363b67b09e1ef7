"""The mistakes of `config.toml`, each with its line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mailgate.core.problem import Problem

_PASSWORD_IN_URL = re.compile(r"([a-z][a-z0-9+.-]*://[^\s/:@\"]*:)[^\s/@\"]+@", re.IGNORECASE)
_SECRET_NAME = re.compile(r"passw|secret|token|api_?key")


def syntax_problem(file: Path, error: tomllib.TOMLDecodeError) -> Problem:
    """A syntax mistake; tomllib names its line only inside the sentence."""
    place = re.search(r"\(at line (\d+)", str(error))
    return Problem(file=str(file), line=int(place[1]) if place else 0, message=f"not TOML: {error}")


def setting_problem(file: Path, text: str, mistake: dict[str, Any]) -> Problem:
    """A mistake that pydantic found, at its line."""
    where = [str(step) for step in mistake["loc"]]
    said = str(mistake["msg"]).removeprefix("Value error, ")
    message = without_passwords(f"{'.'.join(where)}: {said[:1].lower()}{said[1:]}")
    if mistake["type"] == "extra_forbidden":
        message = f"{'.'.join(where)}: no such setting; see docs/configuration.md"
    return Problem(file=str(file), line=_line_of(text, where), message=message)


def secrets_in(file: Path, text: str, value: object, where: tuple[str, ...]) -> Iterator[Problem]:
    """A mistake for each secret that stands in the file itself, where everybody may read it who may read settings."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from secrets_in(file, text, each, (*where, name))
    elif isinstance(value, list):
        for each in value:
            yield from secrets_in(file, text, each, where)
    elif isinstance(value, str) and value and (_is_secret(where[-1]) or _PASSWORD_IN_URL.search(value)):
        said = (
            "a secret must not stand here; put it into a file that only mailgate may read and name that file, or set "
            f"MAILGATE_{'__'.join(where).upper()} in the environment"
        )
        yield Problem(file=str(file), line=_line_of(text, list(where)), message=f"{'.'.join(where)}: {said}")


def without_passwords(text: str) -> str:
    """The text with the passwords in addresses of servers hidden: "postgresql://desk:***@db.example.org/mailgate"."""
    return _PASSWORD_IN_URL.sub(r"\1***@", text)


def _is_secret(name: str) -> bool:
    """Whether a setting of that name would hold a secret itself, and not the name of a file that does."""
    return bool(_SECRET_NAME.search(name.lower())) and not name.lower().endswith("_file")


def _line_of(text: str, where: list[str]) -> int:
    """The line of `[section]` and `key`, of the n-th `[[section]]`; 0 when the mistake came from the environment."""
    nth = int(where[1]) if len(where) > 1 and where[1].isdecimal() else None
    key = where[1 if nth is None else 2 :][:1]
    line_of_section, section, count = 0, "", -1
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("["):
            section = words.partition("#")[0].strip("[] ")
            if where[:1] == [section]:
                count += 1
                line_of_section = number if nth in {None, count} else line_of_section
        elif section == where[0] and nth in {None, count} and key == [words.split("=")[0].strip()]:
            return number
    return line_of_section
