"""The text that a person would read, out of any mixture of parts."""

import pytest

from mailgate.core.mail.flowed import unflow
from mailgate.core.mail.text import MAX_TEXT
from tests.mail.mails import BODY, PLAIN, mail, read_bytes


@pytest.mark.parametrize(
    "name",
    [
        "alternative",
        "alternative-html-first",
        "outlook-mixed-alternative-related",
        "text-only-as-attachment",
        "text-and-a-text-file",
        "forwarded-as-attachment",
        "winmail-dat-with-text-beside",
        "winmail-dat-alone",
        "smime-signed",
        "smime-opaque-signed",
        "smime-opaque-signed-indefinite-length",
        "pgp-mime-signed",
        "no-closing-boundary",
        "inner-multipart-never-closed",
        "boundary-not-announced",
        "boundary-announced-wrong",
        "multipart-label-on-plain-text",
        "empty-multipart-inside",
        "nested-in-fifty-levels",
        "base64-with-rubbish",
        "uuencoded",
        "content-type-malformed",
    ],
)
def test_the_authors_text_is_found(name):
    assert mail(name).text == BODY


@pytest.mark.parametrize("name", ["alternative-with-empty-plain", "alternative-with-a-stub"])
def test_a_plain_part_that_says_nothing_gives_way_to_html(name):
    assert mail(name).text == "Treść tylko w HTML"


def test_texts_around_an_attachment_are_both_read():
    assert mail("apple-mail-pdf-between-texts").text == "pierwszy\n\ndrugi"


def test_a_list_footer_comes_after_the_text():
    text = mail("html-with-a-list-footer").text
    assert text == f"Dzień dobry, AES nie działa.\n\n{'_' * 47}\nlista mailing list"


def test_the_same_text_twice_is_read_once():
    assert mail("same-text-as-plain-and-html-in-mixed").text == "Dzień dobry, AES nie działa."


def test_a_file_of_text_is_the_text_when_there_is_no_other():
    read = mail("text-only-as-attachment")
    assert [attachment.name for attachment in read.attachments] == ["opis.txt"]
    assert read.text == BODY
    assert "wyslano" not in mail("text-and-a-text-file").text


def test_the_text_of_a_forwarded_mail_is_not_the_authors():
    assert "nie napisał" not in mail("forwarded-as-attachment").text


def test_boundaries_that_begin_alike_are_told_apart():
    read = mail("boundaries-are-prefixes")
    assert read.text == f"Nagłówek\n--granica-12 to nie granica\n{BODY}"
    assert [attachment.name for attachment in read.attachments] == ["a.pdf"]
    assert read.defects == ()


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("no-closing-boundary", "no closing boundary"),
        ("inner-multipart-never-closed", "no closing boundary"),
        ("boundary-not-announced", "boundary guessed"),
        ("boundary-announced-wrong", "boundary guessed"),
        ("multipart-label-on-plain-text", "multipart without parts"),
        ("base64-with-rubbish", "rubbish in base64"),
        ("content-type-malformed", "content type malformed: text"),
        ("html-labelled-plain", "HTML labelled as plain text"),
        ("smime-encrypted", "encrypted: the text cannot be read"),
        ("pgp-mime-encrypted", "encrypted: the text cannot be read"),
    ],
)
def test_damage_is_noted(name, defect):
    assert defect in mail(name).defects


def test_files_in_the_midst_of_a_text_are_taken_out():
    lines = [line for line in mail("uuencoded-files-in-the-text").text.split("\n") if line]
    assert lines == [*filter(None, BODY.split("\n")), "begin 2026 od nowa", "to nie plik", "end"]


def test_a_charset_is_found_without_its_semicolon():
    assert mail("semicolons-missing").text == PLAIN


def test_an_empty_multipart_says_nothing():
    assert mail("empty-multipart").text == ""


def test_flowed_lines_are_whole_paragraphs_again():
    assert mail("flowed").text == (
        "Dzień dobry, od wczoraj nie mogę złożyć zgłoszenia w systemie AES, a kierowca czeka na granicy.\n\n"
        "> Prosimy podać numer MRN.\n>> Mój numer to\n26PL445000E0012345\n-- \nJan"
    )


def test_a_number_broken_for_the_journey_is_whole_again():
    assert mail("flowed-delsp").text == "Numer zgłoszenia 26PL445000E0012345 jest niewidoczny."


def test_a_flowed_line_does_not_run_into_another_depth_of_quotation():
    assert unflow(">a \nb", delete_space=False) == "> a \nb"
    assert unflow(" >literal\n~a \n", delete_space=False) == ">literal\n~a "


def test_an_invitation_without_a_word_tells_what_it_is_about():
    assert mail("calendar-alone").text.startswith("Odprawa w Świecku\nSpotkanie w sprawie zgłoszenia, godz. 8\n")
    assert mail("calendar-invitation").text == "Zapraszam na odprawę."


def test_a_text_is_read_up_to_a_limit():
    read = read_bytes(
        b"From: jan@firma.example\r\nDate: Thu, 22 Oct 2026 09:13:58 +0200\r\n\r\n" + b"x" * (MAX_TEXT + 1)
    )
    assert len(read.text) == MAX_TEXT
    assert read.defects == ("text too long: the rest was not read",)


def test_what_nobody_can_see_is_left_out():
    read = read_bytes("Content-Type: text/plain; charset=utf-8\r\n\r\n\ufeffa\x00\x1b[31mb\u2028c\x85".encode())
    assert read.text == "a[31mb\nc"
