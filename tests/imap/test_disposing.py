"""What becomes of a mail in its mailbox, always after it is safe here."""

import pytest

from mailgate.core.mailbox import MailboxState
from tests.imap.dovecot import Dovecot, running
from tests.imap.house import Desk, mail
from tests.imap.proxy import Change, between, replacing


def plain(data: bytes) -> bytes:
    """A server that knows no MOVE."""
    return data.replace(b" MOVE ", b" ")


def poor(data: bytes) -> bytes:
    """A server that knows neither MOVE nor UIDPLUS."""
    return plain(data).replace(b" UIDPLUS ", b" ")


@pytest.mark.parametrize("server", [bytes, plain, poor])
def test_mail_is_moved_into_a_folder_that_is_made_for_it(server: Change, dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), mail(2))

    with (
        between(dovecot.port, down=server) as proxy,
        desk.reading(dovecot, port=proxy.port, after="move", move_to="Za\u0142atwione"),
    ):
        desk.has(2)

    assert dovecot.flags() == {}
    assert len(dovecot.flags("Za&AUI-atwione")) == 2
    assert desk.contents() == [mail(1), mail(2)]
    assert desk.log.lines == []


@pytest.mark.parametrize("server", [bytes, poor])
def test_mail_is_deleted_and_nobody_elses_with_it(server: Change, dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))
    with between(dovecot.port, down=server) as proxy, desk.reading(dovecot, port=proxy.port, after="delete"):
        desk.has(1)
        assert dovecot.flags() == {}


def test_without_uidplus_a_mail_that_somebody_else_has_marked_is_not_expunged(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), flags=r"(\Deleted)")
    with between(dovecot.port, down=poor) as proxy:
        with desk.reading(dovecot, port=proxy.port, after="leave"):
            desk.has(1)
        dovecot.put(mail(2))
        with desk.reading(dovecot, port=proxy.port, after="delete"):
            desk.has(2)

    assert {uid: r"\Deleted" in flags for uid, flags in dovecot.flags().items()} == {1: True, 2: True}


def test_mail_gets_the_flag_that_is_configured(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))

    with desk.reading(dovecot, flag="$Mailgate"):
        desk.has(1)

    assert "$Mailgate" in dovecot.flags()[1]
    assert r"\Seen" not in dovecot.flags()[1]


def test_in_a_read_only_folder_mail_is_fetched_and_the_operator_is_told(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1))

    with between(dovecot.port, down=replacing(b"[READ-WRITE]", b"[READ-ONLY]")) as proxy:
        with desk.reading(dovecot, port=proxy.port):
            desk.has(1, "kept")
            line = desk.in_trouble("read-only")
            assert line.state is MailboxState.WAITING
            dovecot.put(mail(2))
            desk.has(2, "kept")
        assert len(desk.log.said("mailbox trouble")) == 1

    with desk.reading(dovecot):
        desk.has(2)
    assert all(r"\Seen" in flags for flags in dovecot.flags().values())


def test_a_full_mailbox_keeps_no_mail_from_us(desk: Desk) -> None:
    quota = "plugin {\n  quota = maildir:User quota\n  quota_rule = *:messages=3\n}"
    with (
        running(plugins="quota", extra=quota) as dovecot,
        between(dovecot.port, down=plain) as proxy,
    ):
        dovecot.put(mail(1), mail(2), mail(3))
        with desk.reading(dovecot, port=proxy.port, after="move", move_to="Done", timeout=1.0) as mailbox:
            desk.has(3, "kept")
            desk.in_trouble("does not move mails")

            dovecot.stop()
            conf = dovecot.home / "dovecot.conf"
            conf.write_text(conf.read_text().replace("messages=3", "messages=30"))
            [remembered] = dovecot.home.rglob("maildirsize")
            remembered.unlink()
            dovecot.start()
            mailbox.ring()
            desk.has(3)
    assert desk.contents() == [mail(1), mail(2), mail(3)]
    assert [line["about"] for line in desk.log.said("mailbox well again")] == ["connection", "dispose"]
    assert len([line for line in desk.log.said("mailbox trouble") if line["about"] == "dispose"]) == 1
