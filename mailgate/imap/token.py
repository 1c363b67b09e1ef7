"""OAuth 2.0 access tokens for XOAUTH2: from a command, or from a token server (RFC 6749), renewed before they end.

Microsoft 365:  oauth_url = "https://login.microsoftonline.com/TENANT/oauth2/v2.0/token"
Google:         oauth_url = "https://oauth2.googleapis.com/token"
"""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from mailgate.config.imap import ImapSection
from mailgate.trouble import Temporary

# A token of which nobody says how long it holds: Microsoft and Google give an hour.
_USUAL = timedelta(hours=1)
# So long before its end a token is renewed, but never before half its time.
_MARGIN = timedelta(minutes=5)
# A token is a few kilobytes.
_LONGEST = 64 * 1024
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token."""

    value: str = field(repr=False)
    renew_at: datetime
    ends_at: datetime


@dataclass(slots=True, kw_only=True)
class Tokens:
    """Gives the token of one mailbox, a new one in time."""

    section: ImapSection
    root: Path
    now: Callable[[], datetime]
    _token: Token | None = None

    def current(self) -> Token:
        """A token that holds.

        Raises:
            Temporary: there is none; the sentence says what to mend.
        """
        if self._token is None or self.now() >= self._token.renew_at:
            self._token = self.renew()
        return self._token

    def forget(self) -> None:
        """The server did not take it."""
        self._token = None

    def renew(self) -> Token:
        """A new token.

        Raises:
            Temporary: as `current`.
        """
        asked_at = self.now()
        said = self._run() if self.section.oauth_command else self._ask()
        lasts = timedelta(seconds=said.seconds) if said.seconds else _USUAL
        self._token = Token(
            value=said.value, renew_at=asked_at + lasts - min(_MARGIN, lasts / 2), ends_at=asked_at + lasts
        )
        return self._token

    def _run(self) -> "_Said":
        """What the command prints: the token alone, or the JSON of a token server."""
        command = self.section.oauth_command
        try:
            done = subprocess.run(  # noqa: S603  (the operator's own command)
                command,
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.section.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Temporary(f"imap.oauth_command did not end within {self.section.timeout:g} seconds") from None
        except OSError as error:
            raise Temporary(f"imap.oauth_command cannot be run ({error.strerror}): {command[0]}") from None
        if done.returncode != 0:
            last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise Temporary(f"imap.oauth_command ended with code {done.returncode} ({last[:200]})")
        text = done.stdout.decode("utf-8", "replace").strip()
        if text.startswith("{"):
            return _read(text)
        if not text or len(text.split()) != 1 or not text.isascii():
            raise Temporary("imap.oauth_command printed no token: one word, or JSON with access_token")
        return _Said(value=text)

    def _ask(self) -> "_Said":
        """What the token server says (RFC 6749 sections 6 and 4.4)."""
        section = self.section
        asked = {"client_id": section.oauth_client}
        asked |= {"scope": section.oauth_scope} if section.oauth_scope else {}
        if section.oauth_client_secret_file:
            asked["client_secret"] = read_file(self.root / section.oauth_client_secret_file)
        if section.oauth_refresh_token_file:
            asked |= {
                "grant_type": "refresh_token",
                "refresh_token": read_file(self.root / section.oauth_refresh_token_file),
            }
        else:
            asked["grant_type"] = "client_credentials"
        try:
            # A redirect would carry the secret to somewhere else; proxies are for the web.
            with httpx2.Client(timeout=section.timeout, follow_redirects=False, trust_env=False) as client:
                answer = client.post(section.oauth_url, data=asked, headers={"Accept": "application/json"})
        except httpx2.HTTPError as error:
            raise Temporary(f"the token server cannot be asked ({type(error).__name__}): see imap.oauth_url") from None
        if answer.status_code != _OK:
            raise Temporary(_refusal(answer))
        said = _read(answer.text[:_LONGEST])
        if said.refresh and section.oauth_refresh_token_file and said.refresh != asked["refresh_token"]:
            _write(self.root / section.oauth_refresh_token_file, said.refresh)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """An answer of a token server (RFC 6749 section 5.1)."""

    value: str = field(repr=False)
    # How long the token holds; 0: nobody said.
    seconds: float = 0.0
    # The refresh token to be used from now on; "": the one we have.
    refresh: str = field(default="", repr=False)


def _read(text: str) -> _Said:
    try:
        found = json.loads(text)
        value, seconds, refresh = found["access_token"], found.get("expires_in") or 0, found.get("refresh_token") or ""
        said = _Said(value=str(value), seconds=max(0.0, float(seconds)), refresh=str(refresh))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Temporary("the answer holds no access_token (RFC 6749 section 5.1)") from None
    if not said.value or not said.value.isascii() or len(said.value.split()) != 1:
        raise Temporary("the answer holds no access_token (RFC 6749 section 5.1)")
    return said


def _refusal(answer: httpx2.Response) -> str:
    """Why the server gave none: RFC 6749 section 5.2 has a word for it."""
    try:
        found = json.loads(answer.text[:_LONGEST])
        word = str(found["error"])[:60]
    except (ValueError, KeyError, TypeError, RecursionError):
        word = ""
    if word in {"invalid_grant", "interaction_required", "consent_required"}:
        return f"the token server takes our refresh token no more ({word}): sign in anew, see oauth_refresh_token_file"
    if word in {"invalid_client", "unauthorized_client"}:
        return f"the token server does not know us ({word}): look at oauth_client and its secret"
    return f"the token server answered with status {answer.status_code} {word}".rstrip()


def read_file(file: Path) -> str:
    """A password or token in a file, read anew each time, so that a new one needs no restart.

    Raises:
        Temporary: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8").strip("\r\n ")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Temporary(f"the secret file {file} cannot be read ({reason}): see [[imap]]") from None


def _write(file: Path, token: str) -> None:
    """Exchange the file as a whole: half a token would lock us out."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as written:  # noqa: PTH123  (a Path cannot be opened with a mode)
            written.write(f"{token}\n")
            written.flush()
            os.fsync(written.fileno())
        draft.replace(file)
    except OSError as error:
        raise Temporary(f"the new refresh token cannot be written to {file} ({error.strerror})") from None
