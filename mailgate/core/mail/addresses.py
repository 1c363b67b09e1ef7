"""Mailboxes in headers (RFC 5322 section 3.4): who is named, and who only seems to be.

The grammar is judged by mail-parser, which never looks for an address in a display name or a comment and never lets an
encoded word become one (RFC 2047 section 5). What it cannot take is mended in its form only (a bracket closed, a phrase
quoted) and judged again, so nothing becomes an address that does not stand where an address stands.
"""

import re

from mailparser.utils import get_addresses  # type: ignore[import-untyped]  # mail-parser ships no types

from mailgate.core.address import normalise
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.mending import mend_addresses
from mailgate.core.mail.records import Address
from mailgate.core.mail.words import decode_words

# Characters of all headers of one name that are read, and how long a field may be to be mended.
MAX_CHARACTERS = 20_000
MAX_MENDED = 2_000
# RFC 5321 section 4.5.3.1: 64 octets, an at sign, 255 octets.
MAX_ADDRESS = 320
MAX_NAME = 500

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# Marks that turn the direction of writing, and with it what a name seems to be.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMENT = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
# What makes a quotation of a local part needed (RFC 5321 section 4.1.2).
_SPECIAL = re.compile(r'[\s"\\(),:;<>@\[\]]')
_EMPTY_GROUP = re.compile(r"[^@<>:]*:[\s,]*;?\s*")
# Name <address>, of which there is one reading: most headers are so, and the parser would take 20 times as long.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})+"
_PLAIN = re.compile(rf'(?:([^"(),:;<>@\[\]\\\x00-\x1f\x7f]*)|"([^"\\\x00-\x1f\x7f]*)" *)<({_ADDRESS})> *')


def read_addresses(values: tuple[str, ...], defects: Defects) -> tuple[Address, ...]:
    """The mailboxes of all headers of one name, in order. Someone who is named without an address has addr ""."""
    found: list[Address] = []
    left = MAX_CHARACTERS
    for value in values:
        if len(value) > left:
            defects.add(f"address headers longer than {MAX_CHARACTERS} characters: the rest was not read")
        if left <= 0:
            break
        found += _read(value[:left], defects)
        left -= len(value) + 1
    return tuple(found)


def _read(value: str, defects: Defects) -> list[Address]:
    if plain := _PLAIN.fullmatch(value):
        return [_address(plain[1] or plain[2] or "", plain[3], defects)]
    if not value.strip():
        return []
    troubles: list[dict[str, object]] = []
    pairs = get_addresses(value, defects=troubles)
    if any(not trouble["recovered"] for trouble in troubles):
        defects.add("address malformed")
        if len(value) <= MAX_MENDED:
            pairs = get_addresses(mend_addresses(value))
    named = [_address(name, address, defects) for name, address in pairs if address]
    return named or _nobody(value, defects)


def _nobody(value: str, defects: Defects) -> list[Address]:
    """A header that names no mailbox: an empty group (RFC 6854), or a name without an address."""
    if _EMPTY_GROUP.fullmatch(_COMMENT.sub("", value[:MAX_MENDED])):
        return []
    defects.add("no address in an address header")
    return [Address(addr="", name=_name(value[:MAX_MENDED].replace('"', "").replace("<>", ""), defects))]


def _address(name: str, address: str, defects: Defects) -> Address:
    if address.startswith("'") and address.endswith("'"):
        address = address.strip("'")
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > MAX_ADDRESS or not address.isprintable():
        defects.add("address too long" if len(address) > MAX_ADDRESS else "address malformed")
        return Address(addr="", name=_name(name or address[:MAX_NAME], defects))
    inner = local[1:-1]
    if local[0] == local[-1] == '"' and inner and not _SPECIAL.search(inner):
        local = inner
    return Address(addr=local + normalise(f"@{domain}"), name=_name(name, defects))


def _name(text: str, defects: Defects) -> str:
    decoded = _TURNING.sub("", decode_words(text[: 4 * MAX_NAME], defects))
    return _BLANKS.sub(" ", decoded).strip(" \"',;")[:MAX_NAME]
