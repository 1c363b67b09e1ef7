"""What the subject says of the conversation: answered, passed on, and the numbers of our tickets."""

import re

from mailgate.core.thread.clients import ANSWERED, PASSED_ON

# "[EXTERNAL] Re[2]: ...": tags, then the first prefix.
_PREFIX = re.compile(r"\s*(?:\[[^\]]{0,80}\]\s*)*([^\W\d_]{1,12})\.?\s?(?:[\[(]\d+[\])]|\d{1,2})?\s?[:：]")
# Between the prefix of our tickets and the digits: "ZGL 0001234", "ZGL-0001234", "zgl nr 0001234", "ZGL#0001234".
_BETWEEN = r"[\s\xa0]{0,3}(?:nr|no|numer|№)?[\s\xa0.:#_/–-]{0,3}"


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


def _prefix(subject: str) -> str:
    found = _PREFIX.match(subject)
    return found[1].lower() if found else ""
