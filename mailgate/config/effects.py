"""Settings of what leaves the house: letters, questions, and what the ticket system is told."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from mailgate.config.section import Domains, MailAddress, Pattern, Section, Window
from mailgate.core.public_mail import PUBLIC_MAIL


class LettersSection(Section):
    """How letters leave."""

    # SMTP relay that takes our letters; empty: they are laid into the Maildir.
    relay_host: str = ""
    relay_port: int = Field(default=587, ge=1, le=65535)
    # "starttls", "tls" (from the first byte), or "none".
    relay_security: Literal["starttls", "tls", "none"] = "starttls"
    relay_user: str = ""
    relay_password_file: Path | None = None
    # In place of the file.
    relay_password: SecretStr | None = None
    # Seconds for the whole exchange with the relay.
    relay_timeout: float = Field(default=60.0, gt=0)
    # Where letters are laid while no relay is configured.
    maildir: Path = Path("var/letters")
    # Attempts before a letter is dead.
    attempts: int = Field(default=12, ge=1)
    # One letter per sender and cause in this many hours.
    window_hours: float = Field(default=24.0, gt=0)
    # Letters a day to an address whose author is not proven; beyond it only who answers one gets another.
    per_unproven_per_day: int = Field(default=1, ge=1)
    # Letters a day to one address, to one organisation's domain, and in all; beyond it they wait for an operator.
    per_address_per_day: int = Field(default=20, ge=1)
    per_domain_per_day: int = Field(default=500, ge=1)
    per_day: int = Field(default=20_000, ge=1)
    # Public mail services, where anybody gets an address: their letters are counted by address only.
    shared_domains: Domains = PUBLIC_MAIL
    # A mail that comes within so many minutes after a letter to its author may be a machine's answer. After two of
    # them in a row the next letter waits for an operator; 0: never.
    answer_minutes: float = Field(default=10.0, ge=0)
    # Letters to one address that come back for good before it gets no more, until it writes again; 0: never mind.
    bounces: int = Field(default=1, ge=0)
    # File with the secret that keys our Message-IDs; made on first use.
    secret_file: Path = Path("var/secret")


class SurgeSection(Section):
    """When many mails about one service are an incident; see docs/surges.md."""

    # Minutes between two looks; 0: nobody looks.
    look_every_minutes: float = Field(default=1.0, ge=0)
    # Windows in minutes, looked at side by side: a short one notices soon, a long one what creeps.
    window_minutes: tuple[Window, ...] = Field(default=(15, 60), min_length=1)
    # Companies (of public mail services: people) who must write in one window. Fewer are never a surge.
    least_authors: int = Field(default=5, ge=2)
    # So many times what is usual at that time of that day.
    times_usual: float = Field(default=3.0, ge=1)
    # An ordinary window may look like a surge once in so many.
    once_in: float = Field(default=1_000_000, ge=100)
    # Authors in an hour that are expected while nothing is known yet, and days that this weighs against what was seen.
    assumed_per_hour: float = Field(default=4.0, gt=0)
    assumed_days: float = Field(default=3.0, gt=0)


class OperatorsSection(Section):
    """Operators who are told by mail: at once of surges (docs/surges.md), and each working day by the digest."""

    # Their addresses; empty: nobody is told by mail. What they are told counts against no limit of [letters].
    addresses: tuple[MailAddress, ...] = ()
    # The language of the digest: "pl" or "en".
    language: Literal["pl", "en"] = "en"


class CsdSection(Section):
    """The ticket system that is told of tickets; see docs/csd.md."""

    # Where tickets are pushed to, "https://csd.example/hooks/mailgate"; empty: nowhere.
    url: str = ""
    # File with the secret that signs them, "whsec_..."; while it is changed a second one stands on the next line.
    secret_file: Path | None = None
    # In place of the file.
    secret: SecretStr | None = None
    # PEM file of the authority that vouches for the server, where the machine does not know it.
    authority: Path | None = None
    # Seconds that one push may take.
    timeout: float = Field(default=10.0, gt=0, le=60)
    # Attempts before a push is dead: 20 take five days.
    attempts: int = Field(default=20, ge=1)
    # Seconds that the letter of a new ticket waits for the number that the ticket system gives it; 0: letters leave at
    # once, with our number.
    number_wait: float = Field(default=15.0, ge=0)
    # What such a number looks like (RE2). Others are not taken, and answers are known by it.
    number_pattern: Pattern = r"CSD[-/]?[0-9][0-9/-]{3,19}"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.url:
            return self
        if not re.match(r"https://[^\s/]|http://(?:127\.0\.0\.1|\[::1\]|localhost)(?:[:/]|$)", self.url):
            raise ValueError('url must begin with "https://": tickets hold personal data')
        if self.secret_file is None and self.secret is None:
            raise ValueError("pushes are signed: set secret_file")
        return self


class QuestionsSection(Section):
    """How long we wait when we have asked which service a mail is about."""

    # Days after which whoever has not answered is reminded, once; 0 reminds nobody.
    remind_after_days: float = Field(default=3.0, ge=0)
    # Days without an answer after which the question is closed, and the mail with it.
    expire_after_days: float = Field(default=14.0, gt=0)

    @model_validator(mode="after")
    def _reminds_in_time(self) -> Self:
        if self.remind_after_days >= self.expire_after_days:
            raise ValueError("remind_after_days must be less than expire_after_days, or nobody could answer")
        return self
