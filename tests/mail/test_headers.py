"""Header sections as they come, and what is read from single fields."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailgate.core.mail.dates import read_date
from tests.mail.mails import BODY, mail, read_bytes, with_headers


def test_every_header_is_kept_in_order_and_unfolded():
    assert [name for name, _ in mail("message-ids-folded").headers] == [
        "received",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "in-reply-to",
        "references",
    ]
    received = mail("windows-1250").header("received")
    assert received == (
        "from mail.nadawca.example (mail.nadawca.example [192.0.2.17])"
        " by mx1.mf.gov.pl (Postfix) with ESMTPS id 4c1D2E3F4g"
        " for <helpdesk-eclo@mf.gov.pl>; Thu, 22 Oct 2026 09:14:02 +0200 (CEST)"
    )


@pytest.mark.parametrize(
    ("name", "defects"),
    [
        ("lf-only", ()),
        ("cr-only", ()),
        ("mbox-from-line", ("mbox separator line",)),
        ("blank-lines-before-the-headers", ("charset missing",)),
        ("nul-octets", ("NUL in text",)),
    ],
)
def test_odd_line_ends_and_first_lines_change_nothing(name, defects):
    read = mail(name)
    assert (read.subject, read.text, read.defects) == ("AES nie przyjmuje zgloszenia", BODY, defects)


def test_a_lone_cr_starts_no_header():
    read = mail("lone-cr-in-the-subject")
    assert read.subject == "AES Bcc: ktos@x.example nie przyjmuje zgloszenia"
    assert read.header("bcc") is None
    assert "lone CR in headers" in read.defects


def test_a_blank_before_the_colon_ends_no_headers():
    read = mail("subject-with-a-blank-before-the-colon")
    assert read.author is not None
    assert read.author.addr == "jan.kowalski@firma-transport.example"
    assert read.date == datetime(2026, 10, 22, 9, 13, 58, tzinfo=timezone(timedelta(hours=2)))


def test_text_may_begin_without_a_blank_line():
    read = mail("no-blank-line-after-the-headers")
    assert read.subject == "AES nie przyjmuje zgloszenia"
    assert read.text.startswith("Dzień dobry,\npo zalogowaniu")
    assert "no blank line after the headers" in read.defects


def test_a_message_may_have_no_headers():
    read = mail("no-headers-at-all")
    assert (read.subject, read.text, read.authors) == ("", BODY, ())


def test_a_message_may_be_empty():
    read = mail("empty")
    assert (read.subject, read.text, read.authors, read.attachments) == ("", "", (), ())
    assert read.defects == ("no date header", "no from header")


def test_of_repeated_headers_the_first_counts():
    read = mail("headers-repeated")
    assert read.subject == "AES nie przyjmuje zgloszenia"
    assert read.date is None
    assert {"several subject headers", "date unreadable"} <= set(read.defects)


def test_answers_are_in_reply_to_then_references_from_the_newest():
    assert mail("message-ids-folded").answers == (
        "<pierwszy@mailgate.example>",
        "<drugi@firma.example>",
        "<zero@firma.example>",
    )


@pytest.mark.parametrize(
    ("field", "message_id"),
    [
        ("<a@b>", "<a@b>"),
        ("a@b", "<a@b>"),
        (" <a@\tb> (x)", "<a@b>"),
        ("<a\x1b@b>", "<a@b>"),
        ("", None),
        ("<>", None),
        ("<" + "a" * 5000 + ">", "<" + "a" * 997 + ">"),
    ],
)
def test_a_message_id_gets_its_brackets(field, message_id):
    assert with_headers(f"Message-ID: {field}").message_id == message_id


CEST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("field", "date"),
    [
        ("Thu, 22 Oct 2026 09:13:58 +0200 (CEST)", datetime(2026, 10, 22, 9, 13, 58, tzinfo=CEST)),
        ("Thu, 22 Oct 2026 09:13:58 CEST", datetime(2026, 10, 22, 9, 13, 58, tzinfo=CEST)),
        ("22 Oct 26 09:13 GMT", datetime(2026, 10, 22, 9, 13, tzinfo=UTC)),
        ("Thu Oct 22 09:13:58 2026", datetime(2026, 10, 22, 9, 13, 58, tzinfo=UTC)),
        ("Thu, 22 Oct 2026 09:13:58", datetime(2026, 10, 22, 9, 13, 58, tzinfo=UTC)),
        ("Thu, 22 Oct 2026 09:13:60 -0000", datetime(2026, 10, 22, 9, 13, 59, tzinfo=UTC)),
        ("2026-10-22T09:13:58+02:00", datetime(2026, 10, 22, 9, 13, 58, tzinfo=CEST)),
        ("Thu, 22 Oct 2026 09:13:58 +9999", datetime(2026, 10, 22, 9, 13, 58, tzinfo=UTC)),
        ("Sat, 31 Feb 2026 09:13:58 +0000", None),
        ("1 Jan 1850 00:00:00 +1400", None),
        ("wczoraj", None),
        ("", None),
    ],
)
def test_dates_are_aware_or_none(field, date):
    assert read_date(field) == date


def test_the_subject_is_one_line_of_bounded_length():
    read = mail("subject-of-three-thousand-characters")
    assert len(read.subject) <= 2000
    assert with_headers("Subject: =?utf-8?Q?a=0D=0Ab=00c=E2=80=A8d?=").subject == "a b c d"


def test_raw_headers_hold_no_line_break():
    read = read_bytes(b"X-A: a\r\n b\r\n\tc\r\nSubject: x\r\n\r\n")
    assert read.headers == (("x-a", "a b c"), ("subject", "x"))
