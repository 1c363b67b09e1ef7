"""`mailgate db`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from mailgate.app.agreeing import ours
from mailgate.cli.options import Apply, AsJson, ConfigFile, command_group, read
from mailgate.cli.screen import say, say_json
from mailgate.store import schema
from mailgate.store.agreement import insist
from mailgate.store.balance import balance
from mailgate.store.copying import copy as copy_store
from mailgate.store.database import Database
from mailgate.store.document import document
from mailgate.trouble import Permanent

command = command_group()


@command.callback()
def db() -> None:
    """Make the database, bring its tables up to date, move it to PostgreSQL."""


@command.command()
def upgrade(config: ConfigFile = None) -> None:
    """Make the tables, or bring them up to date; doing it twice changes nothing.

    Example, after a new version of mailgate was installed: mailgate db upgrade
    """
    with closing(Database(read(config).database_url)) as database:
        schema.upgrade(database)
        say(f"the database {database.engine.url!r} is up to date")


@command.command()
def copy(
    to: Annotated[str, typer.Option(help='The empty database: "postgresql+psycopg://mailgate@db.example/mailgate".')],
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Copy the whole SQLite store into an empty PostgreSQL database, all or nothing, and prove that it arrived.

    Stop the daemon first; while this runs, `mailgate receive` asks its MTA to come again. Each table is read back and
    compared by count and digest, then the balance of both is compared. Afterwards let database.url name the new one.

    Example: mailgate db copy --to postgresql+psycopg://mailgate@db.example/mailgate
    """
    source, target = Database(read(config).database_url), Database(to)
    with closing(source), closing(target):
        with _progress() as tick:
            copied = copy_store(source, target, tick)
        if balance(source) != balance(target):
            raise Permanent(
                "every row arrived, but the balance is another one; this is our bug, so keep to the old one"
            )
        if as_json:
            say_json(document(copied))
            return
        for table in copied:
            say(f"{table.table:14} {table.rows:9} rows  {table.digest[:16]}")
        say(f"all of it is in {target.engine.url!r}, and its balance is the same; now let database.url name that")


@command.command()
def agree(apply: Apply = False, config: ConfigFile = None) -> None:
    """Let the secret and the ticket prefix of this machine be those that all machines must have.

    Only for when they were changed on purpose: letters that were written with the former secret are not known again,
    and what the audit trail was sealed with is no longer there to check it.

    Example, after a new secret was given to every machine: mailgate db agree --apply
    """
    settings = read(config)
    with closing(Database(settings.database_url)) as database:
        schema.check(database)
        mine = ours(settings)
        if apply:
            insist(database, mine)
            say("agreed; start the other machines with the same secret and the same ticket prefix")
        else:
            say("what this machine says would be what all must have; do it with --apply")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each table, on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        bars: dict[str, TaskID] = {}

        def tick(table: str, done: int, of: int) -> None:
            if table not in bars:
                bars[table] = progress.add_task(table, total=of)
            progress.update(bars[table], completed=done)

        yield tick
