"""`mailgate config`."""

from mailgate.cli.options import command_group
from mailgate.cli.screen import say_as_is
from mailgate.config_text import write_config

command = command_group()


@command.command()
def config() -> None:
    """Print config.toml with every setting, what it means, and its default.

    A setting that is not written down has its default. Each can be overridden by an environment variable:
    MAILGATE_SMTP__PORT=2525 sets `port` of [smtp].

    Example: mailgate config > config.toml
    """
    say_as_is(write_config())
