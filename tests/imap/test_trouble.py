"""Servers that die, lie, hang and refuse: nothing is lost, nothing is doubled, and the operator is told."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mailbox import MailboxState
from mailgate.store.mailboxes import Ledger
from mailgate.trouble import Temporary
from tests.cli.house import until
from tests.imap.dovecot import CERTIFICATE, Dovecot, running
from tests.imap.house import Desk, mail
from tests.imap.proxy import Cut, between

LARGE = mail(7, "".join(f"{number:08} zg\u0142oszenie\r\n" for number in range(40_000)))


def test_a_connection_that_is_cut_in_the_middle_of_a_mail_brings_half_of_none(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), LARGE, mail(2))
    passed: list[int] = []

    def cut(data: bytes) -> bytes:
        passed.append(len(data))
        if len(passed) > 1 and sum(passed) > 200_000 and 0 not in passed:
            passed.append(0)
            raise Cut
        return data

    with between(dovecot.port, down=cut) as proxy, desk.reading(dovecot, port=proxy.port) as mailbox:
        desk.has(2)
        desk.skip(minutes=10)
        mailbox.ring()
        desk.has(3)

        assert proxy.count >= 2
    assert sorted(desk.contents()) == sorted([mail(1), LARGE, mail(2)])
    desk.agrees()


def test_a_connection_that_is_cut_at_any_place_loses_and_doubles_nothing(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(*(mail(number) for number in range(8)))
    budget = [0]

    def cut(data: bytes) -> bytes:
        # Each connection gets a little further than the one before.
        budget[0] -= len(data)
        if budget[0] < 0:
            budget[0] = 400 * proxy.count
            raise Cut
        return data

    with between(dovecot.port, down=cut) as proxy:
        budget[0] = 300
        with desk.reading(dovecot, port=proxy.port) as mailbox:

            def push() -> bool:
                desk.skip(minutes=1)
                mailbox.ring()
                found = desk.store.mailboxes.list()
                return bool(found) and found[0].mails["done"] == 8

            until(push, "all mails to come through")

    assert sorted(desk.contents()) == [mail(number) for number in range(8)]
    desk.agrees()


def test_after_a_restart_of_the_server_reading_goes_on(desk: Desk) -> None:
    with running() as dovecot:
        dovecot.put(mail(1))
        with desk.reading(dovecot, timeout=1.0) as mailbox:
            desk.has(1)
            dovecot.stop()
            desk.in_trouble("127.0.0.1")
            dovecot.start()
            dovecot.put(mail(2))
            mailbox.ring()
            assert desk.has(2).trouble is None or until(lambda: desk.line.trouble is None, "the trouble to be over")


def test_a_connection_that_looks_alive_and_is_dead_is_left(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    with (
        between(dovecot.port) as proxy,
        desk.reading(dovecot, port=proxy.port, poll=0.5, timeout=0.5),
    ):
        desk.has(1)
        proxy.flowing.clear()
        dovecot.put(mail(2))
        desk.in_trouble("did not answer in time")
        proxy.flowing.set()
        desk.has(2)


def test_a_server_that_trickles_is_cut_off_by_the_watchdog(dovecot: Dovecot, desk: Desk) -> None:
    """Each byte comes within the time-out, and the answer never ends."""
    dovecot.put(mail(1))
    stop = threading.Event()

    def trickle(data: bytes) -> bytes:
        if b"RFC822.SIZE" in data and proxy.count == 1:
            for _ in range(400):
                if stop.wait(0.05):
                    break
                proxy.near.sendall(b"* OK still here\r\n")
            raise Cut
        return data

    with between(dovecot.port, down=trickle) as proxy, desk.reading(dovecot, port=proxy.port, timeout=0.2):
        until(lambda: desk.log.said("connection cut"), "the watchdog")
        stop.set()
        desk.has(1)


def test_a_missing_folder_is_named_and_read_as_soon_as_it_is_there(dovecot: Dovecot, desk: Desk) -> None:
    with desk.reading(dovecot, folder="Zg\u0142oszenia") as mailbox:
        line = desk.in_trouble('there is no folder "Zg\u0142oszenia": make it, or look at imap.folder')
        assert line.state is MailboxState.TROUBLE
        with dovecot.client() as client:
            client.create("Zg&AUI-oszenia")
        dovecot.put(mail(1), folder="Zg&AUI-oszenia")
        mailbox.ring()
        desk.has(1)


def test_a_wrong_password_is_told_and_a_mended_one_taken_without_a_restart(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    section = desk.section(dovecot)
    (desk.home / "password").write_text("wrong\n")
    mailbox = desk.mailbox(section)
    mailbox.start()
    try:
        desk.in_trouble("does not take the password of")
        (desk.home / "password").write_text("s3cret\n")
        mailbox.ring()
        desk.has(1)
    finally:
        mailbox.stop()
        mailbox.join(30)
    assert "s3cret" not in str(desk.log.lines)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_with_tls_the_certificate_must_be_vouched_for(security: str, dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    port = dovecot.tls_port if security == "tls" else dovecot.port

    with desk.reading(dovecot, port=port, security=security):
        desk.in_trouble("the certificate of 127.0.0.1 is not trusted")
    assert desk.contents() == []

    with desk.reading(dovecot, port=port, security=security, authority=str(CERTIFICATE)):
        desk.has(1)


def test_a_certificate_of_another_host_is_not_taken(dovecot: Dovecot, desk: Desk) -> None:
    authority = str(CERTIFICATE)
    with desk.reading(dovecot, host="localhost", port=dovecot.tls_port, security="tls", authority=authority):
        desk.in_trouble("the certificate of localhost is not trusted")


def test_one_process_at_a_time_reads_a_mailbox_and_the_next_takes_over(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    with desk.reading(dovecot, "one"):
        desk.has(1)
        with desk.reading(dovecot, "two") as second:
            dovecot.put(mail(2))
            desk.has(2)
            assert second.received == 0
    with desk.reading(dovecot, "three") as third:
        dovecot.put(mail(3))
        desk.has(3)
        assert third.received == 1
    desk.agrees()


def test_who_died_is_succeeded_when_its_lease_ends(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    section = desk.section(dovecot)
    assert desk.hold(section, "dead")
    assert not desk.hold(section, "alive")

    with desk.reading(dovecot, "alive"):
        desk.skip(minutes=1)
        desk.has(1)


def test_who_was_taken_for_dead_writes_nothing(dovecot: Dovecot, desk: Desk) -> None:
    section = desk.section(dovecot)
    assert desk.hold(section, "slow")
    slow = Ledger(database=desk.store.database, name="desk", holder="slow")
    slow.open(section.place, 1, 1000, desk.now())
    slow.list([1, 2], desk.now())
    desk.skip(minutes=1)
    assert desk.hold(section, "quick")

    raw = RawMessage(content=mail(1), envelope=Envelope(source="imap"), received_at=desk.now())
    for write in (lambda: slow.keep([(1, raw)], is_done=True), lambda: slow.list([3], desk.now())):
        with pytest.raises(Temporary, match="another process has taken over"):
            write()
    assert desk.contents() == []


def test_a_server_that_is_not_there_is_named(dovecot: Dovecot, desk: Desk) -> None:
    with desk.reading(replace(dovecot, port=9)):
        desk.in_trouble("127.0.0.1:9 cannot be reached (Connection refused)")


def test_mail_that_is_missing_from_the_books_is_named_by_balance(dovecot: Dovecot, desk: Desk, tmp_path: Path) -> None:
    del tmp_path
    dovecot.put(mail(1), mail(2), mail(3))
    with desk.reading(dovecot):
        desk.has(3)
    with desk.store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sighting WHERE uid = 1")
        connection.exec_driver_sql("UPDATE sighting SET state = 'left', message = NULL WHERE uid = 2")
        connection.exec_driver_sql("UPDATE arrival SET source = 'smtp' WHERE message = 3 OR message = 2 OR message = 1")

    assert sorted((fault.name, fault.problem) for fault in desk.store.balance().missing) == [
        ("mailbox desk", "as many mails were not seen as are written down"),
        ("mailbox desk UID 2", "it was passed over without a reason"),
        ("mailbox desk UID 3", "it was kept, but nobody wrote a receipt for it"),
    ]
