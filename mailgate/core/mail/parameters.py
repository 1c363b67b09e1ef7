"""`Content-Type` and `Content-Disposition`: a value and its parameters (RFC 2045 section 5, RFC 2183, RFC 2231)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from mailgate.core.mail.charset import decode
from mailgate.core.mail.defects import Defects

# Characters of such a field that are read, and sections of one continued parameter (RFC 2231 section 3).
MAX_FIELD = 32_768
MAX_SECTIONS = 500

# A quoted string may hold what it likes; without its end, and without quotes, a parameter ends at the next semicolon.
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("[^"\\]*(?:\\.[^"\\]*)*"|[^;]*)', re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_SECTION = re.compile(r"(.+?)\*(\d{1,4})(\*)?$")
_ESCAPED_QUOTE = re.compile(r'\\(["\\])')
_NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameterised:
    """A value with parameters."""

    # In lower case, without comments: "text/plain", "attachment"; "" when missing.
    value: str
    # By name in lower case; the first of a name counts. RFC 2231 is decoded, encoded words are not.
    parameters: Mapping[str, str]


def read_parameters(field: str, defects: Defects) -> Parameterised:
    """Read a field; never fails, whatever it holds."""
    field = field[:MAX_FIELD]
    value = field.partition(";")[0]
    if "=" in value:  # the semicolon is missing: "text/plain charset=utf-8", "filename=a.pdf"
        value, first = _split(value)
        field = f"{value};{first}{field[len(value) + len(first) :]}"
    if ";" not in field:
        return Parameterised(value=_bare(value), parameters=_NO_PARAMETERS)
    found: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for parameter in _PARAMETER.finditer(field, len(value)):
        name, text = parameter[1].lower(), _unquoted(parameter[2])
        if "*" in name:
            _collect(name, text, sections)
        else:
            found.setdefault(name, text)
    for name, pieces in sections.items():
        found[name] = _assembled(pieces, defects)
    return Parameterised(value=_bare(value), parameters=MappingProxyType(found))


def _split(value: str) -> tuple[str, str]:
    """A value without a semicolon before its first parameter, and that parameter."""
    words = value[: value.index("=")].split(" ")
    place = len(" ".join(words[:-1]))
    return value[:place], value[place:]


def _bare(value: str) -> str:
    words = (_COMMENT.sub("", value) if "(" in value else value).split()
    return words[0].strip("\"'").lower() if words else ""


def _unquoted(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        text = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
        # Only quotes and backslashes are escaped by real mailers; elsewhere a backslash is part of a Windows path.
        return _ESCAPED_QUOTE.sub(r"\1", text) if "\\" in text else text
    return text


def _collect(name: str, text: str, sections: dict[str, dict[int, tuple[str, bool]]]) -> None:
    """Keep one section of a continued or encoded parameter: `name*`, `name*0`, `name*0*`."""
    section = _SECTION.match(name)
    base, place, encoded = (section[1], int(section[2]), bool(section[3])) if section else (name.rstrip("*"), 0, True)
    pieces = sections.setdefault(base, {})
    if len(pieces) < MAX_SECTIONS:
        pieces.setdefault(place, (text, encoded))


def _assembled(pieces: dict[int, tuple[str, bool]], defects: Defects) -> str:
    """The sections in their order; the charset stands at the front of the first (RFC 2231 section 4)."""
    charset = ""
    octets = b""
    for place in sorted(pieces):
        text, encoded = pieces[place]
        if encoded and not octets and text.count("'") >= 2:  # charset'language'text
            charset, _, text = text.split("'", 2)
        octets += unquote_to_bytes(text) if encoded else text.encode()
    return decode(octets, charset or "utf-8", defects)
