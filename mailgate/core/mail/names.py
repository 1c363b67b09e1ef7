"""File names of attachments, fit to be shown and to be used as names of files anywhere."""

import re
import unicodedata

from mailgate.core.mail.defects import Defects
from mailgate.core.mail.parts import Part
from mailgate.core.mail.words import decode_words

# Characters of a name, and of its extension; 255 octets are the limit of most file systems.
MAX_NAME = 120
MAX_EXTENSION = 16
# Characters of a name that are looked at.
_MAX_READ = 1_000

# Control characters, marks that turn the direction of writing or cannot be seen, line and paragraph separators.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)
# What Windows does not allow in a name.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_BLANKS = re.compile(r"\s+")
# Names of devices on Windows, with any extension.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
# Extensions of parts that bring no name.
_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/rtf": "rtf",
    "application/xml": "xml",
    "application/zip": "zip",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/global": "eml",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/rfc822-headers": "txt",
    "text/rtf": "rtf",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/xml": "xml",
}


def part_name(part: Part, position: int, defects: Defects) -> str:
    """The safe name of a part; one without a name is named by its position among the leaves, counted from 1."""
    given = part.disposition.parameters.get("filename") or part.kind.parameters.get("name") or ""
    if not given and part.location and "." in part.location.rpartition("/")[2]:
        given = part.location
    return safe_name(decode_words(given[:_MAX_READ], defects)) or f"part-{position}.{_EXTENSIONS.get(part.type, 'bin')}"


def safe_name(given: str) -> str:
    """The last component of a name without anything dangerous, at most MAX_NAME characters; "" if none is left."""
    name = unicodedata.normalize("NFC", _UNSEEN.sub("", given.replace("\\", "/").rpartition("/")[2]))
    name = _BLANKS.sub(" ", _FORBIDDEN.sub("_", name)).strip(". ")
    if _DEVICE.fullmatch(name):
        name = f"_{name}"
    if len(name) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > MAX_EXTENSION:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip()}.{extension}"


def distinct(names: list[str]) -> list[str]:
    """The names with a number in those that have been there before: "a.pdf", "a (2).pdf". Case makes no difference."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result: list[str] = []
    for name in names:
        key = name.casefold()
        candidate = name
        while candidate.casefold() in taken:
            counts[key] = counts.get(key, 1) + 1
            candidate = _numbered(name, counts[key])
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def _numbered(name: str, number: int) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > MAX_EXTENSION:
        stem, extension = name, ""
    mark = f" ({number})"
    room = MAX_NAME - len(mark) - len(dot) - len(extension)
    return f"{stem[:room]}{mark}{dot if extension else ''}{extension}"
