"""Lists of tags: the form of DKIM signatures and keys (RFC 6376 section 3.2), ARC sets and DMARC records."""

import re
from base64 import b64decode
from binascii import Error

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FOLD = re.compile(r"\r?\n")
_SPACE = re.compile(r"[ \t\r\n]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_QUOTED = re.compile(r"=([0-9A-F]{2})")


class Malformed(Exception):
    """The text is no list of tags, or a value has not its form; the message says which."""


def read_tags(text: bytes) -> dict[str, str]:
    """Read "a=1; b=2" in order. Names keep their case, blanks around names and values go.

    Raises:
        Malformed: a name without a value, a name that is none, or a name twice.
    """
    tags: dict[str, str] = {}
    specs = text.decode("utf-8", "surrogateescape").split(";")
    if specs and not specs[-1].strip():
        specs.pop()
    for spec in specs:
        name, equals, value = spec.partition("=")
        name = name.strip()
        if not equals or not _TAG.fullmatch(name):
            raise Malformed(f"no tag: {spec.strip()[:30]!a}")
        if name in tags:
            raise Malformed(f"the tag {name}= stands there twice")
        tags[name] = _FOLD.sub("", value).strip(" \t\r\n")
    return tags


def read_base64(text: str, name: str) -> bytes:
    """The bytes of a value; blanks inside are allowed.

    Raises:
        Malformed: it is no base64.
    """
    dense = _SPACE.sub("", text)
    if not _BASE64.fullmatch(dense):
        raise Malformed(f"{name}= is no base64")
    try:
        return b64decode(dense, validate=True)
    except Error:
        raise Malformed(f"{name}= is no base64") from None


def read_number(text: str, name: str) -> int:
    """A number of at most 76 digits (RFC 6376 section 3.5).

    Raises:
        Malformed: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 76):
        raise Malformed(f"{name}= is no number")
    return int(text)


def read_list(text: str) -> tuple[str, ...]:
    """The items of a list with colons, in lower case, without blanks."""
    return tuple(_SPACE.sub("", item).lower() for item in text.split(":"))


def read_quoted(text: str) -> str:
    """A value in DKIM's quoted-printable: "=40" is "@" (RFC 6376 section 2.11)."""
    return _QUOTED.sub(lambda found: chr(int(found[1], 16)), _SPACE.sub("", text))
