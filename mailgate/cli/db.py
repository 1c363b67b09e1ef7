"""`mailgate db`."""

from contextlib import closing

from mailgate.cli.options import ConfigFile, command_group, read
from mailgate.cli.screen import say
from mailgate.store import schema
from mailgate.store.database import Database

command = command_group()


@command.callback()
def db() -> None:
    """Make the database, or bring its tables up to date."""


@command.command()
def upgrade(config: ConfigFile = None) -> None:
    """Make the tables, or bring them up to date; doing it twice changes nothing.

    Example, after a new version of mailgate was installed: mailgate db upgrade
    """
    with closing(Database(read(config).database_url)) as database:
        schema.upgrade(database)
        say(f"the database {database.engine.url!r} is up to date")
