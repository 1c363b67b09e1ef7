"""The header section: fields as they stand in the message, unfolded, nothing decoded (RFC 5322 section 2.2)."""

import re
from dataclasses import dataclass

from mailgate.core.mail.charset import decode
from mailgate.core.mail.defects import Defects

# Octets of a header section that are read: of the message, and of one of its parts.
MAX_HEAD = 8 * 1024 * 1024
MAX_PART_HEAD = 64 * 1024
# Fields of one section that are read.
MAX_FIELDS = 50_000
# Lines of one section that are looked at.
MAX_LINES = 250_000

_BLANK_LINE = re.compile(rb"\n\r*(?:\n|\Z)")
_START = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]{0,80}\r{0,3}\n){0,40}(?=[!-9;-~]{1,100}[ \t]*:|>?From )")
# RFC 5322 section 4.5 lets old mail put blanks before the colon.
_FIELD = re.compile(r"([!-9;-~]{1,200})[ \t]*:[ \t]*")
# A line that is no field is a broken fold when one of these still follows; else the text has begun.
_KNOWN = re.compile(
    r"(?:from|to|subject|date|message-id|mime-version|content-[a-z-]{4,30}|received|return-path|reply-to|cc|sender"
    r"|dkim-signature|x-[a-z-]{2,40})[ \t]*:",
    re.IGNORECASE,
)
_MBOX = re.compile(r">?From .{0,200}\d\d:\d\d")
_CRS = re.compile(r"\r+\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A header section that was read."""

    # (name in lower case, value) in order; values are unfolded and hold nothing but U+FFFD for what cannot be read.
    fields: tuple[tuple[str, str], ...]
    # Where the text begins.
    body: int

    def first(self, name: str) -> str:
        """The first value of that name, or ""."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name."""
        return tuple(value for key, value in self.fields if key == name)


def read_section(source: bytes, start: int, limit: int, defects: Defects) -> Section:
    """Read the header section that begins at `start`; at most `limit` octets of it."""
    if source.startswith((b"\n", b"\r\n"), start):
        return Section(fields=(), body=source.index(b"\n", start) + 1)
    stop = min(len(source), start + limit)
    boundary = source.find(b"\n--", start, stop)
    blank = _BLANK_LINE.search(source, start, boundary + 1 if boundary >= 0 else stop)
    end = blank.end() if blank else boundary + 1 if boundary >= 0 else stop
    if end == start + limit < len(source):
        defects.add("headers too long: the rest was not read")
    octets = source[start : blank.start() if blank else end]
    lines = _lines(octets, defects)
    fields, read = _unfold(lines, defects)
    if read < len(lines):  # the text began without a blank line
        end = start + _length(octets, read)
    charset = _charset(fields)
    decoded = tuple((name, _readable(value, charset, defects)) for name, value in fields)
    return Section(fields=decoded, body=end)


def find_start(source: bytes) -> int:
    """Where the header section begins: after a byte order mark and blank lines, if fields follow them."""
    found = _START.match(source)
    return found.end() if found else 0


def _lines(octets: bytes, defects: Defects) -> list[str]:
    """The lines of a section. A lone CR ends no line: relays do not see one there, so no field may begin after it."""
    text = octets.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\r")
    if "\r" in text:
        text = _CRS.sub("\n", text)
        if "\r" in text:
            defects.add("lone CR in headers")
            text = text.replace("\r", " ")
    if "\x00" in text:
        defects.add("NUL in headers")
        text = text.replace("\x00", "")
    lines = text.split("\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        defects.add("headers too long: the rest was not read")
        lines.pop()
    return lines


def _length(octets: bytes, lines: int) -> int:
    """How many octets the first lines of a section take."""
    end = 0
    for _ in range(lines):
        end = octets.index(b"\n", end) + 1
    return end


def _unfold(lines: list[str], defects: Defects) -> tuple[list[tuple[str, str]], int]:
    """The fields, and how many lines they took."""
    fields: list[tuple[str, list[str]]] = []
    for place, line in enumerate(lines):
        field = _FIELD.match(line)
        if field:
            if len(fields) == MAX_FIELDS:
                defects.add(f"more than {MAX_FIELDS} header fields: the rest was not read")
                break
            fields.append((field[1].lower(), [line[field.end() :]]))
        elif line[:1] in {" ", "\t"} and fields:
            fields[-1][1].append(f" {line.lstrip()}")
        elif not line.strip():
            continue
        elif _MBOX.match(line):
            defects.add("mbox separator line")
        elif line.startswith("--") or not _goes_on(lines, place):
            defects.add("no blank line after the headers")
            return _joined(fields), place
        else:
            defects.add("header line without a name")
            if fields and line.strip():
                fields[-1][1].append(f" {line}")
    return _joined(fields), len(lines)


def _goes_on(lines: list[str], place: int) -> bool:
    """Whether headers that everybody knows still follow the next few lines."""
    return any(_KNOWN.match(line) for line in lines[place + 1 : place + 20])


def _joined(fields: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(name, "".join(pieces).strip(" \t") if len(pieces) > 1 else pieces[0].rstrip()) for name, pieces in fields]


def _charset(fields: list[tuple[str, str]]) -> str:
    """The charset that the section names for its text: raw 8-bit headers were mostly written in it too."""
    kind = next((value for name, value in fields if name == "content-type"), "")
    return kind.lower().partition("charset=")[2].partition(";")[0].strip("\"' ")


def _readable(value: str, charset: str, defects: Defects) -> str:
    """A value in which octets that are no UTF-8 have become the letters they most likely were."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:  # surrogates stand for those octets
        return decode(value.encode("utf-8", "surrogateescape"), charset, defects)
    return value
