"""The subject of a letter that goes back into its thread."""

import re
from collections.abc import Iterable

from mailgate.core.identifiers import mask
from mailgate.core.reply.line import one_line

# Longer subjects are cut; no mail program shows more.
_LIMIT = 200
# Of a ticket number, behind its prefix.
_DIGITS = 7
# What mail programs write before the subject of an answer: Re, Odp (Polish), AW and Antw (German, Dutch), SV (Nordic).
_ANSWER_MARKS = re.compile(r"^(?:(?:re|odp|aw|antw|sv)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def thread_subject(subject: str, *, number: str | None, tickets: Iterable[str] = ()) -> str:
    """The subject of the answer, "Re: what they wrote [ZGL0001234]"; "" when they wrote nothing.

    Personal numbers are masked: a subject shows on locked screens. Of tags like "[ZGL0001234]" only that of the ticket
    stays: an answer that brings back an older one, or somebody else's, would be taken for an answer to that ticket.

    Args:
        subject: of the mail that is answered, decoded.
        number: of the ticket, or None; it is not added when the subject holds it already.
        tickets: the ticket numbers in the subject (`Thread.tickets`).
    """
    words = mask(_ANSWER_MARKS.sub("", one_line(_without_tags(subject, tickets), _LIMIT)))
    if not words:
        return ""
    tag = f" [{number}]" if number and number not in words else ""
    return f"Re: {words}{tag}"


def _without_tags(subject: str, tickets: Iterable[str]) -> str:
    """The subject without these numbers, where they stand alone in brackets, in any spelling that we read."""
    for ticket in tickets:
        prefix, digits = re.escape(ticket[:-_DIGITS]), "[ \\xa0]?".join(ticket[-_DIGITS:])
        tag = rf"\[\s*{prefix}[^\[\]\d]{{0,10}}{digits}\s*\]"
        subject = re.sub(tag, " ", subject, flags=re.IGNORECASE)
    return subject
