"""A decision and its reasons in plain words, 80 columns wide: for the console and for the note on a ticket."""

import textwrap
from collections.abc import Iterator, Mapping

from mailgate.core.catalogue import Matter, Service
from mailgate.core.decision import Decision, Finding
from mailgate.core.explain.document import drawn
from mailgate.core.facts import Facts
from mailgate.core.identifiers import mask
from mailgate.core.mail import Attachment
from mailgate.core.notice import notices_about
from mailgate.core.reply import Reply
from mailgate.core.rulebook import Rulebook
from mailgate.core.service import Candidate
from mailgate.core.shown import shown, shown_line

_WIDTH = 80
_LABEL = 10
# Characters of the new text that are shown; addresses and attachments that are.
_EXCERPT = 240
_SHOWN = 10
# One item of the explanation: its label ("" continues the item above) and what it says.
_Item = tuple[str, str]


def as_text(
    file: str,
    facts: Facts,
    decision: Decision,
    reply: Reply | None,
    book: Rulebook,
    *,
    silence: str | None = None,
    everything: bool = False,
) -> str:
    """What was decided and why. Personal numbers are masked.

    Args:
        file: the name it was read from, or that it is stored under.
        facts: what was known.
        decision: what becomes of it.
        reply: the letter, or None.
        book: the rulebook that decided, for the reasons of its rules and the titles of services.
        silence: why there is no letter, when that is known.
        everything: also each rule that was asked, each cue that was found, and the letter itself.
    """
    items = [
        *_mail(facts),
        *_answer(facts),
        *_outcome(decision, book),
        *_route(decision, book),
        *_candidates(facts, book),
    ]
    items.extend(_letter(decision, reply, silence))
    items.extend(_notices(decision, facts, book))
    if everything:
        items.extend((*_findings(decision), *_cues(facts), *_letter_text(reply)))
    lines = [line for label, text in items for line in _wrapped(label, mask(text))]
    return "\n".join((shown_line(mask(file)), *lines)) + "\n"


def _mail(facts: Facts) -> Iterator[_Item]:
    mail, identity = facts.mail, facts.identity
    authors = ", ".join(f"{each.name} <{each.addr}>" if each.name else each.addr for each in mail.authors)
    yield "From", f"{authors or 'nobody'}; {identity.trust}: {identity.evidence}"
    for remark in identity.remarks:
        yield "", remark
    yield "", _known(facts)
    yield "Subject", mail.subject or "(none)"
    yield from _said(facts)
    if facts.scan:
        signature = f", {facts.scan.signature}" if facts.scan.signature else ""
        yield "Scanner", f"{facts.scan.result}{signature}"
    if facts.automatic:
        yield "Machine", f"{facts.automatic.machine}, by {facts.automatic.evidence}"
        for each in facts.automatic.deliveries[:_SHOWN]:
            what = ", ".join(word for word in (each.action, each.status, "for good" if each.for_good else "") if word)
            yield "", f"{each.address or 'no address named'}: {what}"
    for place, file in enumerate(mail.attachments[:_SHOWN]):
        yield "" if place else "Files", _file(file)
    if len(mail.attachments) > _SHOWN:
        yield "", f"and {len(mail.attachments) - _SHOWN} more"
    if mail.defects:
        yield "Damage", "; ".join(mail.defects)


def _said(facts: Facts) -> Iterator[_Item]:
    """The beginning of what is new in the mail."""
    new = " ".join(facts.thread.new_text[: 2 * _EXCERPT].split())
    if new:
        yield "Says", new if len(new) <= _EXCERPT else f"{new[:_EXCERPT].rsplit(' ', 1)[0]} ..."


def _file(file: Attachment) -> str:
    kind = file.type if file.looks_like == file.type else f"{file.type}, looks like {file.looks_like}"
    return f"{file.name} ({kind}, {file.size:,} bytes)"


def _known(facts: Facts) -> str:
    person, ticket = facts.known.person, facts.known.ticket
    login = "no PUESC login" if person is None else f"PUESC login{'' if person.active else ', blocked'}"
    history = "CSD history" if facts.known.has_history else "no CSD history"
    answers = "".join(f"; letter {each.id} to {each.recipient} came back" for each in facts.known.bounced)
    answers += f"; answers {ticket.number}, {ticket.status}" if ticket else ""
    return f"{login}, {history}{answers}"


def _answer(facts: Facts) -> Iterator[_Item]:
    """What it says to our question."""
    asked, choice = facts.known.question, facts.choice
    if asked is None:
        return
    times = "once" if asked.asked == 1 else f"{asked.asked} times"
    yield "Answers", f"our question about message {asked.message} ({asked.reason}), asked {times}, {asked.state}"
    for place, service in enumerate(asked.offers, start=1):
        yield "", f"{place}. {service}"
    if choice is None:
        yield "Chooses", "nothing; the question was put to someone else"
        return
    meant = choice.service or choice.system or choice.matter
    yield "Chooses", f"{meant or choice.chosen}: {choice.saw}"


def _outcome(decision: Decision, book: Rulebook) -> Iterator[_Item]:
    settled = next((each for each in decision.findings if each.hit and each.rule == decision.reason), None)
    source = f" ({settled.source})" if settled else ""
    yield "Becomes", f"{decision.outcome}, by rule {decision.reason}{source}"
    rule = book.rule(decision.reason)
    if rule:
        yield "Why", rule.why
    if settled:
        yield "Saw", settled.saw


def _route(decision: Decision, book: Rulebook) -> Iterator[_Item]:
    if decision.matter:
        yield "Matter", _titled(decision.matter, book.catalogue.matters)
    if decision.service:
        yield "Service", _titled(decision.service, book.catalogue.services)
    if decision.system:
        yield "System", decision.system
    if decision.related:
        yield "Goes on", f"from {decision.related}"
    if decision.desk:
        yield "Desk", decision.desk
    labels = [decision.kind, decision.environment, f"queue {decision.queue}", f"priority {decision.priority}"]
    yield "Labels", ", ".join(label for label in labels if label)


def _candidates(facts: Facts, book: Rulebook) -> Iterator[_Item]:
    match = facts.match
    if not match.candidates:
        yield "Names", match.named.value
        return
    yield "Names", f"{match.named}; the best candidate leads by {match.margin:.2f}"
    for place, each in enumerate(match.candidates, start=1):
        words = f'{each.how} "{" ".join(each.words)}"' if each.words else each.how
        yield "", f"{place}. {each.score:.2f} {_named(each, book)}, by {words}"


def _named(candidate: Candidate, book: Rulebook) -> str:
    if candidate.service is None:
        return f"system {candidate.system}"
    behind = f" of {candidate.system}" if candidate.system else ""
    return f"{_titled(candidate.service, book.catalogue.services)}{behind}"


def _letter(decision: Decision, reply: Reply | None, silence: str | None) -> Iterator[_Item]:
    if reply:
        yield "Letter", f'{reply.template}, to {reply.to}: "{drawn(reply).subject}"'
    elif silence or decision.template is None:
        yield "Letter", f"none; {silence or 'the rule asks for none'}"
    else:
        yield "Letter", "none"


def _notices(decision: Decision, facts: Facts, book: Rulebook) -> Iterator[_Item]:
    """What an operator tells everybody who writes about this."""
    for each in notices_about(decision, facts.known, book.catalogue):
        about = each.service or each.system
        yield "Notice", f'{each.id}, about {about}, until {each.until:%Y-%m-%d %H:%M} UTC: "{each.text}"'


def _findings(decision: Decision) -> Iterator[_Item]:
    label = "Rules"
    for each in decision.findings:
        yield label, f"{_mark(each)} {each.rule} ({each.source}): {each.saw}"
        label = ""


def _mark(finding: Finding) -> str:
    return "yes" if finding.hit else "no "


def _cues(facts: Facts) -> Iterator[_Item]:
    label = "Cues"
    for each in facts.request.cues:
        words = f' by "{each.words}"' if each.words else ""
        yield label, f"{each.weight:+.1f} {each.speaks_for}{words} in the {each.where} ({each.source})"
        label = ""


def _letter_text(reply: Reply | None) -> Iterator[_Item]:
    label = "Text"
    for line in drawn(reply).text.splitlines() if reply else ():
        yield label, line
        label = ""


def _titled(name: str, entries: Mapping[str, Service | Matter]) -> str:
    """An id with its title: "akc-ww (Złóż deklarację ...)"."""
    entry = entries.get(name)
    return f"{name} ({entry.title})" if entry else name


def _wrapped(label: str, text: str) -> list[str]:
    """One item as lines, the label in a column of its own."""
    indent = " " * _LABEL
    lines = textwrap.wrap(
        shown(text),
        width=_WIDTH,
        initial_indent=label.ljust(_LABEL),
        subsequent_indent=indent,
        break_on_hyphens=False,
        # An address of a page stays whole, so that one can click it.
        break_long_words=False,
    )
    return lines or [label]
