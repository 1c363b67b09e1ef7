"""An office for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.review.house import Office, office


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Office]:
    """An office with Anna and Ewa in its directory, and no mail."""
    with office(tmp_path) as opened:
        yield opened
