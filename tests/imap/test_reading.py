"""Mail in a mailbox becomes mail at the desk: all of it, once, whatever else happens there."""

from tests.imap.dovecot import Dovecot
from tests.imap.house import Desk, mail


def test_mail_that_is_there_and_mail_that_comes_is_kept_as_it_is(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), mail(2, "z\u0142o\u015b\u0107\r\n"))

    with desk.reading(dovecot):
        desk.has(2)
        dovecot.put(mail(3))
        desk.has(3)

    assert desk.contents() == [mail(1), mail(2, "z\u0142o\u015b\u0107\r\n"), mail(3)]
    envelope = desk.store.messages.show(1).receipts[0].envelope  # type: ignore[union-attr]
    assert (envelope.source, envelope.client) == ("imap", None)
    assert [flags >= {r"\Seen"} for flags in dovecot.flags().values()] == [True] * 3
    desk.agrees()
    assert desk.log.lines == []


def test_mail_that_somebody_has_opened_in_a_mail_program_still_arrives(dovecot: Dovecot, desk: Desk) -> None:
    dovecot.put(mail(1), flags=r"(\Seen \Answered)")

    with desk.reading(dovecot):
        desk.has(1)

    assert desk.contents() == [mail(1)]
