"""A virus scanner: clamd, asked by INSTREAM (clamd(8)) over a Unix socket or TCP. Nothing is written to disk."""

import re
import socket
import struct

from mailgate.trouble import Temporary

# Bytes handed over at once.
_CHUNK = 256 * 1024
_LONGEST_ANSWER = 4_096
_FOUND = re.compile(r"stream: (?P<signature>.*) FOUND")


class TooLarge(Exception):
    """The scanner reads no message of this size."""


class Clamd:
    """One clamd. Safe to share between threads: each scan is a connection of its own."""

    def __init__(self, address: str, *, timeout: float, size_limit: int) -> None:
        """Prepare; nothing is asked yet.

        Args:
            address: the path of a Unix socket, or "host:port".
            timeout: seconds for one exchange, from the connection to the answer to each chunk.
            size_limit: bytes beyond which nothing is handed over.
        """
        self._address = address
        self._timeout = timeout
        self._size_limit = size_limit

    def scan(self, content: bytes) -> str | None:
        """The name of what was found in it, or None.

        Raises:
            TooLarge: it is larger than we hand over, or than clamd takes (StreamMaxLength).
            Temporary: clamd did not answer, or could not do its work.
        """
        if len(content) > self._size_limit:
            raise TooLarge
        try:
            with self._connect() as connection:
                answer = _exchange(connection, content)
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise Temporary(f"clamd at {self._address} did not answer ({why}); see [clamav]") from error
        if answer == "stream: OK":
            return None
        if found := _FOUND.fullmatch(answer):
            return found["signature"]
        if "size limit exceeded" in answer:
            raise TooLarge
        raise Temporary(f'clamd at {self._address} could not scan ("{answer[:200]}"); see its log')

    def _connect(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and "/" not in self._address:
            return socket.create_connection((host.strip("[]"), int(port)), self._timeout)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self._timeout)
        try:
            connection.connect(self._address)
        except BaseException:
            connection.close()
            raise
        return connection


def _exchange(connection: socket.socket, content: bytes) -> str:
    """One INSTREAM: chunks with their lengths before them, an empty one at the end, then the answer up to a NUL."""
    connection.sendall(b"zINSTREAM\0")
    try:
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            connection.sendall(struct.pack("!I", len(chunk)))
            connection.sendall(chunk)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It has seen enough, and its answer says of what.
        pass
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
        more = connection.recv(_LONGEST_ANSWER)
        if not more:
            break
        said += more
    if not said:
        raise ConnectionError("it closed the connection")
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
