"""The files that settings name: certificates, passwords."""

from collections.abc import Callable, Iterator

from mailgate.app.parts import make_relay
from mailgate.config import BadConfig, Config
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
    )
    return tuple(problem for look in looks for problem in _problems(look))


def _problems(look: Callable[[], object]) -> Iterator[Problem]:
    try:
        look()
    except BadConfig as error:
        yield from error.problems
    except Permanent as error:
        yield Problem(file="config.toml", line=0, message=str(error))
