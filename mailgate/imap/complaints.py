"""What is wrong with a mailbox although it is read: told once when it begins, and once when it is over."""

from dataclasses import dataclass, field

from mailgate.imap.ports import Log


@dataclass(slots=True)
class Complaints:
    """Those of one mailbox."""

    mailbox: str
    log: Log
    _now: dict[str, str] = field(default_factory=dict)

    def make(self, about: str, why: str) -> None:
        """Something is wrong. The same sentence again is no news."""
        if self._now.get(about) != why:
            self.log.error("mailbox trouble", mailbox=self.mailbox, about=about, why=why)
        self._now[about] = why

    def settle(self, about: str) -> None:
        """It is well again, if it was not."""
        if self._now.pop(about, None):
            self.log.info("mailbox well again", mailbox=self.mailbox, about=about)

    @property
    def text(self) -> str | None:
        """Everything that is wrong; None: nothing."""
        return "; ".join(self._now.values()) or None
