"""Judge past mail by two rulebooks: today's, and one that may take its place.

What is compared is what each would decide about a mail as it came in, with what was known then. Three roads lead there,
and each mail goes the shortest that is as good as the longest:

- `RECORD`: both books find in mail what the recorded decision found (`core/rulebook/sight`), so both decide about the
  stored facts, and nobody reads the mail.
- `WORDS`: a book finds other things, or a rule asks for the words. The mail is read again, what each book finds in it
  is found once, and what was known of its author is taken from the record.
- `ANEW`: nothing was recorded. The mail goes down the whole road, with what is known today, and that is said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mailgate.backtest.gaps import Gaps
from mailgate.backtest.recall import WordsNeeded, recall
from mailgate.core.choice import without_tokens
from mailgate.core.decision import Decision, decide
from mailgate.core.difference import differences
from mailgate.core.facts import Desk, Facts
from mailgate.core.mail import RawMessage
from mailgate.core.mail.read import read
from mailgate.core.recollection import RememberingDesk
from mailgate.core.request import names_title
from mailgate.core.rulebook import Rulebook
from mailgate.core.rulebook.sight import consequences_of, hearing_of, sight_of
from mailgate.core.thread import follow
from mailgate.gate import House, consider, read_choice, recognise
from mailgate.store.past import Past, Record, Seen
from mailgate.store.tables import MessageState
from mailgate.trouble import Temporary

# What a mail lacks of which nothing was recorded.
_AUTHOR = "what was known of its author"


class Road(StrEnum):
    """How a mail was judged, or why it was not. The values stand in JSON."""

    RECORD = "record"
    WORDS = "words"
    ANEW = "anew"
    # Its bytes are erased, and what was recorded is not enough.
    ERASED = "erased"
    # A second copy of another mail; no rules decide it.
    COPY = "copy"
    # Our bug: neither book can be asked about it.
    FAILED = "failed"
    # It waits for its first decision.
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A past mail with what both books make of it."""

    past: Past
    road: Road
    # None: it was not judged.
    before: Decision | None = None
    after: Decision | None = None
    # What the candidate asks for and the past did not record: "a virus scan".
    gaps: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        """What differs; see `differences`."""
        return differences(self.before, self.after) if self.before and self.after else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The two houses; they differ in their rules."""

    today: House
    candidate: House
    # The candidate is compared with what was recorded, instead of with today's book.
    against_record: bool = False
    # Nothing is taken from the record but what was known: each mail is read again.
    read_all: bool = False


class Replay:
    """Judges past mail. One serves a whole process."""

    def __init__(self, books: Books, desk: Desk, texts_of: Callable[[str], dict[str, str] | None]) -> None:
        """Compare the books.

        Args:
            books: what to judge by.
            desk: asked about mail of which nothing was recorded.
            texts_of: the files of a revision that has decided, or None.
        """
        self._today, self._candidate = _alike(books.today, books.candidate)
        self._books = books
        self._desk = desk
        self._texts_of = texts_of
        self._sight = sight_of(self._today.book.texts)
        one, other = self._today.book.texts, self._candidate.book.texts
        self._same_sight = self._sight == sight_of(other)
        self._same_hearing = hearing_of(one) == hearing_of(other)
        self._same_consequences = consequences_of(one) == consequences_of(other)
        self._sights: dict[str, str | None] = {}
        self._gaps = Gaps(self._today.book, self._candidate.book)

    def judge(
        self, pasts: Sequence[Past], contents: Callable[[Sequence[Past]], Iterable[tuple[Past, RawMessage]]]
    ) -> list[Judged]:
        """Judge mails.

        Args:
            pasts: the mails.
            contents: gives the bytes of those that have them, a few at a time.

        Raises:
            Temporary: the database did not answer.
        """
        judged: list[Judged] = []
        unread: list[Past] = []
        for past in pasts:
            found = self._without_bytes(past)
            if found:
                judged.append(found)
            else:
                unread.append(past)
        judged += [self._safely(past, raw) for past, raw in contents(unread)]
        return sorted(judged, key=lambda each: each.past.id)

    def _without_bytes(self, past: Past) -> Judged | None:
        """What can be said of a mail without reading it; None where it must and can be read."""
        if past.record is None and past.is_copy:
            return Judged(past=past, road=Road.COPY)
        if past.record is None and past.state in {MessageState.KEPT, MessageState.CLAIMED}:
            return Judged(past=past, road=Road.WAITING)
        if past.record and past.record.seen and self._same_sight and not self._books.read_all:
            try:
                return self._from_record(past, past.record, past.record.seen)
            except WordsNeeded:
                pass
        return None if past.has_bytes else Judged(past=past, road=Road.ERASED)

    def _from_record(self, past: Past, record: Record, seen: Seen) -> Judged:
        """Decide about the stored facts.

        Raises:
            WordsNeeded: they are not enough.
        """
        if not self._is_current(record) or (record.known.question and not record.has_choice):
            raise WordsNeeded
        facts = recall(past, record, seen)
        before = record.decision if self._books.against_record else decide(facts, self._today.book)
        return self._judged(past, Road.RECORD, before, facts)

    def _safely(self, past: Past, raw: RawMessage) -> Judged:
        """Read the mail; one that we cannot handle does not stand in the way of the others."""
        try:
            return self._from_bytes(past, raw)
        except Temporary:
            raise
        except Exception:  # noqa: BLE001  (whatever it is, it is counted, and `explain` shows it)
            return Judged(past=past, road=Road.FAILED)

    def _from_bytes(self, past: Past, raw: RawMessage) -> Judged:
        """Read the mail."""
        record = past.record
        if record is None or record.seen is None:
            return self._whole_road(past, raw, record)
        mail = read(raw)
        thread = follow(mail, self._today.ticket_prefix, self._today.csd_numbers)
        facts = replace(recall(past, record, record.seen), mail=mail, thread=thread)
        if self._is_current(record) and not self._books.read_all:
            return self._from_words(past, record, facts)
        mine = _seen_by(self._today.book, facts)
        return self._compared(past, record, mine, _seen_by(self._candidate.book, facts))

    def _from_words(self, past: Past, record: Record, facts: Facts) -> Judged:
        """Find only what the candidate may find otherwise; what today's book finds was recorded."""
        theirs = facts if self._same_sight else self._seen_by_candidate(facts)
        same = theirs.match == facts.match and theirs.request == facts.request and not record.known.question
        if same and self._same_consequences and not self._books.against_record:
            return Judged(past=past, road=Road.WORDS, before=record.decision, after=record.decision)
        judged = self._compared(past, record, facts, theirs)
        if not judged.changes or self._same_sight:
            return judged
        # What an older version of the program has recorded must not look like a change of the rules.
        return self._compared(past, record, _seen_by(self._today.book, facts), _seen_by(self._candidate.book, facts))

    def _seen_by_candidate(self, facts: Facts) -> Facts:
        """The facts with what the candidate finds; what was heard stays, where it hears as today's book does."""
        book, written = self._candidate.book, without_tokens(facts.mail.subject)
        subject = book.recogniser.read(written)
        if not self._same_hearing or subject.mended != self._today.book.recogniser.read(written).mended:
            return _seen_by(book, facts)
        match = book.recogniser.find_service(subject, facts.thread.new_text)
        if names_title(match) != names_title(facts.match):
            return _seen_by(book, facts)
        return replace(facts, match=match)

    def _compared(self, past: Past, record: Record, mine: Facts, theirs: Facts) -> Judged:
        """Decide by both books."""
        if record.known.question:
            mine, theirs = _with_choice(self._today.book, mine), _with_choice(self._candidate.book, theirs)
        before = record.decision if self._books.against_record else decide(mine, self._today.book)
        return self._judged(past, Road.WORDS, before, theirs)

    def _whole_road(self, past: Past, raw: RawMessage, record: Record | None) -> Judged:
        """Consider the mail as if it came now; what was known of its author then holds where it was recorded."""
        desk = RememberingDesk(known=record.known) if record else self._desk
        before, after = (consider(raw, desk=desk, house=house) for house in (self._today, self._candidate))
        return Judged(
            past=past,
            road=Road.WORDS if record else Road.ANEW,
            before=record.decision if record and self._books.against_record else before.decision,
            after=after.decision,
            gaps=(*(() if record else (_AUTHOR,)), *self._gaps.of(after.facts, after.decision, record)),
        )

    def _judged(self, past: Past, road: Road, before: Decision, facts: Facts) -> Judged:
        after = decide(facts, self._candidate.book)
        return Judged(past=past, road=road, before=before, after=after, gaps=self._gaps.of(facts, after, past.record))

    def _is_current(self, record: Record) -> bool:
        """Whether today's book finds in mail what the book of the record has found."""
        revision = record.decision.revision
        if revision not in self._sights:
            texts = self._texts_of(revision)
            self._sights[revision] = None if texts is None else sight_of(texts)
        return self._sights[revision] == self._sight


def _alike(today: House, candidate: House) -> tuple[House, House]:
    """The houses without what both have and no decision shows: the details that a letter asks for need the words."""
    if today.book.details != candidate.book.details:
        return today, candidate
    one, other = replace(today.book, details=()), replace(candidate.book, details=())
    return replace(today, book=one), replace(candidate, book=other)


def _seen_by(book: Rulebook, facts: Facts) -> Facts:
    """The facts with what a book finds in the words."""
    match, request = recognise(facts.mail, facts.thread, book)
    return replace(facts, match=match, request=request)


def _with_choice(book: Rulebook, facts: Facts) -> Facts:
    """The facts with what the mail says to our question, when it answers one."""
    return replace(facts, choice=read_choice(facts.mail, facts.identity, facts.thread, facts.known, book))
