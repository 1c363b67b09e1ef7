"""Installations for the tests of the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.house import Daemon, Installation


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """An installation without a database."""
    return Installation.make(tmp_path / "house")


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One daemon for all tests that only send mail to it and look; its people are the sample people."""
    house = Installation.make(tmp_path_factory.mktemp("shared") / "house")
    house.upgrade_with_people()
    with house.daemon() as running:
        yield running
