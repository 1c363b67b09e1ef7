"""Machines that answer and do not say in a header that they are machines: they are known by their words.

People use the same words, so no word is enough: what is needed besides is said at each kind, and whoever asks for help
or tells of trouble is a person.
"""

from mailgate.core.automatic.clues import HELP_DESKS, OWN_NOTICES, Clues
from mailgate.core.automatic.phrases import Cue
from mailgate.core.automatic.record import Automatic, Machine
from mailgate.core.automatic.wording import is_personal, names_our_business, words
from mailgate.core.thread import is_answer

# Characters of a subject that says no more than that somebody is away, and of a responder's text.
_BARE_SUBJECT = 40
_SHORT_TEXT = 300
_LONGEST_TEXT = 800
# Local parts of other help desks.
_DESKS = frozenset(
    (
        "bok", "helpdesk", "help", "it", "itsupport", "jira", "obsluga", "otrs", "pomoc", "reklamacje", "rt", "service",
        "servicedesk", "serwis", "support", "sd", "tickets", "zendesk", "zgloszenia",
    )
)  # fmt: skip


def own_notice(clues: Clues) -> Automatic | None:
    """A notice of our own portal CSD."""
    author = clues.mail.author
    if author is None or author.addr.lower() != OWN_NOTICES:
        return None
    return Automatic(machine=Machine.NOTIFICATION, evidence=f"from {author.addr}, the portal CSD")


def invitation_answered(clues: Clues) -> Automatic | None:
    """An answer to an invitation (RFC 5546 section 3.2.3), as the type or the subject of the calendar says."""
    mail = clues.mail
    kind = (mail.header("content-type") or "").lower()
    if "REPLY" in mail.calendar_methods and (Cue.INVITATION in clues.subject or not clues.asks):
        return Automatic(machine=Machine.NOTIFICATION, evidence="METHOD:REPLY, an answer to an invitation")
    calendar = mail.content_type == "text/calendar" or any(file.type == "text/calendar" for file in mail.attachments)
    if calendar and (Cue.INVITATION in clues.subject or "method=reply" in kind.replace('"', "").replace(" ", "")):
        return Automatic(machine=Machine.NOTIFICATION, evidence="an answer to an invitation")
    return None


def away(clues: Clues) -> Automatic | None:
    """A vacation reply or other responder."""
    if clues.passed_on:
        return None
    said = clues.own & {Cue.AWAY, Cue.AUTO_REPLY, Cue.GENERATED, Cue.NO_ANSWER, Cue.RECEIVED}
    if Cue.AUTO_REPLY in clues.subject and (said or not clues.asks):
        return _responder(f"subject: {clues.mail.subject[:100]!r}")
    if clues.asks:
        return None
    if Cue.AUTO_REPLY in clues.own:
        return _responder(f"text: {words(Cue.AUTO_REPLY, clues.mail.text)!r}")
    if Cue.AWAY in clues.own and _is_responder(clues):
        return _responder(f"text: {words(Cue.AWAY, clues.mail.text)!r}")
    if clues.nobody and _thanks(clues):
        return _responder(f"sent by nobody: {clues.nobody}")
    return None


def _thanks(clues: Clues) -> bool:
    """Whether what nobody sent does no more than answer (RFC 3834 section 3.3 has responders send as nobody)."""
    answers = bool(clues.mail.answers) or is_answer(clues.mail.subject) or Cue.RECEIVED in clues.subject
    return answers and not clues.mail.attachments and not names_our_business(clues.own_text)


def _is_responder(clues: Clues) -> bool:
    """Whether a text that says "I am away" says nothing else."""
    text, subject = clues.own_text, clues.mail.subject
    if Cue.AWAY in clues.subject:
        adds = not clues.own.isdisjoint({Cue.STAND_IN, Cue.BACK})
        return adds or (len(subject) <= _BARE_SUBJECT and len(text) <= _SHORT_TEXT)
    answers = bool(clues.mail.answers) or is_answer(subject)
    telling = clues.mail.attachments or names_our_business(text) or len(text) > _LONGEST_TEXT
    return Cue.STAND_IN in clues.own and answers and not telling


def acknowledgement(clues: Clues) -> Automatic | None:
    """The receipt of another help desk: it says so, and more than its words show a help desk."""
    if clues.passed_on or clues.asks:
        return None
    said = Cue.RECEIVED if Cue.RECEIVED in clues.own else Cue.REGISTERED if Cue.REGISTERED in clues.own else None
    if said and _is_desk(clues, named=said is Cue.RECEIVED):
        return Automatic(machine=Machine.NOTIFICATION, evidence=f"text: {words(said, clues.mail.text)!r}")
    return None


def _is_desk(clues: Clues, *, named: bool) -> bool:
    """Whether a help desk wrote it; what is needed is less when it names the mail of whoever it writes to."""
    if any(name.startswith(HELP_DESKS) for name in clues.headers) or clues.no_reply:
        return True
    fresh = Cue.RECEIVED in clues.subject and not is_answer(clues.mail.subject)
    if clues.sender in _DESKS:
        return named or fresh
    formula = not clues.own.isdisjoint({Cue.GENERATED, Cue.NO_ANSWER}) and not is_personal(clues.own_text)
    return formula or (named and fresh)


def challenge(clues: Clues) -> Automatic | None:
    """A demand to prove that we are human, with a link to click."""
    if Cue.CHALLENGE not in clues.own or clues.passed_on or clues.asks or "http" not in clues.mail.text:
        return None
    if Cue.CHALLENGE in clues.subject or clues.mail.answers or is_answer(clues.mail.subject):
        return _responder(f"text: {words(Cue.CHALLENGE, clues.mail.text)!r}")
    return None


def _responder(evidence: str) -> Automatic:
    return Automatic(machine=Machine.AUTO_REPLY, evidence=evidence)
