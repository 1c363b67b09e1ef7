"""The letter that answers a message."""

from dataclasses import dataclass, replace
from urllib.parse import quote

# Stands for the reference of our question until the letter is written with our secret; another such character.
REFERENCE_TO_COME = "\ue001"
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
    # sha256 in hex of the kept message that the letter asks about; "" when it asks nothing.
    question: str = ""

    def numbered(self, number: str) -> "Reply":
        """The same letter with the ticket's number in it."""
        return replace(
            self,
            subject=self.subject.replace(NUMBER_TO_COME, number),
            text=self.text.replace(NUMBER_TO_COME, number),
            html=self.html.replace(NUMBER_TO_COME, number),
        )

    def referring(self, token: str) -> "Reply":
        """The same letter with the reference of its question in the subject, the text and its links."""

        def fill(text: str) -> str:
            return text.replace(REFERENCE_TO_COME, token).replace(quote(REFERENCE_TO_COME), token)

        return replace(self, subject=fill(self.subject), text=fill(self.text), html=fill(self.html))
