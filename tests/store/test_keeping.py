"""Keep: durable, once, and cheap."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.core.mail import Envelope, RawMessage
from mailgate.store.facade import Store
from mailgate.trouble import Temporary
from tests.store.cast import ANNA, BORYS, NOON, ON_A_FILE, anna, raw

HOUR = timedelta(hours=1)


def test_what_was_kept_comes_back_byte_for_byte_with_its_envelope(store: Store) -> None:
    message = RawMessage(
        content=b"From: a@b.example\r\nSubject: \xff\xfe\x00 odd\r\n\r\nbare\nLF, bare\rCR, NUL \x00, \xb1\r\n.\r\n",
        envelope=Envelope(
            source="smtp",
            mail_from="",
            recipients=("helpdesk-eclo@mf.gov.pl", "drugi@mf.gov.pl"),
            client="2001:db8::7",
            helo="mail.example",
            login="anna.kowalska@spedycja.example",
        ),
        received_at=NOON,
    )

    [kept] = store.keep([message])

    assert store.messages.raw(kept.id) == message
    assert kept.digest == message.digest
    assert not kept.duplicate


def test_the_same_bytes_twice_are_one_message_and_two_receipts(store: Store) -> None:
    [first] = store.keep([raw()])
    [second] = store.keep([raw(received_at=NOON + HOUR)])

    assert (second.id, second.digest, second.received_at) == (first.id, first.digest, NOON)
    assert second.duplicate
    shown = store.messages.show(first.id)
    assert shown is not None
    assert [receipt.received_at for receipt in shown.receipts] == [NOON, NOON + HOUR]


def test_a_copy_that_comes_by_another_door_is_judged_as_it_first_came(store: Store) -> None:
    [kept] = store.keep([raw(source="smtp")])
    store.keep([raw(source="pipe")])

    shown = store.messages.show(kept.id)

    assert shown is not None
    assert shown.line.source == "smtp"
    assert [receipt.envelope.source for receipt in shown.receipts] == ["smtp", "pipe"]


def test_the_same_bytes_twice_in_one_commit_are_one_message(store: Store) -> None:
    kept = store.keep([raw(), raw(BORYS), raw(received_at=NOON + HOUR)])

    assert [one.duplicate for one in kept] == [False, False, True]
    assert kept[0].id == kept[2].id
    assert kept[2].received_at == NOON
    assert len(store.messages.list()) == 2


def test_receipts_come_in_the_order_of_what_was_brought(store: Store) -> None:
    brought = [raw(anna(number)) for number in range(50)]

    kept = store.keep(brought)

    assert [one.digest for one in kept] == [message.digest for message in brought]


def test_half_a_surrogate_or_a_nul_in_a_helo_name_stops_nothing(store: Store) -> None:
    envelope = Envelope(
        source="smtp", mail_from="a\udcff\x00@b.example", helo="\ud800", recipients=("x\udc80@mf.gov.pl",)
    )

    [kept] = store.keep([RawMessage(content=ANNA.encode(), envelope=envelope, received_at=NOON)])

    shown = store.messages.show(kept.id)
    assert shown is not None
    assert shown.receipts[0].envelope.mail_from == "a\ufffd\ufffd@b.example"


def test_nothing_to_keep_is_no_transaction(store: Store) -> None:
    assert store.keep([]) == []


def test_trouble_with_the_database_is_temporary_and_tells_the_operator_what_to_do(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'nowhere' / 'mailgate.db'}")

    with pytest.raises(Temporary, match="look at its disk"):
        store.keep([raw()])


def test_a_database_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")

    with pytest.raises(Temporary, match="run `mailgate db upgrade`"):
        store.keep([raw()])
    store.close()


@ON_A_FILE
def test_on_a_full_disk_senders_are_asked_to_come_again_and_what_was_kept_stays(store: Store) -> None:
    [kept] = store.keep([raw()])
    with store.database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")

    with pytest.raises(Temporary, match="full"):
        store.keep([raw(BORYS), raw("X-Large: yes\n" + "x" * 100_000)])

    assert [line.id for line in store.messages.list()] == [kept.id]
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert not store.keep([raw(BORYS)])[0].duplicate
