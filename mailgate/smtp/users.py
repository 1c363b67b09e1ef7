"""Who may log in at the door: `login:argon2-hash` lines, checked with Argon2 (RFC 9106)."""

from collections.abc import Mapping
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from mailgate.config import BadConfig
from mailgate.core.address import normalise
from mailgate.core.problem import Problem


class Users:
    """Logins and the hashes of their passwords. Logins compare as addresses do."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = {normalise(login): value for login, value in hashes.items()}
        # A stranger's password is checked against this, at the cost of the dearest real one, so that the time of the
        # answer does not tell which logins exist.
        parameters = max(map(extract_parameters, self._hashes.values()), key=lambda p: p.memory_cost * p.time_cost)
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._nobody = self._hasher.hash(b"")

    def verify(self, login: str, password: bytes) -> str | None:
        """The login as it is compared if the password is right, else None. Takes its time: call it in a thread."""
        known = normalise(login)
        value = self._hashes.get(known)
        try:
            self._hasher.verify(value or self._nobody, password)
        except Argon2Error:
            return None
        return known if value else None


def read_users(file: Path) -> Users:
    """Read the file of users. Empty lines and lines that begin with # say nothing.

    Raises:
        BadConfig: with every mistake, each with file and line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"smtp.users_file cannot be read as UTF-8 text ({type(error).__name__}); mend the path or its rights"
        raise BadConfig((Problem(file=str(file), line=0, message=message),)) from None
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        login, _, value = line.strip().partition(":")
        mistake = _mistake(login, value, hashes)
        if mistake:
            problems.append(Problem(file=str(file), line=number, message=mistake))
        else:
            hashes[normalise(login)] = value
    if not hashes and not problems:
        problems.append(Problem(file=str(file), line=0, message="no user in it; add a line, or unset smtp.users_file"))
    if problems:
        raise BadConfig(tuple(problems))
    return Users(hashes)


def _mistake(login: str, value: str, known: Mapping[str, str]) -> str:
    """What is wrong with a line, or ""."""
    if not login or not value:
        return "not a line of the form login:argon2-hash"
    if normalise(login) in known:
        return f"{login} stands here twice; remove one of the lines"
    try:
        extract_parameters(value)
    except InvalidHashError:
        return f"the hash of {login} is not an Argon2 hash ($argon2id$...)"
    return ""
