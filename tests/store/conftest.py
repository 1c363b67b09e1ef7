"""A store for each test: a real SQLite file, copied from one that was made once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.store.facade import Store
from tests.store.cast import FILE, new_store


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and a rulebook, and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    new_store(folder).close()
    return folder / FILE


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(empty, tmp_path / FILE)
    opened = Store(f"sqlite:///{tmp_path / FILE}")
    yield opened
    opened.close()
