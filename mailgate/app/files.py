"""The files that settings name: certificates, passwords, the database; and who else may read them."""

import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mailgate.app.csd import make_csd
from mailgate.app.parts import database_file, make_relay
from mailgate.config import BadConfig, Config
from mailgate.config.section import Section
from mailgate.core.problem import Problem
from mailgate.smtp.tls import make_tls
from mailgate.smtp.users import read_users
from mailgate.trouble import Permanent


def check_files(config: Config) -> tuple[Problem, ...]:
    """Every mistake in those files; without this it would be found when the daemon starts."""
    section = config.smtp
    looks: tuple[Callable[[], object], ...] = (
        lambda: make_tls(section, config.root),
        lambda: read_users(config.path(section.users_file)) if section.users_file else None,
        lambda: make_relay(config),
        *(
            partial(_open, config.path(file), mailbox.name)
            for mailbox in config.imap
            for name in type(mailbox).model_fields
            if isinstance(file := getattr(mailbox, name), Path)
        ),
        lambda: make_csd(config),
    )
    return tuple(problem for look in looks for problem in _problems(look))


def _open(file: Path, mailbox: str) -> None:
    """Look whether a file that `[[imap]]` names is there.

    Raises:
        Permanent: it is not.
    """
    try:
        file.open("rb").close()
    except OSError as error:
        raise Permanent(f"{file} cannot be read ({error.strerror}); see the mailbox {mailbox} in [[imap]]") from None


def _problems(look: Callable[[], object]) -> Iterator[Problem]:
    try:
        look()
    except BadConfig as error:
        yield from error.problems
    except Permanent as error:
        yield Problem(file="config.toml", line=0, message=str(error))


def check_modes(config: Config) -> tuple[Problem, ...]:
    """A note for each file with a secret or with mail in it that somebody else on this machine may read."""
    return tuple(
        Problem(file=str(file), line=0, message=f"{who} may read it; let nobody but mailgate: chmod 600 {file}")
        for file in dict.fromkeys(_secret_files(config))
        if (who := _others(file))
    )


def _secret_files(config: Config) -> Iterator[Path]:
    """Files that settings name as `..._file` or `..._key`, whatever the section, and those of the database."""
    for name in type(config).model_fields:
        yield from _named_in(config, getattr(config, name))
    database = database_file(config)
    if database is not None:
        yield from (database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm"))


def _named_in(config: Config, value: object) -> Iterator[Path]:
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _named_in(config, each)
    elif isinstance(value, Section):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if isinstance(inner, Path) and name.endswith(("_file", "_key")):
                yield config.path(inner)
            else:
                yield from _named_in(config, inner)


def _others(file: Path) -> str:
    """Who else may read a file, as its mode and those of the folders above it say: "everybody", "its group" or ""."""
    try:
        mode = file.stat().st_mode
        above = [folder.stat().st_mode for folder in file.resolve().parents]
    except OSError:
        return ""
    for who, may_read, may_pass in (
        ("everybody", stat.S_IROTH, stat.S_IXOTH),
        ("its group", stat.S_IRGRP, stat.S_IXGRP | stat.S_IXOTH),
    ):
        if mode & may_read and all(each & may_pass for each in above):
            return who
    return ""
