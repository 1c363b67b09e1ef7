"""The road of one message. It reads all it needs and writes nothing.

Live intake, `explain`, `evaluate`, `check` and whatever replays the past walk it unchanged; they differ only in the
desk and the rulebook they bring, and in what they do with the decision.
"""

from dataclasses import dataclass, replace

from mailgate.core.automatic import Automatic, Machine, detect
from mailgate.core.decision import Decision, decide
from mailgate.core.facts import Desk, Facts, Question
from mailgate.core.identifiers import find_identifiers
from mailgate.core.identity import Identity, IdentityPolicy, identify
from mailgate.core.mail import RawMessage
from mailgate.core.mail.read import read
from mailgate.core.published import Office
from mailgate.core.reply import Letters, Reply, draft_reply
from mailgate.core.request import understand
from mailgate.core.rulebook import Rulebook
from mailgate.core.thread import Thread, follow


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


def consider(raw: RawMessage, *, desk: Desk, house: House) -> Considered:
    """Understand one message and decide what becomes of it.

    Raises:
        Temporary: the desk is ill; the message waits.
    """
    mail = read(raw)
    thread = follow(mail, house.ticket_prefix)
    identity = identify(mail, raw.envelope, house.policy, raw.results)
    subject = house.book.recogniser.read(mail.subject)
    match = house.book.recogniser.find_service(subject, thread.new_text)
    automatic = detect(mail, null_sender=raw.envelope.mail_from == "", ours=house.office.own_addresses)
    facts = Facts(
        envelope=raw.envelope,
        size=len(raw.content),
        mail=mail,
        thread=thread,
        automatic=automatic,
        identity=identity,
        identifiers=find_identifiers(
            f"{mail.subject}\n{thread.new_text}", ticket_prefix=house.ticket_prefix, forms=house.forms
        ),
        match=match,
        request=understand(subject.mended, thread.new_text, match, house.book.cues),
        known=desk.knows(_question(raw, identity, thread, automatic)),
    )
    decision = decide(facts, house.book)
    reply = draft_reply(
        decision,
        facts,
        received_at=raw.received_at,
        digest=raw.digest,
        catalogue=house.book.catalogue,
        letters=house.letters,
        office=house.office,
    )
    return Considered(facts=facts, decision=decision, reply=reply)


def _question(raw: RawMessage, identity: Identity, thread: Thread, automatic: Automatic | None) -> Question:
    """What only the desk can say about the message."""
    is_bounce = automatic is not None and automatic.machine is Machine.BOUNCE
    return Question(
        received_at=raw.received_at,
        author=identity.address,
        answers=thread.answers,
        tickets=thread.tickets,
        bounced=automatic.about if automatic and is_bounce else (),
    )
