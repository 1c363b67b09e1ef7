"""Whoever answers a mail of their own, out of the folder of what they have sent, goes on with what came of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.choosing.house import ANNA, EWA, VAGUE, Desk, desk, later

AGAIN = f"""\
From: Anna Kowalska <{ANNA}>
To: helpdesk-eclo@mf.gov.pl
Subject: Re: problem
Date: Mon, 23 Nov 2026 13:00:00 +0100
Message-ID: <again@spedycja.example>
In-Reply-To: <vague@spedycja.example>
References: <vague@spedycja.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dodam, że chodzi o Złóż zgłoszenie INTRASTAT.
"""
NAMED = VAGUE.replace("Subject: problem", "Subject: AKC-WW")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened
        assert opened.store.balance().missing == ()


def test_what_they_add_to_a_mail_that_we_asked_about_answers_the_question(house: Desk) -> None:
    number, _ = house.ask()
    added = house.take(AGAIN, later(hours=1))
    house.settle(later(hours=1))

    assert (house.became(number)[0], house.became(added)[0]) == ("ticket", "append")
    assert [ticket.service for ticket in house.store.tickets.list()] == ["intrastat"]


def test_what_they_add_to_a_mail_that_opened_a_ticket_is_added_to_it_while_it_is_open(house: Desk) -> None:
    house.take(NAMED)
    house.settle()
    [ticket] = house.store.tickets.list()
    added = house.take(AGAIN, later(hours=1))
    house.settle(later(hours=1))
    assert house.became(added) == ("append", "append")

    house.store.tickets.close(ticket.number, at=later(hours=2), operator="ola", now=later(hours=2))
    late = house.take(AGAIN.replace("<again@", "<late@").replace("Dodam", "Jeszcze dodam"), later(hours=3))
    house.settle(later(hours=3))

    assert house.became(late)[0] != "append"


def test_nobody_gets_at_the_mail_of_another_by_its_message_id(house: Desk) -> None:
    number, _ = house.ask()
    hers = house.take(AGAIN.replace(ANNA, EWA).replace("Anna Kowalska", "Ewa Nowak"), later(hours=1))
    house.settle(later(hours=1))

    assert house.became(number)[0] == "clarify"
    assert house.became(hers)[0] != "append"
