"""The daemon reads a mailbox: the whole way, and killed between the commit and the mark."""

import re
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.house import ANNA, Installation, alive, numbered, sample, until
from tests.imap.dovecot import PASSWORD, Dovecot
from tests.imap.proxy import Cut, between

pytestmark = pytest.mark.long

CONFIG = """
[identity]
sources = ["imap"]
[[imap]]
name = "desk"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password_file = "password"
lease = 1.0
poll = 1.0
"""


def house_of(home: Path, dovecot: Dovecot, port: int) -> Installation:
    """An installation that reads the mailbox by that port."""
    house = Installation.make(home, config=CONFIG.format(port=port, user=dovecot.user))
    (home / "password").write_text(PASSWORD)
    house.upgrade_with_people()
    return house


def test_a_daemon_that_is_killed_between_commit_and_mark_loses_and_doubles_nothing(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    dovecot.put(*map(numbered, range(3)))
    marking, dead = threading.Event(), threading.Event()

    def hold_marks(data: bytes) -> bytes:
        if b"STORE" in data and not dead.is_set():
            marking.set()
            dead.wait(60)
            raise Cut
        return data

    with between(dovecot.port, up=hold_marks) as proxy:
        house = house_of(tmp_path / "house", dovecot, proxy.port)
        with house.daemon() as daemon:
            assert marking.wait(60)
            workers = daemon.children
            daemon.process.kill()
            daemon.process.wait()
            dead.set()
            until(lambda: not any(map(alive, workers)), "the workers to end")
        assert [r"\Seen" in flags for flags in dovecot.flags().values()] == [False] * 3

        with house.daemon() as daemon:
            for number in range(3):
                assert daemon.settled(sha256(numbered(number)).hexdigest()).decisions[-1].outcome == "ticket"
            until(lambda: all(r"\Seen" in flags for flags in dovecot.flags().values()), "the marks")
            with house.store() as store:
                until(lambda: store.mailboxes.list()[0].mails["done"] == 3, "the books")
            assert house.run("balance", "--ask").code == 0
            assert daemon.stop() == 0
    with house.store() as store:
        found = store.balance()
    assert (found.receipts, found.messages, found.tickets, found.outcomes) == (3, 3, 3, {"ticket": 3})


def test_copies_of_our_own_letters_in_the_mailbox_do_no_harm(dovecot: Dovecot, tmp_path: Path) -> None:
    dovecot.put(sample("01-sent100-odrzucone.eml"))
    house = house_of(tmp_path / "house", dovecot, dovecot.port)
    with house.daemon() as daemon:
        [letter] = until(lambda: list((house.home / "var/letters/new").glob("*")), "the letter")
        # As IMAP carries it.
        content = re.sub(rb"\r?\n", b"\r\n", letter.read_bytes())
        assert ANNA.encode() in content
        dovecot.put(content)

        decided = daemon.settled(sha256(content).hexdigest()).decisions[-1]

        assert (decided.outcome, decided.letter) == ("ignore", "none")
        answer = house.run("mailboxes", "check")
        assert (answer.code, answer.out) == (0, f'desk: "INBOX" of {dovecot.user} can be read, 2 mails are in it\n')
        assert house.run("mailboxes", "left").out == "everything was fetched\n"
        with dovecot.client() as client:
            client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
            client.expunge()
        with house.store() as store, store.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM sighting WHERE uid = 2")
        answer = house.run("balance", "--ask")
        assert answer.code == 1
        assert "MISSING   mailbox desk UID 2: it is there, and was never seen" in answer.out


def test_mistakes_in_the_configuration_of_mailboxes_are_told_with_their_lines(tmp_path: Path) -> None:
    house = Installation.make(
        tmp_path,
        config='[[imap]]\nname = "a"\nhost = "h"\nuser = "u"\npassword_file = "no"\n'
        '[[imap]]\nname = "Two Words"\nhost = "h"\nuser = "v"\npassword_file = "no"\nflag = "\\\\Deleted"\n',
    )

    told = house.run("check").out

    assert 'config.toml:9: imap.1.name: "Two Words" is no name; write small letters' in told
    assert 'config.toml:13: imap.1.flag: "\\Deleted" cannot be such a flag' in told
