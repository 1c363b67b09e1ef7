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

from io import BytesIO

_END = b"\r\n.\r\n"
_STUFFED = b"\r\n."
# What of the end may have come before it is seen: its dot and its CR.
_PART_OF_END = 2


class Body:
    """Collects one mail and finds its end. Never holds more than the limit, the added dots, and one chunk."""

    def __init__(self, size_limit: int) -> None:
        self._limit = size_limit
        # Gives its bytes away without copying them.
        self._text = BytesIO()
        # The last bytes taken, in which the end may have begun. The CRLF of the DATA command counts: a dot alone in the
        # first line ends the mail.
        self._tail = b"\r\n"
        # Added dots among the bytes held, as far as they had to be counted.
        self._dots = 0
        # True once the text is forgotten, because it is too large or by `drop`.
        self.dropped = False
        # Bytes taken from the wire.
        self.taken = 0

    def feed(self, chunk: bytes) -> bytes | None:
        """Take the next bytes. None while the end has not come; then what the client sent behind it."""
        self.taken += len(chunk)
        window = self._tail + chunk
        end = window.find(_END)
        if end < 0:
            self._hold(chunk)
            self._tail = window[-len(_END) + 1 :]
            return None
        # The CRLF before the dot belongs to the mail.
        last = end + 2 - len(self._tail)
        self._hold(chunk[: max(0, last)])
        if last < 0 and not self.dropped:
            self._text.truncate(self._text.tell() + last)
        return window[end + len(_END) :]

    def drop(self) -> None:
        """Forget the text, and go on looking only for its end."""
        self.dropped = True
        self._text = BytesIO()

    def content(self) -> bytes | None:
        """The message with the added dots removed, None when it is larger than the limit or was dropped.

        To be called once, after the end has come; the bytes are handed over.
        """
        content = self._text.getvalue()
        self._text = BytesIO()
        content = content.removeprefix(b".").replace(_STUFFED, b"\r\n")
        return None if self.dropped or len(content) > self._limit else content

    def _hold(self, chunk: bytes) -> None:
        if self.dropped:
            return
        self._text.write(chunk)
        held = self._text.tell()
        most = self._limit + _PART_OF_END
        if held > most + self._dots:
            # Each count finds at most a third of what is held, and lets so much more in: there are few of them.
            self._dots = self._text.getvalue().count(_STUFFED) + 1
        if held > most + self._dots:
            self.drop()


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
