"""Transfer encodings (RFC 2045 section 6), read as mail programs do: rubbish is skipped, never a reason to stop."""

import binascii

from mailgate.core.mail.defects import Defects, label
from mailgate.core.mail.uuencoded import decode_uu

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET = bytes(set(range(256)) - set(_ALPHABET))
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET + b"=\r\n\t "))
# Blanks and punctuation between words. Base64 has none; where one octet in so many is one, and one in so many of what
# comes out is no ASCII, nothing was encoded.
_PROSE = b" .,:;!?-()'\""
_MOST_PROSE = 16
_LEAST_NOISE = 4
_NOT_ASCII = bytes(range(128, 256))
_PLAIN = frozenset({"", "7bit", "8bit", "binary", "none", "7-bit", "8-bit", "7bits", "8bits", "utf-8", "us-ascii", "7"})
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decode_transfer(octets: bytes, encoding: str, defects: Defects) -> bytes:
    """The octets before they were encoded; an encoding that nobody knows leaves them as they are."""
    name = encoding.strip().lower().split(";")[0].split(" ")[0].strip('"')
    if name in _PLAIN:
        return octets
    if name == "base64":
        if _is_prose(octets):
            defects.add("no base64, though labelled so")
            return octets
        if octets.translate(None, _NOT_BASE64) != octets:
            defects.add("rubbish in base64")
        return base64(octets)
    if name == "quoted-printable":
        return binascii.a2b_qp(octets)
    if name in _UUENCODED:
        return decode_uu(octets)
    defects.add(f"transfer encoding unknown: {label(name)}")
    return octets


def _is_prose(octets: bytes) -> bool:
    """Whether a text was labelled base64 and never encoded."""
    if len(octets) - len(octets.translate(None, _PROSE)) <= len(octets) // _MOST_PROSE:
        return False
    decoded = base64(octets)
    return len(decoded) - len(decoded.translate(None, _NOT_ASCII)) > len(decoded) // _LEAST_NOISE


def base64(octets: bytes) -> bytes:
    """The octets that base64 stands for. It ends at its padding; what is not of its alphabet is skipped."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:  # padding is missing or cut off
        clean = octets.translate(None, _NOT_ALPHABET.replace(b"=", b"")).lstrip(b"=").split(b"=", 1)[0]
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
