"""Tell the ticket system what has happened to a ticket: one signed HTTP request each (Standard Webhooks 1.0).

    POST /hooks/mailgate
    webhook-id: msg_...            the same for every attempt: the key by which the receiver knows a repeat
    webhook-timestamp: 1795384800  of this attempt, in seconds
    webhook-signature: v1,...      HMAC-SHA256 of "id.timestamp.body"; several while the secret is changed

    200 {"number": "CSD-2026-000123"}

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. The library of that name is
not used: for these few lines it brings a second HTTP client and five more packages.
"""

import asyncio
import base64
import binascii
import hmac
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import httpx2

from mailgate.trouble import Permanent, Temporary

# An answer is a few dozen bytes; what is longer is not read.
_LONGEST = 16 * 1024
_PREFIX = "whsec_"
# Bytes of a secret, as the specification wants them.
_SHORTEST_KEY, _LONGEST_KEY = 24, 64
# Refusals of this one push. All others (no such page, not allowed, a redirect, too many, an error of theirs) are about
# our configuration or their state, and pass.
_FOR_GOOD = frozenset({400, 413, 415, 422})


@dataclass(slots=True, kw_only=True)
class Csd:
    """The ticket system. It belongs to one event loop."""

    url: str
    # What requests are signed with, one key or, while it is changed, several.
    keys: tuple[bytes, ...] = field(repr=False)
    # Seconds for the whole exchange.
    timeout: float
    # The time in seconds since 1970.
    clock: Callable[[], float]
    # Whether a text can be a number of the ticket system.
    is_number: Callable[[str], bool]
    # Whose certificates are believed; None: those that the system believes.
    tls: ssl.SSLContext | None = None
    _client: httpx2.AsyncClient | None = None

    async def push(self, *, key: str, content: bytes) -> str:
        """Tell of one event. When this returns, it has been taken.

        Args:
            key: the webhook-id.
            content: the payload, JSON.

        Returns:
            The number that the ticket system gives the ticket; "" when it gives none, or none that can be believed.

        Raises:
            Temporary: it may work later; it may or may not have been taken.
            Permanent: this push is refused for good.
        """
        try:
            async with asyncio.timeout(self.timeout):
                status, answer = await self._post(key, content)
        except TimeoutError:
            raise Temporary(f"the ticket system did not answer within {self.timeout:g} seconds") from None
        except (httpx2.HTTPError, OSError) as error:
            raise Temporary(f"the ticket system cannot be reached ({type(error).__name__}); look at [csd]") from None
        if status in _FOR_GOOD:
            raise Permanent(f"the ticket system refused it with status {status}; its log says why")
        if not 200 <= status < 300:
            raise Temporary(f"the ticket system answered with status {status}; look at [csd] and at its log")
        return self._number(answer)

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _post(self, key: str, content: bytes) -> tuple[int, bytes]:
        """Status and body; none where it is too long to be an answer."""
        timestamp = int(self.clock())
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(sign(each, key, timestamp, content) for each in self.keys),
        }
        answer = b""
        async with self._open().stream("POST", self.url, content=content, headers=headers) as response:
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > _LONGEST:
                    return response.status_code, b""
        return response.status_code, answer

    def _number(self, answer: bytes) -> str:
        """What in the answer can be a number. It has been taken in any case: a strange answer changes nothing of it."""
        try:
            said = json.loads(answer)
        except (ValueError, RecursionError):
            return ""
        number = said.get("number") if isinstance(said, dict) else None
        return number if isinstance(number, str) and self.is_number(number) else ""

    def _open(self) -> httpx2.AsyncClient:
        if self._client is None:
            # A redirect would carry a ticket to somewhere else; proxies are for the web.
            self._client = httpx2.AsyncClient(
                headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "mailgate"},
                timeout=self.timeout,
                follow_redirects=False,
                trust_env=False,
                verify=self.tls or True,
            )
        return self._client


def sign(key: bytes, name: str, timestamp: int, content: bytes) -> str:
    """One signature, "v1,...".

    Args:
        key: the secret's bytes.
        name: the webhook-id.
        timestamp: in seconds since 1970.
        content: the body, byte for byte.
    """
    signed = b"%s.%d.%s" % (name.encode(), timestamp, content)
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys in a secret file: one a line, "whsec_" and base64.

    Raises:
        Permanent: there is none, or one of them is none; the sentence does not repeat it.
    """
    keys = tuple(_key(line) for line in text.split())
    if not keys:
        raise Permanent('csd.secret_file is empty; write the secret into it as "whsec_..."')
    return keys


def _key(line: str) -> bytes:
    try:
        key = base64.b64decode(line.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not line.startswith(_PREFIX) or not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise Permanent('csd.secret_file holds something else than "whsec_" and the base64 of 24 to 64 bytes')
    return key
