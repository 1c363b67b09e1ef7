"""Count what would change, with a few examples of each kind; memory does not grow with the mail."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mailgate.backtest.corrections import Correction, Side
from mailgate.backtest.replay import Judged, Road
from mailgate.core.decision import Decision
from mailgate.core.difference import told

# So many kinds of change are told apart; what else there is counts as one.
_KINDS = 500
OTHER_KINDS = "other changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one book makes of a mail, in words."""

    # "ticket (service_named): akc-pa, incident, queue akcyza, letter ticket".
    text: str
    outcome: str
    # The rule that settles it.
    reason: str
    # The rule that makes the difference, where it stands, and what it saw; "" where it was not noted.
    rule: str
    source: str
    saw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A mail about which the books differ."""

    # Our number of the message.
    message: int
    received_at: datetime
    author: str
    subject: str
    # What differs: "queue akcyza -> akc-pa".
    changes: tuple[str, ...]
    before: Opinion
    after: Opinion
    # What the candidate asks for and the past did not record.
    gaps: tuple[str, ...]
    # What somebody has told is right, and which side it speaks for; None: nobody has.
    correction: Correction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a part of the mail gave."""

    mails: int
    roads: Counter[Road]
    gaps: Counter[str]
    # The newest first.
    changed: tuple[Changed, ...]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What all of it gave so far."""

    # How many examples of each kind are kept.
    examples: int
    mails: int = 0
    changed: int = 0
    roads: Counter[Road] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    sides: Counter[Side] = field(default_factory=Counter)
    by_kind: dict[str, list[Changed]] = field(default_factory=dict)
    by_side: dict[Side, list[Changed]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Count a part; the newest part comes first."""
        self.mails += part.mails
        self.roads += part.roads
        self.gaps += part.gaps
        self.changed += len(part.changed)
        for each in part.changed:
            self._add(each)

    @property
    def judged(self) -> int:
        """How many mails both books have decided."""
        return sum(self.roads[road] for road in (Road.RECORD, Road.WORDS, Road.ANEW))

    def _add(self, changed: Changed) -> None:
        for change in changed.changes:
            kind = change if change in self.kinds or len(self.kinds) < _KINDS else OTHER_KINDS
            self.kinds[kind] += 1
            self._keep(self.by_kind.setdefault(kind, []), changed)
        if changed.correction:
            side = changed.correction.side
            self.sides[side] += 1
            self._keep(self.by_side.setdefault(side, []), changed)

    def _keep(self, kept: list[Changed], changed: Changed) -> None:
        if len(kept) < self.examples:
            kept.append(changed)


def changed_of(judged: Judged, correction: Correction | None) -> Changed | None:
    """The mail as the report shows it; None where nothing changes."""
    changes = judged.changes
    if not changes or judged.before is None or judged.after is None:
        return None
    return Changed(
        message=judged.past.id,
        received_at=judged.past.received_at,
        author=judged.past.author or "",
        subject=judged.past.subject or "",
        changes=changes,
        before=_opinion(judged.before, judged.after),
        after=_opinion(judged.after, judged.before),
        gaps=judged.gaps,
        correction=correction,
    )


def part_of(judged: Iterable[Judged], corrections: dict[int, Correction]) -> Part:
    """What these mails give."""
    all_of_them = tuple(judged)
    changed = (changed_of(each, corrections.get(each.past.id)) for each in reversed(all_of_them))
    return Part(
        mails=len(all_of_them),
        roads=Counter(each.road for each in all_of_them),
        gaps=Counter(gap for each in all_of_them for gap in each.gaps),
        changed=tuple(each for each in changed if each),
    )


def _opinion(decision: Decision, other: Decision) -> Opinion:
    """What is made of a mail, by the first rule that held here and not there; else by the one that settled it."""
    held = [each for each in decision.findings if each.hit]
    elsewhere = {each.rule for each in other.findings if each.hit}
    settled = (each for each in held if each.rule == decision.reason)
    telling = next((each for each in held if each.rule not in elsewhere), next(settled, None))
    return Opinion(
        text=told(decision),
        outcome=decision.outcome,
        reason=decision.reason,
        rule=telling.rule if telling else "",
        source=telling.source if telling else "",
        saw=telling.saw if telling else "",
    )
