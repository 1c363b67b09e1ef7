"""The door for whoever watches lets nobody in, and nobody can keep it busy."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mailgate.web import Page, WebDoor, as_page


async def health() -> Page:
    return as_page(200, {"alive": True})


async def broken() -> Page:
    raise RuntimeError("secret inside")


def talk(*requests: bytes) -> list[bytes]:
    """What the door answers to each of these, each on a connection of its own."""

    async def story() -> list[bytes]:
        pages: dict[str, Callable[[], Awaitable[Page]]] = {"/health": health, "/broken": broken}
        door = WebDoor(host="127.0.0.1", port=0, pages=pages, failed=lambda *_: None)
        await door.open()
        answers = []
        for request in requests:
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            writer.write(request)
            writer.write_eof()
            answers.append(await reader.read())
            writer.close()
            await writer.wait_closed()
        await door.close()
        return answers

    return asyncio.run(story())


def test_a_page_is_shown_and_the_connection_ends() -> None:
    [answer] = talk(b"GET /health?verbose=1 HTTP/1.1\r\nHost: x\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in head.lower()
    assert body == b'{"alive": true}\n'


def test_head_shows_no_body() -> None:
    [answer] = talk(b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.endswith(b"\r\n\r\n")


HOSTILE = [
    (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 404"),
    (b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", b"HTTP/1.1 405"),
    (b"GET /broken HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 500"),
    (b"EHLO mail.example\r\n\r\n", b"HTTP/1.1 400"),
    (b"GET /health HTTP/1.1\r\nX: " + b"a" * 100_000, b"HTTP/1.1 4"),
    (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", b"HTTP/1.1 400"),
    (b"", b""),
]


@pytest.mark.parametrize(("request_", "answer"), HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_comes_is_answered_without_our_inside(request_: bytes, answer: bytes) -> None:
    [said, after] = talk(request_, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")

    assert said.startswith(answer)
    assert b"secret" not in said
    assert after.startswith(b"HTTP/1.1 200")
