"""Golden mails on disk: `rules/golden/`."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from mailgate.core.problem import Problem
from mailgate.core.recollection import record_from
from mailgate.golden.record import Circumstances, Golden
from mailgate.trouble import Permanent

# The folder below that of the rules.
FOLDER = "golden"
_MAIL, _CIRCUMSTANCES, _EXPECTED = ".eml", ".json", ".expected"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def read_golden(rules: Path) -> tuple[tuple[Golden, ...], tuple[Problem, ...]]:
    """Every golden mail beside the rules, by name, and a Problem for each that cannot be read."""
    found: list[Golden] = []
    problems: list[Problem] = []
    for path in sorted((rules / FOLDER).glob(f"*{_MAIL}")):
        if path.name.startswith("."):
            continue
        try:
            found.append(_read(path))
        except OSError as error:
            missing = Path(error.filename or path).name
            cure = f"write it again with: mailgate golden add, or: mailgate golden remove {path.stem}"
            problems.append(_problem(missing, f"cannot be read ({error.strerror}); {cure}"))
        except (ValueError, KeyError) as error:
            cure = f"add the mail anew, or: mailgate golden remove {path.stem}"
            problems.append(_problem(path.with_suffix(_CIRCUMSTANCES).name, f"is damaged ({error}); {cure}"))
    return tuple(found), tuple(problems)


def find_golden(rules: Path, name: str) -> Golden:
    """The golden mail of that name.

    Raises:
        Permanent: there is none, or it cannot be read.
    """
    path = rules / FOLDER / f"{name}{_MAIL}"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Permanent(f'there is no golden mail "{name}"; see: mailgate golden list')
    try:
        return _read(path)
    except (OSError, ValueError, KeyError) as error:
        raise Permanent(
            f'golden mail "{name}" cannot be read ({error}); add it anew with: mailgate golden add'
        ) from None


def write_golden(rules: Path, golden: Golden) -> Path:
    """Keep a golden mail, in the place of one of that name; gives the file with the mail in it.

    Raises:
        Permanent: the name cannot be one, or the folder cannot be written to.
    """
    if not _NAME.fullmatch(golden.name):
        raise Permanent(f'"{golden.name}" cannot be the name of a golden mail; use small letters, digits, "-" and "_"')
    folder = rules / FOLDER
    mail = folder / f"{golden.name}{_MAIL}"
    document = json.dumps(asdict(golden.circumstances), default=_plain, ensure_ascii=False, indent=2)
    try:
        folder.mkdir(exist_ok=True)
        # The mail comes last: without it the other two are nobody's.
        _write(mail.with_suffix(_CIRCUMSTANCES), f"{document}\n".encode())
        _write(mail.with_suffix(_EXPECTED), golden.expected.encode())
        _write(mail, golden.content)
    except OSError as error:
        raise Permanent(f"{folder} cannot be written to ({error.strerror}); let whoever gives this command") from None
    return mail


def remove_golden(rules: Path, name: str) -> None:
    """Take a golden mail away.

    Raises:
        Permanent: there is none, or it cannot be taken away.
    """
    path = rules / FOLDER / f"{name}{_MAIL}"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Permanent(f'there is no golden mail "{name}"; see: mailgate golden list')
    try:
        for ending in (_MAIL, _CIRCUMSTANCES, _EXPECTED):
            path.with_suffix(ending).unlink(missing_ok=True)
    except OSError as error:
        raise Permanent(f"{path} cannot be taken away ({error.strerror}); let whoever gives this command") from None


def golden_files(rules: Path) -> Mapping[str, bytes]:
    """The files of all golden mails, by their name relative to the folder of rules; they go along with rules."""
    return {
        path.relative_to(rules).as_posix(): path.read_bytes()
        for path in sorted((rules / FOLDER).glob("*"))
        if path.suffix in {_MAIL, _CIRCUMSTANCES, _EXPECTED} and not path.name.startswith(".")
    }


def expected_file(name: str) -> str:
    """The file with what must become of a golden mail, relative to the folder of rules."""
    return f"{FOLDER}/{name}{_EXPECTED}"


def _read(path: Path) -> Golden:
    circumstances = json.loads(path.with_suffix(_CIRCUMSTANCES).read_text(encoding="utf-8"))
    return Golden(
        name=path.stem,
        content=path.read_bytes(),
        circumstances=record_from(Circumstances, circumstances),
        expected=path.with_suffix(_EXPECTED).read_text(encoding="utf-8-sig"),
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file whole: whoever reads it meanwhile reads the old one or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _problem(name: str, message: str) -> Problem:
    return Problem(file=f"{FOLDER}/{name}", line=0, message=message)


def _plain(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")
