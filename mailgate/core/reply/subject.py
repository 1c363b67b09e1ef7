"""The subject of a letter that goes back into its thread."""

import re

from mailgate.core.identifiers import mask
from mailgate.core.reply.line import one_line

# Longer subjects are cut; no mail program shows more.
_LIMIT = 200
# What mail programs write before the subject of an answer: Re, Odp (Polish), AW and Antw (German, Dutch), SV (Nordic).
_ANSWER_MARKS = re.compile(r"^(?:(?:re|odp|aw|antw|sv)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def thread_subject(subject: str, *, number: str | None) -> str:
    """The subject of the answer, "Re: what they wrote [ZGL0001234]"; "" when they wrote nothing.

    Personal numbers are masked: a subject shows on locked screens.

    Args:
        subject: of the mail that is answered, decoded.
        number: of the ticket, or None; it is not added when the subject holds it already.
    """
    words = mask(_ANSWER_MARKS.sub("", one_line(subject, _LIMIT)))
    if not words:
        return ""
    tag = f" [{number}]" if number and number not in words else ""
    return f"Re: {words}{tag}"
