"""Balance: it agrees when all is well, and names each thing that is missing."""

from datetime import timedelta

import pytest

from mailgate.core.decision import Outcome
from mailgate.store.facade import Store
from mailgate.store.verdicts import Crash
from tests.store.cast import LEASE, NOON, REJECT, anna, append_to, claim_all, letter, raw, verdict, writer

HOUR = timedelta(hours=1)


def live(store: Store) -> None:
    """A morning at the desk: a ticket, an answer to it, a refusal, a crash, one under way, one that waits, a copy."""
    for number in range(6):
        store.keep([raw(anna(number), received_at=NOON + number * HOUR)])
    store.keep([raw(anna(0))])
    opening, answer, refused, crashing = store.claim("w1", 4, LEASE, NOON)
    store.record([verdict(opening, reply=letter())], writer(), NOON)
    store.record(
        [
            verdict(answer, append_to("ZGL0000001")),
            verdict(refused, REJECT, letter(template="reject-no-service")),
            Crash(message=crashing, trace="Traceback ..."),
        ],
        writer(),
        NOON,
    )
    store.claim("w1", 1, LEASE, NOON)


def test_a_desk_at_work_is_in_balance(store: Store) -> None:
    live(store)

    found = store.balance()

    assert found.missing == ()
    assert (found.receipts, found.duplicates, found.messages) == (7, 1, 6)
    assert found.states == {"kept": 1, "claimed": 1, "settled": 3, "parked": 1, "erased": 0}
    assert found.outcomes == {"ticket": 1, "append": 1, "reject": 1, "hold": 1}
    assert found.tickets == 1
    assert found.letters == {"due": 2, "leased": 0, "sent": 0, "dead": 0, "waiting": 0, "cancelled": 0}


def test_an_empty_store_is_in_balance(store: Store) -> None:
    assert store.balance().missing == ()


BOUNCE = (
    "INSERT INTO bounce (message, letter, recipient_key, for_good, told_at) "
    "VALUES ({message}, {letter}, 'anna', TRUE, '2026-11-23 12:00:00')"
)
QUESTION = (
    "INSERT INTO question (message, token, author, language, offers, reason, state, asked, asked_at) "
    "VALUES ({message}, 't', 'anna', 'pl', '[]', 'no_service', '{state}', 1, '2026-11-23 12:00:00')"
)

# What somebody did to the database behind our back, and what the balance says.
DAMAGE = [
    ("DELETE FROM message WHERE id = 6", "receipt 6", "was given, but there is no such message"),
    ("DELETE FROM arrival WHERE message = 6", "message 6", "nobody was given a receipt for it"),
    ("UPDATE message SET state = 'lost' WHERE id = 6", "message 6", "is in no state that there is"),
    ("DELETE FROM raw WHERE message = 6", "message 6", "its bytes are gone, and nobody erased it"),
    ("UPDATE message SET state = 'erased' WHERE id = 1", "message 1", "it is erased, but its bytes are here"),
    ("UPDATE message SET state = 'settled' WHERE id = 6", "message 6", "it left the queue without a decision"),
    ("UPDATE message SET outcome = 'ignore' WHERE id = 3", "message 3", "its outcome is not that of its last decision"),
    ("DELETE FROM ticket", "message 1", "it was to become a ticket, and there is none"),
    ("DELETE FROM entry WHERE message = 2", "message 2", "it was to be added to a ticket, and it was not"),
    ("UPDATE ticket SET message = 6", "ticket ZGL0000001", "no decision opened it"),
    ("DELETE FROM entry WHERE message = 1", "ticket ZGL0000001", "the mail that opened it is not on it"),
    ("DELETE FROM outbox WHERE message = 3", "message 3", "a letter was promised, and there is none"),
    ("UPDATE outbox SET message = 6 WHERE message = 3", "letter 2", "no decision about its message wrote it"),
    ("UPDATE outbox SET state = 'gone' WHERE id = 1", "letter 1", "is in no state that there is"),
    ("UPDATE outbox SET content = substr(content, 1, 0)", "letter 1", "it has yet to leave, and its bytes are gone"),
    ("UPDATE outbox SET state = 'sent' WHERE id = 1", "letter 1", "it has left, and nobody knows when"),
    ("UPDATE message SET state = 'claimed' WHERE id = 6", "message 6", "it is claimed, and the claim never ends"),
    ("UPDATE arrival SET first = TRUE WHERE message = 1", "message 1", "it has several first receipts"),
    ("UPDATE entry SET ticket = 'ZGL9999999' WHERE id = 2", "entry 2", "there is no such ticket or no such message"),
    (BOUNCE.format(message=3, letter=99), "bounce 1", "there is no such letter or no such message"),
    (BOUNCE.format(message=99, letter=1), "bounce 1", "there is no such letter or no such message"),
    (QUESTION.format(message=3, state="lost"), "question 3", "is in no state that there is"),
    (QUESTION.format(message=99, state="open"), "question 99", "there is no such message"),
    (QUESTION.format(message=1, state="open"), "question 1", "it is open, but its message waits for no answer"),
    ("INSERT INTO answer (message, question) VALUES (3, 99)", "answer 3", "there is no such question"),
    ("INSERT INTO answer (message, question) VALUES (6, 3)", "answer 6", "it left the queue without a decision"),
]


# Foreign keys would keep it from most of it.
KEYS_OFF = {"sqlite": "PRAGMA foreign_keys=OFF", "postgresql": "SET session_replication_role = replica"}
KEYS_ON = {"sqlite": "PRAGMA foreign_keys=ON", "postgresql": "SET session_replication_role = DEFAULT"}


@pytest.mark.parametrize(("damage", "name", "problem"), DAMAGE, ids=[damage for damage, _, _ in DAMAGE])
def test_what_is_missing_is_named(store: Store, damage: str, name: str, problem: str) -> None:
    live(store)
    with store.database.engine.connect() as connection:
        if store.database.is_sqlite:
            connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(KEYS_OFF[store.database.engine.dialect.name])
        connection.exec_driver_sql(damage)
        connection.exec_driver_sql(KEYS_ON[store.database.engine.dialect.name])
        connection.commit()

    assert (name, problem) in [(fault.name, fault.problem) for fault in store.balance().missing]


def test_a_held_mail_needs_no_ticket(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([Crash(message=message, trace="Traceback ...")], writer(), NOON)

    found = store.balance()

    assert found.outcomes == {Outcome.HOLD: 1}
    assert found.missing == ()
