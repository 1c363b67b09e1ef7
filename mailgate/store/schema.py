"""The schema: is it there, and bring it up to date. Alembic is imported only when something is to be done."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from mailgate.store.database import Database
from mailgate.trouble import Permanent, Temporary

# The revision that this code needs: the newest one in migrations/versions.
REVISION = "0009"

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Create the tables or bring them up to date; safe to run at any time.

    Raises:
        Temporary: the database did not answer.
    """
    from alembic import command  # noqa: PLC0415  (a tenth of a second that only this command should pay)
    from alembic.config import Config  # noqa: PLC0415  (likewise)

    if database.is_sqlite:
        _make_file(database)
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(database: Database) -> None:
    """Make sure that the tables are those that this code needs.

    Raises:
        Permanent: they are not; the sentence says what to do.
        Temporary: the database did not answer.
    """
    with database.reading() as connection:
        found = _revision(connection)
    if found is None:
        raise Permanent(f"the database {database.engine.url!r} has no tables yet: run `mailgate db upgrade`")
    if found < REVISION:
        raise Permanent(f"the database {database.engine.url!r} is of an older version: run `mailgate db upgrade`")
    if found > REVISION:
        raise Permanent(f"the database {database.engine.url!r} is of a newer version of mailgate: install that one")


def _revision(connection: Connection) -> str | None:
    """The revision of the tables, or None without any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _make_file(database: Database) -> None:
    """SQLite: make the folder, for our eyes only, and switch the file to write-ahead logging."""
    file = make_url(str(database.engine.url)).database
    if file and file != ":memory:":
        folder = Path(file).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Temporary(f"the folder {folder} cannot be made ({error.strerror}): look at its parent") from error
    database.log_ahead()
