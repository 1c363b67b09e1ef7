"""Symbols of forms and messages, in any spelling: SENT 100, sent-100, AKCU/S, zc 415."""

import re

# What people put between the parts of a symbol, or leave out.
_BETWEEN = "[ _/.-]?"
_PART = re.compile(r"[A-Za-z]+|[0-9]+")
# Shorter symbols without a digit are words too (OPAL, TEA, IST): these count only in capitals among small letters.
_LONG = 5
# "VAT 14 %" is a rate and "VAT 14 zł" an amount, not the form VAT-14.
_MEASURE = re.compile(r"\s?(?:%|zł|dni|szt|pln|eur|usd|[.,][0-9])", re.IGNORECASE)


def normalise_form(symbol: str) -> str:
    """The symbol in capitals, without blanks and separators: "AKC-U/S" and "akcu/s" are "AKCUS"."""
    return "".join(_PART.findall(symbol)).upper()


def pattern_of(symbol: str) -> str:
    """An RE2 pattern for the symbol in any spelling; it is meant to know no case.

    Where a normalised symbol of letters ("AKCUS") does not tell its parts, they may end anywhere ("AKC-U/S").
    """
    parts = _PART.findall(symbol)
    if len(parts) == 1 and len(parts[0]) >= _LONG:
        return "[_/.-]?".join(parts[0])
    return _BETWEEN.join(parts)


def is_form(text: str, start: int, end: int) -> bool:
    """Whether what stands there in the spelling of a symbol is meant as one."""
    written = text[start:end]
    if any(character.isdigit() for character in written):
        return not (" " in written and _MEASURE.match(text, end))
    if len(normalise_form(written)) >= _LONG:
        return True
    return written.isupper() and not _line_around(text, start, end).isupper()


def _line_around(text: str, start: int, end: int) -> str:
    """The line without the symbol; at most 80 characters each way."""
    before = text[max(0, start - 80) : start].rpartition("\n")[2]
    return before + text[end : end + 80].partition("\n")[0]
