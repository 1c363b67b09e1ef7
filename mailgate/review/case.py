"""One mail with all that whoever decides about it wants to know: what it says, why it waits, what was asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailgate.core.catalogue import Catalogue
from mailgate.core.decision import Finding
from mailgate.core.mail import Attachment
from mailgate.core.mail.read import read
from mailgate.core.outcome import CRASHED, DUPLICATE, EXPIRED, REVIEWED
from mailgate.core.rulebook import Rulebook
from mailgate.core.thread import own_words
from mailgate.store.claims import StoredMessage
from mailgate.store.decisions import RecordedDecision
from mailgate.store.facade import Store
from mailgate.store.messages import MessageDetails
from mailgate.store.outbox import LetterLine
from mailgate.store.questions import QuestionLine
from mailgate.store.tables import Channel
from mailgate.store.waiting import WaitingLine

# Why a mail is where it is, where no rule of the book says so.
_WITHOUT_RULE = {
    CRASHED: "mailgate has a bug and could not decide about it; a person must",
    DUPLICATE: "it is a copy of a mail that came along another way",
    EXPIRED: "its author was asked, and has not answered",
    REVIEWED: "an operator has looked at it, and decided",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service that a mail may be about."""

    # The number by which an operator picks it; its author was shown the same list, if any.
    number: int
    # Its id.
    service: str
    # As published; "" when the rules know it no more.
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a mail says."""

    # Our number of the message.
    message: int
    received_at: datetime
    # Plain text; of an answer what is new in it. None: it cannot be read, which is our bug.
    text: str | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail, as `mailgate review show` tells of it."""

    details: MessageDetails
    # None: it does not wait; it may be decided about again all the same.
    waiting: WaitingLine | None
    # Why it is where it is, one sentence for people.
    why: str
    # What the rule that settled it saw; None where no rule did.
    settled: Finding | None
    # None: its bytes are erased.
    words: Words | None
    offers: tuple[Offer, ...]
    # Our question to its author, or None.
    question: QuestionLine | None
    # What came in answer to it, oldest first; erased ones are left out.
    answers: tuple[Words, ...]
    # Newest first.
    letters: tuple[LetterLine, ...]

    @property
    def decision(self) -> RecordedDecision | None:
        """The current decision; None while there is none."""
        return self.details.decisions[-1] if self.details.decisions else None


def look(store: Store, number: int, book: Rulebook) -> Case | None:
    """One message with all that is known of it; None: there is none.

    Raises:
        Temporary: the database did not answer.
    """
    details = store.messages.show(number)
    if details is None:
        return None
    decision = details.decisions[-1] if details.decisions else None
    waiting = store.waiting.of(number)
    asked = next((each for each in store.questions.of(number) if each.message == number), None)
    others = store.questions.answers(number) if asked else ()
    said = {each.id: words_of(each, whole=each.id == number) for each in store.messages.load((number, *others))}
    return Case(
        details=details,
        waiting=waiting,
        why=why(decision.reason, book) if decision else "nobody has decided about it yet",
        settled=_settled(decision),
        words=said.get(number),
        offers=tuple(_offers(candidates_of(decision, asked), book.catalogue)),
        question=asked,
        answers=tuple(said[other] for other in others if other in said),
        letters=store.outbox.list(message=number, channel=Channel.MAIL),
    )


def why(reason: str, book: Rulebook) -> str:
    """Why mail is where it is that was settled for this reason, one sentence for people."""
    rule = book.rule(reason)
    return _WITHOUT_RULE.get(reason) or (rule.why if rule else f'by "{reason}", which the rules know no more')


def words_of(message: StoredMessage, *, whole: bool = True) -> Words:
    """What a stored mail says, with its quotations or without.

    One that our code cannot read has no text: a mail that crashes us is just what an operator looks at.
    """
    number, received_at = message.id, message.raw.received_at
    try:
        mail = read(message.raw)
        text = mail.text if whole else own_words(mail)[0] or mail.text
    except Exception:  # noqa: BLE001  (whatever it is, the operator sees that there is no text)
        return Words(message=number, received_at=received_at, text=None)
    return Words(message=number, received_at=received_at, text=text, attachments=mail.attachments)


def candidates_of(decision: RecordedDecision | None, asked: QuestionLine | None) -> tuple[str, ...]:
    """Service ids that a mail may be about, as they are numbered: as its author saw them, else as they were decided."""
    if asked and asked.offers:
        return asked.offers
    if decision is None:
        return ()
    return tuple(dict.fromkeys((*([decision.service] if decision.service else ()), *decision.candidates)))


def _offers(services: Sequence[str], catalogue: Catalogue) -> Iterator[Offer]:
    for number, service in enumerate(services, start=1):
        known = catalogue.services.get(service)
        yield Offer(number=number, service=service, title=known.title if known else "")


def _settled(decision: RecordedDecision | None) -> Finding | None:
    hits = (each for each in decision.findings if each.hit and each.rule == decision.reason) if decision else iter(())
    return next(hits, None)
