"""A ticket system as it should be: it verifies, takes each event once, and answers a repeat as it did the first time.

It is the reference for whoever builds the other side (docs/csd.md). Tests make it slow, ill, or lying.
"""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOLERANCE = 300


def is_signed(secret: str, name: str, timestamp: str, signatures: str, body: bytes, now: float) -> bool:
    """Whether a request is ours, and of now (Standard Webhooks, "Verifying webhook authenticity")."""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, f"{name}.{timestamp}.".encode() + body, sha256).digest())
    given = [each.partition(",") for each in signatures.split()]
    return any(version == "v1" and hmac.compare_digest(wanted, text.encode()) for version, _, text in given)


@dataclass(slots=True)
class TicketSystem:
    """What it has taken, and how it behaves."""

    secret: str = SECRET
    # Every request in order: webhook-id and type.
    requests: list[tuple[str, str]] = field(default_factory=list)
    # Events that were taken, by webhook-id, in order.
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    # Requests that have arrived, answered or not.
    arrived: int = 0
    # Requests that were not signed by us.
    forged: int = 0
    # Statuses for the next requests; an event is taken only with 200.
    ill: list[int] = field(default_factory=list)
    # Take the next events, but break the connection in place of an answer.
    silent: int = 0
    # What it says of a new ticket; None: the next number.
    lie: object = None
    # Not set: it answers nothing until it is.
    awake: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, event: dict[str, Any]) -> dict[str, str]:
        """Take one event, once."""
        if name not in self.answers:
            self.taken[name] = event
            opened = event["type"] == "ticket.opened"
            self.answers[name] = {"number": f"CSD-2026-{len(self.taken):06}"} if opened else {}
        return self.answers[name]

    def types(self) -> list[str]:
        """What has happened, in order."""
        return [event["type"] for event in self.taken.values()]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    system: TicketSystem

    def handle(self) -> None:
        with suppress(ConnectionResetError):  # whoever was killed does not say goodbye
            super().handle()

    def do_POST(self) -> None:
        system = self.system
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name, timestamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        if not is_signed(system.secret, name, timestamp, self.headers["webhook-signature"], body, time.time()):
            system.forged += 1
            self.answer(401, b"{}")
            return
        system.arrived += 1
        system.awake.wait(30)
        event = json.loads(body)
        with system._lock:
            system.requests.append((name, event["type"]))
            if system.ill:
                self.answer(system.ill.pop(0), b"<html>out of order</html>")
                return
            said: object = system.take(name, event)
            if system.silent:
                system.silent -= 1
                self.close_connection = True
                return
            if system.lie is not None:
                said = system.lie
        self.answer(200, json.dumps(said).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        del format, args


@contextmanager
def ticket_system() -> Iterator[TicketSystem]:
    """A ticket system on a port of its own."""
    system = TicketSystem()
    system.awake.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"system": system})) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        system.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/mailgate"
        try:
            yield system
        finally:
            system.awake.set()
            server.shutdown()
            thread.join()
