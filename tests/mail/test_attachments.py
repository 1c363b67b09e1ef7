"""Attachments: safe names, what they look like, and nothing of them opened."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail.magic import looks_like
from mailgate.core.mail.names import MAX_NAME, distinct, safe_name
from tests.mail.mails import mail, patient


def test_names_come_out_right_and_harmless():
    assert [attachment.name for attachment in mail("attachment-names").attachments] == [
        "zażółć.pdf",
        "Zgłoszenie wywozowe łódź.pdf",
        "Świadectwo pochodzenia.pdf",
        "załącznik_1.pdf",
        "umowa.pdf",
        "passwd",
        "fakturafdp.exe",
        "htaccess",
        "_CON.pdf",
        "a_b__c_d_.pdf",
        "umowa (2).pdf",
        "UMOWA (3).pdf",
        ("bardzo " * 17)[: MAX_NAME - 4].rstrip() + ".pdf",
        "part-15.pdf",
        "part-16.png",
        "part-17.pdf",
        "faktura za maj.pdf",
        "tabhere.pdf",
    ]


def test_a_file_is_judged_by_its_content_as_well_as_by_its_label():
    kinds = {
        attachment.name: (attachment.type, attachment.looks_like) for attachment in mail("attachment-kinds").attachments
    }
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert kinds == {
        "faktura.pdf": ("application/pdf", "application/vnd.microsoft.portable-executable"),
        "skan.pdf": ("application/octet-stream", "application/pdf"),
        "zdjecie.jpg": ("image/jpeg", "image/jpeg"),
        "zrzut.jpg": ("image/jpeg", "image/png"),
        "pismo.docx": ("application/octet-stream", word),
        "dane.xlsx": (sheet, sheet),
        "pismo.odt": ("application/zip", "application/vnd.oasis.opendocument.text"),
        "podpis.asice": ("application/octet-stream", "application/vnd.etsi.asic-e+zip"),
        "paczka.zip": ("application/x-zip-compressed", "application/x-zip-compressed"),
        "upo.xml": ("application/octet-stream", "application/xml"),
        "upo (2).xml": ("text/xml", "text/xml"),
        "strona.pdf": ("application/pdf", "text/html"),
        "stary.doc": ("application/msword", "application/msword"),
        "stary (2).doc": ("image/gif", "application/x-ole-storage"),
        "skrot.lnk": ("application/pdf", "application/x-ms-shortcut"),
        "dane.bin": ("application/octet-stream", "application/octet-stream"),
        "a.tar": ("application/x-tar", "application/x-tar"),
        "a.gif": ("image/gif", "image/gif"),
    }


def test_size_and_digest_are_those_of_the_decoded_content():
    attachment = mail("apple-mail-pdf-between-texts").attachments[0]
    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    assert (attachment.size, attachment.digest) == (len(content), sha256(content).hexdigest())


def test_inline_images_are_listed():
    names = [attachment.name for attachment in mail("outlook-mixed-alternative-related").attachments]
    assert names == ["zrzut.png", "zgloszenie.pdf"]


@pytest.mark.parametrize(
    ("name", "attachments"),
    [
        ("forwarded-as-attachment", ["Odmowa.eml"]),
        ("digest", ["part-1.eml", "part-2.eml"]),
        ("smime-signed", ["smime.p7s"]),
        ("smime-opaque-signed", []),
        ("smime-opaque-signed-indefinite-length", ["umowa.pdf"]),
        ("smime-encrypted", ["smime.p7m"]),
        ("pgp-mime-signed", ["signature.asc"]),
        ("pgp-mime-encrypted", ["part-1.bin", "encrypted.asc"]),
        ("calendar-invitation", ["part-2.ics"]),
        ("winmail-dat-with-text-beside", ["faktura zażółć.pdf", "zrzut.png"]),
        ("bounce", ["part-2.txt", "part-3.eml"]),
        ("uuencoded-files-in-the-text", ["umowa.pdf", "zrzut.png"]),
        ("semicolons-missing", ["opis.txt"]),
        ("names-from-locations", ["ekran.png"]),
        ("alternative", []),
    ],
)
def test_what_is_not_text_is_listed(name, attachments):
    assert [attachment.name for attachment in mail(name).attachments] == attachments


@pytest.mark.parametrize("given_name", ["..", ".", "///", "\\", "\u202e", " . ", "\x00", "C:\\"])
def test_a_name_that_is_nothing_but_tricks_is_no_name(given_name):
    assert safe_name(given_name) == ""


def test_two_letters_make_no_program():
    assert (
        looks_like(b"MZ to skrot naszej firmy, prosze o kontakt w sprawie zgloszenia celnego AES", "text/plain")
        == "text/plain"
    )


@given(st.text(max_size=400))
@patient
def test_any_name_becomes_safe(given_name):
    name = safe_name(given_name)
    assert len(name) <= MAX_NAME
    assert not set(name) & set('/\\<>:"|?*\x00\n\r\t\u202e\u200b')
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))


@given(
    st.lists(
        st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "a", "a (2)", "b" * MAX_NAME, "b" * (MAX_NAME - 4) + ".pdf"])
    )
)
@patient
def test_no_two_names_are_alike(names):
    result = distinct(names)
    assert len({name.casefold() for name in result}) == len(names)
    assert all(len(name) <= MAX_NAME for name in result)


@given(st.binary(max_size=300), st.sampled_from([b"", b"MZ", b"PK\x03\x04", b"%PDF-", b"<?xml", b"RIFF", b"GIF89a"]))
@patient
def test_any_content_looks_like_something(content, beginning):
    assert "/" in looks_like(beginning + content, "application/octet-stream")
