"""An installation with a whole desk in it, whose commands run in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailgate.cli.root import run
from tests.choosing.house import ROOT, Desk, desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A desk in a folder with config.toml, rules and templates."""

    home: Path
    desk: Desk

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
