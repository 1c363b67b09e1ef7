"""What several rooms' tests share: a PostgreSQL server for each process, and empty stores on both databases."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from mailgate.store.facade import Store
from tests.postgres import Server, postgres
from tests.store.cast import FILE, new_store

NUMBERS = count(1)
TEMPLATE = "empty"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server; it is started when the first test wants it."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and a rulebook, and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    new_store(folder).close()
    return folder / FILE


@pytest.fixture(scope="session")
def empty_server(server: Server) -> Server:
    """A server with the same as a template."""
    new_store(server.make(TEMPLATE)).close()
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store of the test's own, first on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty"), tmp_path / FILE)
        yield f"sqlite:///{tmp_path / FILE}"
        return
    server: Server = request.getfixturevalue("empty_server")
    name = f"test{next(NUMBERS)}"
    yield server.make(name, TEMPLATE)
    server.drop(name)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on both databases."""
    opened = Store(url)
    yield opened
    opened.close()
