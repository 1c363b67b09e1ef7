"""A server for each module of tests, with an empty mailbox for each test, and a desk."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from mailgate.store.facade import Store
from tests.imap.dovecot import Dovecot, running
from tests.imap.house import Desk


@pytest.fixture(scope="session")
def shared() -> Iterator[Dovecot]:
    """One server for all tests that leave it as it is."""
    with running() as server:
        yield server


@pytest.fixture
def dovecot(shared: Dovecot, request: pytest.FixtureRequest) -> Dovecot:
    """The server with an empty mailbox for this test alone."""
    return replace(shared, user=f"desk-{crc32(request.node.nodeid.encode()):08x}")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty store."""
    store = Store(f"sqlite:///{tmp_path / 'mailgate.db'}")
    store.upgrade()
    yield Desk(home=tmp_path, store=store)
    store.close()
