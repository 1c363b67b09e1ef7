"""What the store knows of mails that their own authors answer."""

from dataclasses import replace
from datetime import timedelta

from mailgate.core.decision import Outcome
from mailgate.store.facade import Store
from mailgate.store.knowledge import look_up
from tests.store.cast import ANNA, BORYS, NOON, TICKET, anna, claim_all, letter, raw, verdict, writer

AUTHOR = "anna.kowalska@spedycja.example"
ASKED = replace(TICKET, outcome=Outcome.CLARIFY, reason="points_to_service", candidates=("akc-ww",), asks=True)


def test_an_authors_own_mails_lead_to_open_questions_and_open_tickets(store: Store) -> None:
    for text in (ANNA, anna(1), BORYS):
        store.keep([raw(text)])
    first, second, third = claim_all(store)
    asking = verdict(second, ASKED, replace(letter(), question=second.digest))
    store.record([verdict(first), asking, verdict(third)], writer(), NOON)
    mails = ("<sent100@spedycja.example>", "<sent100.1@spedycja.example>", "<akcww@tranzyt.example>", "<no@where>")

    known = look_up(store.database, authors=(), letters=(), numbers=(), mails=mails)

    assert set(known.own_tickets) == {(mails[0], AUTHOR), (mails[2], "borys@tranzyt.example")}
    assert {name: asked.message for name, asked in known.own_questions.items()} == {(mails[1], AUTHOR): second.id}

    later = NOON + timedelta(hours=1)
    store.tickets.close(known.own_tickets[mails[0], AUTHOR].number, at=later, operator="ola", now=later)
    known = look_up(store.database, authors=(), letters=(), numbers=(), mails=mails[:1])
    assert known.own_tickets == {}
