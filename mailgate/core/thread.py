"""What in a mail is new, what is quoted, and what it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A mail's place in its conversation. The three texts together hold every line of `Mail.text`."""

    # What the author wrote this time, without quotation, signature and disclaimer.
    new_text: str
    # What is quoted from earlier mails, with the lines that introduce it.
    quotation: str
    # The signature and disclaimer under the new text.
    signature: str
    # Message-IDs that the mail answers (In-Reply-To, then References from the newest), with angle brackets.
    answers: tuple[str, ...]
    # Ticket numbers of our own in the subject, normalised: ("ZGL0001234",).
    tickets: tuple[str, ...]
