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
class Delivery:
    """What a report says of one address that a letter was written to (RFC 3464 section 2.3)."""

    # Normalised; "" when the report names none, as where the letter had but one recipient.
    address: str
    # "failed", "delayed", "delivered", "relayed" or "expanded".
    action: str
    # The code of RFC 3463, "5.1.1", or "".
    status: str = ""
    # Whether the address can never be reached: class 5, or words that say so.
    for_good: bool
    # What the other server said, on one line.
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """A mail that a machine wrote."""

    # What kind of machine.
    machine: Machine
    # What gave it away, for the finding: "Auto-Submitted: auto-replied".
    evidence: str
    # Message-IDs of our own letters that this bounce or receipt is about.
    about: tuple[str, ...] = ()
    # What a delivery report says of each address.
    deliveries: tuple[Delivery, ...] = ()

    @property
    def unreachable(self) -> tuple[str, ...]:
        """The addresses that a bounce says cannot be reached for good."""
        return tuple(each.address for each in self.deliveries if each.for_good and each.address)
