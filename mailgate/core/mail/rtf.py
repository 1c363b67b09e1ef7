"""The text in compressed RTF (MS-OXRTFCP), in which Outlook keeps a message that it wraps in winmail.dat."""

import re
import struct

from mailgate.core.mail.charset import decode
from mailgate.core.mail.defects import Defects

# Octets of RTF that are unpacked, characters of text that are taken out, and groups in groups.
MAX_UNPACKED = 500_000
MAX_GROUPS = 200
# Octets that cost as much as a step.
_COST = 250

_HEADER = struct.Struct("<II4s4x")
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
# A control word with its number, an octet of a code page, a control symbol, a brace, or text.
_TOKEN = re.compile(
    r"""\\([a-z]{1,32})(-?[0-9]{1,9})?[ ]?
      | \\'([0-9a-fA-F]{2}) | \\([^a-z\r\n]) | ([{}]) | [\r\n]+ | ([^\\{}\r\n]+) | \\""",
    re.VERBOSE,
)
# Groups that hold no text of the author; so does every group that begins with \*.
_HIDDEN = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "footnote", "listtable",
     "themedata", "datastore", "latentstyles", "fldinst")
)  # fmt: skip
_WRITTEN = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "tab": "\t",
    "cell": "  ",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "~": "\xa0",
    "_": "-",
}


def read_rtf(octets: bytes, defects: Defects) -> str:
    """The text of compressed RTF; "" when it is none."""
    if len(octets) < _HEADER.size:
        return ""
    _, size, form = _HEADER.unpack_from(octets)
    size = min(size, 16 * len(octets), MAX_UNPACKED)
    if not defects.afford(size // _COST):
        return ""
    if form == _PLAIN:
        return _text(octets[_HEADER.size : _HEADER.size + size], defects)
    return _text(_unpack(octets, size), defects) if form == _COMPRESSED else ""


def _unpack(octets: bytes, size: int) -> bytes:
    """Undo the compression: each bit of a control octet says whether a letter follows or a reference back."""
    out = bytearray(_DICTIONARY)
    at = _HEADER.size
    while at < len(octets) and len(out) < len(_DICTIONARY) + size:
        control = octets[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += octets[at : at + 1]
                at += 1
                continue
            reference = int.from_bytes(octets[at : at + 2], "big")
            at += 2
            # The reference counts in a ring of 4,096 octets, and one to the place of writing is the end.
            back = (len(out) - (reference >> 4)) % _WINDOW
            if not back or at > len(octets) or back > len(out):
                return bytes(out[len(_DICTIONARY) :])
            for _ in range((reference & 15) + 2):
                out.append(out[-back])
    return bytes(out[len(_DICTIONARY) : len(_DICTIONARY) + size])


class _Reader:
    """Walks over RTF and writes down its text."""

    def __init__(self, defects: Defects) -> None:
        self._defects = defects
        self.written: list[str] = []
        # Octets of a code page that wait for their neighbours.
        self._octets = b""
        self._charset = "windows-1252"
        # For each open group: whether it is hidden, and how many characters follow a Unicode one for old readers.
        self._groups: list[tuple[bool, int]] = []
        self._hidden = False
        self._fallback = 1
        self._skip = 0

    def read(self, token: re.Match[str]) -> None:
        """Take the next token."""
        word, number, octet, symbol, brace, text = token.groups()
        if octet:
            self._old(bytes.fromhex(octet))
        elif text:
            skipped, self._skip = text[: self._skip], max(0, self._skip - len(text))
            self._write(text[len(skipped) :])
        elif brace:
            self._group(brace)
        elif symbol:
            self._symbol(symbol)
        elif word:
            self._word(word, int(number) if number else None)

    def flush(self) -> None:
        """Write the octets that wait."""
        if self._octets:
            octets, self._octets = self._octets, b""
            self.written.append(decode(octets, self._charset, self._defects))

    def _write(self, text: str) -> None:
        if text and not self._hidden:
            self.flush()
            self.written.append(text)

    def _old(self, octet: bytes) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._hidden:
            self._octets += octet

    def _group(self, brace: str) -> None:
        self._skip = 0
        if brace == "{" and len(self._groups) < MAX_GROUPS:
            self._groups.append((self._hidden, self._fallback))
        elif brace == "}" and self._groups:
            self._hidden, self._fallback = self._groups.pop()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._hidden = True
        else:
            self._write(_WRITTEN.get(symbol, symbol if symbol in "\\{}" else ""))

    def _word(self, word: str, number: int | None) -> None:
        if word in _HIDDEN:
            self._hidden = True
        elif word == "ansicpg" and number:
            self._charset = f"cp{number}"
        elif word == "uc":
            self._fallback = min(number or 0, 8)
        elif word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self._skip = self._fallback
        else:
            self._write(_WRITTEN.get(word, ""))


def _text(octets: bytes, defects: Defects) -> str:
    reader = _Reader(defects)
    for token in _TOKEN.finditer(octets.decode("latin-1")):
        reader.read(token)
    reader.flush()
    joined = "".join(reader.written).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.strip("\x00 \n")
