"""The text of one mail between DATA and its end (RFC 5321 sections 4.1.1.4 and 4.5.2). No I/O.

Only CRLF dot CRLF ends a mail. A bare LF or a bare CR ends nothing, neither a line nor a mail, so no second mail can
be smuggled behind one of the look-alikes (LF.LF, LF.CRLF, CR.CRLF, CRLF.CR, ...) that other servers have taken for
the end. Such bytes are kept as content and not refused: RFC 5321 section 2.3.8 forbids sending them, but scripts that
hand a file with Unix line ends to their SMTP library do so daily, and refusing these would lose good mail without
making anybody safer, since we never pass a mail on.

Apart from the dots that the client added to lines that begin with one, the bytes stay exactly as they were sent. No
`Received:` is put before them, although RFC 5321 section 4.4 asks for one: the digest of the bytes is a mail's
identity, and a time of arrival in it would make a redelivery another mail. What that header would say is kept beside
the bytes, in the envelope.
"""

_END = b"\r\n.\r\n"
_STUFFED = b"\r\n."
# What of the end may already have come behind the last byte of the message: dot, CR, and the LF is seen with it.
_PART_OF_END = 2


class Body:
    """Collects one mail and finds its end. Never holds more than the limit and one chunk."""

    def __init__(self, size_limit: int) -> None:
        self._limit = size_limit
        # The CRLF of the DATA command also begins the text: a dot alone in the first line ends it.
        self._held = bytearray(b"\r\n")
        self._dots = 0
        # True once the text is forgotten, because it is too large or by `drop`.
        self.dropped = False
        # Bytes taken from the wire.
        self.taken = 0

    def feed(self, chunk: bytes) -> bytes | None:
        """Take the next bytes. None while the end has not come; then what the client sent behind it."""
        self.taken += len(chunk)
        seen = len(self._held)
        self._held += chunk
        rest = None
        end = self._held.find(_END, max(0, seen - len(_END) + 1))
        if end >= 0:
            rest = bytes(self._held[end + len(_END) :])
            del self._held[end + 2 :]
        self._dots += self._held.count(_STUFFED, max(0, seen - len(_STUFFED) + 1))
        if self.dropped:
            del self._held[: -len(_END) + 1]
        elif len(self._held) - 2 - self._dots > self._limit + _PART_OF_END:
            self.drop()
        return rest

    def drop(self) -> None:
        """Forget the text, and go on looking only for its end."""
        self.dropped = True
        del self._held[: -len(_END) + 1]

    def content(self) -> bytes | None:
        """The message with the added dots removed, None when it is larger than the limit or was dropped.

        To be called once, after the end has come; the bytes are handed over.
        """
        if self.dropped:
            return None
        text, self._held = self._held, bytearray()
        if self._dots:
            text = text.replace(_STUFFED, b"\r\n")
        with memoryview(text) as view:
            return bytes(view[2:]) if len(view) - 2 <= self._limit else None


def has_long_line(content: bytes, limit: int) -> bool:
    """Whether a line is longer than `limit` bytes with its line end; here a bare LF ends a line too.

    Every stretch of `limit` bytes must hold a line end; looking for its last one jumps over nearly all bytes.
    """
    start = 0
    while len(content) - start > limit:
        start = content.rfind(b"\n", start, start + limit) + 1
        if not start:
            return True
    return False
