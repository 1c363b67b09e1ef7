"""Retention: old bytes go, out of the files too; the record stays and explains."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.core.decision import Decision, Finding, Outcome
from mailgate.core.identifiers import Identifier
from mailgate.store.facade import Store
from mailgate.store.retention import Aged, Terms
from tests.store.cast import (
    ANNA_BY_IMAP,
    BORYS,
    LEASE,
    NOON,
    ON_A_FILE,
    REJECT,
    TICKET,
    anna,
    claim_all,
    letter,
    raw,
    verdict,
    writer,
)

DAY = timedelta(days=1)
LATER = NOON + 100 * DAY
TERMS = Terms(messages={"ticket": 365 * DAY, "reject": 90 * DAY}, letters=90 * DAY)
SOON = Terms(messages={"ticket": 90 * DAY, "reject": 90 * DAY}, letters=90 * DAY)
PESEL = "44051401359"
# Words that stand in the bytes alone: not in the subject, and in no ticket.
WORDS = "koperta w kolorze malachitu"


def settle(store: Store, text: str, decision: Decision, *, template: str = "ticket") -> int:
    """Keep one mail, decide it, and write its letter; gives our number of it."""
    [kept] = store.keep([raw(text)])
    [message] = claim_all(store)
    store.record([verdict(message, decision, letter(template=template, cause=message.digest))], writer(), NOON)
    return kept.id


def send_all(store: Store) -> None:
    """Mark every letter as sent, as an operator who reads them aloud would: nobody wants them any more."""
    letters = [line.id for line in store.outbox.list()]
    store.outbox.cancel(letters, operator="ewa", now=NOON)


def files(store: Store) -> bytes:
    """Everything that lies on the disk."""
    file = Path(str(store.database.engine.url.database))
    return b"".join(each.read_bytes() for each in sorted(file.parent.glob(f"{file.name}*")))


@pytest.fixture
def full(store: Store) -> Store:
    """A refused mail with words of its own, a ticket, and their letters, which have left."""
    settle(store, BORYS.replace("Borys Nowak\n", f"{WORDS}\n" * 3), REJECT, template="reject-no-service")
    settle(store, anna(1).replace("Proszę", f"{WORDS} {PESEL}\nProszę"), TICKET)
    send_all(store)
    return store


def test_without_applying_it_is_only_counted(full: Store) -> None:
    aged = full.retention.look(TERMS, LATER)

    assert (aged.messages, aged.letters, aged.on_open_tickets) == ({"ticket": 0, "reject": 1}, 2, 0)
    assert aged.size > 0
    assert full.balance().states["erased"] == 0


def test_old_bytes_go_and_the_decision_still_explains(full: Store) -> None:
    full.retention.apply(TERMS, operator="cron", now=LATER)

    found = full.messages.show(1)
    assert found is not None
    assert (found.line.state, found.line.outcome, found.line.reason) == ("erased", "reject", "no_service")
    assert found.decisions[0].findings[0].saw == "the subject names SENT100"
    assert full.messages.raw(1) is None
    assert full.messages.raw(2) is not None
    assert full.balance().missing == ()
    assert full.balance().states["erased"] == 1


@ON_A_FILE
def test_erased_words_are_in_no_file_of_the_database(full: Store) -> None:
    full.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)
    assert WORDS.encode() in files(full)
    assert b"numer ZGL0000001" in files(full)

    aged = full.retention.apply(SOON, operator="cron", now=LATER)

    assert aged.scrubbed
    # The ticket is the desk's own record: its text stays. Of the refused mail and of the letters nothing does.
    assert files(full).count(WORDS.encode()) == 1
    assert b"numer ZGL0000001" not in files(full)


@ON_A_FILE
def test_a_reader_hinders_nothing_for_long_and_is_told_of(full: Store) -> None:
    with full.database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM message").scalar()
        aged = full.retention.apply(TERMS, operator="cron", now=LATER)

    assert not aged.scrubbed
    assert full.retention.apply(TERMS, operator="cron", now=LATER).scrubbed
    assert files(full).count(WORDS.encode()) == 2  # Anna's mail and her ticket, which are not old enough


def test_the_mails_of_open_tickets_are_kept_until_they_are_closed(full: Store) -> None:
    aged = full.retention.apply(SOON, operator="cron", now=LATER)
    assert (aged.messages["ticket"], aged.on_open_tickets) == (0, 1)
    assert full.messages.raw(2) is not None

    full.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)

    assert full.retention.apply(SOON, operator="cron", now=LATER).messages["ticket"] == 1
    assert full.messages.raw(2) is None


def test_a_copy_of_an_erased_mail_is_recognised_along_either_way(store: Store) -> None:
    settle(store, raw().content.decode().replace("\r\n", "\n"), TICKET)
    store.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)
    store.retention.apply(SOON, operator="cron", now=LATER)

    [same] = store.keep([raw(received_at=LATER)])
    assert same.duplicate
    store.keep([raw(ANNA_BY_IMAP, received_at=LATER, source="imap")])
    [recorded] = store.record([verdict(m) for m in store.claim("w1", 10, LEASE, LATER)], writer(), LATER)

    assert (recorded.outcome, recorded.reason) == (Outcome.IGNORE, "duplicate")
    assert store.balance().missing == ()


@ON_A_FILE
def test_personal_numbers_in_what_stays_are_masked(store: Store) -> None:
    finding = Finding(rule="no_service", hit=True, saw=f'the subject matches at "{PESEL}"', source="policy.toml:40")
    store.keep([raw(BORYS.replace("AKC-WW -", f"PESEL {PESEL}"))])
    [message] = claim_all(store)
    judged = verdict(message, replace(REJECT, findings=(finding,)))
    numbered = replace(judged.facts, identifiers=(Identifier(type="pesel", value=PESEL, valid=True),))
    store.record([replace(judged, facts=numbered)], writer(), NOON)
    assert PESEL.encode() in files(store)

    store.retention.apply(TERMS, operator="cron", now=LATER)

    assert PESEL.encode() not in files(store)
    found = store.messages.show(1)
    assert found is not None
    assert found.line.subject == "PESEL 44*******59 jak poprawić deklarację"
    assert found.decisions[0].findings[0].saw == 'the subject matches at "44*******59"'


def test_what_waits_or_is_parked_is_never_erased_and_0_days_are_for_ever(store: Store) -> None:
    store.keep([raw()])
    for_ever = Terms(messages={}, letters=None)

    assert store.retention.apply(SOON, operator="cron", now=LATER).messages == {"ticket": 0, "reject": 0}
    settle_all = [verdict(message, REJECT, letter()) for message in store.claim("w1", 10, LEASE, LATER)]
    store.record(settle_all, writer(), NOON)
    assert store.retention.look(for_ever, LATER) == Aged(messages={}, letters=0, size=0, on_open_tickets=0)


def test_letters_that_may_still_leave_are_kept_and_erased_ones_are_never_sent(store: Store) -> None:
    settle(store, BORYS, REJECT)
    assert store.retention.apply(TERMS, operator="cron", now=LATER).letters == 0

    send_all(store)
    assert store.retention.apply(TERMS, operator="cron", now=LATER).letters == 1

    details = store.outbox.show(1)
    assert details is not None
    assert details.content == b""
    assert store.outbox.retry([1], operator="ewa", now=LATER) == 0


def test_running_it_again_adds_nothing_and_each_part_stands_in_the_trail(full: Store) -> None:
    full.retention.apply(TERMS, operator="cron", now=LATER)
    again = full.retention.apply(TERMS, operator="cron", now=LATER)

    assert (again.messages, again.letters) == ({"ticket": 0, "reject": 0}, 0)
    rows = full.audit.list(act="retention_applied")
    assert [row.details for row in rows] == [{"letters": [1, 2]}, {"outcome": "reject", "messages": [1]}]
    assert {row.operator for row in rows} == {"cron"}
    assert full.audit.verify().broken is None


def test_many_are_erased_a_part_at_a_time(store: Store) -> None:
    store.keep([raw(anna(number)) for number in range(210)])
    store.record([verdict(message, REJECT) for message in claim_all(store)], writer(), NOON)

    store.retention.apply(TERMS, operator="cron", now=LATER)

    assert store.balance().states["erased"] == 210
    assert [len(row.details["messages"]) for row in store.audit.list(act="retention_applied")] == [10, 200]
