"""An installation with a whole desk in it: its operators decide in this process, by command or directly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mailgate.cli.root import run
from mailgate.core.choice import Choice
from mailgate.core.mail import RawMessage
from mailgate.core.outcome import Outcome
from mailgate.core.ruling import Subject
from mailgate.deciding_again import DecidingAgain
from mailgate.gate import Considered, draft
from mailgate.review.deciding import Done, Reviewing
from mailgate.review.wish import Wish
from tests.choosing.house import NOON, ROOT, Desk, desk, shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A desk in a folder with config.toml, rules and templates."""

    home: Path
    desk: Desk

    def operator(self, name: str = "ola", meanwhile: Callable[[], object] | None = None) -> Reviewing:
        """Somebody who decides; `meanwhile` happens while they look at a mail."""

        def consider(raw: RawMessage, chosen: Choice | None) -> Considered:
            if meanwhile:
                meanwhile()
            return self.desk.consider(raw, chosen)

        again = DecidingAgain(
            store=self.desk.store,
            consider=consider,
            draft=partial(draft, house=shipped()),
            writer=self.desk.writer,
        )
        return Reviewing(store=self.desk.store, again=again, book=shipped().book, operator=name)

    def ticket(self, number: int, service: str | None = None, **labels: str) -> Done:
        """Ola opens a ticket."""
        wish = Wish(outcome=Outcome.TICKET, subject=Subject(service=service), labels=labels)
        return self.operator().decide(number, wish, NOON)

    def ignore(self, number: int) -> Done:
        """Ola lets nothing become of it."""
        return self.operator().decide(number, Wish(outcome=Outcome.IGNORE), NOON)

    def run(self, *arguments: str) -> int:
        """Run one command as the operator ola; gives its exit code."""
        return run(["--config", str(self.home / "config.toml"), *arguments])


@contextmanager
def office(home: Path) -> Iterator[Office]:
    """A desk as `mailgate` finds it in that folder."""
    (home / "var").mkdir()
    (home / "config.toml").touch()
    for folder in ("rules", "templates"):
        (home / folder).symlink_to(ROOT / folder)
    with desk(home / "var") as opened:
        yield Office(home=home, desk=opened)
        assert opened.store.balance().missing == ()
