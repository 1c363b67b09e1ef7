"""Mails that are made to cost time or memory: each is read within limits, and says where it was cut."""

import base64

import pytest

from mailgate.core.mail.defects import MAX_DEFECTS
from mailgate.core.mail.fields import MAX_FIELDS
from mailgate.core.mail.parts import MAX_CANDIDATES, MAX_LEVELS, MAX_PARTS
from tests.mail.mails import read_bytes

HEAD = b"From: jan@firma.example\r\nSubject: AES\r\nDate: Thu, 22 Oct 2026 09:13:58 +0200\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
TEXT = b"--x\r\nContent-Type: text/plain\r\n\r\nDzien dobry\r\n"
FILE = b'--x\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n'


def nested(levels: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(levels))
    return HEAD + opened + b"Content-Type: text/plain\r\n\r\nDzien dobry\r\n" + b"wiersz\r\n" * 1000


def test_twenty_thousand_parts_are_read():
    read = read_bytes(MIXED + TEXT + FILE * 20_000 + b"--x--\r\n")
    assert read.text == "Dzien dobry"
    assert len(read.attachments) == 20_000
    assert len({attachment.name for attachment in read.attachments}) == 20_000
    assert read.defects == ()


def test_more_parts_than_any_mail_has_are_cut():
    read = read_bytes(MIXED + TEXT + FILE * (MAX_PARTS + 1000) + b"--x--\r\n")
    assert len(read.attachments) == MAX_PARTS - 1
    assert f"more than {MAX_PARTS} parts: the rest was not read" in read.defects


def test_text_is_found_under_five_hundred_levels():
    assert read_bytes(nested(500)).text.startswith("Dzien dobry\nwiersz")


def test_more_levels_than_any_mail_has_are_cut():
    read = read_bytes(nested(MAX_LEVELS + 500))
    assert read.text == ""
    assert f"nested deeper than {MAX_LEVELS} levels: the rest was not read" in read.defects


def test_three_megabytes_of_headers_are_read():
    read = read_bytes(
        b"X-A: " + b"a" * 72 + b"\r\n" + (b"X-B: " + b"b" * 72 + b"\r\n") * 39_000 + HEAD + b"\r\nDzien dobry"
    )
    assert read.author is not None
    assert (read.subject, read.text, read.defects) == ("AES", "Dzien dobry", ())


def test_one_header_of_three_megabytes_hides_no_other():
    read = read_bytes(b"X-A: a\r\n" + b" b\r\n" * 200_000 + HEAD + b"\r\nDzien dobry")
    assert (read.subject, read.text) == ("AES", "Dzien dobry")


def test_more_fields_than_any_mail_has_are_cut():
    read = read_bytes(HEAD + b"a:\r\n" * (MAX_FIELDS + 1000) + b"\r\nDzien dobry")
    assert read.subject == "AES"
    assert len(read.headers) == MAX_FIELDS
    assert f"more than {MAX_FIELDS} header fields: the rest was not read" in read.defects


def test_lines_of_hyphens_without_end_are_cut():
    read = read_bytes(MIXED + TEXT + b"--\r\n" * (MAX_CANDIDATES + 1000) + b"--x\r\n\r\nreszta\r\n--x--")
    assert read.text.startswith("Dzien dobry\n--\n--")
    assert f"more than {MAX_CANDIDATES} lines of hyphens: parts after them were not read" in read.defects


def test_costly_parts_are_read_while_the_effort_lasts():
    html = b"--x\r\nContent-Type: text/html\r\n\r\n<p>Dzien dobry</p>\r\n"
    read = read_bytes(MIXED + html + b"".join(html.replace(b"dobry", b"%d" % i) for i in range(10_000)))
    assert read.text.startswith("Dzien dobry\n\nDzien 0\n\n")
    assert "too costly to read whole: some of it was not read" in read.defects


def test_a_thousand_kinds_of_damage_are_told_briefly():
    parts = b"".join(b"--x\r\nContent-Type: text/plain; charset=x%d\r\n\r\na\r\n" % i for i in range(1000))
    assert len(read_bytes(MIXED + parts).defects) == MAX_DEFECTS


@pytest.mark.parametrize(
    "content",
    [
        b"From: " + b"<a@b.example>, " * 100_000 + b"\r\n\r\n",
        b"From: a@b.example\r\n" * 50_000,
        b"To: " + b'"a <b, ' * 100_000 + b"\r\n\r\n",
        b"Subject: " + b"=?utf-8?q?=C5=82?= " * 100_000 + b"\r\n\r\n",
        b"References: " + b"<a@b> " * 300_000 + b"\r\n\r\n",
        b"Content-Type: text/plain; " + b"a*0*=x; " * 300_000 + b"\r\n\r\n",
        b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n> b \r\n" * 300_000,
        b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>a" * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 500_000,
        b"Content-Type: multipart/mixed\r\n\r\n" + b"--x\r\n" * 300_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + bytes(range(256)) * 10_000,
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\n" + b"#86%A\n" * 300_000,
        b"\r\n" * 1_000_000,
        b" \r\n" * 1_000_000,
        b"\r" * 2_000_000,
        b"\x00" * 2_000_000,
        b"From x 12:00\r\n" * 200_000,
    ],
    ids=lambda content: repr(content[:40]),
)
def test_heaps_of_one_thing_are_read(content):
    assert len(read_bytes(content).text) <= 1_000_000


def test_twenty_megabytes_of_attachment_are_measured():
    read = read_bytes(MIXED + TEXT + FILE.replace(b"eA==", base64.encodebytes(bytes(20_000_000))) + b"--x--\r\n")
    assert [attachment.size for attachment in read.attachments] == [20_000_000]
