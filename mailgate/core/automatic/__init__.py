"""Which machine wrote a mail, or that a person did.

To take a person for a machine is the worse mistake: then somebody is heard by nobody. So what a mail program or a
server declares is believed, and words are believed only where nobody asks for anything.
"""

from mailgate.core.automatic.answering import acknowledgement, away, challenge, invitation_answered, own_notice
from mailgate.core.automatic.clues import gather
from mailgate.core.automatic.declared import declared
from mailgate.core.automatic.delivery import free_form, read_receipt, report
from mailgate.core.automatic.phrases import Cue
from mailgate.core.automatic.record import Automatic, Delivery, Machine
from mailgate.core.automatic.sending import mailing, notice
from mailgate.core.automatic.wording import says
from mailgate.core.mail import Mail

__all__ = ["Automatic", "Delivery", "Machine", "detect", "sounds_automatic"]

# The surest first.
_LOOKS = (
    report, own_notice, free_form, invitation_answered, declared, read_receipt, away, acknowledgement, challenge,
    mailing, notice,
)  # fmt: skip


def sounds_automatic(own_words: str) -> bool:
    """Whether a text calls itself automatic. Alone it proves nothing: people send on, and quote, what machines wrote.

    Args:
        own_words: what the author wrote this time, with the signature.
    """
    return says(Cue.GENERATED, own_words)


def detect(mail: Mail, *, null_sender: bool = False, ours: frozenset[str] = frozenset()) -> Automatic | None:
    """The machine that wrote a mail; None when a person did, and in doubt.

    Args:
        mail: as read.
        null_sender: whether its envelope says that nobody sent it.
        ours: every address of the desk in its compared form; what was written to one is not only a list's.
    """
    clues = gather(mail, null_sender=null_sender, ours=ours)
    if clues is None:
        return None
    return next((found for look in _LOOKS if (found := look(clues)) is not None), None)
