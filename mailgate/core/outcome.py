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
