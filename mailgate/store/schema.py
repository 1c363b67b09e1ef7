"""The schema: is it there, and bring it up to date. Alembic is imported only when something is to be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.engine import make_url

from mailgate.store.database import Database
from mailgate.trouble import Permanent, Temporary

# The revision that this code needs: the newest one in migrations/versions.
REVISION = "0017"
# The oldest server that knows all we ask for, as it counts its versions.
_OLDEST_SERVER = 140_000
# The advisory lock of whoever upgrades; a number as good as any other.
_UPGRADING = 0x6D61696C

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Create the tables or bring them up to date; safe to run at any time, on several machines at once.

    Raises:
        Permanent: the rows that are there contradict each other.
        Temporary: the database did not answer.
        Permanent: its server cannot hold what we write.
    """
    from alembic import command  # noqa: PLC0415  (a tenth of a second that only this command should pay)
    from alembic.config import Config  # noqa: PLC0415  (likewise)

    if database.is_sqlite:
        _make_file(database)
    else:
        _check_server(database)
    with database.migrating() as connection, _free_of_foreign_keys(connection, is_sqlite=database.is_sqlite):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        if not database.is_sqlite:  # one machine after the other
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
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


@contextmanager
def _free_of_foreign_keys(connection: Connection, *, is_sqlite: bool) -> Iterator[None]:
    """SQLite: a table that changes is written anew, and meanwhile others refer to nothing (sqlite.org/lang_altertable).

    It cannot be said inside a transaction, so that is begun anew, and committed here.

    Raises:
        Permanent: in the end a row refers to nothing; nothing is changed.
    """
    if not is_sqlite:
        yield
        return
    connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        _mind_foreign_keys(connection)
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    finally:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")


def _mind_foreign_keys(connection: Connection) -> None:
    wrong = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if wrong is not None:
        raise Permanent(f"a row of {wrong[0]} refers to none of {wrong[2]}; nothing was changed, restore a backup")


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


def _check_server(database: Database) -> None:
    """Make sure that the server knows every letter, and is not too old.

    Raises:
        Permanent: it does not, or is.
    """
    with database.reading() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if version < _OLDEST_SERVER:
        raise Permanent(f"the server of {database.engine.url!r} is too old: install PostgreSQL 14 or newer")
    if encoding != "UTF8":
        raise Permanent(f"the database {database.engine.url!r} is in {encoding}: make it anew with ENCODING 'UTF8'")
