"""The facts of a past mail, put together again from what was stored with its decision."""

from mailgate.core.facts import Facts
from mailgate.core.mail import Envelope, Mail
from mailgate.core.thread import Thread
from mailgate.store.past import Past, Record, Seen

# How a message came is not asked by any condition, and is not read again.
_UNKNOWN = Envelope(source="file")


class WordsNeeded(Exception):
    """A rule asks for the words of a mail, which are only in its bytes."""


class Unread(Thread):
    """The place of a mail in its conversation, as long as nobody has read its words."""

    __slots__ = ()

    def __init__(self) -> None:
        return

    @property
    def new_text(self) -> str:
        """What the author wrote: nobody knows.

        Raises:
            WordsNeeded: always.
        """
        raise WordsNeeded


def recall(past: Past, record: Record, seen: Seen) -> Facts:
    """The facts as they were known and found then; whatever asks for the words raises `WordsNeeded`."""
    mail = Mail(
        message_id=None,
        authors=(),
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        subject=past.subject or "",
        date=seen.date,
        text="",
        attachments=seen.attachments,
        answers=seen.answers,
        headers=(),
        content_type="",
        reports=(),
        enclosed=(),
        defects=seen.defects,
    )
    return Facts(
        envelope=_UNKNOWN,
        size=past.size,
        mail=mail,
        thread=Unread(),
        automatic=seen.automatic,
        identity=seen.identity,
        identifiers=seen.identifiers,
        match=seen.match,
        request=seen.request,
        known=record.known,
        scan=seen.scan,
        choice=seen.choice,
    )
