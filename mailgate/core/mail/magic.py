"""What a file is by its first octets. Nothing is unpacked and nothing is run; only signatures are compared."""

import re
from types import MappingProxyType

# (offset, signature, media type); the first that fits counts.
_SIGNATURES = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (257, b"ustar", "application/x-tar"),
    (32769, b"CD001", "application/x-iso9660-image"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (0, b"ITSF\x03\x00\x00\x00", "application/vnd.ms-htmlhelp"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (0, b"-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    (0, b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (0, b"BEGIN:VCALENDAR", "text/calendar"),
    (0, b"BEGIN:VCARD", "text/vcard"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"%!PS", "application/postscript"),
    (0, b"#!", "text/x-script"),
)
_BY_FIRST = MappingProxyType(
    {
        first: tuple(s for s in _SIGNATURES if not s[0] and s[1][:1] == first)
        for first in {s[1][:1] for s in _SIGNATURES}
    }
)
_INSIDE = tuple(signature for signature in _SIGNATURES if signature[0])
_EXECUTABLE = re.compile(rb"MZ.{58}(....)", re.DOTALL)
_ZIP = b"PK\x03\x04"
# What stands in the names of files in an archive of a known kind; names are never compressed.
_ZIP_KINDS = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
)
# The first file of an OpenDocument or ASiC archive is its media type, uncompressed.
_ZIP_TYPE = re.compile(rb"mimetype(application/[a-z0-9.+-]{3,80})")
_ZIP_HEAD = 4096
_ZIP_TAIL = 65536
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}<(!doctype\s+html|html|svg|\?xml)", re.IGNORECASE)
_MARKUP_TYPES = {b"svg": "image/svg+xml", b"?xml": "application/xml"}
# Labels that say more about files of a general kind than their octets do.
_SPECIAL = {
    "application/zip": re.compile(r"application/(?:zip|x-zip.*|epub\+zip|vnd\..+|java-archive|x-java.*)"),
    "application/x-ole-storage": re.compile(r"application/(?:msword|vnd\.ms-.+|vnd\.visio|x-msi|x-ole-storage)"),
    "application/xml": re.compile(r".+[/+]xml|image/svg\+xml|application/(?:xml.*|gpx|vnd\..+)|text/html"),
    "application/gzip": re.compile(r"application/(?:x-)?(?:gzip|tgz|gtar.*|compressed-tar)"),
    "text/html": re.compile(r"text/html|application/xhtml\+xml|message/.+"),
    "text/x-script": re.compile(r"text/.+|application/(?:x-sh|x-shellscript|javascript|x-python.*|x-perl)"),
    "application/pgp-encrypted": re.compile(r"application/(?:pgp.*|octet-stream)|text/plain"),
    "video/mp4": re.compile(r"(?:video|audio|image)/.+"),
    "audio/wav": re.compile(r"audio/.+"),
    "image/tiff": re.compile(r"image/.+"),
}


def looks_like(content: bytes, label: str) -> str:
    """The media type of the content by its signature; the sender's label where nothing speaks against it."""
    seen = _seen(content)
    if seen is None:
        return label
    special = _SPECIAL.get(seen)
    return label if special and special.fullmatch(label) else seen


def _seen(content: bytes) -> str | None:
    if content.startswith(b"MZ") and _is_executable(content):
        return "application/vnd.microsoft.portable-executable"
    if content.startswith(_ZIP):
        return _zip(content)
    for offset, signature, kind in (*_BY_FIRST.get(content[:1], ()), *_INSIDE):
        if content.startswith(signature, offset):
            return kind
    if markup := _MARKUP.match(content):
        return _MARKUP_TYPES.get(markup[1].lower(), "text/html")
    return None


def _is_executable(content: bytes) -> bool:
    """The header of DOS programs is two common letters: the address it holds must lead to that of Windows programs."""
    found = _EXECUTABLE.match(content)
    if not found:
        return False
    address = int.from_bytes(found[1], "little")
    return content[address : address + 2] in {b"PE", b"NE", b"LE", b"LX"} or b"\x00" in content[2:58]


def _zip(content: bytes) -> str:
    if typed := _ZIP_TYPE.search(content, 0, _ZIP_HEAD):
        return typed[1].decode("ascii")
    names = content[:_ZIP_HEAD] + content[-_ZIP_TAIL:]
    if b"[Content_Types].xml" in names or b"META-INF/" in names or b"AndroidManifest.xml" in names:
        return next((kind for mark, kind in _ZIP_KINDS if mark in names), "application/zip")
    return "application/zip"
