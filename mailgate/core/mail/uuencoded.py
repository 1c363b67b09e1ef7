"""uuencode, in which old mailers put files: as a transfer encoding, and in the midst of a text."""

import binascii
import re
from dataclasses import dataclass

# Files that are taken out of one text.
MAX_FILES = 200
# Lines that are read: 30 MB of them.
MAX_LINES = 700_000

_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_END = b"\nend"
_NOTHING = frozenset({b"", b"\r"})
# The first line of a file: its length octet, and about as many characters as it promises.
_FIRST_LINE = re.compile(rb"[!-M][ -`]{3,62}\r?\n|`\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class UuFile:
    """A file that stood in a text."""

    # As it is written there; not safe.
    name: str
    content: bytes


def decode_uu(octets: bytes) -> bytes:
    """The octets before they were encoded; what stands before `begin` and after `end` is skipped."""
    begin = _BEGIN.search(octets)
    decoded = bytearray()
    for line in octets[begin.end() if begin else 0 :].split(b"\n", MAX_LINES)[:MAX_LINES]:
        if line in _NOTHING:
            continue
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            if line.rstrip() == b"end":
                break
            decoded += _cut(line)
    return bytes(decoded)


def take_out_files(octets: bytes) -> tuple[bytes, list[UuFile]]:
    """A text without the files that stand in it, and these files."""
    kept: list[bytes] = []
    files: list[UuFile] = []
    at = 0
    while len(files) < MAX_FILES and (begin := _BEGIN.search(octets, at)):
        end = octets.find(_END, begin.end() - 1)
        if end < 0:
            break
        if _FIRST_LINE.match(octets, begin.end()):
            kept.append(octets[at : begin.start()])
            name = begin[1].decode("utf-8", "replace").strip()
            files.append(UuFile(name=name, content=decode_uu(octets[begin.start() : end + 1])))
            at = end + len(_END)
        else:
            kept.append(octets[at : begin.end()])
            at = begin.end()
    return b"".join((*kept, octets[at:])), files


def _cut(line: bytes) -> bytes:
    """A line with rubbish at its end, cut to the length that its first octet promises."""
    promised = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:promised])
    except binascii.Error:
        return b""
