"""What several rooms' tests share: one PostgreSQL server for each process that tests."""

from collections.abc import Iterator

import pytest

from tests.postgres import Server, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server; it is started when the first test wants it."""
    with postgres() as running:
        yield running
