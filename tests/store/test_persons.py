"""What is held about a person: found whole, and erased without a trace of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from mailgate.core.decision import Outcome
from mailgate.core.facts import Known, KnownTicket, Person
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.persons import TREATMENT
from mailgate.store.tables import Row
from mailgate.trouble import Permanent
from tests.store.cast import (
    ANNA,
    BORYS,
    LEASE,
    NOON,
    ON_A_FILE,
    TICKET,
    append_to,
    claim_all,
    letter,
    raw,
    verdict,
    writer,
)

ADDRESS = "anna.kowalska@spedycja.example"
BORYS_ADDRESS = "borys@tranzyt.example"
ZGL = "ZGL0000001"
# What names her, in whatever spelling: none of it may stay.
HER = (b"anna.kowalska@", b"Anna Kowalska", b"Kowalska", b"SENT20261123000417", b"sent100@spedycja", b"192.0.2.7")


def quiet(_done: int, _of: int) -> None:
    """Nobody looks at the bar."""


def files(store: Store) -> bytes:
    """Everything that lies on the disk."""
    file = Path(str(store.database.engine.url.database))
    return b"".join(each.read_bytes() for each in sorted(file.parent.glob(f"{file.name}*")))


@pytest.fixture
def desk(store: Store) -> Store:
    """Anna's ticket with her answer to it and a colleague's, her letter, her entry; and Borys, who quotes her."""
    store.people.merge(
        [Person(login=ADDRESS, name="Anna Kowalska"), Person(login=BORYS_ADDRESS)], operator="ola", now=NOON
    )
    store.keep([raw(ANNA.replace("From: Anna Kowalska <anna", "From: Anna Kowalska <Anna"))])
    store.record([verdict(message, reply=letter()) for message in claim_all(store)], writer(), NOON)
    store.keep([raw(ANNA.replace("<sent100@", "<answer.sent100@"))])
    store.record([verdict(message, append_to(ZGL)) for message in claim_all(store)], writer(), NOON)
    known = Known(has_history=True, ticket=KnownTicket(number=ZGL, requester=ADDRESS, status="open", opened_at=NOON))
    store.keep([raw(BORYS, source="imap")])
    [message] = claim_all(store)
    judged = verdict(message, append_to(ZGL), letter(BORYS_ADDRESS, template="append"))
    store.record([replace(judged, facts=replace(judged.facts, known=known))], writer(), NOON)
    store.keep(
        [raw(BORYS.replace("<akcww@", "<quote@").replace("Borys Nowak\n", f"pisała {ADDRESS}\n"), source="imap")]
    )
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)
    store.tickets.close(ZGL, at=NOON, operator="ewa", now=NOON)
    return store


def test_everything_of_a_person_is_found_however_the_address_is_spelt(desk: Store) -> None:
    found = desk.persons.find("ANNA.Kowalska@SPEDYCJA.example")

    assert (found.address, found.messages, found.tickets, found.letters) == (ADDRESS, (1, 2), (ZGL,), (1,))
    assert (found.in_directory, found.waiting, found.open_tickets) == (True, (), ())
    assert [row.act for row in desk.persons.trail(found)] == ["ticket_closed"]


def test_mails_of_others_that_mention_the_address_are_named(desk: Store) -> None:
    # Both came with her envelope sender, which the cast writes on every mail.
    assert desk.persons.mentions(desk.persons.find(ADDRESS), quiet) == (3, 4)
    assert desk.persons.mentions(desk.persons.find("nobody@nowhere.example"), quiet) == ()


def test_an_address_in_an_encoded_body_is_found_too(store: Store) -> None:
    # "pisała nobody@nowhere.example" in base64
    body = "cGlzYcWCYSBub2JvZHlAbm93aGVyZS5leGFtcGxl"
    store.keep([raw(BORYS.replace("Encoding: 8bit\n\n", f"Encoding: base64\n\n{body}\n\n").partition("Dzień")[0])])

    assert store.persons.mentions(store.persons.find("nobody@nowhere.example"), quiet) == (1,)


def test_somebody_of_whom_nothing_is_held_is_told_so(desk: Store) -> None:
    assert desk.persons.find("nobody@nowhere.example").is_empty
    assert desk.persons.find("kowalska@spedycja.example").is_empty


@ON_A_FILE
def test_whoever_is_erased_is_in_no_file_any_more(desk: Store) -> None:
    for name in HER:
        assert name in files(desk), name
    desk.persons.erase(BORYS_ADDRESS, operator="ewa", now=NOON)  # his mail mentions her, and is his to erase

    _, clean = desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    assert clean
    left = files(desk)
    assert [name for name in HER if name.lower() in left.lower()] == []


def test_what_must_stay_stays_under_a_pseudonym_and_everything_still_agrees(desk: Store) -> None:
    before = desk.messages.show(1)
    found, _ = desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    after = desk.messages.show(1)
    ticket = desk.tickets.show(ZGL)
    assert before is not None
    assert after is not None
    assert ticket is not None
    assert after.line.digest == before.line.digest
    assert (after.line.state, after.line.outcome, after.line.reason) == ("erased", "ticket", "service-named")
    assert (after.line.from_, after.line.subject) == (found.pseudonym, "(erased)")
    assert (after.decisions[0].service, after.decisions[0].findings) == ("sent-zgloszenie", ())
    assert (ticket.line.requester, ticket.line.status) == (found.pseudonym, "closed")
    assert desk.people.find(ADDRESS) is None
    assert desk.balance().missing == ()
    assert desk.audit.verify().broken is None
    [row] = desk.audit.list(act="person_erased")
    assert (row.operator, row.object) == ("ewa", found.pseudonym)
    assert row.details == {"messages": [1, 2], "tickets": [ZGL], "letters": [1], "directory": True}


def test_what_others_wrote_stays_but_for_her_address_in_what_we_noted_of_it(desk: Store) -> None:
    found, _ = desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    colleague = desk.messages.show(3)
    ticket = desk.tickets.show(ZGL)
    assert colleague is not None
    assert ticket is not None
    assert colleague.line.from_ == BORYS_ADDRESS
    assert colleague.decisions[0].known is not None
    assert colleague.decisions[0].known["ticket"]["requester"] == found.pseudonym
    assert desk.messages.raw(3) is not None
    assert [entry.text for entry in ticket.entries if entry.message == 3] != ["(erased)"]
    assert [entry.text for entry in ticket.entries if entry.message != 3] == ["(erased)"] * 2
    assert desk.people.find(BORYS_ADDRESS) is not None


def test_a_letter_that_has_not_left_never_will(desk: Store) -> None:
    desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    states = {line.recipient: line.state for line in desk.outbox.list()}
    assert states[BORYS_ADDRESS] == "due"
    assert set(states.values()) == {"due", "cancelled"}
    assert [letter.recipient for letter in desk.outbox.claim("s1", 10, LEASE, NOON)] == [BORYS_ADDRESS]


def test_a_copy_of_an_erased_mail_is_recognised(desk: Store) -> None:
    desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    [same] = desk.keep([raw(ANNA.replace("<sent100@", "<answer.sent100@"))])
    assert same.duplicate


def test_nobody_is_erased_while_a_mail_of_theirs_waits(desk: Store) -> None:
    desk.keep([raw(ANNA.replace("<sent100@", "<third@"))])
    found = desk.persons.find(ADDRESS)
    assert found.waiting == (5,)

    with pytest.raises(Permanent, match="message 5 waits for a worker"):
        desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    assert desk.messages.raw(1) is not None


def test_erasing_twice_or_nobody_adds_nothing(desk: Store) -> None:
    first, _ = desk.persons.erase(ADDRESS, operator="ewa", now=NOON)
    rows = desk.audit.list(limit=1000)

    second, _ = desk.persons.erase(ADDRESS, operator="ewa", now=NOON)

    assert not first.is_empty
    assert second.is_empty
    assert desk.audit.list(limit=1000) == rows
    assert [row.act for row in desk.persons.trail(second)] == ["person_erased"]


def test_whoever_writes_again_is_new(desk: Store) -> None:
    desk.persons.erase(ADDRESS, operator="ewa", now=NOON)
    desk.keep([raw(ANNA.replace("<sent100@", "<new@"))])
    [recorded] = desk.record([verdict(message, TICKET) for message in claim_all(desk)], writer(), NOON)

    assert (recorded.outcome, recorded.ticket) == (Outcome.TICKET, "ZGL0000003")
    assert desk.persons.find(ADDRESS).messages == (5,)


def test_every_table_has_its_treatment() -> None:
    """A new table may hold something of a person: say in `TREATMENT` what `erase` does to it, and do it."""
    assert set(TREATMENT) == set(Row.metadata.tables)


def test_what_is_held_can_be_told_as_json(desk: Store) -> None:
    assert document(desk.persons.find(ADDRESS))["tickets"] == [ZGL]
