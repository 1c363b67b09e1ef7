"""The schema: made by migrations, the same as the tables, and checked before anything runs."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mailgate.store.facade import Store
from mailgate.store.schema import MIGRATIONS, REVISION
from mailgate.store.tables import Row
from mailgate.trouble import Permanent
from tests.store.cast import ON_A_FILE


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []


def test_the_code_asks_for_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    store.upgrade()
    store.upgrade()

    store.check()


@ON_A_FILE
def test_sqlite_is_durable_and_lets_readers_read_while_one_writes(store: Store) -> None:
    with store.database.reading() as connection:
        said = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert said == ["wal", 2, 1]


def test_the_folder_of_the_database_is_made_for_our_eyes_only(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'mailgate.db'}")

    store.upgrade()
    store.close()

    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_database_without_tables_is_told_from_one_that_is_too_old_or_too_new(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'mailgate.db'}")
    with pytest.raises(Permanent, match="no tables yet: run `mailgate db upgrade`"):
        store.check()
    store.upgrade()
    for revision, sentence in (("0000", "run `mailgate db upgrade`"), ("9999", "newer version of mailgate")):
        with store.database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608  (our own)
        with pytest.raises(Permanent, match=sentence):
            store.check()
    store.close()


def test_opening_a_store_does_not_load_alembic() -> None:
    code = "import sys, mailgate.store.facade; sys.exit('alembic' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  (our own)
