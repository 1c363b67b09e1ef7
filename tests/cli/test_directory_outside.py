"""People in a directory outside that falls ill under load: nobody is refused wrongly, and it mends by itself."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.cli.house import ANNA, Installation, numbered, until

ENTRY = b'{"login": "%s", "first_contact": "2024-03-01", "name": "Anna"}' % ANNA.encode()
SETTINGS = """
[directory]
source = "http"
http_url = "http://127.0.0.1:{port}/people?login={{login}}"
timeout = 2.0
keep = 0.01
rest = 0.5
"""


class Town(ThreadingHTTPServer):
    """The directory; `mood` says how it answers."""

    daemon_threads = True
    block_on_close = False
    mood = "well"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.over = threading.Event()


class Clerk(BaseHTTPRequestHandler):
    server: Town

    def do_GET(self) -> None:
        if self.server.mood == "hangs":
            self.server.over.wait(30)
        status, content = {
            "well": (200, ENTRY),
            "lies": (200, ENTRY.replace(b"anna.", b"ewa.")),
            "ill": (503, b"{}"),
            "hangs": (500, b""),
        }[self.server.mood]
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def town() -> Iterator[Town]:
    server = Town()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def test_mail_waits_while_the_directory_is_ill_and_becomes_tickets_when_it_is_well(tmp_path: Path) -> None:
    with town() as directory:
        house = Installation.make(tmp_path / "house", config=SETTINGS.format(port=directory.server_address[1]))
        with house.daemon() as daemon:
            digests: list[str] = []
            for mood in ("well", "ill", "hangs", "lies", "well"):
                directory.mood = mood
                digests += daemon.send(*map(numbered, range(len(digests), len(digests) + 10)))
                if mood != "well":
                    until(lambda: daemon.events("postponed"), "the first mail to wait")
            outcomes = [daemon.settled(digest).decisions[-1].outcome for digest in digests]
        assert set(outcomes) == {"ticket"}
        assert house.run("balance").code == 0
        assert house.run("messages", "list", "--outcome", "reject", "--json").json == []


def test_the_operator_sees_what_the_directory_said_and_when_it_is_ill(tmp_path: Path) -> None:
    with town() as directory:
        house = Installation.make(tmp_path / "house", config=SETTINGS.format(port=directory.server_address[1]))
        assert house.run("db", "upgrade").code == 0
        answer = house.run("directory", "lookup", ANNA)
        assert answer.code == 0, answer.err
        assert "as the directory outside said at" in answer.out
        directory.mood = "ill"
        answer = house.run("directory", "lookup", ANNA)
        assert (answer.code, answer.err) == (75, "the directory answered with status 503\n")
        answer = house.run("directory", "import", "people.csv")
        assert (answer.code, "change them there" in answer.err) == (1, True)
