"""One mail along two ways has one fingerprint; any other mail has another."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail import Address, Attachment, Mail
from mailgate.store.fingerprint import fingerprint
from tests.store.cast import ANNA, ANNA_BY_IMAP, facts_of, raw

MAIL: Mail = facts_of(raw(ANNA)).mail
PDF = Attachment(name="umowa.pdf", type="application/pdf", looks_like="application/pdf", size=3, digest="ab12")


def test_headers_that_servers_add_do_not_count() -> None:
    assert fingerprint(MAIL) == fingerprint(facts_of(raw(ANNA_BY_IMAP)).mail)


def test_the_same_moment_in_another_zone_is_the_same_date() -> None:
    assert MAIL.date is not None
    assert fingerprint(replace(MAIL, date=MAIL.date.astimezone(UTC))) == fingerprint(MAIL)


def test_whatever_else_differs_makes_another_mail() -> None:
    others = [
        replace(MAIL, message_id="<other@spedycja.example>"),
        replace(MAIL, authors=(Address(addr="ktos@inny.example"),)),
        replace(MAIL, date=datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
        replace(MAIL, date=None),
        replace(MAIL, subject="SENT100 - przyjęte zgłoszenie"),
        replace(MAIL, text=MAIL.text + "PS. Pilne!\n"),
        replace(MAIL, attachments=(PDF,)),
        replace(MAIL, attachments=(PDF, PDF)),
    ]

    assert len({fingerprint(mail) for mail in [MAIL, *others]}) == len(others) + 1


def test_without_a_message_id_no_two_mails_are_the_same() -> None:
    assert fingerprint(replace(MAIL, message_id=None)) is None


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_wrapping_lines_does_not_change_the_fingerprint(text: str, width: int) -> None:
    words = text.split()
    wrapped = "\n".join("  ".join(words[at : at + width]) for at in range(0, len(words), width))

    assert fingerprint(replace(MAIL, text=wrapped)) == fingerprint(replace(MAIL, text=text))
