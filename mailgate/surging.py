"""Look for surges: count who writes about what, ask the past what is usual, open incidents and let them end.

It runs by the clock, on one machine at a time, as often as one likes; each step is done once however often it is tried.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from mailgate.core.reply import Reply
from mailgate.core.surge import Alertness, PastDay, Subject, Surge, Usual, is_calm, learn
from mailgate.core.surge.judgement import notice, suspects
from mailgate.core.surge.record import parties
from mailgate.core.telling import to_operator
from mailgate.store.incidents import IncidentLine, Incidents
from mailgate.store.reports import Reports
from mailgate.store.verdicts import Writer

# Days whose same hour says what is usual.
_PAST_DAYS = 56
TEMPLATE = "operators-surge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look has found."""

    # Numbers of the incidents that it opened, with the surges that they are.
    begun: tuple[tuple[str, Surge], ...] = ()
    # Those that have ended by their rate.
    ended: tuple[IncidentLine, ...] = ()
    # Tickets that were tied beside those of new incidents.
    tied: int = 0
    # Whether operators are told by mail of any of it.
    letters: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surging:
    """Whoever looks. Every method may raise `Temporary`; what was not done is done by the next look."""

    reports: Reports
    incidents: Incidents
    alertness: Alertness
    # By whose clock it is Monday at nine.
    timezone: tzinfo
    # Operators who are told by mail, and whoever writes to them.
    operators: tuple[str, ...] = ()
    writer: Callable[[], Writer]

    def look(self, now: datetime) -> Looked:
        """Tie, let end, notice."""
        tied = self.incidents.tie(now)
        ended = tuple(each for each in self.incidents.list(only_open=True) if self._ends(each, now))
        begun = tuple(self._begin(now))
        return Looked(begun=begun, ended=ended, tied=tied, letters=bool(begun and self.operators))

    def _ends(self, incident: IncidentLine, now: datetime) -> bool:
        """Let an incident end that was noticed by its rate, once the rate is as usual."""
        if incident.opened_by is not None:
            return False
        window = self.alertness.longest
        reports = self.reports.about(incident.subject, now - window, now)
        usual = self._usual(incident.subject, window, now)
        is_over = is_calm(parties(reports, self.alertness.shared), usual, self.alertness)
        return is_over and self.incidents.end(incident.number, now)

    def _begin(self, now: datetime) -> Sequence[tuple[str, Surge]]:
        """Open an incident for each surge that shows now."""
        reports = self.reports.untied(now - self.alertness.longest, now)
        counts = suspects(reports, self.alertness, now)
        if not counts:
            return ()
        usual = {(subject, window): self._usual(subject, window, now) for subject, window in counts}
        surges = notice(reports, counts, usual, self.alertness, now)
        opened = ((self._open(surge, now), surge) for surge in surges)
        return [(number, surge) for number, surge in opened if number]

    def _open(self, surge: Surge, now: datetime) -> str | None:
        row = {
            "service": surge.subject.service or None,
            "system": surge.subject.system or None,
            "began_at": surge.began_at,
            "ended_at": None,
            "opened_by": None,
            "closed_by": None,
            "note": "",
            "authors": surge.authors,
            "minutes": surge.window / timedelta(minutes=1),
            "usual": surge.usual,
        }
        if not self.operators:
            return self.incidents.begin(row, now)

        def letters(number: str) -> list[Reply]:
            return [self._letter(address, number, surge) for address in self.operators]

        return self.incidents.begin(row, now, letters=letters, writer=self.writer())

    def _usual(self, subject: Subject, window: timedelta, now: datetime) -> Usual:
        """What is usual at this time of day, by the clock on the wall."""
        first = self.reports.first() or now
        ends = [_days_before(now, days, self.timezone) for days in range(1, _PAST_DAYS + 1)]
        ends = [end for end in ends if end - window >= first]
        counted = self.reports.authors(subject, [(end - window, end) for end in ends])
        past = [
            PastDay(weekday=end.astimezone(self.timezone).weekday(), authors=authors)
            for end, authors in zip(ends, counted, strict=True)
        ]
        return learn(
            past,
            weekday=now.astimezone(self.timezone).weekday(),
            assumed=self.alertness.assumed(window),
            worth=self.alertness.assumed_days,
        )

    def _letter(self, address: str, number: str, surge: Surge) -> Reply:
        """What an operator is told. Nothing of any mail: that stays where it can be masked and erased."""
        kind = "service" if surge.subject.service else "system"
        name, minutes = surge.subject.name, surge.window // timedelta(minutes=1)
        began = f"{surge.began_at.astimezone(self.timezone):%Y-%m-%d %H:%M}"
        lines = [
            f"Many people write about the {kind} {name}.",
            "",
            f"  incident   {number}",
            f"  since      {began} ({self.timezone})",
            f"  how many   {surge.authors} independent people in {minutes} minutes",
            f"  usual      {surge.usual:.1f} at this time",
            "",
            "New tickets about it are tied to the incident. To look at it, and at what they write:",
            f"  mailgate incidents show {number}",
            "To let letters about it say that you know:",
            f'  mailgate notices add --{kind} {name} --until 4h --pl "..." --en "..."',
            "It ends by itself; to close it before:",
            f"  mailgate incidents close {number}",
            "",
        ]
        subject = f"{number}: many people write about {name}"
        return to_operator(address, subject, "\n".join(lines), template=TEMPLATE, cause=number)


def _days_before(now: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time by the clock on the wall, so many days ago."""
    return (now.astimezone(zone) - timedelta(days=days)).astimezone(now.tzinfo)
