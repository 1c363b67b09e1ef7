"""The door for whoever watches: a few pages over HTTP/1.1, GET only, one request a connection.

h11 reads what comes. Nothing but a request's head is waited for; its length, time and connections are limited.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import h11

# Seconds that one connection may take, and bytes of a request's head.
_PATIENCE = 10.0
_LONGEST_HEAD = 8192
_MOST_CONNECTIONS = 50
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is shown."""

    status: int = 200
    type: str = JSON
    content: bytes


def as_page(status: int, document: Mapping[str, Any]) -> Page:
    """A page of JSON."""
    return Page(status=status, content=json.dumps(document).encode() + b"\n")


_NOT_FOUND = as_page(404, {"error": "there is no such page"})
_NOT_ALLOWED = as_page(405, {"error": "pages are only read"})
_NOT_HTTP = as_page(400, {"error": "this is no HTTP request"})
_BROKEN = as_page(500, {"error": "the page could not be made; the log says why"})


@dataclass(slots=True, kw_only=True)
class WebDoor:
    """Shows pages. It belongs to one event loop."""

    host: str
    port: int
    # By path. A page that takes long is cut off with its connection.
    pages: Mapping[str, Callable[[], Awaitable[Page]]]
    # Told of a page that could not be made.
    failed: Callable[[str, Exception], None]
    _server: asyncio.Server | None = field(default=None, init=False)
    _open: int = field(default=0, init=False)

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._serve, self.host, self.port, limit=_LONGEST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, whatever comes on it."""
        self._open += 1
        try:
            if self._open <= _MOST_CONNECTIONS:
                async with asyncio.timeout(_PATIENCE):
                    await self._answer(reader, writer)
        except (TimeoutError, OSError):
            pass
        finally:
            self._open -= 1
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        try:
            request = await _request(connection, reader)
        except h11.RemoteProtocolError:
            request, page = None, _NOT_HTTP
        else:
            if request is None:
                return
            page = await self._page(request)
        headers = [
            ("Content-Type", page.type),
            ("Content-Length", str(len(page.content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
        ]
        parts = [connection.send(h11.Response(status_code=page.status, headers=headers))]
        if request is None or request.method != b"HEAD":
            parts.append(connection.send(h11.Data(data=page.content)))
        writer.write(b"".join(part for part in parts if part))
        await writer.drain()

    async def _page(self, request: h11.Request) -> Page:
        path = request.target.partition(b"?")[0].decode("ascii", "replace")
        make = self.pages.get(path)
        if make is None:
            return _NOT_FOUND
        if request.method not in (b"GET", b"HEAD"):
            return _NOT_ALLOWED
        try:
            return await make()
        except Exception as error:  # noqa: BLE001  (our bug spoils one page and nothing else)
            self.failed(path, error)
            return _BROKEN


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The head of the request; None when nobody asks for anything."""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            return None
        connection.receive_data(await reader.read(_LONGEST_HEAD))
