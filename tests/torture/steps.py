"""Where a process can be killed: the numbered steps of each way in and out.

A step is a moment of a function of mailgate, named from outside. A new way gets its steps here, a function that sends
mail along it in `road.py` or `whole.py`, and nothing in the product.
"""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """When, while a function runs."""

    # Nothing has been done yet.
    BEFORE = "before"
    # Everything is written, and the transaction is about to be committed.
    UNCOMMITTED = "uncommitted"
    # It has returned; nobody has been told yet.
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One moment on the road."""

    # As the table shows it.
    name: str
    # The module with the function, and its name there: "keep", "Recorder.record".
    module: str
    function: str
    moment: Moment
    # Only calls with an argument that begins so.
    says: str = ""

    @property
    def place(self) -> str:
        """The function, wherever it is."""
        return f"{self.module}:{self.function}"


def _steps(name: str, module: str, function: str, *moments: Moment, says: str = "") -> tuple[Step, ...]:
    return tuple(
        Step(name=f"{name}: {moment}", module=module, function=function, moment=moment, says=says)
        for moment in moments or tuple(Moment)
    )


_AROUND = (Moment.BEFORE, Moment.AFTER)

KEEP = _steps("keep", "mailgate.store.keeping", "keep")
# The way in by SMTP and by LMTP.
DOOR = KEEP + _steps("receipt (250)", "mailgate.smtp.connection", "Connection.push", *_AROUND, says="250 2.6.0")
# The way in by a pipe; its receipt is the exit code.
PIPE = KEEP + _steps("receipt (exit 0)", "mailgate.cli.receive", "_keep", Moment.AFTER)
# The way in by IMAP: see `mailgate.imap.session`.
MAILBOX = (
    *_steps("list", "mailgate.store.mailboxes", "Ledger.list"),
    *_steps("fetch", "mailgate.imap.folder", "Folder.read_small", *_AROUND),
    *_steps("keep mail and UID", "mailgate.store.mailboxes", "Ledger.keep"),
    *_steps("tell the mailbox", "mailgate.imap.folder", "Folder.dispose", *_AROUND),
    *_steps("write down that it was told", "mailgate.store.mailboxes", "Ledger.done"),
)
# From the store to the decision.
WORKER = (
    *_steps("take over", "mailgate.store.claims", "forsake"),
    *_steps("claim", "mailgate.store.claims", "claim"),
    *_steps("consider", "mailgate.gate", "consider", *_AROUND),
    *_steps("draw a ticket's number", "mailgate.store.tickets", "Tickets.draw", Moment.UNCOMMITTED, Moment.AFTER),
    *_steps("record", "mailgate.store.recording", "Recorder.record"),
)
# The way out by SMTP.
LETTER = (
    *_steps("take over letters", "mailgate.store.outbox", "Outbox.forsake"),
    *_steps("take a letter", "mailgate.store.outbox", "Outbox.claim"),
    *_steps("send", "mailgate.relay", "SmtpRelay.deliver", Moment.BEFORE),
    *_steps("send the text", "aiosmtplib.smtp", "SMTP.data", Moment.BEFORE),
    *_steps("the relay's yes", "aiosmtplib.smtp", "SMTP.sendmail", Moment.AFTER),
    *_steps("send", "mailgate.relay", "SmtpRelay.deliver", Moment.AFTER),
    *_steps("mark sent", "mailgate.store.outbox", "Outbox.mark"),
)
# The way out into a folder.
MAILDIR = (
    *_steps("take a letter", "mailgate.store.outbox", "Outbox.claim"),
    *_steps("lay into the folder", "mailgate.relay", "Maildir._lay", *_AROUND),
    *_steps("mark sent", "mailgate.store.outbox", "Outbox.mark"),
)
# The way out to the ticket system, and the number that comes back.
PUSH = (
    *_steps("push", "mailgate.csd", "Csd.push", Moment.BEFORE),
    *_steps("the ticket system's yes", "mailgate.csd", "Csd._post", Moment.AFTER),
    *_steps("take the number", "mailgate.store.pushes", "take_numbers", *_AROUND),
    *_steps("mark told", "mailgate.store.outbox", "Outbox.mark"),
)
# An answer to our question, which decides the kept mail along.
ANSWER = (
    *_steps("choose", "mailgate.answering", "Answering.verdict", *_AROUND),
    *_steps("record a choice", "mailgate.store.recording", "Recorder.record"),
)
# `mailgate questions remind --apply`.
REMINDER = _steps("remind", "mailgate.store.recording", "Recorder.record")
# `mailgate retention --apply`.
RETENTION = (
    *_steps("erase", "mailgate.store.retention", "Retention._erase_messages"),
    *_steps("scrub", "mailgate.store.erasure", "scrub", *_AROUND),
)

# Every function that is watched.
PLACES = tuple(
    dict.fromkeys(
        (step.module, step.function)
        for step in (*DOOR, *PIPE, *MAILBOX, *WORKER, *LETTER, *MAILDIR, *PUSH, *ANSWER, *REMINDER, *RETENTION)
    )
)
