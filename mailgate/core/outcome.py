"""What becomes of a message."""

from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a message. The values stand in rules, log, database and JSON."""

    TICKET = "ticket"
    APPEND = "append"
    CLARIFY = "clarify"
    REJECT = "reject"
    HOLD = "hold"
    IGNORE = "ignore"


# Reasons that no rule gives: our bug, the second copy of a mail, a question that nobody answered in time.
CRASHED = "crashed"
DUPLICATE = "duplicate"
EXPIRED = "expired"
# And the one that an operator gives who has looked at a mail.
REVIEWED = "reviewed"
