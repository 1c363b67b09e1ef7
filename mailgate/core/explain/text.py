"""A decision and its reasons in plain words, 80 columns wide: for the console and for the note on a ticket."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from mailgate.core.catalogue import Matter, Service
from mailgate.core.decision import Decision, Finding
from mailgate.core.explain.changes import change_lines
from mailgate.core.explain.document import drawn
from mailgate.core.explain.language import Language
from mailgate.core.facts import Facts
from mailgate.core.identifiers import mask
from mailgate.core.mail import Attachment
from mailgate.core.notice import notices_about
from mailgate.core.reply import Reply
from mailgate.core.rulebook import Rulebook
from mailgate.core.service import Candidate
from mailgate.core.shown import shown, shown_line
from mailgate.core.whatif import Change

_WIDTH = 80
_LABEL = 10
# Characters of the new text that are shown; addresses and attachments that are.
_EXCERPT = 240
_SHOWN = 10
# How a cue is told, by where it stands.
_CUE: Mapping[str, str] = MappingProxyType(
    {
        "subject": "{weight:+.1f} {speaks_for}{words} in the subject ({source})",
        "body": "{weight:+.1f} {speaks_for}{words} in the body ({source})",
    }
)
# One item of the explanation: its label ("" continues the item above) and what it says.
Item = tuple[str, str]


def as_text(
    file: str,
    facts: Facts,
    decision: Decision,
    reply: Reply | None,
    book: Rulebook,
    *,
    silence: str | None = None,
    changes: Sequence[Change] | None = None,
    language: Language = Language.ENGLISH,
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
        changes: the smallest changes that would have led elsewhere; None when nobody has looked for them.
        language: to tell it in.
        everything: also each rule that was asked, each cue that was found, all changes, and the letter itself.
    """
    items = [
        *_mail(facts, language),
        *_answer(facts, language),
        *_outcome(decision, book, language),
        *_route(decision, book, language),
        *_candidates(facts, book, language),
    ]
    items.extend(_letter(decision, reply, silence, language))
    items.extend(_notices(decision, facts, book, language))
    if changes is not None:
        lines = change_lines(changes, language, everything=everything)
        items.extend(("" if place else "Instead", line) for place, line in enumerate(lines))
    if everything:
        items.extend((*_findings(decision.findings, language), *_cues(facts, language), *_letter_text(reply)))
    return told(file, items, language)


def told(file: str, items: Iterable[Item], language: Language) -> str:
    """Items under the name of their file, 80 columns wide."""
    lines = [line for label, text in items for line in _wrapped(language.label(label), mask(text))]
    return "\n".join((shown_line(mask(file)), *lines)) + "\n"


def _mail(facts: Facts, tell: Language) -> Iterator[Item]:
    mail, identity = facts.mail, facts.identity
    authors = ", ".join(f"{each.name} <{each.addr}>" if each.name else each.addr for each in mail.authors)
    yield (
        "From",
        tell.say(
            "{authors}; {trust}: {evidence}",
            authors=authors or tell.say("nobody"),
            trust=tell.word(identity.trust),
            evidence=tell.hear(identity.evidence),
        ),
    )
    for remark in identity.remarks:
        yield "", tell.hear(remark)
    yield "", _known(facts, tell)
    yield "Subject", mail.subject or tell.say("(none)")
    yield from _said(facts)
    if facts.scan:
        signature = f", {facts.scan.signature}" if facts.scan.signature else ""
        yield "Scanner", f"{tell.word(facts.scan.result)}{signature}"
    if facts.automatic:
        machine = tell.word(facts.automatic.machine)
        yield "Machine", tell.say("{machine}, by {evidence}", machine=machine, evidence=facts.automatic.evidence)
        for each in facts.automatic.deliveries[:_SHOWN]:
            for_good = tell.say("for good") if each.for_good else ""
            what = ", ".join(word for word in (tell.word(each.action), each.status, for_good) if word)
            yield "", f"{each.address or tell.say('no address named')}: {what}"
    for place, file in enumerate(mail.attachments[:_SHOWN]):
        yield "" if place else "Files", _file(file, tell)
    if len(mail.attachments) > _SHOWN:
        yield "", tell.say("and {count} more", count=len(mail.attachments) - _SHOWN)
    if mail.defects:
        yield "Damage", "; ".join(mail.defects)


def _said(facts: Facts) -> Iterator[Item]:
    """The beginning of what is new in the mail."""
    new = " ".join(facts.thread.new_text[: 2 * _EXCERPT].split())
    if new:
        yield "Says", new if len(new) <= _EXCERPT else f"{new[:_EXCERPT].rsplit(' ', 1)[0]} ..."


def _file(file: Attachment, tell: Language) -> str:
    kind = file.type
    if file.looks_like != file.type:
        kind = tell.say("{type}, looks like {looks}", type=file.type, looks=file.looks_like)
    return tell.say("{name} ({kind}, {size:,} bytes)", name=file.name, kind=kind, size=file.size)


def _known(facts: Facts, tell: Language) -> str:
    person, ticket = facts.known.person, facts.known.ticket
    login = "PUESC login" if person and person.active else "PUESC login, blocked" if person else "no PUESC login"
    history = "CSD history" if facts.known.has_history else "no CSD history"
    said = f"{tell.say(login)}, {tell.say(history)}"
    for each in facts.known.bounced:
        said += "; " + tell.say("letter {id} to {recipient} came back", id=each.id, recipient=each.recipient)
    if ticket:
        status = tell.word(ticket.status)
        said += "; " + tell.say("answers {ticket}, {status}", ticket=ticket.number, status=status)
    return said


def _answer(facts: Facts, tell: Language) -> Iterator[Item]:
    """What it says to our question."""
    asked, choice = facts.known.question, facts.choice
    if asked is None:
        return
    once = "our question about message {message} ({reason}), asked once, {state}"
    often = "our question about message {message} ({reason}), asked {times} times, {state}"
    slots = {"message": asked.message, "reason": asked.reason, "state": tell.word(asked.state), "times": asked.asked}
    yield "Answers", tell.say(once if asked.asked == 1 else often, **slots)
    for place, service in enumerate(asked.offers, start=1):
        yield "", f"{place}. {service}"
    if choice is None:
        yield "Chooses", tell.say("nothing; the question was put to someone else")
        return
    meant = choice.service or choice.system or choice.matter
    yield "Chooses", f"{meant or tell.word(choice.chosen)}: {tell.hear(choice.saw)}"


def _outcome(decision: Decision, book: Rulebook, tell: Language) -> Iterator[Item]:
    settled = next((each for each in decision.findings if each.hit and each.rule == decision.reason), None)
    outcome = tell.word(decision.outcome)
    if settled:
        by = "{outcome}, by rule {rule} ({source})"
        yield "Becomes", tell.say(by, outcome=outcome, rule=decision.reason, source=settled.source)
    else:
        yield "Becomes", tell.say("{outcome}, by {rule}", outcome=outcome, rule=decision.reason)
    rule = book.rule(decision.reason)
    if rule:
        yield "Why", rule.why_pl or rule.why if tell is Language.POLISH else rule.why
    if settled:
        yield "Saw", tell.hear(settled.saw)


def _route(decision: Decision, book: Rulebook, tell: Language) -> Iterator[Item]:
    if decision.matter:
        yield "Matter", _titled(decision.matter, book.catalogue.matters)
    if decision.service:
        yield "Service", _titled(decision.service, book.catalogue.services)
    if decision.system:
        yield "System", decision.system
    if decision.related:
        yield "Goes on", tell.say("from {ticket}", ticket=decision.related)
    if decision.desk:
        yield "Desk", decision.desk
    queue = tell.say("queue {queue}", queue=decision.queue)
    priority = tell.say("priority {priority}", priority=tell.word(decision.priority))
    labels = [decision.kind and tell.word(decision.kind), tell.word(decision.environment), queue, priority]
    yield "Labels", ", ".join(label for label in labels if label)


def _candidates(facts: Facts, book: Rulebook, tell: Language) -> Iterator[Item]:
    match = facts.match
    if not match.candidates:
        yield "Names", tell.word(match.named)
        return
    leads = "{named}; the best candidate leads by {margin:.2f}"
    yield "Names", tell.say(leads, named=tell.word(match.named), margin=match.margin)
    for place, each in enumerate(match.candidates, start=1):
        how = tell.word(each.how)
        words = f'{how} "{" ".join(each.words)}"' if each.words else how
        what = _named(each, book, tell)
        yield (
            "",
            tell.say("{place}. {score:.2f} {what}, by {words}", place=place, score=each.score, what=what, words=words),
        )


def _named(candidate: Candidate, book: Rulebook, tell: Language) -> str:
    if candidate.service is None:
        return tell.say("system {system}", system=candidate.system)
    titled = _titled(candidate.service, book.catalogue.services)
    return tell.say("{service} of {system}", service=titled, system=candidate.system) if candidate.system else titled


def _letter(decision: Decision, reply: Reply | None, silence: str | None, tell: Language) -> Iterator[Item]:
    if reply:
        subject = drawn(reply).subject
        yield (
            "Letter",
            tell.say('{template}, to {to}: "{subject}"', template=reply.template, to=reply.to, subject=subject),
        )
    elif silence or decision.template is None:
        why = tell.hear(silence) if silence else tell.say("the rule asks for none")
        yield "Letter", tell.say("none; {silence}", silence=why)
    else:
        yield "Letter", tell.say("none")


def _notices(decision: Decision, facts: Facts, book: Rulebook, tell: Language) -> Iterator[Item]:
    """What an operator tells everybody who writes about this."""
    for each in notices_about(decision, facts.known, book.catalogue):
        until = f"{each.until:%Y-%m-%d %H:%M}"
        said = '{id}, about {about}, until {until} UTC: "{text}"'
        yield "Notice", tell.say(said, id=each.id, about=each.service or each.system, until=until, text=each.text)


def _findings(findings: Iterable[Finding], tell: Language) -> Iterator[Item]:
    label = "Rules"
    for each in findings:
        mark = tell.word("yes" if each.hit else "no ").ljust(3)
        said = "{mark} {rule} ({source}): {saw}"
        yield label, tell.say(said, mark=mark, rule=each.rule, source=each.source, saw=tell.hear(each.saw))
        label = ""


def _cues(facts: Facts, tell: Language) -> Iterator[Item]:
    label = "Cues"
    for each in facts.request.cues:
        words = tell.say(' by "{words}"', words=each.words) if each.words else ""
        slots = {"weight": each.weight, "speaks_for": each.speaks_for, "words": words, "source": each.source}
        yield label, tell.say(_CUE[each.where], **slots)
        label = ""


def _letter_text(reply: Reply | None) -> Iterator[Item]:
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
