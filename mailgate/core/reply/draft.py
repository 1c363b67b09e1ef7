"""Drafts the letter to a decision, or finds the reason why none is written.

Who may be written to is decided here, in one place, and against every rule: a template that an operator's rule names
is only a wish. What must hold is design section 5, "A letter cannot be abused".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape

from mailgate.core.catalogue import Catalogue
from mailgate.core.choice import tag, without_tokens
from mailgate.core.decision import Decision, Outcome
from mailgate.core.facts import Facts
from mailgate.core.identity import Trust
from mailgate.core.mail import Mail
from mailgate.core.published import Office
from mailgate.core.reply.letters import LANGUAGES, Letters
from mailgate.core.reply.particulars import called, particulars
from mailgate.core.reply.record import NUMBER_TO_COME, REFERENCE_TO_COME, Reply
from mailgate.core.reply.subject import thread_subject
from mailgate.core.reply.typeset import Typeset

# "No login" and "no history" are told apart to proven authors only; everybody else reads one text for both.
_NOT_ENTITLED = "reject-not-entitled"
_ONLY_FOR_PROVEN = frozenset({"reject-no-login", "reject-no-history"})
# A mailbox that can be written into a header as it is (RFC 5321 dot-string; letters of any script, RFC 6531).
_MAILBOX = re.compile(r'[^\s\x00-\x20"(),:;<>@\[\\\]\x7f-\x9f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?')
# Mailboxes that nobody reads, whoever runs them: noreply, no-reply+id, firma-noreply, nie.odpowiadaj, mailer-daemon.
_NOBODY = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|nie[._-]?odpowiadaj|mailer[._-]?daemon|postmaster|bounces?)"
    r"(?:[._+=-].*)?"
)
# Message-IDs that can be written into a header as they are (RFC 5322 section 3.6.4, without blanks and controls).
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
# RFC 5322 sets no limit to References; the newest ten hold any thread together.
_MOST_REFERENCES = 10
# Between the two languages of one letter.
_RULE = f"\n{'=' * 40}\n\n"


def draft_reply(
    decision: Decision,
    facts: Facts,
    *,
    received_at: datetime,
    digest: str,
    catalogue: Catalogue,
    letters: Letters,
    office: Office,
) -> Reply | None:
    """The letter that tells the author what was decided, or None when none may or need be written (`why_silent`).

    Args:
        decision: what is to be done; its `template` names the letter.
        facts: what was known when it was decided.
        received_at: when we took responsibility for the mail; aware.
        digest: of the message (`RawMessage.digest`).
        catalogue: titles of services, names of systems and of other desks.
        letters: the operator's templates.
        office: who we are and what we have published.

    Raises:
        KeyError: the rule names a template that does not exist; `check` reports that beforehand.
    """
    if why_silent(decision, facts, office) or decision.template is None or facts.identity.address is None:
        return None
    proven = facts.identity.trust is Trust.PROVEN
    template = _NOT_ENTITLED if decision.template in _ONLY_FOR_PROVEN and not proven else decision.template
    languages = _languages(facts)
    question = (decision.question or digest) if decision.asks else ""
    subjects, pages = [], []
    for language in languages:
        told = particulars(
            decision, facts, language=language, received_at=received_at, catalogue=catalogue, office=office
        )
        subject, page = letters.letters[language, template].fill(replace(told, both=len(languages) > 1))
        subjects.append(subject)
        pages.append(page)
    own_subject = " / ".join(subjects)
    return Reply(
        to=facts.identity.address,
        subject=_tagged((_thread_subject(decision, facts) if proven else "") or own_subject, question),
        text=_RULE.join(page.text for page in pages),
        html=_document(own_subject, languages, pages),
        template=template,
        cause=_cause(decision, facts, digest),
        in_reply_to=_sound(facts.mail.message_id),
        references=_references(facts.mail, whole=proven),
        languages=languages,
        question=question,
    )


def threaded(reply: Reply, mail: Mail) -> Reply:
    """The same letter as an answer to another mail of its thread, so that it is shown under that one."""
    return replace(reply, in_reply_to=_sound(mail.message_id), references=_references(mail, whole=True))


def why_silent(decision: Decision, facts: Facts, office: Office) -> str | None:
    """Why no letter is written, one phrase; None when one may be written."""
    return next((reason for holds, reason in _silences(decision, facts, office) if holds), None)


def _silences(decision: Decision, facts: Facts, office: Office) -> Iterator[tuple[bool, str]]:
    """Every reason for silence, and whether it holds here; the plainest first."""
    address = facts.identity.address or ""
    yield decision.template is None, "the rule asks for no letter"
    yield facts.automatic is not None, "a machine wrote the mail"
    yield facts.envelope.mail_from == "", "its envelope sender is null"
    yield any(name in {"list-id", "list-post"} for name, _ in facts.mail.headers), "it came over a list"
    yield not address, "it has no single author"
    yield facts.identity.trust is Trust.FORGED, "its author is forged"
    stranger = facts.known.person is None
    yield facts.identity.trust is not Trust.PROVEN and stranger, "its author is neither proven nor in the directory"
    yield address in office.own_addresses, "its author is our own address"
    yield address in office.published.never_write_to, "its author is on the list of those we never write to"
    yield bool(_NOBODY.fullmatch(address.rpartition("@")[0])), "nobody reads mail at its author's address"
    yield not (_MAILBOX.fullmatch(address) and address.isprintable()), "its author's address cannot be written to"


def _languages(facts: Facts) -> tuple[str, ...]:
    """The language of the mail; of an answer to our question that of the question: "2" is said in all of them."""
    asked = facts.known.question if facts.choice else None
    spoken = (facts.request.language, asked.language if asked else "")
    known = next((language for language in spoken if language in LANGUAGES), None)
    return (known,) if known else LANGUAGES


def _tagged(subject: str, question: str) -> str:
    """The subject with the reference of the question that the letter asks, if it asks one."""
    return f"{subject} {tag(REFERENCE_TO_COME)}" if question else subject


def _cause(decision: Decision, facts: Facts, digest: str) -> str:
    """What the letter is about. Each ticket and each question of a proven author has a letter of its own."""
    asked = facts.known.question
    if decision.question and asked:
        return f"{decision.reason}:{decision.question}:{asked.asked}"
    of_its_own = decision.outcome in {Outcome.TICKET, Outcome.APPEND, Outcome.CLARIFY}
    return f"{decision.reason}:{digest}" if of_its_own and facts.identity.trust is Trust.PROVEN else decision.reason


def _thread_subject(decision: Decision, facts: Facts) -> str:
    """The subject of the thread, for a proven author; with the ticket's number where there is a ticket."""
    number = called(facts, decision.ticket if decision.outcome is Outcome.APPEND else decision.related)
    if decision.outcome is Outcome.TICKET:
        number = NUMBER_TO_COME
    return thread_subject(without_tokens(facts.mail.subject), number=number, tickets=facts.thread.tickets)


def _sound(message_id: str | None) -> str | None:
    """A Message-ID that can stand in a header, or None."""
    return message_id if message_id and _MESSAGE_ID.fullmatch(message_id) else None


def _references(mail: Mail, *, whole: bool) -> tuple[str, ...]:
    """What the mail answered and the mail itself, oldest first (RFC 5322 section 3.6.4).

    Without the `whole` thread it is the mail alone: who forges an address does not choose where our letter is shown.
    """
    thread = dict.fromkeys((*(reversed(mail.answers) if whole else ()), mail.message_id or ""))
    return tuple(each for each in thread if _sound(each))[-_MOST_REFERENCES:]


def _document(title: str, languages: Sequence[str], pages: Sequence[Typeset]) -> str:
    """The HTML part: one column, large enough to read, no images, no style sheet that a mail program would drop."""
    parts = "<hr>".join(
        f'<div lang="{language}">\n{page.html}</div>' for language, page in zip(languages, pages, strict=True)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{languages[0]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        '<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;'
        'font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5">\n'
        f'<div style="max-width:600px">\n{parts}\n</div>\n</body>\n</html>\n'
    )
