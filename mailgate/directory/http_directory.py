"""People behind an HTTP service that answers JSON.

    GET https://csd.example/people?login=anna%40firma.example
    Authorization: Bearer ...

    200 {"login": "anna@firma.example", "name": "Anna Kowalska", "organisation": "Firma",
         "status": "active", "first_contact": "2024-03-01"}
    404 nobody of that login

Any other status, another form, or an answer that takes too long means that the service is ill.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx2

from mailgate.core.facts import Person
from mailgate.directory.believed import believe
from mailgate.trouble import Temporary

# An entry is a few hundred bytes.
_LONGEST = 64 * 1024
_OK, _NOT_FOUND = 200, 404
_FIELDS = ("login", "name", "organisation", "status", "first_contact")
_REQUIRED = ("login", "first_contact")


@dataclass(slots=True, kw_only=True)
class HttpDirectory:
    """A `Source`. It must not be used by two threads at once.

    The loop is its own: only asyncio can end an answer that trickles, byte by byte, for ever.
    """

    # With {login} where the address goes.
    url: str
    # Seconds for the whole exchange.
    timeout: float
    # Bearer token (RFC 6750); "" sends none.
    token: str = field(default="", repr=False)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _client: httpx2.AsyncClient | None = None

    def find(self, login: str) -> Person | None:
        """As `Source.find`."""
        try:
            status, content = self._runner.run(asyncio.wait_for(self._fetch(login), self.timeout))
        except TimeoutError:
            raise Temporary(f"the directory did not answer within {self.timeout:g} seconds") from None
        except httpx2.HTTPError as error:
            raise Temporary(f"the directory cannot be asked ({type(error).__name__})") from None
        if status == _NOT_FOUND:
            return None
        if status != _OK:
            raise Temporary(f"the directory answered with status {status}")
        return believe(_row(content), login)

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._runner.run(self._client.aclose())
        self._runner.close()

    async def _fetch(self, login: str) -> tuple[int, bytes]:
        """Status and body; a body that does not end is cut where it is too long to be an entry.

        Nothing is unpacked: a few packed bytes could fill the memory before anybody had counted them.
        """
        content = b""
        async with self._open().stream("GET", self.url.replace("{login}", quote(login, safe=""))) as response:
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > _LONGEST:
                    raise Temporary("the directory's answer is far longer than an entry")
        return response.status_code, content

    def _open(self) -> httpx2.AsyncClient:
        if self._client is None:
            headers = {"Accept": "application/json", "Accept-Encoding": "identity"} | (
                {"Authorization": f"Bearer {self.token}"} if self.token else {}
            )
            # A redirect would carry the login, and with it the token, to somewhere else; proxies are for the web.
            self._client = httpx2.AsyncClient(
                headers=headers, timeout=self.timeout, follow_redirects=False, trust_env=False
            )
        return self._client


def _row(content: bytes) -> Mapping[str, str]:
    """The entry as texts by name.

    Raises:
        Temporary: it is none.
    """
    try:
        entry = json.loads(content)
    except (ValueError, RecursionError):
        raise Temporary("the directory's answer is no JSON") from None
    if not isinstance(entry, dict) or not all(name in entry for name in _REQUIRED):
        raise Temporary(f"the directory's answer is no object with {' and '.join(_REQUIRED)}")
    if not all(entry[name] is None or isinstance(entry[name], str) for name in _FIELDS if name in entry):
        raise Temporary("the directory's answer holds something else than texts")
    return {name: entry[name] or "" for name in _FIELDS if name in entry} | {"status": entry.get("status") or "active"}
