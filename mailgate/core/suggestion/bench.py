"""The bench on which an addition is tried: the rulebook as it is, and as it would be."""

import json
from dataclasses import dataclass, replace

from mailgate.core.cues import read_cues
from mailgate.core.decision import Decision, decide
from mailgate.core.request import subjects_of_cues, understand
from mailgate.core.rulebook import Rulebook
from mailgate.core.service import Match, Recogniser, read_lexicon
from mailgate.core.service.subject import Subject
from mailgate.core.suggestion.candidate import Candidate
from mailgate.core.suggestion.lesson import Lesson
from mailgate.core.suggestion.record import Change
from mailgate.core.tables import Table, read_tables

_LISTS = {"name": "names", "hint": "hints"}


class Bench:
    """A rulebook whose parts can be put together again with one thing more."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.tables = tuple(table for file in sorted(book.texts) for table in read_tables(file, book.texts[file])[0])
        self.lexicon, _ = read_lexicon(self.tables)

    def with_added(self, candidate: Candidate) -> Rulebook:
        """The rulebook as it would be."""
        catalogue, cues = self.book.catalogue, self.book.cues
        if candidate.kind == "cue":
            added, _ = read_tables("added", cue_text(candidate))
            cues, _ = read_cues((*self.tables, *added), subjects_of_cues(catalogue))
        else:
            service = catalogue.services[candidate.speaks_for]
            names = (*service.names, candidate.text) if candidate.kind == "name" else service.names
            hints = (*service.hints, candidate.text) if candidate.kind == "hint" else service.hints
            service = replace(service, names=names, hints=hints)
            catalogue = replace(catalogue, services={**catalogue.services, service.id: service})
        recogniser = Recogniser(catalogue, self.lexicon, cues.words)
        return replace(self.book, catalogue=catalogue, cues=cues, recogniser=recogniser)

    def place(self, candidate: Candidate) -> tuple[str, int, str, str]:
        """Where it belongs and what to paste there: file, line, where exactly, text."""
        if candidate.kind == "cue":
            return self._place_of_cue(candidate)
        key, text = _LISTS[candidate.kind], json.dumps(candidate.text, ensure_ascii=False)
        table = self._table(candidate.speaks_for)
        if key in table.values:
            return table.file, table.line_of(key), f"behind the [ of {key}", f"{text},"
        return table.file, table.line, "below this line", f"{key} = [{text}]"

    def _table(self, service: str) -> Table:
        return next(table for table in self.tables if table.name == "service" and table.values.get("id") == service)

    def _place_of_cue(self, candidate: Candidate) -> tuple[str, int, str, str]:
        """A cue is a table of its own, at the end of the file where the others for the same stand."""
        alike = [t.file for t in self.tables if t.name == "cue" and t.values.get("for") == candidate.speaks_for]
        file = alike[-1] if alike else "cues/kind.toml"
        return file, len(self.book.texts.get(file, "").splitlines()), "at the end of the file", cue_text(candidate)


def cue_text(candidate: Candidate) -> str:
    """A cue as it stands in the rules."""
    words = json.dumps([candidate.text], ensure_ascii=False)
    return f'[[cue]]\nfor = "{candidate.speaks_for}"\nweight = {candidate.weight:g}\nwords = {words}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a rulebook makes of a mail."""

    subject: Subject
    match: Match
    decision: Decision


def judge(lesson: Lesson, book: Rulebook) -> Judged:
    """What a rulebook makes of a mail; of the facts only what rules can change is found anew."""
    facts = lesson.facts
    subject = book.recogniser.read(facts.mail.subject)
    match = book.recogniser.find_service(subject, facts.thread.new_text)
    return _judged(lesson, book, subject, match)


def judge_again(lesson: Lesson, book: Rulebook, before: Judged, *, cue: bool) -> Judged:
    """What the rulebook with one addition makes of a mail; the very same object where nothing changes.

    Args:
        lesson: the mail.
        book: with the addition.
        before: what the rulebook without it made of it.
        cue: whether a cue was added, which changes nothing of the services; else nothing of the cues has changed.
    """
    subject = book.recogniser.read(lesson.facts.mail.subject)
    if cue and subject == before.subject:
        return _judged(lesson, book, subject, before.match)
    match = book.recogniser.find_service(subject, lesson.facts.thread.new_text)
    if not cue and match == before.match and subject.mended == before.subject.mended:
        return before
    return _judged(lesson, book, subject, match)


def _judged(lesson: Lesson, book: Rulebook, subject: Subject, match: Match) -> Judged:
    request = understand(subject.mended, lesson.facts.thread.new_text, match, book.cues)
    # What is tried here adds no saying.
    request = replace(request, only=lesson.facts.request.only)
    decision = decide(replace(lesson.facts, match=match, request=request), book)
    return Judged(subject=subject, match=match, decision=decision)


def change(lesson: Lesson, now: Decision, then: Decision) -> Change:
    """What would become of a mail, beside what becomes of it."""
    return Change(mail=lesson.name, subject=lesson.facts.mail.subject, now=_told(now), then=_told(then))


def is_same_way(one: Decision, other: Decision) -> bool:
    """Whether a mail would go the same way."""
    return _told(one) == _told(other)


def _told(decision: Decision) -> str:
    """A decision in a few words: "ticket: akc-ww, incident", "clarify: akc-ww, akc-4", "reject: no_service"."""
    if decision.outcome == "ticket":
        route = decision.matter or decision.service or decision.system or decision.reason
        return f"ticket: {route}, {decision.kind}"
    if decision.outcome == "clarify":
        return f"clarify: {', '.join(decision.candidates)}"
    return f"{decision.outcome}: {decision.reason}"
