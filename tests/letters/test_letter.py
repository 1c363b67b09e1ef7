"""The bytes of a letter, held against the parser of the standard library."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mailgate.core.letter import as_written, compose, is_ours, letter_id
from mailgate.core.mail import Address
from mailgate.core.reply import NUMBER_TO_COME, REFERENCE_TO_COME, Reply
from mailgate.core.reply.line import one_line

NOON = datetime(2025, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=1)))
DESK = Address(addr="helpdesk-eclo@mf.gov.pl", name="Help Desk SISC")
REPLY = Reply(
    to="anna.kowalska@spedycja.example",
    subject="Re: RMPD – błąd 4011 [ZGL0001234]",
    text="Dzień dobry,\n\nprzyjęliśmy zgłoszenie ZGL0001234.\n",
    html="<p>Dzień dobry,</p>\n",
    template="ticket",
    cause="ticket",
    in_reply_to="<rmpd-1@spedycja.example>",
    references=("<rmpd-0@spedycja.example>", "<rmpd-1@spedycja.example>"),
    languages=("pl", "en"),
)
SECRET = b"0123456789abcdef0123456789abcdef"
DIGEST = "5f2c" * 16
HOSTILE = ("a\r\nBcc: x@evil.example", "a\nBcc: x@evil.example", "a\rBcc: x@evil.example", "a\x00b", "a\u2028b", "a b")


def letter(reply: Reply = REPLY, *, message_id: str = "<1@mf.gov.pl>", sender: Address = DESK) -> bytes:
    return compose(reply, message_id=message_id, date=NOON, sender=sender)


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_parser_of_the_standard_library_reads_what_was_meant() -> None:
    message = parsed(letter())
    assert message["From"] == "Help Desk SISC <helpdesk-eclo@mf.gov.pl>"
    assert message["To"] == REPLY.to
    assert message["Subject"] == REPLY.subject
    assert parsedate_to_datetime(message["Date"]) == NOON
    assert message["Message-ID"] == "<1@mf.gov.pl>"
    assert message["In-Reply-To"] == "<rmpd-1@spedycja.example>"
    assert message["References"].split() == ["<rmpd-0@spedycja.example>", "<rmpd-1@spedycja.example>"]
    assert message["Content-Language"] == "pl, en"
    assert message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == REPLY.text
    assert body(message, "html") == REPLY.html


def test_machines_are_told_not_to_answer() -> None:
    message = parsed(letter())
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_text_comes_before_html_so_that_the_best_is_last() -> None:
    assert [part.get_content_type() for part in parsed(letter()).iter_parts()] == ["text/plain", "text/html"]


def test_each_header_stands_there_once() -> None:
    names = parsed(letter()).keys()
    assert len(names) == len(set(names))


def test_a_mail_without_message_id_is_answered_without_thread() -> None:
    message = parsed(letter(replace(REPLY, in_reply_to=None, references=())))
    assert "In-Reply-To" not in message
    assert "References" not in message


def test_lines_end_with_crlf_and_are_ascii_and_short() -> None:
    content = letter(
        replace(REPLY, subject="ż" * 400, text="ż" * 3000, references=("<" + "r" * 200 + "@x.example>",) * 10)
    )
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", content) is None
    assert content.isascii()
    head, _, rest = content.partition(b"\r\n\r\n")
    assert all(len(line) <= 78 or b"References" in line or line.startswith(b" <r") for line in head.split(b"\r\n"))
    assert all(len(line) <= 76 or line.startswith(b"Content-") for line in rest.split(b"\r\n"))


@given(st.text(max_size=300))
@example("=?utf-8?B?xbw=?=")
@example("zwykły temat")
@example("plain")
@example("a" * 300)
@example("a  b")
@example("=?")
def test_any_subject_comes_through(subject: str) -> None:
    assume(not {NUMBER_TO_COME, REFERENCE_TO_COME} & set(subject))
    assert parsed(letter(replace(REPLY, subject=subject)))["Subject"] == one_line(subject, 500)


@given(st.text(max_size=60))
@example('Jan "Sen" Nowak')
@example("Nowak, Jan")
@example("a\\b")
@example("Help Desk <x@evil.example>")
@example("=?utf-8?B?xbw=?=")
@example("Zażółć gęślą jaźń – Help Desk Systemu Informacyjnego")
def test_any_name_of_the_desk_comes_through(name: str) -> None:
    """The `display_name` of Python 3.11 sets a blank between encoded words; `make_header` follows RFC 2047."""
    content = letter(sender=Address(addr=DESK.addr, name=name))
    header = message_from_bytes(content, policy=policy.compat32)["From"]
    written, address = parseaddr(re.sub(r"\r\n", "", header))
    assert address == DESK.addr
    assert str(make_header(decode_header(written))) == one_line(name, 76)
    assert [each.addr_spec for each in parsed(content)["From"].addresses] == [DESK.addr]


@given(st.text(max_size=400), st.text(max_size=400))
@example("a " * 60, "\t")
@example("kropka\n.\nFrom ja\n", "=\n=3D\n")
@example("x" * 200, "--=_\n\n")
@example("słowo \n\n \n", "\x0b\x0c\x1c\x85")
def test_any_text_comes_through(text: str, html: str) -> None:
    """Line ends come out as one kind, those at the end as one; everything else to the letter."""
    text, html = (part.encode("utf-8", "replace").decode() for part in (text, html))
    message = parsed(letter(replace(REPLY, text=text, html=html)))
    for sent, subtype in ((text, "plain"), (html, "html")):
        expected = sent.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
        if NUMBER_TO_COME not in sent:
            assert body(message, subtype) == expected


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_address_that_would_break_a_header_is_refused(hostile: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a header"):
        letter(replace(REPLY, to=f"{hostile}@spedycja.example"))
    with pytest.raises(ValueError, match="cannot stand in a header"):
        letter(sender=Address(addr=f"{hostile}@mf.gov.pl", name="Desk"))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_message_id_that_would_break_a_header_is_refused(hostile: str) -> None:
    for reply in (replace(REPLY, in_reply_to=f"<{hostile}@x>"), replace(REPLY, references=(f"<{hostile}@x>",))):
        with pytest.raises(ValueError, match="cannot stand in a header"):
            letter(reply)
    with pytest.raises(ValueError, match="cannot stand in a header"):
        letter(message_id=f"<{hostile}@mf.gov.pl>")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_subject_or_name_with_line_breaks_adds_no_header(hostile: str) -> None:
    names = parsed(letter()).keys()
    assert parsed(letter(replace(REPLY, subject=hostile))).keys() == names
    assert parsed(letter(sender=Address(addr=DESK.addr, name=hostile))).keys() == names


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_no_recipient_ever_adds_a_header_or_a_recipient(local: str) -> None:
    try:
        content = letter(replace(REPLY, to=f"{local}@spedycja.example"))
    except ValueError:
        return
    lines = content.partition(b"\r\n\r\n")[0].decode("utf-8").split("\r\n")
    assert [line for line in lines if line.startswith("To: ")] == [f"To: {local}@spedycja.example"]
    assert len(lines) == len(letter().partition(b"\r\n\r\n")[0].split(b"\r\n"))


def test_a_letter_whose_number_is_still_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="ticket number"):
        letter(replace(REPLY, text=f"numer {NUMBER_TO_COME}\n"))


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        compose(REPLY, message_id="<1@mf.gov.pl>", date=NOON.replace(tzinfo=None), sender=DESK)


def test_the_same_letter_is_the_same_bytes() -> None:
    assert letter() == letter()


def test_a_letter_to_letters_beyond_ascii_stands_in_utf_8() -> None:
    assert "To: zażółć@spedycja.example\r\n".encode() in letter(replace(REPLY, to="zażółć@spedycja.example"))


def test_our_message_ids_are_ours_and_always_the_same() -> None:
    ours = letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl")
    assert ours == letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl")
    assert is_ours(SECRET, ours)


def test_another_message_template_domain_or_secret_gives_another_id() -> None:
    ids = {
        letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl"),
        letter_id(SECRET, "0" * 64, "ticket", "mf.gov.pl"),
        letter_id(SECRET, DIGEST, "hold", "mf.gov.pl"),
        letter_id(SECRET, DIGEST, "ticket", "example.org"),
        letter_id(SECRET[::-1], DIGEST, "ticket", "mf.gov.pl"),
    }
    assert len(ids) == 5


def test_an_id_survives_what_mail_programs_do_to_it() -> None:
    ours = letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl")
    assert is_ours(SECRET, ours.upper())
    assert is_ours(SECRET, f" {ours} ")
    assert is_ours(SECRET, ours.strip("<>"))
    assert {as_written(ours), as_written(ours.upper()), as_written(f" {ours.strip('<>')} ")} == {ours}


def test_other_peoples_ids_stay_as_they_are() -> None:
    assert as_written("<CAF=Ab12@mail.gmail.com>") == "<CAF=Ab12@mail.gmail.com>"


def test_an_id_can_stand_in_a_header() -> None:
    message_id = letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl")
    assert parsed(letter(message_id=message_id))["Message-ID"] == message_id


def test_an_id_tells_nothing_of_the_message() -> None:
    ours = letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl")
    assert "5f2c" not in ours
    assert "ticket" not in ours


@pytest.mark.parametrize("place", range(60))
def test_an_id_that_was_changed_anywhere_is_not_ours(place: int) -> None:
    ours = letter_id(SECRET, DIGEST, "ticket", "mf.gov.pl")
    if not ours[place].isalnum():
        return
    other = "a" if ours[place] != "a" else "b"
    assert not is_ours(SECRET, ours[:place] + other + ours[place + 1 :])


@given(st.text(max_size=120))
@example("<1@mf.gov.pl>")
@example("")
@example("<mg.aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa@mf.gov.pl>")
def test_what_others_write_is_not_ours(message_id: str) -> None:
    assert not is_ours(SECRET, message_id)


def test_an_id_of_another_installation_is_not_ours() -> None:
    assert not is_ours(SECRET, letter_id(b"another secret of ours", DIGEST, "ticket", "mf.gov.pl"))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        letter_id(b"short", DIGEST, "ticket", "mf.gov.pl")


def test_dates_are_written_in_the_zone_they_have() -> None:
    content = compose(REPLY, message_id="<1@mf.gov.pl>", date=NOON.astimezone(UTC), sender=DESK)
    assert b"Date: Sat, 22 Nov 2025 11:00:00 +0000\r\n" in content
