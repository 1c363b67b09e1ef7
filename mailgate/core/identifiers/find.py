"""The search: one pass of RE2 finds every place where a number may begin, and only those are looked at closely."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice

import re2

from mailgate.core.identifiers.customs import find_references
from mailgate.core.identifiers.forms import is_form, normalise_form, pattern_of
from mailgate.core.identifiers.numbers import List, find_foreign_eori, find_numbers
from mailgate.core.identifiers.record import Found, Identifier, found

# What people, word processors and HTML put between the groups of a number, and what it is read as.
_GAPS = dict.fromkeys("\u00a0\u00ad\u2007\u2009\u200b\u202f", " ") | dict.fromkeys("\u2010\u2011\u2013", "-")
_GAP = "[ -]"
_PIECE = "[A-Za-z]*[0-9][0-9A-Za-z]*"
# A year, a country, and pieces with a digit in each.
_REFERENCE = rf"[0-9]{{2}}(?:[A-Za-z]{{2}}|{_GAP}[A-Z]{{2}}){_GAP}?{_PIECE}(?:{_GAP}{_PIECE}){{0,15}}"
_RUN = rf"[0-9](?:{_GAP}?[0-9]){{8,}}"
# SENT20260004471823 and RMPD20260607000433: "SENT" or "RMPD" and fourteen digits, the year first.
_CARRIAGE = rf"\b(?i:sent|rmpd)(?:{_GAP}|[:.#]|(?i:nr|numer)){{0,4}}[0-9](?:{_GAP}?[0-9]){{13}}"
_CARRIAGE_LENGTH = 14
# The register has been kept since 2017.
_CARRIAGE_YEAR = re.compile(r"20(?:1[7-9]|[2-9][0-9])")
_TICKET = r"(?:{gap}|[_#:/.]){{0,3}}[0-9]{{7}}"
_TICKET_DIGITS = 7

_LETTER = re.compile(r"[A-Za-z]")
_DIGITS = re.compile(r"[0-9]+")
_LONG_RUN = re.compile(r"[0-9](?:[^0-9A-Za-z]?[0-9]){8,}")
# Places that are looked at closely in one text. Real mails have a few dozen; a mail with more was made to cost time.
_MOST_PLACES = 5_000
# RE2's budget for one pattern, in bytes; ten thousand form symbols fit.
_MEMORY = 64 * 1024 * 1024


def find_identifiers(
    text: str, *, ticket_prefix: str = "ZGL", forms: Collection[str] = frozenset()
) -> tuple[Identifier, ...]:
    """The identifiers of a text in the order in which they stand there, none twice.

    Args:
        text: a subject or a body of any length; time grows with the length, up to 5,000 places that are looked at.
        ticket_prefix: the letters before the seven digits of a ticket number.
        forms: the symbols of forms and messages that are known, as published ("AKC-U/S") or normalised ("AKCUS").
    """
    return tuple(dict.fromkeys(place.identifier for place in find_places(text, ticket_prefix, frozenset(forms))))


def find_places(text: str, ticket_prefix: str = "ZGL", forms: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Every place of the text where an identifier stands, in order; no two overlap."""
    text = plain(text)
    before = List()
    end = 0
    # One byte for each character: a letter that is not ASCII begins no number, and offsets need no counting.
    matches = _pattern(ticket_prefix, forms).finditer(text.encode("latin-1", "replace"))
    for match in islice(matches, _MOST_PLACES):
        start, stop = match.span()
        if start < end:
            continue
        if text[start].isdigit():
            places, before = _look_at_digits(text, start, stop, before)
        else:
            places = _look_at_letters(text, start, stop, ticket_prefix)
        for place in places:
            end = place.end
            yield place


def _look_at_digits(text: str, start: int, stop: int, before: List) -> tuple[tuple[Found, ...], List]:
    """References, or else numbers of persons and firms."""
    if _LETTER.search(text, start, stop):
        references = tuple(find_references(text, start, stop))
        if references:
            return references, before
    places: list[Found] = []
    for run in _LONG_RUN.finditer(text, start, stop):
        numbers, before = find_numbers(text, *run.span(), before)
        places += numbers
    return tuple(places), before


def _look_at_letters(text: str, start: int, stop: int, ticket_prefix: str) -> tuple[Found, ...]:
    """A foreign EORI behind its name, or what begins with letters of its own."""
    if _touches_a_word(text, start, stop):
        return ()
    written = text[start:stop]
    if written.upper() == "EORI":
        eori = find_foreign_eori(text, stop)
        return (eori,) if eori else ()
    digits = "".join(_DIGITS.findall(written))
    head = written[:4].upper()
    if head in {"SENT", "RMPD"} and len(digits) == _CARRIAGE_LENGTH:
        return (found(head.lower(), head + digits, start, stop),) if _CARRIAGE_YEAR.match(digits) else ()
    if written.upper().startswith(ticket_prefix.upper()) and len(digits) == _TICKET_DIGITS:
        return (found("ticket", ticket_prefix.upper() + digits, start, stop),)
    return (found("form", normalise_form(written), start, stop),) if is_form(text, start, stop) else ()


def _touches_a_word(text: str, start: int, stop: int) -> bool:
    """Whether a letter or digit stands right beside it; RE2 knows only ASCII words."""
    return text[max(0, start - 1) : start].isalnum() or text[stop : stop + 1].isalnum()


@lru_cache(maxsize=8)
def _pattern(ticket_prefix: str, forms: frozenset[str]) -> re.Pattern[bytes]:
    """The places where an identifier may begin, as RE2, which speaks like `re`, finds them.

    Longer symbols come first: RE2 takes the first alternative that fits.
    """
    ticket = rf"\b(?i:{re.escape(ticket_prefix)})" + _TICKET.format(gap=_GAP)
    symbols = sorted({pattern_of(form) for form in forms if normalise_form(form)}, key=len, reverse=True)
    alternatives = [_REFERENCE, _RUN, _CARRIAGE, ticket, r"\b(?i:eori)"]
    if symbols:
        alternatives.append(rf"\b(?i:{'|'.join(symbols)})\b")
    options = re2.Options()
    options.max_mem = _MEMORY
    pattern: re.Pattern[bytes] = re2.compile("|".join(alternatives), options)
    return pattern


def plain(text: str) -> str:
    """The text, as long as it was, with simple blanks and dashes where others part the groups of numbers."""
    if text.isascii():
        return text
    for gap, simple in _GAPS.items():
        if gap in text:
            text = text.replace(gap, simple)
    return text
