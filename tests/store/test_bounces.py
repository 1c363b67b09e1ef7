"""Letters that come back, and who gets none until they write again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mailgate.core.automatic import Automatic, Delivery, Machine
from mailgate.core.decision import Outcome
from mailgate.core.facts import Known, KnownLetter
from mailgate.core.identity import Trust
from mailgate.store.facade import Store
from mailgate.store.verdicts import Recorded
from tests.store.cast import BORYS, NOON, TICKET, WIDE, anna, claim_all, letter, raw, verdict, writer

ANNA = "anna.kowalska@spedycja.example"
HOUR = timedelta(hours=1)
IGNORED = replace(TICKET, outcome=Outcome.IGNORE, reason="machine_written", template=None, service=None, system=None)
BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@mx.spedycja.example>
To: helpdesk-eclo@mf.gov.pl
Subject: Undelivered Mail Returned to Sender ({number})
Date: Mon, 23 Nov 2026 13:00:00 +0100
Message-ID: <bounce.{number}@mx.spedycja.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

<anna.kowalska@spedycja.example>: host mx.spedycja.example said: 550 5.1.1 User unknown
"""


def write(store: Store, number: int = 0, *, at: datetime = NOON, trust: Trust = Trust.PROVEN) -> Recorded:
    """Anna writes, and has a letter."""
    store.keep([raw(anna(number), received_at=at)])
    [message] = claim_all(store, at)
    decided = verdict(message, reply=letter(cause=f"ticket:{number}"))
    identity = replace(decided.facts.identity, trust=trust)
    decided = replace(decided, facts=replace(decided.facts, identity=identity))
    [recorded] = store.record([decided], writer(), at)
    return recorded


def bounce(
    store: Store,
    number: int,
    *,
    at: datetime,
    to: str = ANNA,
    says: str = ANNA,
    for_good: bool = True,
    least: int = 1,
    letter_id: int = 1,
) -> None:
    """A bounce of that letter to `to` comes in that says of `says` that it cannot be reached."""
    store.keep([raw(BOUNCE.format(number=number), received_at=at)])
    [message] = claim_all(store, at)
    action = "failed" if for_good else "delayed"
    told = Automatic(
        machine=Machine.BOUNCE,
        evidence="delivery report: failed",
        deliveries=(Delivery(address=says, action=action, for_good=for_good),),
    )
    decided = verdict(message, IGNORED)
    known = Known(bounced=(KnownLetter(id=letter_id, message_id="<mg@mf.gov.pl>", recipient=to),))
    facts = replace(decided.facts, automatic=told, known=known)
    store.record([replace(decided, facts=facts)], writer(replace(WIDE, bounces=least)), at)


def suppressed(store: Store, least: int = 1) -> list[str]:
    return [each.address for each in store.bounces.suppressed(least)]


def test_a_letter_that_came_back_says_so_wherever_it_is_shown(store: Store) -> None:
    opened = write(store)
    bounce(store, 1, at=NOON + HOUR)

    [line] = store.outbox.list()
    [told] = line.bounces
    ticket, message, shown = store.tickets.show(opened.ticket or ""), store.messages.show(2), store.outbox.show(1)
    assert (told.letter, told.recipient, told.message, told.told_at) == (1, ANNA, 2, NOON + HOUR)
    assert (told.for_good, told.lifted_at) == (True, None)
    assert ticket is not None
    assert ticket.bounces == (told,)
    assert message is not None
    assert message.bounces == (told,)
    assert shown is not None
    assert shown.line.bounces == (told,)


def test_an_address_that_cannot_be_reached_gets_no_letters(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR)

    [found] = store.bounces.suppressed(1)

    assert (found.address, found.since, found.letters) == (ANNA, NOON + HOUR, (1,))


def test_letters_that_are_due_to_it_wait(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR)

    [line] = store.outbox.list()
    assert (line.state, line.error) == (
        "waiting",
        "withheld: letters to this address come back; it gets none until it writes again",
    )


def test_whoever_writes_again_gets_letters_again_those_too_that_waited(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR)

    recorded = write(store, 1, at=NOON + 2 * HOUR)

    assert recorded.letter == "sent"
    assert suppressed(store) == []
    assert [line.state for line in store.outbox.list()] == ["due", "due"]
    assert store.outbox.list()[1].bounces[0].lifted_by == "message 3"


def test_a_forged_mail_lifts_nothing(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR)

    recorded = write(store, 1, at=NOON + 2 * HOUR, trust=Trust.FORGED)

    assert recorded.letter.startswith("withheld: ")
    assert suppressed(store) == [ANNA]


def test_a_mail_that_came_before_the_bounce_lifts_nothing(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR)

    write(store, 1, at=NOON + HOUR - timedelta(seconds=1))

    assert suppressed(store) == [ANNA]


@pytest.mark.parametrize(
    "how",
    [
        {"for_good": False},
        {"says": "ktos.inny@spedycja.example"},
        {"says": "zapasowa@poczta.example"},
    ],
    ids=["a delay", "a bounce about somebody else", "an address it was passed on to"],
)
def test_it_is_noted_and_silences_nobody(store: Store, how: dict[str, object]) -> None:
    write(store)

    bounce(store, 1, at=NOON + HOUR, **how)  # type: ignore[arg-type]  # parametrized

    [line] = store.outbox.list()
    assert (line.state, len(line.bounces), suppressed(store)) == ("due", 1, [])


def test_a_bounce_that_names_no_address_is_about_the_one_that_the_letter_went_to(store: Store) -> None:
    write(store)

    bounce(store, 1, at=NOON + HOUR, says="")

    assert suppressed(store) == [ANNA]


def test_as_many_letters_must_come_back_as_are_configured(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR, least=2)
    bounce(store, 2, at=NOON + HOUR, least=2)

    assert suppressed(store, 2) == []
    store.keep([raw(BORYS)])
    [message] = claim_all(store)
    store.record([verdict(message, reply=replace(letter(cause="reminder"), to=ANNA))], writer(), NOON)
    bounce(store, 3, at=NOON + HOUR, least=2, letter_id=2)
    assert suppressed(store, 2) == [ANNA]


def test_an_operator_can_lift_it(store: Store) -> None:
    write(store)
    bounce(store, 1, at=NOON + HOUR)

    assert store.bounces.lift("Anna.Kowalska@SPEDYCJA.example", operator="ewa", now=NOON + 2 * HOUR)
    assert not store.bounces.lift(ANNA, operator="ewa", now=NOON + 2 * HOUR)

    [line] = store.outbox.list()
    assert (line.state, line.bounces[0].lifted_by, suppressed(store)) == ("due", "ewa", [])
