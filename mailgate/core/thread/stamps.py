"""What mail programs never leave out when they say who wrote and when: an address, a date, a time."""

import re

_ADDRESS = re.compile(r"[\w.+%'-]{1,80}@[\w-]{1,80}\.\w|\[mailto:|<[^<>@\s]{1,80}@", re.IGNORECASE)
_ADDRESS_LAST = re.compile(r"@[^\s@]{1,120}[>)\]\"']{1,3}\s?[:：]$")
# Evolution takes U+2236 for a colon; in the North there is a point behind "kl.".
_TIME = re.compile(r"(?<!\d)\d{1,2}[:hH\u2236]\d{2}(?!\d)|\bk(?:lo?|ello)\.? \d{1,2}\.\d{2}|\d時|\d点")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}(?!\d)")
_STARTS_WITH_DATE = re.compile(
    r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}|\d{1,2}\.? [^\W\d]{3,12}\.?,? (?:19|20)\d\d|\d{4}[年년]"
)
# Windows Mail puts marks of direction around each number.
_UNSEEN = re.compile("[\u200e\u200f\u202a\u202c\u2068\u2069]")


def has_address(text: str) -> bool:
    """Whether it holds a mail address, or the beginning of one."""
    return bool(_ADDRESS.search(text))


def ends_with_address(text: str) -> bool:
    """Whether it ends with an address and a colon: "<jan@example.org>:"."""
    return bool(_ADDRESS_LAST.search(text))


def has_date(text: str) -> bool:
    """Whether it holds a year or a date in digits."""
    return bool(_DATE.search(text))


def has_time(text: str) -> bool:
    """Whether it holds a time of day."""
    return bool(_TIME.search(_UNSEEN.sub("", text) if "\u200e" in text else text))


def starts_with_date(text: str) -> bool:
    """Whether it begins with a date: "2026-11-20", "20 listopada 2026"."""
    return bool(_STARTS_WITH_DATE.match(text))
