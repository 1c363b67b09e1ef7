"""Another reader of the same mails: where a mail is in order, mail-parser finds the same."""

import base64
from hashlib import sha256

import mailparser  # type: ignore[import-untyped]  # mail-parser ships no types
import pytest

from tests.mail.mails import FOLDER, mail

IN_ORDER = [
    "windows-1250",
    "iso-8859-2-quoted-printable",
    "koi8-r",
    "alternative",
    "outlook-mixed-alternative-related",
    "apple-mail-pdf-between-texts",
    "attachment-kinds",
    "display-name-is-another-address",
    "from-with-two-mailboxes",
    "from-with-comments",
    "pgp-mime-signed",
    "smime-signed",
]


@pytest.mark.parametrize("name", IN_ORDER)
def test_mail_parser_finds_the_same(name):
    other = mailparser.parse_from_bytes((FOLDER / f"{name}.eml").read_bytes())
    read = mail(name)
    assert [address.addr for address in read.authors] == [address for _, address in other.from_]
    assert [address.addr for address in read.to] == [address for _, address in other.to]
    assert read.subject == other.subject
    assert read.message_id == other.message_id
    assert read.date == other.date
    digests = [sha256(base64.b64decode(attachment["payload"])).hexdigest() for attachment in other.attachments]
    assert [attachment.digest for attachment in read.attachments] == digests
