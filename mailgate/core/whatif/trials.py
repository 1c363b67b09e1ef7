"""Small changes to try: of the author, the subject, the text, the thread, the order of the rules."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from mailgate.core.catalogue import Service, System
from mailgate.core.conditions.argument import only_words
from mailgate.core.decision import Decision
from mailgate.core.facts import Facts, Person
from mailgate.core.identity import Trust
from mailgate.core.mail import ScanResult
from mailgate.core.outcome import Outcome
from mailgate.core.rulebook import Rule, Rulebook
from mailgate.core.service import Named
from mailgate.core.whatif.record import Group, Part, Trial
from mailgate.core.words import fold

# Facts with another subject, another new text, or both; None leaves what was.
Reword = Callable[[str | None, str | None], Facts]
# One property of the author put right, and the facts with it.
_Mend = tuple[Part, Callable[[Facts], Facts]]

# Services and systems that are tried in the subject, and spellings of each.
_NAMED = 5
_SPELLINGS = 2
# Systems that are tried where nothing points to any.
_EXAMPLES = 2
# Words that are taken out of the subject one by one.
_WORDS = 10
# Letters of a word that is worth taking out.
_SHORTEST = 3
# Sentences of the text in which it is looked for what could have stood in the subject, and their characters.
_SENTENCES = 3
_SENTENCE = 300
# Later rules that are tried in front.
_RULES = 3
# Characters of the text in which it is looked for how the mail itself calls a service.
_READ = 5_000
_ENDS = re.compile(r"[.!?\n]+")
_WORD = re.compile(r"[^\W_]+")
_MARKS = ".,;:!?()[]„”\"'"


def authors(facts: Facts, book: Rulebook) -> Iterator[Trial]:
    """Every set of what could be better about the author, small ones first."""
    mends = _mends(facts)
    for size in range(1, len(mends) + 1):
        for chosen in itertools.combinations(mends, size):
            yield Trial(
                group=Group.AUTHOR,
                parts=tuple(part for part, _ in chosen),
                size=size,
                facts=_mended(facts, chosen),
                book=book,
            )


def mended(facts: Facts) -> tuple[tuple[Part, ...], Facts]:
    """Facts with all that could be better about the author."""
    mends = _mends(facts)
    return tuple(part for part, _ in mends), _mended(facts, mends)


def doubts(facts: Facts, book: Rulebook) -> Iterator[Trial]:
    """An author of whom we know less, one thing at a time."""
    known, identity = facts.known, facts.identity
    if identity.trust is Trust.PROVEN:
        yield _doubt("claimed", replace(facts, identity=replace(identity, trust=Trust.CLAIMED)), book)
    if known.has_history:
        yield _doubt("newcomer", replace(facts, known=replace(known, has_history=False)), book)
    if known.person:
        yield _doubt("stranger", replace(facts, known=replace(known, person=None, has_history=False)), book)


def names(facts: Facts, decision: Decision, book: Rulebook, reword: Reword) -> Iterator[Trial]:
    """Services and systems in the subject: those that were candidates, and those that the text speaks of."""
    subject = facts.mail.subject
    if decision.outcome is Outcome.TICKET and decision.service:
        # It names one already; what a second one would do is a question that nobody asks.
        return
    found = list(itertools.islice(_nameable(facts, decision, book), 2 * _NAMED))
    if not found:
        yield from _anything(facts, book, reword)
    for spellings in found:
        for name in spellings[:_SPELLINGS]:
            held = Part(key="held", values=(name,))
            yield Trial(
                group=Group.SUBJECT, parts=(held,), size=1, facts=reword(f"{subject} {name}".strip(), None), book=book
            )
        only = Part(key="only", values=(spellings[0],))
        yield Trial(group=Group.SUBJECT, parts=(only,), size=2, facts=reword(spellings[0], None), book=book)


def _anything(facts: Facts, book: Rulebook, reword: Reword) -> Iterator[Trial]:
    """Nobody knows what it is about: any system stands for all that the subject could have named."""
    systems = (each for each in book.catalogue.systems.values() if not each.platform)
    for system in itertools.islice(systems, _EXAMPLES):
        part = Part(key="held_any", values=(system.name,))
        named = reword(f"{facts.mail.subject} {system.name}".strip(), None)
        yield Trial(group=Group.SUBJECT, parts=(part,), size=1, facts=named, book=book)


def fewer_words(facts: Facts, book: Rulebook, reword: Reword) -> Iterator[Trial]:
    """The subject without one of its words, and without all words that spoke for one candidate."""
    words = facts.mail.subject.split()
    spoke = [tuple(each.words) for each in facts.match.candidates if each.words and each.how != "body"]
    alone = [(word.strip(_MARKS),) for word in words[:_WORDS] if len(word.strip(_MARKS)) >= _SHORTEST]
    for taken in dict.fromkeys((*alone, *spoke)):
        left = [word for word in words if word.strip(_MARKS) not in taken]
        if len(left) < len(words):
            part = Part(key="not_held", values=(" ".join(taken),))
            size = len(words) - len(left)
            yield Trial(group=Group.LESS, parts=(part,), size=size, facts=reword(" ".join(left), None), book=book)


def unsaid(facts: Facts, book: Rulebook, reword: Reword) -> Iterator[Trial]:
    """Subject and text without the words that spoke for one wish: a complaint, another desk, a matter."""
    for wish in dict.fromkeys(cue.speaks_for for cue in facts.request.cues if cue.weight > 0):
        if wish.startswith(("language:", "kind:")):
            continue
        said = tuple(dict.fromkeys(cue.words for cue in facts.request.cues if cue.speaks_for == wish and cue.words))
        subject, text = facts.mail.subject, facts.thread.new_text
        for piece in "…".join(said).split("…"):
            subject, text = _without(piece, subject), _without(piece, text)
        if (subject, text) != (facts.mail.subject, facts.thread.new_text):
            part = Part(key="not_said", values=(", ".join(said),))
            yield Trial(group=Group.TEXT, parts=(part,), size=len(said), facts=reword(subject, text), book=book)


def _without(words: str, text: str) -> str:
    """The text without these words, which are folded, wherever they stand side by side."""
    wanted = words.split()
    spoken = list(_WORD.finditer(text))
    folded = [fold(each[0]) for each in spoken]
    taken = [at for at in range(len(folded)) if wanted and folded[at : at + len(wanted)] == wanted]
    for at in reversed(taken):
        text = f"{text[: spoken[at].start()]}{text[spoken[at + len(wanted) - 1].end() :]}"
    return text


def threads(facts: Facts, book: Rulebook) -> Iterator[Trial]:
    """What the mail answers, who wrote it, and what a scanner found, otherwise."""
    known = facts.known
    if facts.automatic:
        yield _thread("person", replace(facts, automatic=None), book)
    if facts.scan and facts.scan.result is ScanResult.INFECTED:
        yield _thread("clean", replace(facts, scan=replace(facts.scan, result=ScanResult.CLEAN)), book)
    if known.ticket:
        other = "closed" if known.ticket.status == "open" else "open"
        turned = replace(known, ticket=replace(known.ticket, status=other))
        yield _thread(f"ticket_{other}", replace(facts, known=turned), book, known.ticket.number)
        yield _thread("no_ticket", replace(facts, known=replace(known, ticket=None)), book, known.ticket.number)
    if known.question:
        without = replace(facts, known=replace(known, question=None), choice=None)
        yield _thread("no_question", without, book, str(known.question.message))


def orders(facts: Facts, decision: Decision, book: Rulebook) -> Iterator[Trial]:
    """Rules that would also have settled it, before the one that did."""
    rules = book.rules
    at = next((place for place, rule in enumerate(rules) if rule.name == decision.reason), len(rules))
    later = (rule for rule in rules[at + 1 :] if rule.outcome is not None and rule.when and rule.look(facts)[0])
    for rule in itertools.islice(later, _RULES):
        part = Part(key="before", values=(rule.name, rule.source, decision.reason, rules[at].source))
        moved = replace(book, rules=_moved(rules, rule, at))
        yield Trial(group=Group.RULES, parts=(part,), size=1, facts=facts, book=moved)


def _moved(rules: tuple[Rule, ...], rule: Rule, at: int) -> tuple[Rule, ...]:
    return (*rules[:at], rule, *(each for each in rules[at:] if each.name != rule.name))


def _mends(facts: Facts) -> tuple[_Mend, ...]:
    """What could be better about the author, each with how it would be."""
    person, address = facts.known.person, facts.identity.address
    if address is None:
        return ()
    found: list[_Mend] = []
    if facts.identity.trust is not Trust.PROVEN:
        found.append((Part(key="proven"), _proven))
    if person is None:
        found.append((Part(key="login"), _with_login))
    elif not person.active:
        found.append((Part(key="unblocked"), _with_login))
    if not facts.known.has_history:
        found.append((Part(key="history"), lambda each: replace(each, known=replace(each.known, has_history=True))))
    return tuple(found)


def _mended(facts: Facts, mends: tuple[_Mend, ...]) -> Facts:
    for _, mend in mends:
        facts = mend(facts)
    return facts


def _proven(facts: Facts) -> Facts:
    return replace(facts, identity=replace(facts.identity, trust=Trust.PROVEN))


def _with_login(facts: Facts) -> Facts:
    person = facts.known.person or Person(login=facts.identity.address or "")
    return replace(facts, known=replace(facts.known, person=replace(person, active=True)))


def _doubt(key: str, facts: Facts, book: Rulebook) -> Trial:
    return Trial(group=Group.DOUBT, parts=(Part(key=key),), size=1, facts=facts, book=book)


def _thread(key: str, facts: Facts, book: Rulebook, *values: str) -> Trial:
    return Trial(group=Group.THREAD, parts=(Part(key=key, values=values),), size=1, facts=facts, book=book)


def _nameable(facts: Facts, decision: Decision, book: Rulebook) -> Iterator[tuple[str, ...]]:
    """How the subject could have named what it may be about: the spellings of each service and system."""
    catalogue, said = book.catalogue, only_words(facts.thread.new_text[:_READ])
    found = [(each.service, each.system) for each in facts.match.candidates]
    for sentence in itertools.islice(filter(str.strip, _ENDS.split(facts.thread.new_text)), _SENTENCES):
        spoken = book.recogniser.find_service(book.recogniser.read(sentence[:_SENTENCE]), "")
        if spoken.named is not Named.NOTHING:
            found.extend((each.service, each.system) for each in spoken.candidates)
    services = dict.fromkeys((*(service for service, _ in found), *decision.candidates))
    for service in itertools.islice(filter(None, services), _NAMED):
        yield _spellings(catalogue.services[service], said)
    for system in itertools.islice(dict.fromkeys(system for _, system in found if system), _NAMED):
        yield _spellings(catalogue.systems[system], said)


def _spellings(entry: Service | System, said: str) -> tuple[str, ...]:
    """How it could be called: as the mail itself calls it, then shortly, then in full."""
    if isinstance(entry, System):
        known = (entry.name, *entry.names)
        in_full: tuple[str, ...] = ()
    else:
        known = (*sorted(entry.forms, key=len), *sorted(entry.names, key=len))
        in_full = (entry.title,)
    spoken = sorted((each for each in known if only_words(each) in said), key=len, reverse=True)
    return tuple(dict.fromkeys((*spoken[:1], *known[:1], *in_full)))
