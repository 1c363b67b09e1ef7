"""`config.toml`, checked. Every field has a default, so an empty file is a whole configuration.

Environment variables override the file: MAILGATE_SMTP__PORT=2525 sets `port` of `[smtp]`. Secrets are named by
file (`..._file`) and never stand in the configuration itself.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from mailgate.config.imap import Mailboxes
from mailgate.config.section import (
    DatabaseUrl,
    Domains,
    MailAddress,
    Network,
    Pattern,
    Recipients,
    ResolverAddress,
    Section,
    SocketMode,
    TicketPrefix,
    TimeZone,
)
from mailgate.core.problem import Problem
from mailgate.core.public_mail import PUBLIC_MAIL

_PASSWORD_IN_URL = re.compile(r"([a-z][a-z0-9+.-]*://[^\s/:@\"]*:)[^\s/@\"]+@", re.IGNORECASE)
_SECRET_NAME = re.compile(r"passw|secret|token|api_?key")


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


class SmtpSection(Section):
    """The SMTP door."""

    host: str = "127.0.0.1"
    # 0 takes a free port.
    port: int = Field(default=8025, ge=0, le=65535)
    # Name in the greeting.
    hostname: str = "mailgate.localhost"
    # Largest message in bytes, announced as SIZE (RFC 1870).
    size_limit: int = Field(default=30 * 1024 * 1024, gt=0)
    # Longest line in bytes with its CRLF; RFC 5321 demands 1,000, real mail is longer.
    line_limit: int = Field(default=10_000, ge=1_000)
    # Recipients of one message.
    max_recipients: int = Field(default=100, ge=1)
    # Open connections, in all and from one address.
    max_connections: int = Field(default=200, ge=1)
    max_connections_per_address: int = Field(default=50, ge=1)
    # Seconds of silence before a client is dropped.
    command_timeout: float = Field(default=60.0, gt=0)
    # Seconds that one message may take to arrive, however it trickles.
    data_timeout: float = Field(default=900.0, gt=0)
    # Seconds that storing one message may take before its sender is asked to come again (451).
    keep_timeout: float = Field(default=300.0, gt=0)
    # Refused commands on one connection before it is closed.
    max_errors: int = Field(default=20, ge=1)
    # Bytes of all messages in flight together; beyond it new mail is asked to come later (452).
    memory_limit: int = Field(default=300 * 1024 * 1024, gt=0)
    # PEM files; both or neither. With them STARTTLS is offered.
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    # Refuse mail that did not come over TLS.
    require_tls: bool = False
    # File of "login:argon2-hash" lines; with it AUTH is offered (only after STARTTLS).
    users_file: Path | None = None
    # Wrong passwords on one connection before it is closed, and from one address before it must wait.
    auth_failures: int = Field(default=3, ge=1)
    auth_failures_per_address: int = Field(default=10, ge=1)
    # Seconds after which a wrong password of an address is forgotten.
    auth_window: float = Field(default=900.0, gt=0)
    # Seconds that the answer to an address's first wrong password waits; each further one doubles it, up to 30.
    auth_delay: float = Field(default=1.0, ge=0)


class LmtpSection(Section):
    """The LMTP door (RFC 2033), for a mail server beside us. Limits and TLS are those of [smtp]."""

    # Unix socket that is listened on; not set: none.
    socket: Path | None = None
    # Who may connect to it, as chmod writes it.
    socket_mode: SocketMode = "660"
    host: str = "127.0.0.1"
    # Port that is listened on; 0: none.
    port: int = Field(default=0, ge=0, le=65535)


class IdentitySection(Section):
    """How the author is proven; see docs/identity.md."""

    # "relay": our own relay in front has checked and written Authentication-Results. "verify": mailgate is the MX, and
    # checks SPF, DKIM, DMARC and ARC itself.
    mode: Literal["relay", "verify"] = "relay"
    # relay: authserv-ids whose topmost Authentication-Results header is believed (RFC 8601 section 5).
    authserv_ids: tuple[str, ...] = ("mailgate.localhost",)
    # relay: networks from which it is believed.
    networks: tuple[Network, ...] = ("127.0.0.0/8", "::1/128")
    # relay: ways in without a client's address on which it is believed, because nobody but the relay uses them:
    # "pipe", "imap", and "lmtp" on a Unix socket.
    sources: tuple[Literal["pipe", "imap", "lmtp"], ...] = ()
    # relay: so many mails in a row without the header, from where as many in a row had it, are an alarm.
    alarm_after: int = Field(default=3, ge=1)
    # verify: IP address of the DNS resolver; empty: those of the system.
    resolver: ResolverAddress = ""
    resolver_port: int = Field(default=53, ge=1, le=65535)
    # verify: seconds for one question to DNS, and for all questions about one mail.
    dns_query_timeout: float = Field(default=4.0, gt=0, le=20)
    dns_timeout: float = Field(default=10.0, gt=0, le=20)
    # verify: questions that one mail may cause.
    dns_questions: int = Field(default=100, ge=10)
    # verify: answers that are remembered, and for how many seconds at least and at most.
    dns_cache: int = Field(default=10_000, ge=1)
    dns_cache_shortest: float = Field(default=5.0, ge=0)
    dns_cache_longest: float = Field(default=3_600.0, ge=0)
    # verify: seconds in which a resolver that does not answer is left alone.
    dns_pause: float = Field(default=15.0, gt=0)
    # verify: domains whose ARC seals count, such as mailing lists and forwarders that you trust (RFC 8617).
    arc_sealers: tuple[str, ...] = ()
    # verify: what such a seal makes of a mail that fails DMARC here and passed it there: "claimed" or "proven".
    arc_trust: Literal["claimed", "proven"] = "claimed"


class DirectorySection(Section):
    """Where people are; see docs/directory.md."""

    # "table": in our own table, filled with `mailgate directory import`. "ldap" or "http": in a directory outside.
    source: Literal["table", "ldap", "http"] = "table"
    # Seconds that one question to a directory outside may take.
    timeout: float = Field(default=2.0, gt=0)
    # Seconds that its entry of a person holds, and that it holds that somebody has none.
    keep: float = Field(default=900.0, gt=0)
    keep_strangers: float = Field(default=60.0, gt=0)
    # Failures in a row after which it is left alone, and for how many seconds.
    failures: int = Field(default=3, ge=1)
    rest: float = Field(default=30.0, gt=0)
    # "ldap://host:389" or "ldaps://host".
    ldap_url: str = ""
    # On ldap://: "starttls", or "none": passwords then travel readable.
    ldap_security: Literal["starttls", "none"] = "starttls"
    # PEM file of the authority that vouches for the LDAP server, where the machine does not know it.
    ldap_authority: Path | None = None
    # Who asks; empty: nobody in particular.
    ldap_user: str = ""
    ldap_password_file: Path | None = None
    # In place of the file.
    ldap_password: SecretStr | None = None
    # Entry below which people are, and how one is found; the address is put where {login} stands.
    ldap_base: str = ""
    ldap_filter: str = "(mail={login})"
    # Attributes that hold the login, the name and the organisation.
    ldap_login: str = "mail"
    ldap_name: str = "cn"
    ldap_organisation: str = "o"
    # The attribute with the day of the first contact through CSD; empty: only tickets of ours are CSD history.
    ldap_first_contact: str = ""
    # The attribute that stands there when an account is blocked; empty: none is.
    ldap_blocked: str = ""
    # "https://csd.example/people?login={login}".
    http_url: str = ""
    # File with the bearer token.
    http_token_file: Path | None = None
    # In place of the file.
    http_token: SecretStr | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """What the chosen source needs must be there."""
        if self.source == "ldap" and not (re.match("ldaps?://.", self.ldap_url) and self.ldap_base):
            raise ValueError('with source = "ldap" set ldap_url = "ldaps://host" and ldap_base')
        if self.source == "ldap" and "{login}" not in self.ldap_filter:
            raise ValueError('ldap_filter has no {login}; write it as "(mail={login})"')
        if self.source == "http" and not (re.match("https?://.", self.http_url) and "{login}" in self.http_url):
            raise ValueError('with source = "http" set http_url = "https://host/people?login={login}"')
        return self


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
    # Minutes between two looks at what is due.
    look_every_minutes: float = Field(default=15.0, gt=0)

    @model_validator(mode="after")
    def _reminds_in_time(self) -> Self:
        if self.remind_after_days >= self.expire_after_days:
            raise ValueError("remind_after_days must be less than expire_after_days, or nobody could answer")
        return self


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


class WebSection(Section):
    """Pages for whoever watches: /metrics, /health, /ready. See docs/watching.md."""

    # They have no password: stay on loopback, or put a proxy before them.
    host: str = "127.0.0.1"
    # 0: nobody is shown anything.
    port: int = Field(default=0, ge=0, le=65535)
    # Minutes between two counts of `mailgate balance`, which reads the whole database; 0: never.
    balance_every_minutes: float = Field(default=60.0, ge=0)


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


class Config(BaseSettings):
    """The whole configuration. Paths are relative to `root` until `resolve` has joined them."""

    model_config = SettingsConfigDict(
        env_prefix="MAILGATE_", env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    desk: DeskSection = DeskSection()
    database: DatabaseSection = DatabaseSection()
    smtp: SmtpSection = SmtpSection()
    lmtp: LmtpSection = LmtpSection()
    imap: Mailboxes = ()
    identity: IdentitySection = IdentitySection()
    directory: DirectorySection = DirectorySection()
    letters: LettersSection = LettersSection()
    csd: CsdSection = CsdSection()
    questions: QuestionsSection = QuestionsSection()
    settle: SettleSection = SettleSection()
    clamav: ClamavSection = ClamavSection()
    retention: RetentionSection = RetentionSection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
    folders: FoldersSection = FoldersSection()
    # The folder of config.toml; not a key of the file.
    root: Path = Field(default=Path(), exclude=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    def path(self, path: Path) -> Path:
        """A path of the configuration, from the folder of config.toml."""
        return path if path.is_absolute() else self.root / path

    @property
    def database_url(self) -> str:
        """The database URL with a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        if self.database.url.startswith(prefix) and not self.database.url.startswith("sqlite:////"):
            return prefix + str((self.root / self.database.url.removeprefix(prefix)).resolve())
        return self.database.url


class BadConfig(Exception):
    """config.toml has mistakes; `problems` names each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_config(file: Path) -> Config:
    """Read `config.toml`. A missing file means the embedded defaults.

    Raises:
        BadConfig: with every mistake, each with file and line.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig((_syntax_problem(file, error),)) from None
    if secrets := tuple(_secrets(file, text, tables, ())):
        raise BadConfig(secrets)
    try:
        return Config(**tables, root=file.parent.resolve())
    except ValidationError as error:
        problems = tuple(sorted(_problem(file, text, dict(mistake)) for mistake in error.errors()))
        raise BadConfig(problems) from None


def _syntax_problem(file: Path, error: tomllib.TOMLDecodeError) -> Problem:
    """A syntax mistake; tomllib names its line only inside the sentence."""
    place = re.search(r"\(at line (\d+)", str(error))
    return Problem(file=str(file), line=int(place[1]) if place else 0, message=f"not TOML: {error}")


def _problem(file: Path, text: str, mistake: dict[str, Any]) -> Problem:
    """A mistake that pydantic found, at its line."""
    where = [str(step) for step in mistake["loc"]]
    said = str(mistake["msg"]).removeprefix("Value error, ")
    message = without_passwords(f"{'.'.join(where)}: {said[:1].lower()}{said[1:]}")
    if mistake["type"] == "extra_forbidden":
        message = f"{'.'.join(where)}: no such setting; see docs/configuration.md"
    return Problem(file=str(file), line=_line_of(text, where), message=message)


def without_passwords(text: str) -> str:
    """The text with the passwords in addresses of servers hidden: "postgresql://desk:***@db.example.org/mailgate"."""
    return _PASSWORD_IN_URL.sub(r"\1***@", text)


def _secrets(file: Path, text: str, value: object, where: tuple[str, ...]) -> Iterator[Problem]:
    """A mistake for each secret that stands in the file itself, where everybody may read it who may read settings."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _secrets(file, text, each, (*where, name))
    elif isinstance(value, list):
        for each in value:
            yield from _secrets(file, text, each, where)
    elif isinstance(value, str) and value and (_is_secret(where[-1]) or _PASSWORD_IN_URL.search(value)):
        said = (
            "a secret must not stand here; put it into a file that only mailgate may read and name that file, or set "
            f"MAILGATE_{'__'.join(where).upper()} in the environment"
        )
        yield Problem(file=str(file), line=_line_of(text, list(where)), message=f"{'.'.join(where)}: {said}")


def _is_secret(name: str) -> bool:
    """Whether a setting of that name would hold a secret itself, and not the name of a file that does."""
    return bool(_SECRET_NAME.search(name.lower())) and not name.lower().endswith("_file")


def _line_of(text: str, where: list[str]) -> int:
    """The line of `[section]` and `key`, of the n-th `[[section]]`; 0 when the mistake came from the environment."""
    nth = int(where[1]) if len(where) > 1 and where[1].isdecimal() else None
    key = where[1 if nth is None else 2 :][:1]
    line_of_section, section, count = 0, "", -1
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("["):
            section = words.partition("#")[0].strip("[] ")
            if where[:1] == [section]:
                count += 1
                line_of_section = number if nth in {None, count} else line_of_section
        elif section == where[0] and nth in {None, count} and key == [words.split("=")[0].strip()]:
            return number
    return line_of_section
