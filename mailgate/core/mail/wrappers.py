"""Parts that hold others in wrapping: signed S/MIME, winmail.dat, uuencode in a text. Nothing else is opened."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from mailgate.core.mail.cms import is_encrypted, signed_content
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.fields import MAX_PART_HEAD, find_start
from mailgate.core.mail.parameters import Parameterised
from mailgate.core.mail.parts import Part, read_part, split, walk
from mailgate.core.mail.text import is_text
from mailgate.core.mail.tnef import File, unwrap
from mailgate.core.mail.uuencoded import take_out_files

# Wrappers that are opened, and wrappings around wrappings.
MAX_WRAPPERS = 20
MAX_DEPTH = 4

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TNEF_NAMES = frozenset({"winmail.dat", "win.dat"})
_ENCRYPTED = "encrypted: the text cannot be read"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def open_wrappers(root: Part, defects: Defects) -> None:
    """Hang what wrapped parts hold into them, so that it is read like the rest."""
    if any(part.type == "multipart/encrypted" for part in walk(root)):
        defects.add(_ENCRYPTED)
    level = [root]
    opened = 0
    for _ in range(MAX_DEPTH):
        found = [part for top in level for part in walk(top) if not part.children and _is_wrapper(part)]
        level = found[: MAX_WRAPPERS - opened]
        if len(found) > len(level):
            defects.add(f"more than {MAX_WRAPPERS} wrapped messages: the rest was not opened")
        opened += len(level)
        for part in level:
            _open(part, root, defects)


def _is_wrapper(part: Part) -> bool:
    return part.type in _SMIME or _is_tnef(part) or _is_uuencoded(part)


def _is_tnef(part: Part) -> bool:
    name = part.disposition.parameters.get("filename") or part.kind.parameters.get("name", "")
    return part.type in _TNEF or (part.type == "application/octet-stream" and name.lower() in _TNEF_NAMES)


def _is_uuencoded(part: Part) -> bool:
    if part.type != "text/plain" or "uu" in part.encoding.lower():
        return False
    return part.source.find(b"\nbegin ", max(part.start - 1, 0), part.end) >= 0 and is_text(part)


def _open(part: Part, root: Part, defects: Defects) -> None:
    octets = part.content(defects)
    if _is_tnef(part):
        _open_tnef(part, octets, root, defects)
    elif _is_uuencoded(part):
        _open_uuencoded(part, octets)
    elif (content := signed_content(octets, defects)) is not None:
        _, inner = read_part(content, find_start(content), MAX_PART_HEAD, "text/plain", defects)
        part.children.append(split(inner, defects))
    elif is_encrypted(octets):
        defects.add(_ENCRYPTED)


def _open_tnef(part: Part, octets: bytes, root: Part, defects: Defects) -> None:
    unwrapped = unwrap(octets, defects)
    if unwrapped is None:
        return
    # The mail that carries winmail.dat mostly has the same text beside it.
    told = any(not other.children and is_text(other) for other in walk(root))
    if unwrapped.text and not told:
        part.children.append(_part(unwrapped.text, "inline", {"charset": unwrapped.charset}))
    part.children.extend(_part(file, "attachment", {"name": file.name}) for file in unwrapped.files)


def _open_uuencoded(part: Part, octets: bytes) -> None:
    text, files = take_out_files(octets)
    if files:
        part.children.append(replace(part, encoding="binary", source=text, start=0, end=len(text), children=[]))
        found = [File(name=file.name, type="application/octet-stream", content=file.content) for file in files]
        part.children.extend(_part(file, "attachment", {"name": file.name}) for file in found)


def _part(file: File, disposition: str, parameters: dict[str, str]) -> Part:
    """A part as if the message had held it openly."""
    return Part(
        type=file.type,
        kind=Parameterised(value=file.type, parameters=MappingProxyType(parameters)),
        disposition=Parameterised(value=disposition, parameters=_NOTHING),
        encoding="binary",
        location="",
        source=file.content,
        start=0,
        end=len(file.content),
    )
