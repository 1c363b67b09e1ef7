"""winmail.dat: what Outlook wraps a message in (MS-OXTNEF), and the text and files in it.

`tnefparse` reads the same, but believes every count in the file: 29 octets keep it busy for half an hour, and a few
more make it fill the memory. Here each step takes octets from the file, so the size of the file bounds the work.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mailgate.core.mail.charset import decode
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.rtf import read_rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
# Files that one wrapper may hold, and values of one property.
MAX_FILES = 1_000
MAX_VALUES = 200
# Attributes or properties that cost as much as a step.
_STEPS = 50

_MESSAGE, _ATTACHMENT = 1, 2
# Attributes of the stream (MS-OXTNEF section 2.1.3.2), without their types.
_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_BEGIN_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties (MS-OXPROPS).
_TEXT, _HTML, _RTF, _INTERNET_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_DATA, _LONG_NAME, _MEDIA_TYPE, _DISPLAY_NAME = 0x3701, 0x3707, 0x370E, 0x3001
# Types of properties (MS-OXCDATA section 2.11.1) and the octets that their values take.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _WIDE_STRING = 0x1E, 0x1F
_VARIABLE = frozenset({_STRING, _WIDE_STRING, 0x0D, 0x102})
_MULTIPLE, _NAMED = 0x1000, 0x8000
_ISO_8859 = range(28591, 28606)
_OTHERS = {65001: "utf-8", 65000: "utf-7", 20866: "koi8-r", 21866: "koi8-u", 20127: "us-ascii", 1200: "utf-16"}
# In front of a message inside of a message (MS-OXTNEF section 2.1.3.3.15).
_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_MEDIA = re.compile(r"[a-z0-9!#$&.+^_-]{1,60}/[a-z0-9!#$&.+^_-]{1,80}")
_U16, _U32 = struct.Struct("<H").unpack_from, struct.Struct("<I").unpack_from


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in the wrapper."""

    # As it is written there; not safe.
    name: str
    # Media type, or "application/octet-stream".
    type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwrapped:
    """What a wrapper holds."""

    # The text of the message with its media type and charset; None when it has none.
    text: File | None
    charset: str
    files: tuple[File, ...]


def unwrap(octets: bytes, defects: Defects) -> Unwrapped | None:
    """Take a wrapper apart; None when it is none. One that is damaged gives what can be read."""
    if not octets.startswith(SIGNATURE):
        return None
    message: dict[int, bytes] = {}
    files: list[dict[int, bytes]] = []
    charset = "windows-1252"
    for place, (level, name, data) in enumerate(_attributes(octets), start=1):
        if not place % _STEPS and not defects.afford():
            break
        if name == _CODEPAGE and len(data) >= 4:  # 32 bits
            charset = _label(data)
        elif name == _BEGIN_FILE and len(files) < MAX_FILES:
            files.append({})
        elif level == _MESSAGE:
            _keep(message, name, data, charset, defects)
        elif files:
            _keep(files[-1], name, data, charset, defects)
    text = _text(message, defects)
    codepage = message.get(_INTERNET_CODEPAGE, b"")
    return Unwrapped(
        text=text,
        charset=_label(codepage) if text and text.type == "text/html" and len(codepage) >= 4 else "utf-8",
        files=tuple(_file(file) for file in files),
    )


def _attributes(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and data of each attribute of the stream (MS-OXTNEF section 2.1.3.1)."""
    at = len(SIGNATURE) + 2
    while at + 11 <= len(octets):
        length = _U32(octets, at + 5)[0]
        yield octets[at], _U16(octets, at + 1)[0], octets[at + 9 : at + 9 + length]
        at += 11 + length


def _keep(store: dict[int, bytes], name: int, data: bytes, charset: str, defects: Defects) -> None:
    """Remember what is of use; texts as UTF-8. Of two the first counts."""
    if name in {_PROPERTIES, _FILE_PROPERTIES}:
        for tag, kind, value in _properties(data, defects):
            encoding = {_STRING: charset, _WIDE_STRING: "utf-16-le"}.get(kind)
            store.setdefault(tag, _utf8(value, encoding, defects) if encoding else value)
    elif name in {_BODY, _FILE_TITLE}:
        store.setdefault(_TEXT if name == _BODY else _FILE_TITLE, _utf8(data, charset, defects))
    elif name == _FILE_DATA:
        store.setdefault(_DATA, data)


def _utf8(octets: bytes, charset: str, defects: Defects) -> bytes:
    return decode(octets, charset, defects).rstrip("\x00").encode("utf-8", "replace")


def _properties(data: bytes, defects: Defects) -> Iterator[tuple[int, int, bytes]]:
    """Tag, type and first value of each property without a name (MS-OXTNEF section 2.1.3.4)."""
    at = 4
    steps = 0
    try:
        while at + 4 <= len(data) and (steps % _STEPS or defects.afford()):
            steps += 1
            kind, tag = _U16(data, at)[0], _U16(data, at + 2)[0]
            at += 4
            if tag >= _NAMED:
                at = _after_name(data, at)
            value, at = _value(data, at, kind)
            if tag < _NAMED:
                yield tag, kind & ~_MULTIPLE, value
    except (struct.error, ValueError):  # cut off, or a type that nobody knows
        return


def _after_name(data: bytes, at: int) -> int:
    """Where a property goes on after its name: a GUID, then a number or a text."""
    at += 16
    kind, number = _U32(data, at)[0], _U32(data, at + 4)[0]
    return at + 8 + (_padded(number) if kind else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property, and where the next property begins."""
    base = kind & ~_MULTIPLE
    fixed = _FIXED.get(base)
    if fixed is None and base not in _VARIABLE:
        raise ValueError(f"type {base} of a property is unknown")
    count = 1
    if kind & _MULTIPLE or not fixed:
        count = _U32(data, at)[0]
        at += 4
    if fixed:
        return data[at : at + fixed], at + count * fixed
    if count > MAX_VALUES:
        raise ValueError("too many values of a property")
    first = b""
    for place in range(count):
        size = _U32(data, at)[0]
        if not place:
            first = data[at + 4 : at + 4 + size]
        at += 4 + _padded(size)
    return first, at


def _padded(size: int) -> int:
    return size + -size % 4


def _text(message: dict[int, bytes], defects: Defects) -> File | None:
    """Plain text before HTML before RTF: what the reader of other mail does."""
    if plain := message.get(_TEXT, b"").strip():
        return File(name="", type="text/plain", content=plain)
    if page := message.get(_HTML, b"").strip(b"\x00 \r\n"):
        return File(name="", type="text/html", content=page)
    if rich := read_rtf(message.get(_RTF, b""), defects):
        return File(name="", type="text/plain", content=rich.encode("utf-8", "replace"))
    return None


def _file(file: dict[int, bytes]) -> File:
    name = file.get(_LONG_NAME) or file.get(_FILE_TITLE) or file.get(_DISPLAY_NAME) or b""
    content = file.get(_DATA, b"")
    kind = file.get(_MEDIA_TYPE, b"").decode("utf-8", "replace").lower()
    if content.startswith(_IMESSAGE):
        content, kind = content[len(_IMESSAGE) :], "application/ms-tnef"
    return File(
        name=name.decode("utf-8", "replace").rstrip("\x00"),
        type=kind if _MEDIA.fullmatch(kind) else "application/octet-stream",
        content=content,
    )


def _label(number: bytes) -> str:
    """The charset label of a Windows code page."""
    page = _U32(number)[0]
    if page in _ISO_8859:
        return f"iso-8859-{page - _ISO_8859.start + 1}"
    return _OTHERS.get(page, f"cp{page}")
