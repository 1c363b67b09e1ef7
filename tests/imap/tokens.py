"""A token server on loopback: it gives tokens as Microsoft and Google do, and tells Dovecot which of them hold."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(slots=True)
class TokenServer:
    """What it knows, and what it was asked."""

    user: str = "desk"
    refresh: str = "refresh-1"
    # Seconds that a token holds.
    lasts: int = 3600
    # The word by which it refuses; "": it does not.
    refuses: str = ""
    # Whether each answer brings another refresh token.
    rotates: bool = False
    port: int = 0
    # Tokens that hold.
    tokens: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def give(self, asked: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Answer as RFC 6749 sections 5.1 and 5.2 say."""
        self.asked.append(asked)
        if self.refuses:
            return 400, {"error": self.refuses, "error_description": "AADSTS70008"}
        if asked.get("grant_type") == "refresh_token" and asked.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant"}
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        answer: dict[str, object] = {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": self.lasts}
        if self.rotates:
            self.refresh = f"refresh-{len(self.tokens) + 1}"
            answer["refresh_token"] = self.refresh
        return 200, answer

    def inspect(self, token: str) -> tuple[int, dict[str, object]]:
        """What Dovecot asks: whose token is it?"""
        return (200, {"active": True, "username": self.user}) if token in self.tokens else (401, {"active": False})

    def handler(self) -> type[BaseHTTPRequestHandler]:
        known = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.say(*known.give({key: values[0] for key, values in parse_qs(content).items()}))

            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
                self.say(*known.inspect(asked))

            def say(self, status: int, answer: dict[str, object]) -> None:
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                return

        return Handler


@contextmanager
def serving() -> Iterator[TokenServer]:
    """A token server that answers."""
    known = TokenServer()
    with ThreadingHTTPServer(("127.0.0.1", 0), known.handler()) as server:
        server.daemon_threads = False
        known.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()
