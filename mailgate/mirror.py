"""The part of an outside directory that was asked for lately, kept in our own, each entry with its age.

An ill directory refuses nobody: whoever cannot be asked about makes the message wait. It is not asked on and on
either: after some failures in a row it is left alone for a while, and then one mail tries whether it is well again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailgate.directory.source import Source
from mailgate.store.people import People
from mailgate.trouble import Temporary
from mailgate.vital import Vital

# Entries are deleted when nobody has asked for so many times as long as they hold.
_FORGOTTEN = 20


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Leaves what is ill alone. It belongs to one thread."""

    # Failures in a row before it opens.
    failures: int
    # How long it stays open.
    rest: timedelta
    _failed: int = 0
    _until: datetime | None = None
    _why: str = ""

    def check(self, now: datetime) -> None:
        """Let a try through, or not.

        Raises:
            Temporary: it is open; the sentence says what the last try met.
        """
        if self._until is not None and now < self._until:
            raise Temporary(f"left alone until {self._until:%H:%M:%S} UTC: {self._why}")

    def failed(self, why: str, now: datetime) -> None:
        """A try failed. After a rest one failure is enough for the next one."""
        self._failed += 1
        self._why = why
        if self._failed >= self.failures:
            self._until = now + self.rest

    def succeeded(self) -> None:
        """A try went well."""
        self._failed, self._until = 0, None


@dataclass(slots=True, kw_only=True)
class Mirror:
    """Keeps our directory as fresh as the one outside. It belongs to one thread."""

    people: People
    source: Source
    clock: Callable[[], datetime]
    # How long the entry of a person holds, and how long it holds that somebody has none.
    keep: timedelta
    keep_strangers: timedelta
    # Notes how the directory is.
    vital: Vital
    breaker: Breaker = field(default_factory=lambda: Breaker(failures=3, rest=timedelta(seconds=30)))

    def refresh(self, logins: Iterable[str]) -> None:
        """Ask for those of the logins whose entries have grown too old.

        Raises:
            Temporary: the directory or the database did not answer; what was said before that is kept.
        """
        now = self.clock()
        outdated = self.people.outdated(logins, now, keep=self.keep, keep_strangers=self.keep_strangers)
        for login in outdated:
            self.breaker.check(self.clock())
            try:
                with self.vital.asking():
                    person = self.source.find(login)
            except Temporary as trouble:
                self.breaker.failed(str(trouble), self.clock())
                raise
            self.breaker.succeeded()
            forget = _FORGOTTEN * max(self.keep, self.keep_strangers)
            self.people.remember(login, person, self.clock(), forget=forget)

    def close(self) -> None:
        """Give the connections back."""
        self.source.close()
