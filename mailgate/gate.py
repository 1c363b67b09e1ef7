"""The road of one message. It reads all it needs and writes nothing.

Live intake, `explain`, `evaluate`, `check` and whatever replays the past walk it unchanged; they differ only in the
desk and the rulebook they bring, and in what they do with the decision.
"""

import re
from dataclasses import dataclass, replace

from mailgate.core.automatic import Automatic, Machine, detect
from mailgate.core.choice import Choice, as_match, tokens_in, without_tokens
from mailgate.core.choice.reading import Reader
from mailgate.core.decision import Decision, decide
from mailgate.core.facts import Desk, Facts, Known, Question
from mailgate.core.identifiers import Identifier, find_identifiers
from mailgate.core.identity import Identity, IdentityPolicy, Trust, identify
from mailgate.core.mail import Mail, RawMessage
from mailgate.core.mail.read import read
from mailgate.core.published import Office
from mailgate.core.reply import Letters, Reply, draft_reply
from mailgate.core.request import Kind, Request, understand
from mailgate.core.rulebook import Rulebook
from mailgate.core.service import Match
from mailgate.core.thread import Thread, follow, is_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What is the same for every message."""

    book: Rulebook
    letters: Letters
    office: Office
    # Whose word proves an author.
    policy: IdentityPolicy
    # Of our ticket numbers: "ZGL".
    ticket_prefix: str
    # What the numbers of the ticket system look like (RE2); None where there is none.
    csd_numbers: re.Pattern[str] | None = None
    # Symbols of all forms of the catalogue.
    forms: frozenset[str]

    def vouching(self) -> "House":
        """The same house, where whoever asks "what if" vouches for the author."""
        return replace(self, policy=replace(self.policy, vouched=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What considering a message yields; nothing has been done yet."""

    facts: Facts
    decision: Decision
    # The letter, drafted; None: no letter.
    reply: Reply | None


def consider(raw: RawMessage, *, desk: Desk, house: House, chosen: Choice | None = None) -> Considered:
    """Understand one message and decide what becomes of it.

    Args:
        raw: the message.
        desk: is asked once what is known.
        house: rules, letters, and who we are.
        chosen: what the author has chosen for it in an answer to our question; it takes the place of what the
            subject names, and everything else holds as ever.

    Raises:
        Temporary: the desk is ill; the message waits.
    """
    mail = read(raw)
    thread = follow(mail, house.ticket_prefix, house.csd_numbers)
    identity = _as_sure_as(identify(mail, raw.envelope, house.policy, raw.results), chosen)
    match, request = recognise(mail, thread, house.book)
    automatic = detect(mail, null_sender=raw.envelope.mail_from == "", ours=house.office.own_addresses)
    known = desk.knows(_question(raw, mail, identity, thread, automatic))
    facts = Facts(
        envelope=raw.envelope,
        size=len(raw.content),
        mail=mail,
        thread=thread,
        automatic=automatic,
        identity=identity,
        identifiers=_identifiers(mail, thread, house),
        match=as_match(chosen) if chosen and chosen.is_route else match,
        request=_with_matter(request, chosen),
        known=known,
        scan=raw.scan,
        choice=read_choice(mail, identity, thread, known, house.book),
        chosen=chosen,
    )
    decision = decide(facts, house.book)
    return Considered(facts=facts, decision=decision, reply=draft(raw, facts, decision, house=house))


def recognise(mail: Mail, thread: Thread, book: Rulebook) -> tuple[Match, Request]:
    """What a mail is about, and what its author wants: all that is found in its words by the rules."""
    subject = book.recogniser.read(without_tokens(mail.subject))
    match = book.recogniser.find_service(subject, thread.new_text)
    request = understand(subject.mended, thread.new_text, match, book.cues)
    return match, replace(request, only=only_said(mail, thread, book))


def reword(facts: Facts, house: House, subject: str | None = None, text: str | None = None) -> Facts:
    """The same mail as if its subject, or what it says, were another: for whoever asks what would have become of it.

    What is known of its author and its thread stays as it was.

    Args:
        facts: of the mail as it is.
        house: the rules by which it is understood.
        subject: in the place of the subject; None: as it is.
        text: in the place of what its author wrote this time; None: as it is.
    """
    mail = facts.mail if subject is None else replace(facts.mail, subject=subject)
    thread = facts.thread if text is None else replace(facts.thread, new_text=text)
    match, request = recognise(mail, thread, house.book)
    chosen = facts.chosen
    return replace(
        facts,
        mail=mail,
        thread=thread,
        identifiers=_identifiers(mail, thread, house),
        match=as_match(chosen) if chosen and chosen.is_route else match,
        request=_with_matter(request, chosen),
        choice=read_choice(mail, facts.identity, thread, facts.known, house.book),
    )


def draft(raw: RawMessage, facts: Facts, decision: Decision, *, house: House) -> Reply | None:
    """The letter that a decision names, or None when none may or need be written."""
    return draft_reply(
        decision,
        facts,
        received_at=raw.received_at,
        digest=raw.digest,
        catalogue=house.book.catalogue,
        letters=house.letters,
        office=house.office,
    )


def only_said(mail: Mail, thread: Thread, book: Rulebook) -> tuple[str, ...]:
    """What an answer says and nothing beside it. A subject that was written anew, or an attachment, says more."""
    if mail.attachments or not (is_answer(mail.subject) or thread.answers):
        return ()
    author = mail.author
    names = (author.name, author.addr.partition("@")[0]) if author else ()
    return tuple(sorted(book.sayings.only(thread.new_text, names)))


def _identifiers(mail: Mail, thread: Thread, house: House) -> tuple[Identifier, ...]:
    """The numbers that stand in the subject and in what is new."""
    text = f"{mail.subject}\n{thread.new_text}"
    return find_identifiers(text, ticket_prefix=house.ticket_prefix, forms=house.forms)


def _question(raw: RawMessage, mail: Mail, identity: Identity, thread: Thread, automatic: Automatic | None) -> Question:
    """What only the desk can say about the message."""
    is_bounce = automatic is not None and automatic.machine is Machine.BOUNCE
    return Question(
        received_at=raw.received_at,
        author=identity.address,
        answers=thread.answers,
        tickets=thread.tickets,
        references=tokens_in(mail.subject),
        bounced=automatic.about if automatic and is_bounce else (),
    )


def read_choice(mail: Mail, identity: Identity, thread: Thread, known: Known, book: Rulebook) -> Choice | None:
    """What the mail says to our question; None unless the author of the question has answered it."""
    asked = known.question
    if asked is None or asked.author != identity.address or identity.trust is Trust.FORGED:
        return None
    reader = Reader(catalogue=book.catalogue, recogniser=book.recogniser, cues=book.cues)
    choice = reader.read(mail.subject, thread.new_text, mail.text, asked.offers, asked.subject)
    return replace(choice, bare=choice.bare and not mail.attachments, trust=identity.trust)


def _as_sure_as(identity: Identity, chosen: Choice | None) -> Identity:
    """The author of a mail for which something was chosen: as sure as the less sure of the two.

    Else a forged answer could turn the question of a proven author into a request for access to the account.
    """
    if chosen is None or chosen.trust.grade >= identity.trust.grade:
        return identity
    return replace(identity, trust=chosen.trust, evidence=f"the answer that has chosen is only {chosen.trust}")


def _with_matter(request: Request, chosen: Choice | None) -> Request:
    """What the author wants; a service-request matter when that was chosen."""
    if chosen is None or chosen.matter is None:
        return request
    return replace(request, matter=chosen.matter, kind=Kind.SERVICE_REQUEST)
