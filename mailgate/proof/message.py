"""A message as signatures see it: header fields with every blank, and a body, both in the two canonical forms.

Everything here takes time in proportion to the size of the message, whatever is in it (RFC 6376 section 3.4).
"""

import re
from dataclasses import dataclass
from typing import Literal

Canon = Literal["simple", "relaxed"]

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:", re.DOTALL)
_LONE_LF = re.compile(rb"(?<!\r)\n")
_BLANKS = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One header field."""

    # In lower case.
    name: str
    # Name, colon and value as they came, folded, without the last line end.
    raw: bytes

    @property
    def value(self) -> bytes:
        """What stands behind the colon, still folded."""
        return self.raw.partition(b":")[2]

    def canonical(self, form: Canon) -> bytes:
        """The field as it is hashed, without a line end."""
        if form == "simple":
            return self.raw
        value = _BLANKS.sub(b" ", self.value.replace(b"\r\n", b"")).strip(b" ")
        return self.name.encode() + b":" + value


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Header fields in order, and the body with CRLF line ends."""

    fields: tuple[Field, ...]
    body: bytes

    def named(self, name: str) -> tuple[Field, ...]:
        """The fields of that name (lower case), from the top."""
        return tuple(field for field in self.fields if field.name == name)

    def canonical_body(self, form: Canon) -> bytes:
        """The body as it is hashed."""
        body = self.body
        if form == "relaxed":
            body = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
        end = len(body)
        while body.endswith(b"\r\n", 0, end):
            end -= 2
        if not end:
            return b"" if form == "relaxed" else b"\r\n"
        return body[:end] + b"\r\n"


def read_message(content: bytes) -> Message:
    """Take a message apart. Lines that are no header fields are left out; nothing is raised."""
    content = _LONE_LF.sub(b"\r\n", content)
    if content.startswith((b"From ", b">From ")):
        content = content.partition(b"\r\n")[2]
    if content.startswith(b"\r\n"):
        return Message(fields=(), body=content[2:])
    head, _, body = content.partition(b"\r\n\r\n")
    fields: list[list[bytes]] = []
    names: list[str] = []
    for line in head.removesuffix(b"\r\n").split(b"\r\n"):
        if line.startswith((b" ", b"\t")):
            if fields:
                fields[-1].append(line)
            continue
        found = _FIELD.match(line)
        names.append(found[1].decode("ascii").lower() if found else "")
        fields.append([line])
    return Message(
        fields=tuple(
            Field(name=name, raw=b"\r\n".join(lines)) for name, lines in zip(names, fields, strict=True) if name
        ),
        body=body,
    )
