"""A flood in somebody's name brings that person one letter, and nobody else any."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.tricks import WISHES
from tests.choosing.house import ANNA, NOON, VAGUE, Desk, desk, later
from tests.choosing.test_reminding import done

FLOOD = """\
From: Anna Kowalska <{author}>
To: helpdesk-eclo@mf.gov.pl
Subject: {subject}
Date: Mon, 23 Nov 2026 11:58:00 +0100
Message-ID: <flood.{number}@evil.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dzień dobry, to już {number}. raz. Proszę o pomoc.
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened
        assert opened.store.balance().missing == ()


def flood(house: Desk, mails: int, *, author: str = ANNA, auth: str = "none") -> list[str]:
    """So many mails, all within an hour; gives the addresses that were written to."""
    for number in range(mails):
        subject = WISHES[number % len(WISHES)]
        house.take(FLOOD.format(author=author, subject=subject, number=number), later(seconds=3 * number), auth=auth)
    house.settle(later(hours=1))
    return [line.recipient or "" for line in house.store.outbox.list(limit=5000)]


def test_a_thousand_mails_in_the_name_of_a_login_bring_one_letter(house: Desk) -> None:
    assert flood(house, 1000) == [ANNA]


def test_the_reminders_of_a_flood_of_vague_mails_are_one_letter_too(house: Desk) -> None:
    for number in range(20):
        house.take(VAGUE.replace("<vague@", f"<vague.{number}@").replace("500", str(number)), auth="none")
    house.settle(NOON)
    assert len(house.store.outbox.list()) == 1

    assert len(done(house, days=3)) == 20
    assert [line.template for line in house.store.outbox.list()] == ["clarify-reminder", "clarify"]


@pytest.mark.parametrize("auth", ["none", "fail (p=reject)"])
def test_mails_in_the_name_of_a_stranger_bring_none(house: Desk, auth: str) -> None:
    assert flood(house, 40, author="przechodzien@spedycja.example", auth=auth) == []
