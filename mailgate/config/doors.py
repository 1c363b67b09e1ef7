"""Settings of the doors that mail and watchers come to."""

from pathlib import Path

from pydantic import Field

from mailgate.config.section import Section, SocketMode


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


class WebSection(Section):
    """Pages for whoever watches: /metrics, /health, /ready. See docs/watching.md."""

    # They have no password: stay on loopback, or put a proxy before them.
    host: str = "127.0.0.1"
    # 0: nobody is shown anything.
    port: int = Field(default=0, ge=0, le=65535)
    # Minutes between two counts of `mailgate balance`, which reads the whole database; 0: never.
    balance_every_minutes: float = Field(default=60.0, ge=0)
