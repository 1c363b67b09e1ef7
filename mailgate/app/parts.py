"""The parts of a daemon that every process of it may need, each built from the configuration."""

import socket
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from mailgate.app.agreeing import check_agreement
from mailgate.app.secret import secret_of
from mailgate.config import Config
from mailgate.relay import Maildir, SmtpRelay
from mailgate.store import schema
from mailgate.store.database import Database
from mailgate.trouble import Permanent


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def process_name(part: str, node: str = "") -> str:
    """The name by which a part of this machine claims messages or letters; no two living ones may share it.

    Args:
        part: the part.
        node: the name of this machine (`database.node`); "": its host name.
    """
    return f"{node or socket.gethostname()}:{part}"


def open_database(config: Config, *, make: bool = False) -> Database:
    """The database of the configuration, with the tables that this code needs.

    Args:
        config: names the database.
        make: make a SQLite database that is not there yet, so that an empty folder becomes an installation.

    Raises:
        Temporary: the database does not answer.
        Permanent: it has not the tables that are needed, or other machines on it go by other settings; the sentence
            says what to do.
    """
    database = Database(config.database_url, secret_of(config))
    try:
        _prepare(config, database, make=make)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(config: Config, database: Database, *, make: bool) -> None:
    """Make sure that the database can be worked with; troubles are those of `open_database`."""
    file = database_file(config)
    if file is not None and not file.exists():
        if not make:
            raise Permanent(f"there is no database {file} yet: run `mailgate db upgrade`")
        schema.upgrade(database)
    schema.check(database)
    check_agreement(config, database)


def database_file(config: Config) -> Path | None:
    """The file of a SQLite database; None where the database is a server."""
    prefix = "sqlite:///"
    return Path(config.database_url.removeprefix(prefix)) if config.database_url.startswith(prefix) else None


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
        password=read_secret("letters.relay_password_file", config),
        timeout=section.relay_timeout,
        hostname=config.smtp.hostname,
    )


def read_secret(setting: str, config: Config) -> str:
    """A password or token: from the environment, else out of its file; "" when none is configured.

    Args:
        setting: the name of the setting that names the file: "letters.relay_password_file". The one without "_file" in
            the same section is only set by the environment.
        config: the configuration.

    Raises:
        Permanent: the file cannot be read.
    """
    section, _, name = setting.partition(".")
    values = getattr(config, section)
    given: SecretStr | None = getattr(values, name.removesuffix("_file"))
    if given is not None:
        return given.get_secret_value()
    file: Path | None = getattr(values, name)
    if file is None:
        return ""
    place = config.path(file)
    try:
        return place.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Permanent(f"the secret file {place} cannot be read ({reason}); see {setting}") from None
