"""Which machine wrote a mail, or that a person did."""

from dataclasses import dataclass
from enum import StrEnum


class Machine(StrEnum):
    """The kinds of machine that write mail. The values stand in rules, log, database and JSON."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    NOTIFICATION = "notification"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """A mail that a machine wrote."""

    # What kind of machine.
    machine: Machine
    # What gave it away, for the finding: "Auto-Submitted: auto-replied".
    evidence: str
    # Message-IDs of our own letters that this bounce or receipt is about.
    about: tuple[str, ...] = ()
    # The addresses that a bounce says cannot be reached for good (RFC 3463 class 5).
    unreachable: tuple[str, ...] = ()
