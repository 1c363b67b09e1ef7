"""What an operator wants to become of mail, checked before anything is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from mailgate.core.outcome import Outcome
from mailgate.core.rulebook import Rule, Rulebook
from mailgate.core.rulebook.rule import PRIORITIES
from mailgate.core.ruling import Ruling, Subject, open_ticket, pass_over, queues, refusals, refuse
from mailgate.core.tables import did_you_mean
from mailgate.review.case import candidates_of
from mailgate.store.facade import Store
from mailgate.trouble import Permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an operator wants to become of a mail."""

    # "ticket", "reject" or "ignore".
    outcome: Outcome
    # For a ticket: what it is about.
    subject: Subject = field(default_factory=Subject)
    # For a ticket: queue and priority, where they are not to be what the rules say.
    labels: Mapping[str, str] = field(default_factory=dict)
    # For a refusal: the name of a rule that refuses, or of its letter.
    reason: str = ""
    # Why, in the operator's words; "" for nothing.
    note: str = ""


def ruling_of(wish: Wish, saw: str, book: Rulebook) -> Ruling:
    """The decision that a wish makes.

    Args:
        wish: what is wanted.
        saw: who wants it, one phrase for the record.
        book: the rules.

    Raises:
        Permanent: the rules do not know something that it names; the sentence says what they know.
    """
    if wish.outcome is Outcome.IGNORE:
        return pass_over(saw)
    if wish.outcome is Outcome.REJECT:
        return refuse(saw, _refusal(wish.reason, book))
    catalogue, subject = book.catalogue, wish.subject
    _check("service", subject.service, catalogue.services)
    _check("system", subject.system, catalogue.systems)
    _check("matter", subject.matter, catalogue.matters)
    _check("queue", wish.labels.get("queue"), queues(book))
    _check("priority", wish.labels.get("priority"), PRIORITIES)
    return open_ticket(saw, wish.labels)


def pick(store: Store, number: int, place: int) -> str:
    """The service that stands at this place among those that a mail may be about, as its author saw them.

    Raises:
        Permanent: there are not so many.
        Temporary: the database did not answer.
    """
    details = store.messages.show(number)
    asked = next((each for each in store.questions.of(number) if each.message == number), None)
    decision = details.decisions[-1] if details and details.decisions else None
    found = candidates_of(decision, asked)
    if not 1 <= place <= len(found):
        offered = ", ".join(f"{each} {service}" for each, service in enumerate(found, start=1)) or "none"
        raise Permanent(f"message {number} has no candidate {place}; there are: {offered}; or name one: --service")
    return found[place - 1]


def _check(what: str, name: str | None, known: Collection[str]) -> None:
    if name is not None and name not in known:
        raise Permanent(f'the rules know no {what} "{name}"{did_you_mean(name, known)}')


def _refusal(name: str, book: Rulebook) -> Rule:
    """The rule that refuses so, by its name or that of its letter."""
    known = refusals(book)
    if name in known:
        return known[name]
    close = did_you_mean(name, known)
    cure = close if "did you mean" in close else ""
    raise Permanent(
        f'no rule refuses for "{name}"{cure}; reasons are {", ".join(sorted({each.name for each in known.values()}))}'
    )
