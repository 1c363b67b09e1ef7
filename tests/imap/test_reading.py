"""Mail in a mailbox becomes mail at the desk: all of it, once, whatever else happens there."""

import re
import tracemalloc
from dataclasses import replace

from mailgate.core.mailbox import Reason
from tests.cli.house import until
from tests.imap.dovecot import Dovecot
from tests.imap.house import Desk, Lines, mail
from tests.imap.proxy import between, replacing

LONG = mail(7, "".join(f"{number:08} zg\u0142oszenie\r\n" for number in range(40_000)))


def test_mail_that_is_there_and_mail_that_comes_is_kept_as_it_is(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), mail(2, "z\u0142o\u015b\u0107\r\n"))

    with desk.reading(dovecot):
        desk.has(2)
        dovecot.put(mail(3))
        desk.has(3)

    assert desk.contents() == [mail(1), mail(2, "z\u0142o\u015b\u0107\r\n"), mail(3)]
    found = desk.store.messages.show(1)
    assert found is not None
    assert (found.receipts[0].envelope.source, found.receipts[0].envelope.client) == ("imap", None)
    assert [flags >= {r"\Seen"} for flags in dovecot.flags().values()] == [True] * 3
    desk.agrees()
    assert desk.log.lines == []


def test_mail_that_somebody_has_opened_in_a_mail_program_still_arrives(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), flags=r"(\Seen \Answered)")

    with desk.reading(dovecot):
        desk.has(1)

    assert desk.contents() == [mail(1)]


def test_after_a_restart_nothing_is_fetched_again_and_what_came_meanwhile_is(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    with desk.reading(dovecot):
        desk.has(1)
    dovecot.put(mail(2))

    with desk.reading(dovecot, "two") as mailbox:
        desk.has(2)

        assert mailbox.received == 1
    desk.agrees()


def test_a_long_backlog_comes_oldest_first_in_bounded_memory(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(0))
    filler = "x" * 998 + "\r\n"
    count = 1 + dovecot.fill(mail(number, filler * (20 + number % 3)) for number in range(1, 600))
    tracemalloc.start()
    try:
        with desk.reading(dovecot):
            desk.has(count)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    numbers = [int(found[1]) for each in desk.contents() if (found := re.search(rb"<(\d+)\.2026", each))]
    assert numbers == list(range(count))
    # 13 MB of mail; a batch is 4 MB at most, which passes through three hands.
    assert peak < 30 * 1024 * 1024


def test_a_large_mail_comes_in_pieces_and_whole(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), LONG, mail(2))

    with desk.reading(dovecot):
        desk.has(3)

    assert desk.contents() == [mail(1), LONG, mail(2)]


def test_a_mail_over_the_limit_is_reported_and_left_and_comes_when_the_limit_is_raised(
    dovecot: Dovecot, desk: Desk
) -> None:
    dovecot.put(LONG, mail(1))

    with desk.reading(dovecot, size_limit=100_000):
        desk.has(1)

    [left] = desk.left
    assert (left.uid, left.reason, left.size) == (1, Reason.TOO_LARGE, len(LONG))
    assert [line["uid"] for line in desk.log.said("mail left in mailbox")] == [1]
    assert r"\Seen" not in dovecot.flags()[1]
    assert desk.line.reasons == {"too_large": 1}
    desk.agrees()

    with desk.reading(dovecot):
        desk.has(2)
    assert desk.contents() == [mail(1), LONG]


def test_a_server_that_lies_about_a_size_cannot_fill_our_memory(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(LONG, mail(1))

    with (
        between(dovecot.port, down=replacing(b"RFC822.SIZE %d" % len(LONG), b"RFC822.SIZE 99")) as proxy,
        desk.reading(dovecot, port=proxy.port, size_limit=300_000),
    ):
        desk.has(1)

    assert [(left.uid, left.reason) for left in desk.left] == [(1, Reason.TOO_LARGE)]


def test_a_wrong_size_does_not_cut_a_mail(dovecot: Dovecot, desk: Desk) -> None:
    """As Exchange counts: before it has written the mail out."""
    dovecot.put(LONG, mail(1))
    sizes = {len(LONG): len(LONG) + 4711, len(mail(1)): len(mail(1)) - 5}

    def lie(data: bytes) -> bytes:
        return re.sub(rb"RFC822\.SIZE (\d+)", lambda found: b"RFC822.SIZE %d" % sizes[int(found[1])], data)

    with between(dovecot.port, down=lie) as proxy, desk.reading(dovecot, port=proxy.port):
        desk.has(2)

    assert desk.contents() == [LONG, mail(1)]


def test_a_literal8_is_read_as_the_mail_that_it_is(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), LONG)

    with (
        between(dovecot.port, down=replacing(b"BODY[]<0> {", b"BODY[]<0> ~{")) as proxy,
        desk.reading(dovecot, port=proxy.port),
    ):
        desk.has(2)

    assert desk.contents() == [mail(1), LONG]


def test_mail_that_somebody_takes_away_while_we_read_is_written_down_as_gone(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(*(mail(number) for number in range(130)))
    expunged: list[int] = []

    def expunge() -> None:
        if not expunged:
            expunged.append(120)
            with dovecot.client() as client:
                client.uid("STORE", "120", "+FLAGS", r"(\Deleted)")
                client.expunge()

    mailbox = desk.mailbox(desk.section(dovecot), keeping=expunge)
    mailbox.start()
    try:
        desk.has(129)
    finally:
        mailbox.stop()
        mailbox.join(30)

    assert [(left.uid, left.reason) for left in desk.left] == [(120, Reason.GONE)]
    desk.agrees()


def test_one_mail_that_cannot_be_read_hides_no_other_and_comes_when_it_can(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(*(mail(number) for number in range(5)))
    [ill] = (each for each in (dovecot.maildir / "new").iterdir() if b"<2.2026" in each.read_bytes())
    ill.chmod(0)

    with desk.reading(dovecot) as mailbox:
        desk.has(4)
        [left] = until(lambda: desk.left, "the reason")
        assert (left.uid, left.reason) == (3, Reason.UNREADABLE)
        assert desk.log.said("mail not read")[0]["uid"] == 3
        desk.agrees()

        [ill] = (dovecot.maildir / "cur").glob(f"{ill.name.partition(':')[0]}*")
        ill.chmod(0o644)
        desk.skip(minutes=10)
        mailbox.ring()
        desk.has(5)

    assert desk.contents() == [mail(number) for number in (0, 1, 3, 4, 2)]
    assert desk.left == ()


def test_a_folder_that_is_numbered_anew_is_read_again_and_nothing_is_doubled(dovecot: Dovecot, desk: Desk) -> None:
    with dovecot.client() as client:
        client.create("Zgloszenia")
    dovecot.put(mail(1), mail(2), folder="Zgloszenia")
    with desk.reading(dovecot, folder="Zgloszenia"):
        before = desk.has(2)
    with dovecot.client() as client:
        client.delete("Zgloszenia")
        client.create("Zgloszenia")
    dovecot.put(mail(2), mail(3), mail(1), folder="Zgloszenia")

    desk.log = Lines()
    with desk.reading(dovecot, folder="Zgloszenia"):
        after = desk.has(5)

    assert after.uidvalidity != before.uidvalidity
    assert desk.contents() == [mail(1), mail(2), mail(3)]
    assert len(desk.log.said("mailbox numbered anew")) == 1
    desk.agrees()


def test_two_mailboxes_are_read_each_by_itself(dovecot: Dovecot, desk: Desk) -> None:
    other = replace(dovecot, user="other-desk")
    dovecot.put(mail(1))
    other.put(mail(2), mail(1))

    with desk.reading(dovecot), desk.reading(other, name="other"):
        until(lambda: [each.mails["done"] for each in desk.store.mailboxes.list()] == [1, 2], "all three")

    assert sorted(desk.contents()) == [mail(1), mail(2)]
    desk.agrees()
