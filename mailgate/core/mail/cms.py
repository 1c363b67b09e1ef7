"""S/MIME messages whose text is inside the signature (RFC 8551 section 3.5.2): the signed content, taken out.

Nothing is verified here. Cryptographic Message Syntax (RFC 5652) is BER, mostly with indefinite lengths; the way to the
content is six fixed steps, so a reader of just these is smaller than any library and cannot be led astray.
"""

import re
from collections.abc import Iterator

from mailgate.core.mail import transfer
from mailgate.core.mail.defects import Defects

_SEQUENCE = 0x30
_CONSTRUCTED = 0x20
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
# The length of an element that ends with two zero octets (X.690 section 8.1.3.6).
_INDEFINITE = 0x80
# Elements in elements; elements that cost as much as a step.
_MAX_DEPTH = 12
_STEPS = 150
_PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]{3,20}-----(.*?)-----END", re.DOTALL)

# A tag, and where its content begins and ends.
_Element = tuple[int, int, int]


def signed_content(octets: bytes, defects: Defects) -> bytes | None:
    """What was signed: a MIME part with its header section. None when this is no signed message with content."""
    try:
        return _Message(_binary(octets), defects).signed_content()
    except (IndexError, StopIteration, ValueError):  # cut off, or something else altogether
        return None


def is_encrypted(octets: bytes) -> bool:
    """Whether this is an encrypted message (RFC 5652 section 6, RFC 5083)."""
    return any(kind in _binary(octets)[:40] for kind in _ENVELOPED)


def _binary(octets: bytes) -> bytes:
    """The octets themselves, where they were sent as text without saying so."""
    if octets.startswith(b"-----BEGIN") and (found := _PEM.match(octets)):
        return transfer.base64(found[1])
    return transfer.base64(octets) if octets.startswith(b"MI") else octets


class _Message:
    """The octets of a message, and a way to walk over their elements."""

    def __init__(self, octets: bytes, defects: Defects) -> None:
        self._octets = octets
        self._defects = defects
        self._steps = 0

    def signed_content(self) -> bytes | None:
        """Down to the content. What is not there ends in a ValueError."""
        content_info = self._element(0)
        kind, wrapped, *_ = self._children(content_info)
        if content_info[0] != _SEQUENCE or self._octets[kind[1] : kind[2]] != _SIGNED_DATA:
            return None
        signed_data = next(self._children(wrapped))
        _version, _algorithms, encapsulated, *_ = self._children(signed_data)
        _type, content, *_ = self._children(encapsulated)  # a signature of something else has no content
        return self._string(next(self._children(content)), 0)

    def _string(self, element: _Element, depth: int) -> bytes:
        """An octet string, which may be cut into pieces (X.690 section 8.7)."""
        tag, start, end = element
        if not tag & _CONSTRUCTED:
            return self._octets[start:end]
        if depth == _MAX_DEPTH:
            raise ValueError("strings in strings")
        return b"".join(self._string(piece, depth + 1) for piece in self._children(element))

    def _children(self, element: _Element) -> Iterator[_Element]:
        _, at, end = element
        while at < end:
            child = self._element(at)
            if child[0] == 0:  # the end of an indefinite length
                return
            yield child
            at = child[2] + 2 * self._is_indefinite(at)

    def _element(self, at: int, depth: int = 0) -> _Element:
        """The element that begins at `at` (X.690 section 8.1); tags of more than one octet do not occur here."""
        self._steps += 1
        if not self._steps % _STEPS and not self._defects.afford():
            raise ValueError("too many elements")
        tag, length = self._octets[at], self._octets[at + 1]
        start = at + 2
        if length == _INDEFINITE:
            return tag, start, self._end(start, depth)
        if length > _INDEFINITE:  # so many octets of length follow
            start += length & 0x7F
            length = int.from_bytes(self._octets[at + 2 : start], "big")
        return tag, start, min(start + length, len(self._octets))

    def _end(self, at: int, depth: int) -> int:
        """Where the two zero octets stand that end an indefinite length."""
        if depth == _MAX_DEPTH:
            raise ValueError("elements in elements")
        while self._octets[at : at + 2] not in {b"\x00\x00", b""}:
            at = self._element(at, depth + 1)[2] + 2 * self._is_indefinite(at)
        return at

    def _is_indefinite(self, at: int) -> bool:
        return self._octets[at + 1] == _INDEFINITE
