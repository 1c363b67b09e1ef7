"""The letter that answers a message."""

from dataclasses import dataclass, replace

# Stands for the ticket number until `record` has drawn one; a private-use character that no mail of ours may hold.
NUMBER_TO_COME = "\ue000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A letter, drafted. Nothing has been sent."""

    # The address it goes to: the author's.
    to: str
    subject: str
    text: str
    html: str
    # The template it was made from.
    template: str
    # What the letter is about, for "one letter per sender and cause": the reason, or the message itself
    # for a proven author's ticket.
    cause: str
    # Message-ID of the message it answers, or None.
    in_reply_to: str | None
    # References of the letter, oldest first.
    references: tuple[str, ...]
    # Languages it is written in, first one first: ("pl",), ("en",) or ("pl", "en").
    languages: tuple[str, ...]

    def numbered(self, number: str) -> "Reply":
        """The same letter with the ticket's number in it."""
        return replace(
            self,
            subject=self.subject.replace(NUMBER_TO_COME, number),
            text=self.text.replace(NUMBER_TO_COME, number),
            html=self.html.replace(NUMBER_TO_COME, number),
        )
