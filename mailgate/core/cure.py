"""Refusals that their own senders cured: the same author wrote again soon, and got a ticket."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

# The rule that settles what its author has chosen in an answer to our question.
CHOSEN = "chosen"
# The refusal that says: name a service.
NO_SERVICE = "no_service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One mail, as far as cures are concerned."""

    # Our number of it.
    message: int
    # Its author in one spelling; "" when there is no single one.
    author: str
    received_at: datetime
    # Whether it got a ticket.
    has_ticket: bool
    # Whether it was sent away; never together with a ticket.
    is_refused: bool
    # The rule that settled it.
    reason: str = ""


def cures(newest_first: Iterable[Written], within: timedelta) -> Iterator[tuple[Written, int | None]]:
    """Each refused mail, with our number of the mail that cured it: the author's next one with a ticket; or None.

    Args:
        newest_first: mails in the order of their receipt, the last first; only authors are remembered, not mails.
        within: how long after the refused mail the other one must have come.
    """
    tickets: dict[str, Written] = {}
    for mail in newest_first:
        if mail.has_ticket and mail.author:
            tickets[mail.author] = mail
        elif mail.is_refused:
            cure = tickets.get(mail.author)
            yield mail, cure.message if cure and cure.received_at <= mail.received_at + within else None
