"""What one client sends, as command lines and as chunks of mail."""

from asyncio import StreamReader

# Bytes of a command line with its end. RFC 5321 section 4.5.3.1.4 asks for 512 and more where extensions need it:
# SIZE and SMTPUTF8 some forty, AUTH of MAIL five hundred, a password in base64 a few hundred.
LINE_LIMIT = 2048
CHUNK = 64 * 1024


class LineTooLong(Exception):
    """A command line was longer than the limit; it has been read to its end and thrown away."""


class Wire:
    """Reads from one client. What was read too far waits here for the next reader."""

    def __init__(self, reader: StreamReader) -> None:
        self._reader = reader
        self._held = bytearray()

    @property
    def pending(self) -> bool:
        """Whether the client has sent more than was asked for."""
        # No public way tells; aiosmtpd clears the same buffer after STARTTLS.
        return bool(self._held or self._reader._buffer)  # type: ignore[attr-defined]  # noqa: SLF001  see above

    @property
    def has_line(self) -> bool:
        """Whether `line` would not have to wait."""
        return b"\n" in self._held

    async def line(self) -> bytes:
        r"""The next line with its end, up to and with the next \n.

        Raises:
            LineTooLong: it was longer than LINE_LIMIT.
            EOFError: the client has said its last word.
        """
        too_long = False
        while (end := self._held.find(b"\n")) < 0:
            if len(self._held) > LINE_LIMIT:
                too_long = True
                self._held.clear()
            self._held += await self._read()
        line = bytes(self._held[: end + 1])
        del self._held[: end + 1]
        if too_long or len(line) > LINE_LIMIT:
            raise LineTooLong
        return line

    async def chunk(self) -> bytes:
        """Whatever has come, at least one byte.

        Raises:
            EOFError: the client has said its last word.
        """
        if not self._held:
            return await self._read()
        chunk = bytes(self._held)
        self._held.clear()
        return chunk

    def put_back(self, rest: bytes) -> None:
        """Give back the end of a chunk that belongs to the next line."""
        self._held[:0] = rest

    async def _read(self) -> bytes:
        chunk = await self._reader.read(CHUNK)
        if not chunk:
            raise EOFError
        return chunk
