"""What the subject says of the conversation: answered, passed on, and the numbers of our tickets."""

import re
from itertools import islice

from mailgate.core.thread.clients import ANSWERED, PASSED_ON

# "[EXTERNAL] Re[2]: ...": tags, then the first prefix.
_PREFIX = re.compile(r"\s*(?:\[[^\]]{0,80}\]\s*)*([^\W\d_]{1,12})\.?\s?(?:[\[(]\d+[\])]|\d{1,2})?\s?[:：]")
# Between the prefix of our tickets and the digits: "ZGL 0001234", "ZGL-0001234", "zgl nr 0001234", "ZGL#0001234".
_BETWEEN = r"[\s\xa0]{0,3}(?:nr|no|numer|№)?[\s\xa0.:#_/–-]{0,3}"

# Numbers of the ticket system that are looked up for one mail.
_MOST_NUMBERS = 10


def is_answer(subject: str) -> bool:
    """Whether the subject begins as that of an answer: "Re:", "Odp:", "AW:"."""
    return _prefix(subject) in ANSWERED


def is_passed_on(subject: str) -> bool:
    """Whether the subject begins as that of a mail passed on: "FW:", "PD:", "WG:"."""
    return _prefix(subject) in PASSED_ON


def ticket_numbers(subject: str, ticket_prefix: str) -> tuple[str, ...]:
    """The ticket numbers in the subject, as "ZGL0001234", in order and without repeats.

    The prefix may be in any case and stand behind another system's letters ("HD-ZGL0001234"), never inside a word;
    blanks may stand before the seven digits and between them.
    """
    if ticket_prefix.lower() not in subject.lower():
        return ()
    pattern = rf"(?<![^\W\d_]){ticket_prefix}{_BETWEEN}([0-9](?:[ \xa0]?[0-9]){{6}})(?![0-9])"
    found = re.findall(pattern, subject, re.IGNORECASE)
    return tuple(dict.fromkeys(ticket_prefix + re.sub(r"\D", "", digits) for digits in found))


def other_numbers(subject: str, pattern: re.Pattern[str] | None) -> tuple[str, ...]:
    """The numbers of the ticket system in the subject, as written, in order and without repeats; the first few."""
    if pattern is None:
        return ()
    places = (match.span() for match in islice(pattern.finditer(subject), _MOST_NUMBERS))
    whole = (subject[start:end] for start, end in places if not _is_inside_a_word(subject, start, end))
    return tuple(dict.fromkeys(whole))


def _is_inside_a_word(subject: str, start: int, end: int) -> bool:
    return subject[max(0, start - 1) : start].isalnum() or subject[end : end + 1].isalnum()


def _prefix(subject: str) -> str:
    found = _PREFIX.match(subject)
    return found[1].lower() if found else ""
