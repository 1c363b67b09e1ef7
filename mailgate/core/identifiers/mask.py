"""Personal numbers, hidden: what is shown in logs, lists and letters goes through here.

Hiding too much costs little and hiding too little costs a person something, so more is hidden here than
`find_identifiers` would name: every number that can be a PESEL, an account, an identity card or a passport by its check
digit, and every number that is said to be one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import re2
from stdnum.iso7064 import mod_97_10
from stdnum.pl import pesel

from mailgate.core.identifiers.find import find_places, plain

# Where such a number may begin: at most three letters, then six digits or more. Compiled for RE2 on first use.
_START = r"[A-Za-z]{0,3}[ -]?[0-9](?:[ -]?[0-9]){5,}"
_SHOWN = 2
# Nearly all texts hold no number that is long enough, and need no closer look.
_MAYBE = re.compile(r"\d(?:[\s\u00ad\u200b\u2010-\u2013-]?\d){5}")
# Digests of ours in hexadecimal, in which anything may stand by chance.
_DIGEST = re.compile(r"(?<![^\W_])(?=[0-9]*[a-f])[0-9a-f]{40,128}(?![^\W_])")
# Fields of documents that programs find messages by; nobody's number stands there.
_NAMES = frozenset({"message_id", "digest", "revision"})
# Numbers of goods and tickets, whose digits may look like a person's by chance.
_GOODS = frozenset({"mrn", "arc", "grn", "sent", "rmpd", "ticket"})
# How far before a number it is looked for what it is said to be, in characters.
_REACH = 48

# Eleven digits, alone or as 850101-12345, or at the head of an EORI made of a PESEL.
_PESEL = re.compile(r"(?<![0-9])[0-9]{6}[ -]?[0-9]{5}(?=0{4}(?![0-9])|(?![0-9]))")
# An account, with or without its country.
_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{2}(?:[ -]?[0-9]{4}){6}(?![0-9])")
# ABC 123456: three letters, then the check digit and five more digits. AB 1234567: two letters, the same and six more.
_CARD = re.compile(r"(?<![^\W_])[A-Z]{3}[ -]?[0-9]{6}(?![^\W_])")
_PASSPORT = re.compile(r"(?<![^\W_])[A-Z]{2}[ -]?[0-9]{7}(?![^\W_])")
# What people say right before such a number, in their languages: "dowód osobisty nr", "paszport serii", "паспорт".
_SAID = re.compile(
    r"\b(?:dow[oó]d\w*|paszport\w*|passport|id card|рнокпп|іпн|инн|паспорт\w*)[^\w\n]{0,3}"
    r"(?:(?:osobist\w*|tożsamości|seri\w*|series|сер\w*|i|and|nr|numer\w*|number|no)\b[^\w\n]{0,3}){0,5}"
    r"([A-ZА-ЯІ]{0,3}[ -]?)$",
    re.IGNORECASE,
)
_LONGEST_SAID = 12


def mask(text: str) -> str:
    """The text with the personal numbers in it hidden but for the first and last two characters: "85*******45".

    It stays as long as it was, and blanks and dashes inside a number stay where they are.
    """
    if not _MAYBE.search(text):
        return text
    masked = list(text)
    for start, end in _personal(plain(text)):
        signs = [at for at in range(start, end) if text[at].isalnum()]
        for at in signs[_SHOWN:-_SHOWN]:
            masked[at] = "*"
    return "".join(masked)


def masked(value: Any) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """A JSON document with every text in it masked, names of fields too; what names messages and files stays whole."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {
            mask(name) if isinstance(name, str) else name: each if name in _NAMES else masked(each)
            for name, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [masked(each) for each in value]
    return value


def _personal(text: str) -> Iterator[tuple[int, int]]:
    """Where the personal numbers stand."""
    text = _DIGEST.sub(lambda found: "." * len(found[0]), text)
    rest = list(text)
    for place in find_places(text):
        if place.identifier.type == "pesel":
            yield place.start, place.end
        elif place.identifier.type in _GOODS:
            rest[place.start : place.end] = "." * (place.end - place.start)
    yield from _shaped("".join(rest))


def _shaped(text: str) -> Iterator[tuple[int, int]]:
    """Where something has the shape of a personal number, or is said to be one."""
    for match in re2.finditer(_START, text.encode("latin-1", "replace")):
        start, end = match.span()
        for shape, is_personal in _SHAPES:
            for number in shape.finditer(text, start, end + 1):
                if is_personal(_signs(number[0])):
                    yield number.span()
        said = _SAID.search(text[max(0, start - _REACH) : start]) if end - start <= _LONGEST_SAID else None
        if said:
            yield start - len(said[1]), end


def _is_account(digits: str) -> bool:
    """ISO 13616: the check digits of an IBAN of Poland."""
    return mod_97_10.is_valid(f"{digits[2:]}PL{digits[:2]}")


def _is_card(signs: str) -> bool:
    """The check digit of a Polish identity card."""
    return _weighed(signs, (7, 3, 1, 9, 7, 3, 1, 7, 3))


def _is_passport(signs: str) -> bool:
    """The check digit of a Polish passport."""
    return _weighed(signs, (7, 3, 9, 1, 7, 3, 1, 7, 3))


def _weighed(signs: str, weights: tuple[int, ...]) -> bool:
    return sum(weight * int(sign, 36) for weight, sign in zip(weights, signs, strict=True)) % 10 == 0


def _signs(number: str) -> str:
    return "".join(sign for sign in number if sign.isalnum())


_SHAPES = ((_PESEL, pesel.is_valid), (_ACCOUNT, _is_account), (_CARD, _is_card), (_PASSPORT, _is_passport))
