"""A DNS server on loopback, for tests: UDP and TCP, one zone, and every fault that the world has.

It answers as a recursive resolver does: aliases are followed, what is not in the zone does not exist.
"""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

# How a name can fail: no answer at all, SERVFAIL, an answer to another question, a wrong number, bytes that are no DNS.
Fault = Literal["hang", "servfail", "refused", "other question", "other number", "rubbish"]
# Name to a fault, or to records: ("MX", "10 mail.example.org"); TXT as it is, without quotation marks, or in several
# strings. The record ("*", "servfail") is the fault of every type that has no record.
Zone = Mapping[str, Sequence[tuple[str, str | Sequence[str]]] | Fault]

_TTL = 60
# Bytes that fit into UDP without EDNS.
_SMALL = 512


def _sockets() -> tuple[socket.socket, socket.socket]:
    """UDP and TCP on one free port; another program may have the TCP port of the first one that is tried."""
    for _ in range(100):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()
    raise OSError("no port is free for UDP and TCP")


class Nameserver:
    """The server. Its zone and its mood may be changed while it runs."""

    def __init__(self, zone: Zone) -> None:
        self.zone = dict(zone)
        # A fault of the whole server.
        self.mood: Fault | None = None
        # Every question that came, in order: ("example.org", "TXT").
        self.asked: list[tuple[str, str]] = []
        # Seconds for which answers hold.
        self.ttl = _TTL
        self._udp, self._tcp = _sockets()
        self.port: int = self._udp.getsockname()[1]
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, and give the port back."""
        self._wake_udp()
        self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._udp.close()
        self._tcp.close()

    def count(self, name: str) -> int:
        """How often a name was asked for."""
        return sum(asked == name for asked, _ in self.asked)

    def _wake_udp(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(b"", ("127.0.0.1", self.port))

    def _serve_udp(self) -> None:
        while True:
            wire, client = self._udp.recvfrom(65535)
            if not wire:
                return
            answer = self._answer(wire, udp=True)
            if answer is not None:
                self._udp.sendto(answer, client)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                head = connection.recv(2)
                wire = connection.recv(struct.unpack("!H", head)[0])
                answer = self._answer(wire, udp=False)
                if answer is not None:
                    connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, wire: bytes, *, udp: bool) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = _text(question.name)
        self.asked.append((name, dns.rdatatype.to_text(question.rdtype)))
        response = dns.message.make_response(query, recursion_available=True)
        found = self.mood or self.zone.get(name, ())
        if isinstance(found, str):
            return _fail(found, response)
        self._fill(response, name, question.rdtype)
        limit = max(query.payload, _SMALL) if udp else 65535
        return response.to_wire(max_size=65535) if not udp else _truncated(response, limit)

    def _fill(self, response: dns.message.Message, name: str, wanted: dns.rdatatype.RdataType) -> None:
        """Put the records in, along the aliases."""
        for _ in range(20):
            records = self.zone.get(name)
            if records is None or isinstance(records, str):
                if records == "servfail":
                    response.set_rcode(dns.rcode.SERVFAIL)
                elif records is None and not self._has_below(name):
                    response.set_rcode(dns.rcode.NXDOMAIN)
                return
            kinds = {kind for kind, _ in records}
            kind = dns.rdatatype.to_text(wanted)
            alias = "CNAME" in kinds and kind != "CNAME"
            rdatas = [_rdata(each, value) for each, value in records if each == ("CNAME" if alias else kind)]
            if rdatas:
                response.answer.append(dns.rrset.from_rdata_list(_name(name), self.ttl, rdatas))
            elif "*" in kinds:
                response.set_rcode(dns.rcode.SERVFAIL)
            if not alias:
                return
            name = _text(dns.name.from_text(rdatas[0].to_text()))

    def _has_below(self, name: str) -> bool:
        return any(each.endswith(f".{name}") for each in self.zone)


def _fail(fault: str, response: dns.message.Message) -> bytes | None:
    if fault == "hang":
        return None
    if fault == "rubbish":
        return b"\x00\x01not DNS"
    if fault == "other number":
        response.id ^= 1
    elif fault == "other question":
        response.question[0].name = dns.name.from_text("lie.example")
    else:
        response.set_rcode(dns.rcode.from_text(fault.upper()))
    return response.to_wire()


def _truncated(response: dns.message.Message, limit: int) -> bytes:
    wire = response.to_wire(max_size=65535)
    if len(wire) <= limit:
        return wire
    response.answer.clear()
    response.flags |= dns.flags.TC
    return response.to_wire()


def _name(text: str) -> dns.name.Name:
    return dns.name.Name([*(label.encode() for label in text.split(".")), b""]) if text else dns.name.root


def _text(name: dns.name.Name) -> str:
    return b".".join(name.labels[:-1]).decode().lower()


def _rdata(kind: str, value: str | Sequence[str]) -> dns.rdata.Rdata:
    if kind in {"TXT", "SPF"}:
        strings = [value] if isinstance(value, str) else value
        octets = [string.encode("utf-8", "surrogateescape") for string in strings or [""]]
        pieces = [each[at : at + 255] for each in octets for at in range(0, max(len(each), 1), 255)]
        wire = b"".join(bytes([len(piece)]) + piece for piece in pieces)
        return dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.TXT, wire, 0, len(wire))
    assert isinstance(value, str)
    return dns.rdata.from_text("IN", kind, value, origin=dns.name.root, relativize=False)


@contextmanager
def nameserver(zone: Zone) -> Iterator[Nameserver]:
    """A server for the length of a test."""
    server = Nameserver(zone)
    try:
        yield server
    finally:
        server.close()
