"""Messages inside of wrappers: signed S/MIME, winmail.dat, compressed RTF."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail.cms import signed_content
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.rtf import read_rtf
from mailgate.core.mail.tnef import SIGNATURE, unwrap
from mailgate.core.mail.transfer import base64
from tests.mail.mails import FOLDER, mail, patient, read_bytes

# MS-OXRTFCP section 4.1 and 4.2: a text compressed, and one that refers to what it is about to write.
SIMPLE_RTF = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING_RTF = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def attachment_of(name: str) -> bytes:
    """The content of the first base64 part of a mail."""
    text = (FOLDER / f"{name}.eml").read_bytes()
    return base64(text.partition(b"Content-Transfer-Encoding: base64")[2].partition(b"\r\n\r\n")[2])


def test_rtf_in_winmail_dat_is_read():
    text = "Dzień dobry,\n\nAES nie przyjmuje zgłoszenia, żółty komunikat.\nJan"
    assert mail("winmail-dat-with-rtf").text == text


def test_the_examples_of_the_specification_are_unpacked():
    assert read_rtf(SIMPLE_RTF, Defects()) == "hello world"
    assert read_rtf(CROSSING_RTF, Defects()) == "WXYZWXYZWXYZWXYZWXYZ"


def test_compressed_rtf_that_would_fill_the_memory_is_unpacked_up_to_a_limit():
    # Letters as they are, then references back to them of 16 letters each: 17 octets become 128.
    literals = b"\x00{\\rtf1 a\x00aaaaaaaa\x00aaaaaaaa"
    references = b"\xff" + struct.pack(">H", 220 << 4 | 14) * 8
    bomb = struct.pack("<II4s4x", 0, 0xFFFFFFFF, b"LZFu") + literals + references * 20_000

    text = read_rtf(bomb, Defects())

    assert 400_000 < len(text) <= 500_000


def attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + b"\x00\x00"


@pytest.mark.parametrize(
    "properties",
    [
        struct.pack("<I", 0xFFFFFFFF) + bytes(8),
        struct.pack("<IHHI", 1, 0x1003, 0x3FFE, 0xFFFFFFFF) + bytes(8),
        struct.pack("<IHHI", 1, 0x101E, 0x1000, 0xFFFFFFFF) + bytes(4000),
        struct.pack("<IHHII", 1, 0x1E, 0x1000, 1, 0xFFFFFFFF) + b"text",
        struct.pack("<IHH", 1, 0x77, 0x1000),
        struct.pack("<IHH16sII", 1, 0x1E, 0x8001, bytes(16), 1, 0xFFFFFFFF),
    ],
)
def test_counts_in_winmail_dat_are_not_believed(properties):
    wrapped = SIGNATURE + b"\x01\x00" + attribute(1, 0x9003, properties) + attribute(2, 0x9002, b"")
    unwrapped = unwrap(wrapped, Defects())
    assert unwrapped is not None


def test_a_wrapper_that_is_cut_off_gives_what_can_be_read():
    whole = attachment_of("winmail-dat-alone")
    unwrapped = unwrap(whole[:-40], Defects())
    assert unwrapped is not None
    assert [file.name for file in unwrapped.files][:1] == ["faktura zażółć.pdf"]


def test_a_signature_without_content_is_no_message():
    assert signed_content(attachment_of("smime-encrypted"), Defects()) is None


@pytest.mark.parametrize("name", ["smime-opaque-signed", "smime-opaque-signed-indefinite-length"])
def test_a_signed_message_that_is_cut_off_does_no_harm(name):
    whole = attachment_of(name)
    assert signed_content(whole, Defects())
    for end in range(0, len(whole), 37):
        signed_content(whole[:end], Defects())


def test_elements_in_elements_have_an_end():
    assert signed_content(b"\x30\x80" * 100_000, Defects()) is None


def test_of_many_wrappers_some_are_opened():
    part = b"--x\r\nContent-Type: application/pkcs7-mime\r\n\r\n0\x80\r\n"
    read = read_bytes(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 100)
    assert "more than 20 wrapped messages: the rest was not opened" in read.defects
    assert len(read.attachments) == 100


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=300))
@patient
def test_no_octets_break_a_wrapper(octets, place):
    for name in ("winmail-dat-alone", "smime-opaque-signed-indefinite-length"):
        whole = attachment_of(name)
        broken = whole[:place] + octets + whole[place + len(octets) :]
        unwrap(broken, Defects())
        signed_content(broken, Defects())
    read_rtf(SIMPLE_RTF[:16] + octets, Defects())
