"""What the published corpora of other projects showed; each mail is written anew here."""

import pytest

from tests.mail.mails import read_bytes


def text_of(kind: str, body: bytes) -> str:
    return read_bytes(f"From: a@b.example\nContent-Type: text/plain; {kind}\n\n".encode() + body).text


def test_letters_that_nobody_encoded_in_an_encoded_word_are_in_its_charset():
    mail = read_bytes(b"From: a@b.example\nSubject: =?iso-8859-2?Q?zg=B3oszenie_nr_7,_b\xb3\xb1d?=\n\n.")
    assert mail.subject == "zgłoszenie nr 7, błąd"


def test_the_same_where_the_charset_of_the_mail_is_another():
    mail = read_bytes(
        b"From: a@b.example\nSubject: =?iso-8859-1?Q?Die_Hasen_und_die_Fr\xf6sche?=\n"
        b"Content-Type: text/plain; charset=iso-8859-1\n\n."
    )
    assert mail.subject == "Die Hasen und die Frösche"


@pytest.mark.parametrize("row", ["äöüßÄÖÜß€", "àèìòù", "åäö", "áéíóúñ", "éèêëàâçîïôùû"])
@pytest.mark.parametrize("charset", ["iso-8859-15", "windows-1252"])
def test_the_letters_of_an_alphabet_in_a_row_are_no_cyrillic(row: str, charset: str):
    assert text_of(f"charset={charset}", row.encode(charset)) == row


@pytest.mark.parametrize("word", ["Привет", "Оплата", "Вопрос по декларации"])
def test_cyrillic_with_a_western_label_is_still_seen(word: str):
    assert text_of("charset=iso-8859-1", f"{word} {word.lower()}".encode("windows-1251")).startswith(word)


def test_croatian_in_iso_8859_2_is_no_polish_in_windows_1250():
    text = "na štriku se suši šošić."
    assert text_of("charset=iso-8859-2", text.encode("iso-8859-2")) == text


def test_utf_8_that_was_cut_in_a_letter_is_utf_8():
    mail = read_bytes(b"From: a@b.example\nSubject: brak =?UTF-8?Q?=E2=82?=\n\n.")
    assert mail.subject == "brak \ufffd"


def test_a_text_labelled_base64_that_never_was_is_read_as_it_is():
    text = b"Dzien dobry, nie moge zalogowac sie do portalu.\nProsze o pomoc, to pilne.\n"
    mail = read_bytes(b"From: a@b.example\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + text)
    assert mail.text.startswith("Dzien dobry, nie moge")
    assert "no base64, though labelled so" in mail.defects
