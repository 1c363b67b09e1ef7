"""What a backtest tried, and what it found."""

from dataclasses import dataclass
from pathlib import Path

from mailgate.backtest.tally import Tally
from mailgate.store.past import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried on which mail."""

    # The folder with the candidate.
    rules: Path
    stretch: Stretch
    # Revisions of today's book and of the candidate, as they were when the trial began.
    today: str
    candidate: str
    against_record: bool = False
    read_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a backtest has found."""

    trial: Trial
    tally: Tally
    # Names of the rule files that differ.
    files: tuple[str, ...]
    # Whether both books find the same in every mail, so that the record is enough.
    same_sight: bool

    @property
    def is_equal(self) -> bool:
        """Whether there was nothing to try."""
        return self.trial.today == self.trial.candidate and not self.trial.against_record
