"""Closing tickets, and opening them again."""

from datetime import timedelta

import pytest

from mailgate.store.facade import Store
from mailgate.store.tickets import TicketChange
from mailgate.trouble import Permanent
from tests.store.cast import NOON, claim_all, raw, verdict, writer

LATER = NOON + timedelta(days=3)
ZGL = "ZGL0000001"


@pytest.fixture
def opened(store: Store) -> Store:
    """A store with Anna's ticket, open."""
    store.keep([raw()])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)
    return store


def test_a_closed_ticket_says_when_and_by_whom(opened: Store) -> None:
    done = opened.tickets.close(ZGL, at=NOON + timedelta(days=2), operator="ewa", now=LATER)

    found = opened.tickets.show(ZGL)
    assert done
    assert found is not None
    assert (found.line.status, found.line.closed_at) == ("closed", NOON + timedelta(days=2))
    assert found.changes == (
        TicketChange(status="closed", at=NOON + timedelta(days=2), recorded_at=LATER, operator="ewa"),
    )


def test_closing_a_closed_ticket_changes_nothing(opened: Store) -> None:
    opened.tickets.close(ZGL, at=NOON, operator="ewa", now=LATER)

    assert not opened.tickets.close(ZGL, at=LATER, operator="jan", now=LATER)

    found = opened.tickets.show(ZGL)
    assert found is not None
    assert found.line.closed_at == NOON
    assert [change.operator for change in found.changes] == ["ewa"]


def test_a_ticket_that_is_opened_again_keeps_its_history(opened: Store) -> None:
    opened.tickets.close(ZGL, at=NOON, operator="ewa", now=NOON)

    assert opened.tickets.reopen(ZGL, operator="jan", now=LATER)
    assert not opened.tickets.reopen(ZGL, operator="jan", now=LATER)

    found = opened.tickets.show(ZGL)
    assert found is not None
    assert (found.line.status, found.line.closed_at) == ("open", None)
    assert [(change.status, change.operator) for change in found.changes] == [("closed", "ewa"), ("open", "jan")]


@pytest.mark.parametrize(
    ("number", "at", "sentence"),
    [
        ("ZGL0000009", NOON, 'there is no ticket "ZGL0000009"'),
        (ZGL, NOON - timedelta(minutes=1), "ZGL0000001 was opened later, at 2026-11-23 12:00 UTC"),
        (ZGL, LATER + timedelta(seconds=1), "still to come"),
    ],
)
def test_a_ticket_cannot_be_closed_at_an_impossible_time(opened: Store, number: str, at: object, sentence: str) -> None:
    with pytest.raises(Permanent, match=sentence):
        opened.tickets.close(number, at=at, operator="ewa", now=LATER)  # type: ignore[arg-type]  # parametrized
