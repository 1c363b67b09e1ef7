"""Two machines on one PostgreSQL: whoever dies is followed, and nothing is lost or comes twice."""

from pathlib import Path

import pytest

from tests.machines.trial import SOON, run
from tests.postgres import Server

pytestmark = pytest.mark.long


def test_machines_that_are_killed_in_turn_lose_no_mail_and_double_nothing(tmp_path: Path, server: Server) -> None:
    found = run(tmp_path, server, mails=60, kills=2, every=0.5, pause=0.5)

    assert found.acknowledged == 60
    assert (found.lost, found.unsettled, found.missing_letters) == (0, 0, 0)
    assert (found.doubled_tickets, found.doubled_letters) == (0, 0)
    assert found.faults == []
    assert found.mailbox_take_overs
    assert found.slowest < SOON
