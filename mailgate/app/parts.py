"""The single parts of a daemon, each built from the configuration."""

import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from mailgate.config import Config, LettersSection
from mailgate.core.letter import compose, letter_id
from mailgate.core.mail import Address
from mailgate.core.reply import Reply
from mailgate.relay import Maildir, SmtpRelay
from mailgate.store.brake import Limits
from mailgate.store.facade import Store
from mailgate.store.verdicts import Writer
from mailgate.trouble import Permanent

_SECRET_BYTES = 32


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def process_name(part: str) -> str:
    """The name by which a part of this machine claims messages or letters; no two living ones may share it."""
    return f"{socket.gethostname()}:{part}"


def open_store(config: Config, *, make: bool = False) -> Store:
    """The store of the configuration, with the tables that this code needs.

    Args:
        config: names the database.
        make: make a SQLite database that is not there yet, so that an empty folder becomes an installation.

    Raises:
        Temporary: the database does not answer.
        Permanent: it has not the tables that are needed; the sentence says what to do.
    """
    store = Store(config.database_url, config.desk.ticket_prefix)
    file = database_file(config)
    if file is not None and not file.exists():
        if not make:
            raise Permanent(f"there is no database {file} yet: run `mailgate db upgrade`")
        store.upgrade()
    store.check()
    return store


def database_file(config: Config) -> Path | None:
    """The file of a SQLite database; None where the database is a server."""
    prefix = "sqlite:///"
    return Path(config.database_url.removeprefix(prefix)) if config.database_url.startswith(prefix) else None


def make_writer(config: Config) -> Writer:
    """How letters come to be: from whom, with which Message-IDs, and how many at most.

    Raises:
        Permanent: the file with the secret cannot be used.
    """
    desk, section = config.desk, config.letters
    sender = Address(addr=desk.address, name=desk.name)
    secret = read_secret(config.path(section.secret_file))

    def write(reply: Reply, message_id: str, date: datetime) -> bytes:
        return compose(reply, message_id=message_id, date=date, sender=sender)

    return Writer(
        compose=write,
        letter_id=partial(_letter_id, secret, desk.address.rpartition("@")[2]),
        limits=Limits(
            window=timedelta(hours=section.window_hours),
            per_address_per_day=section.per_address_per_day,
            per_day=section.per_day,
        ),
    )


def _letter_id(secret: bytes, domain: str, digest: str, template: str) -> str:
    return letter_id(secret, digest, template, domain)


def read_secret(file: Path) -> bytes:
    """The secret that keys our Message-IDs, made when it is not there yet; several processes agree on one.

    Raises:
        Permanent: the file cannot be read or written, or is too short to be a secret.
    """
    try:
        if not file.exists():
            _make_secret(file)
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it does not hold hexadecimal digits"
        raise Permanent(f"the secret {file} cannot be used ({why}); remove it, and a new one is made") from None
    if len(secret) < _SECRET_BYTES:
        raise Permanent(f"the secret {file} is too short; remove it, and a new one is made")
    return secret


def _make_secret(file: Path) -> None:
    """Write it beside and link it: nobody ever reads half of it, and the first one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as written:  # noqa: PTH123  (a Path cannot be opened with a mode)
        written.write(f"{secrets.token_hex(_SECRET_BYTES)}\n")
        written.flush()
        os.fsync(written.fileno())
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def make_relay(config: Config) -> SmtpRelay | Maildir:
    """Where letters go: to the configured relay, or into the Maildir while there is none.

    Raises:
        Permanent: the file with the password cannot be read.
    """
    section = config.letters
    if not section.relay_host:
        return Maildir(folder=config.path(section.maildir))
    return SmtpRelay(
        host=section.relay_host,
        port=section.relay_port,
        security=section.relay_security,
        user=section.relay_user,
        password=_read_password(section, config),
        timeout=section.relay_timeout,
        hostname=config.smtp.hostname,
    )


def _read_password(section: LettersSection, config: Config) -> str:
    """The password for the relay; "" when none is configured.

    Raises:
        Permanent: its file cannot be read.
    """
    if section.relay_password_file is None:
        return ""
    file = config.path(section.relay_password_file)
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Permanent(f"the password file {file} cannot be read ({error}); see letters.relay_password_file") from None
