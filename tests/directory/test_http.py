"""People behind an HTTP service: a real server on loopback, well or ill."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mailgate.core.facts import Person
from mailgate.directory.http_directory import HttpDirectory
from mailgate.trouble import Temporary

ANNA = {
    "login": "Anna.Kowalska@spedycja-baltyk.example",
    "name": "Anna Kowalska",
    "organisation": "Spedycja Bałtyk",
    "status": "active",
    "first_contact": "2024-03-01",
}


class Handler(BaseHTTPRequestHandler):
    """Answers as the server was told to."""

    server: "Service"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def say(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class Service(ThreadingHTTPServer):
    """The service, what it was asked, and how it answers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answer: Callable[[Handler], None]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[tuple[str, str | None]] = []
        # Ends answers that would never end.
        self.over = threading.Event()


@contextmanager
def service(answer: Callable[[Handler], None]) -> Iterator[Service]:
    server = Service(answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def says(status: int, document: object, **headers: str) -> Callable[[Handler], None]:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return lambda handler: handler.say(status, content, **headers)


def directory(server: Service, timeout: float = 5.0) -> HttpDirectory:
    url = f"http://127.0.0.1:{server.server_address[1]}/people?login={{login}}"
    return HttpDirectory(url=url, timeout=timeout, token="tajny-token")


def test_a_person_is_asked_for_by_her_login_and_with_our_token() -> None:
    with service(says(200, ANNA)) as server, closing(directory(server)) as people:
        assert people.find("anna.kowalska@spedycja-baltyk.example") == Person(
            login="anna.kowalska@spedycja-baltyk.example",
            name="Anna Kowalska",
            organisation="Spedycja Bałtyk",
            first_contact=date(2024, 3, 1),
        )
        assert server.asked == [
            ("/people?login=anna.kowalska%40spedycja-baltyk.example", "Bearer tajny-token"),
        ]


def test_what_a_person_has_not_may_be_left_out_or_be_null() -> None:
    answer = {"login": "jan@nowak.example", "first_contact": None, "organisation": None}
    with service(says(200, answer)) as server, closing(directory(server)) as people:
        assert people.find("jan@nowak.example") == Person(login="jan@nowak.example")


def test_a_login_cannot_ask_another_question() -> None:
    with service(says(404, {})) as server, closing(directory(server)) as people:
        assert people.find("a&admin=1#/../x?@zawada.example") is None
        assert server.asked[0][0] == "/people?login=a%26admin%3D1%23%2F..%2Fx%3F%40zawada.example"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(500, {}), "status 500"),
        (says(401, {}), "status 401"),
        (says(204, b""), "status 204"),
        (says(302, b"", Location="http://127.0.0.1:1/"), "status 302"),
        (says(200, b"<html>Serwis niedostepny</html>"), "no JSON"),
        (says(200, b"[" * 50_000), "no JSON"),
        (says(200, [ANNA]), "no object"),
        (says(200, {"login": ANNA["login"]}), "first_contact"),
        (says(200, ANNA | {"name": 7}), "something else than texts"),
        (says(200, ANNA | {"login": "ewa@zawada.example"}), "another login"),
        (says(200, ANNA | {"status": "maybe"}), "status"),
        (says(200, ANNA | {"first_contact": "kiedyś"}), "first_contact"),
        (says(200, ANNA | {"name": "x" * 100_000}), "far longer than an entry"),
        # Fifty thousand bytes that would fill fifty megabytes.
        (says(200, gzip.compress(b" " * 50_000_000), **{"Content-Encoding": "gzip"}), "no JSON"),
    ],
)
def test_a_service_that_is_ill_or_lies_is_trouble_and_no_answer(answer: Callable[[Handler], None], why: str) -> None:
    with service(answer) as server, closing(directory(server)) as people, pytest.raises(Temporary, match=why):
        people.find("anna.kowalska@spedycja-baltyk.example")


def test_a_service_that_is_not_there_is_trouble() -> None:
    with service(says(200, ANNA)) as server:
        people = directory(server)
    with closing(people), pytest.raises(Temporary, match="cannot be asked"):
        people.find("anna.kowalska@spedycja-baltyk.example")


def hangs(handler: Handler) -> None:
    handler.server.over.wait(30)


def trickles(handler: Handler) -> None:
    """One byte after the other, each in time, and never all of them."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(3_000):
        if handler.server.over.wait(0.01):
            return
        handler.wfile.write(b" ")


@pytest.mark.parametrize("answer", [hangs, trickles])
def test_a_service_that_never_ends_its_answer_is_trouble_within_its_time(answer: Callable[[Handler], None]) -> None:
    with service(answer) as server, closing(directory(server, timeout=0.2)) as people:
        with pytest.raises(Temporary, match=r"within 0\.2 seconds"):
            people.find("anna.kowalska@spedycja-baltyk.example")
        server.answer = says(200, ANNA)
        assert people.find("anna.kowalska@spedycja-baltyk.example") is not None


def test_no_trouble_tells_the_token() -> None:
    with service(says(500, {})) as server, closing(directory(server)) as people:
        with pytest.raises(Temporary) as caught:
            people.find("anna.kowalska@spedycja-baltyk.example")
        assert "tajny" not in f"{caught.value!r}{people!r}"
