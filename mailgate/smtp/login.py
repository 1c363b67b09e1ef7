"""Passwords at the door: what AUTH sends, and who is let in (RFC 4954, RFC 4616)."""

import asyncio
import binascii
from base64 import b64decode
from dataclasses import dataclass, field

from mailgate.config.doors import SmtpSection
from mailgate.smtp.limits import Failures, delay
from mailgate.smtp.users import Users


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a client says it is."""

    login: str
    # Never shown.
    password: bytes = field(repr=False)


def read_base64(text: str) -> bytes | None:
    """The bytes of an answer of the client; None when it is no base64. A lone "=" is the empty one (RFC 4954)."""
    try:
        return b"" if text == "=" else b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError):
        return None


def read_plain(text: str) -> Credentials | None:
    """The one answer of PLAIN: authorisation, login and password, with NUL between. To act for another is not known."""
    parts = (read_base64(text) or b"").split(b"\0")
    if len(parts) != 3 or parts[0] not in {b"", parts[1]}:
        return None
    return credentials(parts[1], parts[2])


def credentials(login: bytes, password: bytes) -> Credentials | None:
    """Login and password as a pair; None when the login is empty or not UTF-8."""
    try:
        return Credentials(login=login.decode("utf-8"), password=password) if login else None
    except UnicodeDecodeError:
        return None


class Guard:
    """Checks passwords, and slows down who guesses them."""

    def __init__(self, users: Users, section: SmtpSection) -> None:
        self._users = users
        self._first_delay = section.auth_delay
        self._failures = Failures(section.auth_failures_per_address, section.auth_window)
        # Argon2 takes much memory and time by design: one password is checked at a time.
        self._one = asyncio.Lock()

    def refuses(self, who: str) -> bool:
        """Whether this origin has guessed too often to be asked again now."""
        return self._failures.too_many(who, asyncio.get_running_loop().time())

    async def admit(self, claim: Credentials, who: str) -> str | None:
        """The login when the password is right, else None, and that late.

        An origin that has guessed too often gets None even for the right password: guesses made side by side on many
        connections are counted one by one.
        """
        loop = asyncio.get_running_loop()
        async with self._one:
            if self.refuses(who):
                return None
            login = await asyncio.to_thread(self._users.verify, claim.login, claim.password)
            if login is not None:
                return login
            self._failures.add(who, loop.time())
        await asyncio.sleep(delay(self._first_delay, self._failures.count(who, loop.time())))
        return None
