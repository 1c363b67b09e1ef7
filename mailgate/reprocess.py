"""Decides again what was decided: with the rules, the people and the code as they are now.

Whatever follows, follows once. Each message is recorded by itself, in one transaction: whoever is killed in the middle
has done what he has done, and the next run finds it the same and goes on behind it. One process at a time applies
anything; the daemon and operators go on meanwhile, and what they have decided in between is left to them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailgate.answering import Considered
from mailgate.core.decision import Decision
from mailgate.core.outcome import DUPLICATE, Outcome
from mailgate.core.sequel import Change, Route, Sequel, Standing, sequel
from mailgate.deciding_again import DecidingAgain
from mailgate.store.audit import Act, Deed
from mailgate.store.claims import StoredMessage
from mailgate.store.selection import Selection, count_selected, select_pages
from mailgate.store.turns import turn
from mailgate.store.verdicts import Recorded, Verdict
from mailgate.trouble import Trouble

# The work of which there is one at a time.
WORK = "reprocess"


class Stop(StrEnum):
    """Why a run ended before its end. The values stand in JSON."""

    LIMIT = "limit"
    MAX_LETTERS = "max_letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What was decided about a message."""

    outcome: Outcome
    # The name of the rule, or "crashed", "expired".
    reason: str
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message that the rules decide otherwise by now."""

    # Our number of it.
    message: int
    # sha256 of its bytes, hex.
    digest: str
    received_at: datetime
    # The author's address, or None when there is no single author.
    from_: str | None
    subject: str
    change: Change
    # Why it stays as it is all the same; "" when it does not.
    why: str
    was: Became
    becomes: Became
    # The ticket that it has, opens or is added to; None while its number is not drawn.
    ticket: str | None
    # It opens a ticket, and its author has had one since it came, perhaps for the same matter; None: no.
    other: str | None
    # "sent" (it is in the outbox), "none", "withheld: why"; "due" while nothing is done: one would be written.
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that our code cannot decide about; it stays as it is."""

    message: int
    # The name of what was raised.
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run has found, and done."""

    # Whether anything was to be done.
    applied: bool
    # Messages that were looked at.
    looked: int
    # What changes, oldest first: done if `applied`.
    changes: tuple[Line, ...]
    # What the rules decide otherwise, and what stays as it is.
    left: tuple[Line, ...]
    failures: tuple[Failure, ...]
    # Letters that went into the outbox, or would.
    letters: int
    # Messages that somebody else has decided meanwhile.
    overtaken: int = 0
    # Why it ended before its end; None: it did not.
    stopped: Stop | None = None

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to look at it: our bug, or a brake that was reached."""
        return bool(self.failures) or self.stopped is Stop.MAX_LETTERS


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run: what it may do, and what it has found so far."""

    overrule: bool
    limit: float
    # Letters that it may write; None: it changes nothing.
    most: float | None
    looked: int = 0
    letters: int = 0
    overtaken: int = 0
    changes: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def summary(self, stopped: Stop | None) -> Summary:
        """What it has found."""
        return Summary(
            applied=self.most is not None,
            looked=self.looked,
            changes=tuple(self.changes),
            left=tuple(self.left),
            failures=tuple(self.failures),
            letters=self.letters,
            overtaken=self.overtaken,
            stopped=stopped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A message, how things stand with it, and what the rules make of it now."""

    message: StoredMessage
    standing: Standing
    considered: Considered
    follows: Sequel
    # A ticket of its author that was opened since it came, where it matters.
    other: str | None = None

    def line(self, letter: str, recorded: Recorded | None = None) -> Line:
        """What is told of it."""
        decision, facts, standing = self.considered.decision, self.considered.facts, self.standing
        return Line(
            message=self.message.id,
            digest=self.message.digest,
            received_at=self.message.raw.received_at,
            from_=facts.identity.address,
            subject=facts.mail.subject,
            # The first copy of a parked mail may have come along another way meanwhile.
            change=Change.REVISE if recorded and recorded.reason == DUPLICATE else self.follows.change,
            why=self.follows.why,
            was=Became(outcome=standing.outcome, reason=standing.reason, route=standing.route),
            becomes=Became(
                outcome=recorded.outcome if recorded and recorded.outcome else decision.outcome,
                reason=recorded.reason if recorded and recorded.reason else decision.reason,
                route=Route.of(decision),
            ),
            ticket=(recorded.ticket if recorded else None) or standing.ticket or decision.ticket,
            other=self.other,
            letter=letter,
        )


def _quiet(done: int, of: int) -> None:
    """Tell nobody how far it is."""
    del done, of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessing:
    """Runs the rules again."""

    again: DecidingAgain
    # The time, aware.
    clock: Callable[[], datetime]
    # Who runs it, for the audit trail: an operator, "schedule".
    operator: str
    # Who runs it, for whoever comes meanwhile: "ola, process 4711 on desk1".
    who: str

    def run(
        self,
        selection: Selection,
        *,
        apply: bool,
        overrule: bool = False,
        limit: int | None = None,
        max_letters: int | None = None,
        tick: Callable[[int, int], None] = _quiet,
    ) -> Summary:
        """Decide again what is selected, oldest first.

        Args:
            selection: which messages.
            apply: do what follows; otherwise it is only found out, and nothing is changed.
            overrule: also what an operator has decided.
            limit: end after so many changes; None: at the end.
            max_letters: end before the change that would bring one letter more; None: as many as there are.
            tick: told how many messages were looked at, of how many.

        Raises:
            Temporary: somebody else is at it, or the database or the desk is ill; what was done is done.
        """
        run = _Run(overrule=overrule, limit=_endless(limit), most=_endless(max_letters) if apply else None)
        if not apply:
            return self._run(selection, run, tick)
        with turn(self.again.store.database, WORK, self.who):
            return self._run(selection, run, tick)

    def _run(self, selection: Selection, run: _Run, tick: Callable[[int, int], None]) -> Summary:
        of = count_selected(self.again.store.database, selection)
        for number, standing in self._selected(selection):
            if stopped := self._step(number, standing, run):
                return run.summary(stopped)
            run.looked += 1
            tick(run.looked, of)
        return run.summary(None)

    def _selected(self, selection: Selection) -> Iterator[tuple[int, Standing]]:
        store = self.again.store
        for page in select_pages(store.database, selection):
            standings = store.standings(page)
            for number in page:
                if number in standings:
                    yield number, standings[number]

    def _step(self, number: int, standing: Standing, run: _Run) -> Stop | None:
        """Decide about one message again, whatever comes; why the run has to end, or None."""
        stored = self.again.store.messages.load([number])
        if not stored or standing.reason == DUPLICATE:
            return None
        try:
            considered = self.again.look(stored[0], standing)
            follows = sequel(standing, considered.decision, overrule=run.overrule)
            other = self._other(considered, stored[0].raw.received_at) if follows.change is Change.OPEN else None
            case = _Case(message=stored[0], standing=standing, considered=considered, follows=follows, other=other)
            return self._follow(case, run)
        except Trouble:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, this message stays as it is, and the others go on)
            if not standing.parked:
                run.failures.append(Failure(message=number, error=type(error).__name__))
            return None

    def _other(self, considered: Considered, received_at: datetime) -> str | None:
        """A ticket that the author has had since."""
        author = considered.facts.identity.address
        return self.again.store.tickets.first_after(author, received_at) if author else None

    def _follow(self, case: _Case, run: _Run) -> Stop | None:
        """Do what follows, if anything is to be done; why the run has to end, or None."""
        if case.follows.change is Change.LEAVE:
            run.left.append(case.line("none"))
        if not case.follows.is_change:
            return None
        if len(run.changes) >= run.limit:
            return Stop.LIMIT
        verdict = self._verdict(case)
        letters = sum(each.reply is not None for each in (verdict, *verdict.along))
        if run.most is None:
            run.letters += letters
            run.changes.append(case.line("due" if letters else "none"))
            return None
        if letters and run.letters + letters > run.most:
            return Stop.MAX_LETTERS
        recorded = self.again.record(case.message.id, verdict, self.clock())
        if recorded is None:
            run.overtaken += 1
        elif recorded.is_new:
            run.letters += recorded.letter == "sent"
            run.changes.append(case.line(recorded.letter, recorded))
        return None

    def _verdict(self, case: _Case) -> Verdict:
        considered, standing = case.considered, case.standing
        deed = self._deed(standing, considered.decision, case.follows)
        if standing.parked:
            return self.again.first(case.message, considered, standing, deed)
        facts, decision = considered.facts, considered.decision
        return self.again.verdict(case.message, facts, decision, standing, letter=case.follows.letter, deed=deed)

    def _deed(self, standing: Standing, decision: Decision, follows: Sequel) -> Deed:
        """For the audit trail: names of rules, and nothing of the mail."""
        details = {
            "change": str(follows.change),
            "was": f"{standing.outcome} {standing.reason}",
            "becomes": f"{decision.outcome} {decision.reason}",
            "revision": decision.revision,
        }
        if standing.operator is not None:
            details["overruled"] = standing.operator
        return Deed(operator=self.operator, act=Act.REPROCESSED, object=f"message {standing.message}", details=details)


def _endless(most: int | None) -> float:
    return float("inf") if most is None else most
