"""Settings of the house itself: who we are, where things lie, who works and how long things are kept."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from mailgate.config.section import DatabaseUrl, MailAddress, Recipients, Section, TicketPrefix, TimeZone


class DeskSection(Section):
    """Who we are."""

    # Addresses that we receive mail for; others are refused with 550 5.1.1.
    recipients: Recipients = ("helpdesk-eclo@mf.gov.pl",)
    # Name and address that letters come from.
    name: str = "Help Desk SISC"
    address: MailAddress = "helpdesk-eclo@mf.gov.pl"
    # Prefix of ticket numbers; seven digits follow.
    ticket_prefix: TicketPrefix = "ZGL"
    # Time zone of dates in letters.
    timezone: TimeZone = "Europe/Warsaw"


class DatabaseSection(Section):
    """Where rows live."""

    # SQLAlchemy URL; a relative SQLite path is taken from the folder of config.toml.
    # Several machines share "postgresql+psycopg://mailgate@db.example/mailgate"; see docs/several-machines.md.
    url: DatabaseUrl = "sqlite:///var/mailgate.db"
    # Several machines: the name of this one among them; "": its host name.
    node: str = ""


class SettleSection(Section):
    """The workers that decide."""

    # Worker processes beside the one that receives.
    processes: int = Field(default=1, ge=1, le=64)
    # Messages that a worker takes at once.
    batch: int = Field(default=50, ge=1)
    # Seconds a worker may take for them before another one may.
    lease: float = Field(default=120.0, gt=0, le=86_400)

    @property
    def lease_time(self) -> timedelta:
        """The lease as a duration."""
        return timedelta(seconds=self.lease)


class ClamavSection(Section):
    """A virus scanner for mail: clamd. What is done with what it finds stands in rules/: `attachment_infected`."""

    # Its socket, "/run/clamav/clamd.ctl", or "127.0.0.1:3310"; empty: no mail is scanned.
    address: str = ""
    # Let mail wait while clamd does not answer. Otherwise mail goes on unscanned, and the log says so.
    required: bool = False
    # Seconds that clamd may be silent, and that it is left alone once it did not answer.
    timeout: float = Field(default=30.0, gt=0)
    pause: float = Field(default=60.0, gt=0)
    # Bytes of a message beyond which it is not scanned; at most clamd's StreamMaxLength.
    size_limit: int = Field(default=25 * 1024 * 1024, gt=0)


class RetentionSection(Section):
    """How long bytes are kept. What was decided, and why, is kept for ever; `mailgate retention --apply` erases."""

    # Days from the receipt of a mail until its bytes and attachments are erased, by what became of it; 0: never.
    # Those of open tickets and of unanswered questions are kept as long as they are open.
    ticket: int = Field(default=365, ge=0)
    append: int = Field(default=365, ge=0)
    clarify: int = Field(default=180, ge=0)
    reject: int = Field(default=90, ge=0)
    ignore: int = Field(default=30, ge=0)
    # A held mail waits for an operator.
    hold: int = Field(default=0, ge=0)
    # Days from the writing of a letter until its bytes are erased, once it has left or never will; 0: never.
    letters: int = Field(default=90, ge=0)


class LogSection(Section):
    """What is said on stderr."""

    # "auto": text on a terminal, JSON lines in a pipe.
    format: Literal["auto", "text", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


class FoldersSection(Section):
    """Where operators' files are, from the folder of config.toml."""

    rules: Path = Path("rules")
    templates: Path = Path("templates")
