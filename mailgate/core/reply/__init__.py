"""The letter that answers a message: whether one is written, in which language, and what it says.

`draft_reply` takes the decision and all that was known, fills the template that the rule named, and sets it as text
and as HTML. What a stranger wrote reaches a letter in one place only: the thread subject, and only when the author is
proven.
"""

from mailgate.core.reply.draft import draft_reply, threaded, why_silent
from mailgate.core.reply.letters import Letters, read_letters
from mailgate.core.reply.record import NUMBER_TO_COME, REFERENCE_TO_COME, Reply

__all__ = [
    "NUMBER_TO_COME",
    "REFERENCE_TO_COME",
    "Letters",
    "Reply",
    "draft_reply",
    "read_letters",
    "threaded",
    "why_silent",
]
