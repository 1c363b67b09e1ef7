"""Whatever the bytes, there is a Mail; and the same bytes give the same Mail."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.core.mail import Mail
from tests.mail.mails import FILES, patient, read_bytes

# What breaks parsers: pieces of headers, boundaries, words and line ends.
PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b":", b";", b'"', b"<", b">", b"--x", b"--x--", b"<p>", b"<td>"),
        *(b"=?utf-8?Q?", b"?=", b"=?", b"\xc5\x82", b"\xb3", b"\xff", b"\xff\xfe", b"+AGE-", b"\x1b$B", b"0\x80"),
        *(b"From: ", b"From: a@b.example", b"Subject: ", b"Date: ", b"Content-Type: ", b"multipart/mixed; boundary=x"),
        *(b"text/html", b"text/plain; format=flowed", b"message/rfc822", b"message/delivery-status", b"text/calendar"),
        *(b"application/ms-tnef", b"\x78\x9f\x3e\x22", b"application/pkcs7-mime", b"quoted-printable"),
        *(b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename*0*=utf-8''%C5"),
    ]
)


def check(read: Mail) -> None:
    json.dumps(asdict(read), default=str).encode()
    texts = [
        read.subject,
        read.text,
        *read.reports,
        *(a.name for a in read.attachments),
        *(p.name for p in read.authors),
    ]
    for text in texts:
        text.encode()
        assert not any(ord(character) < 32 and character not in "\n\t" for character in text)
    assert "\n" not in read.subject
    assert all("\n" not in value and "\r" not in value for _, value in read.headers)
    assert len({attachment.name.casefold() for attachment in read.attachments}) == len(read.attachments)
    assert all(attachment.name and "/" not in attachment.name for attachment in read.attachments)
    assert list(read.defects) == sorted(read.defects)
    assert all(address.addr == "" or "@" in address.addr for address in read.authors)
    assert read.date is None or read.date.utcoffset() is not None


@given(st.binary(max_size=2000))
@patient
def test_any_bytes_are_a_mail(content):
    read = read_bytes(content)
    check(read)
    assert read == read_bytes(content)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=60).map(b"".join))
@settings(patient, max_examples=300)
def test_any_heap_of_pieces_is_a_mail(content):
    read = read_bytes(content)
    check(read)
    assert read == read_bytes(content)


@given(st.data())
@settings(patient, max_examples=300)
def test_any_broken_mail_is_a_mail(data):
    content = data.draw(st.sampled_from(FILES)).read_bytes()
    for _ in range(data.draw(st.integers(min_value=1, max_value=4))):
        start = data.draw(st.integers(min_value=0, max_value=len(content)))
        end = start + data.draw(st.sampled_from([0, 0, 1, 2, 10, 100, 1000]))
        content = content[:start] + data.draw(st.one_of(PIECES, st.binary(max_size=5))) + content[end:]
    read = read_bytes(content)
    check(read)
    assert read == read_bytes(content)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_mail_of_the_collection_holds_what_a_mail_must(file):
    check(read_bytes(file.read_bytes()))
