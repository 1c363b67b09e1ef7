"""Text in any character set, labelled well, badly or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail.charset import codec, decode
from mailgate.core.mail.defects import MAX_EFFORT, Defects
from tests.mail.mails import BODY, PLAIN, mail, patient


@pytest.mark.parametrize(
    ("name", "subject", "text", "defects"),
    [
        ("windows-1250", "błąd przy składaniu zgłoszenia AES", BODY, ()),
        ("iso-8859-2-quoted-printable", "błąd przy składaniu zgłoszenia AES", PLAIN, ()),
        (
            "windows-1250-labelled-iso-8859-2",
            "błąd przy składaniu zgłoszenia AES, świadectwo",
            BODY,
            ("charset wrong: iso-8859-2",),
        ),
        ("windows-1250-labelled-iso-8859-1", "zgłoszenie wywozowe - błąd", BODY, ("charset wrong: iso-8859-1",)),
        ("windows-1250-labelled-ansi", "AES", BODY, ("charset unknown: ansi",)),
        ("windows-1250-without-label", "Błąd przy składaniu zgłoszenia - Świecko", BODY, ("charset missing",)),
        ("iso-8859-2-labelled-us-ascii", "AES", PLAIN, ("charset wrong: us-ascii",)),
        ("iso-8859-2-labelled-x-unknown", "zgłoszenie w AES", PLAIN, ("charset unknown: x-unknown",)),
        ("utf-8-labelled-windows-1250", "zgłoszenie w AES", BODY, ("charset wrong: windows-1250",)),
        ("raw-utf-8-headers", "Zgłoszenie w AES – błąd", BODY, ("charset missing",)),
        ("utf-7", "zgłoszenie", BODY, ()),
    ],
)
def test_polish_comes_out_right(name, subject, text, defects):
    read = mail(name)
    assert (read.subject, read.text, read.defects) == (subject, text, defects)
    assert read.author is not None
    assert read.author.name == "Grażyna Wójcik"


def test_koi8_r_is_read():
    read = mail("koi8-r")
    assert read.subject == "Не могу войти в PUESC"
    assert read.text.startswith("Здравствуйте,\n\nне могу войти в систему PUESC")
    assert read.authors[0].name == "Иван Петров"
    assert not read.defects


@pytest.mark.parametrize(
    ("name", "subject", "beginning"),
    [
        ("koi8-u-without-label", "Не можу увійти до PUESC", "Добрий день,\n\nне можу увійти до системи PUESC, її"),
        ("windows-1251-without-label", "Не могу войти в PUESC", "Здравствуйте,\n\nне могу войти в систему PUESC"),
    ],
)
def test_cyrillic_needs_no_label(name, subject, beginning):
    read = mail(name)
    assert read.subject == subject
    assert read.text.startswith(beginning)


def test_a_footer_in_another_character_set_spoils_nothing():
    read = mail("utf-8-with-a-windows-1250-footer")
    assert read.text == f"{BODY}\n-- \nWiadomość sprawdzona"
    assert "broken UTF-8" in read.defects


SENTENCES = {
    "pl": "Dzień dobry, proszę o pomoc w złożeniu zgłoszenia, błąd się powtarza: źródło, żółw, Świecko.",
    "PL": "PILNE: BŁĄD ZGŁOSZENIA WYWOZOWEGO, PROSZĘ O PILNĄ POMOC, ŚWIADECTWO, ŹRÓDŁO",
    "cs": "Dobrý den, prosím o pomoc s celním prohlášením. Řešení již máme, přesto děkuji.",
    "de": "Schöne Grüße, die Anmeldung läßt sich nicht öffnen, wir bitten höflich um Hilfe.",
    "ru": "Здравствуйте, не могу войти в систему, помогите пожалуйста",
    "uk": "Добрий день, не можу увійти до системи, її немає, підкажіть будь ласка",
}


@pytest.mark.parametrize("label", ["", "us-ascii", "utf-8", "ansi", "x-unknown"])
@pytest.mark.parametrize(
    ("language", "codec_name"),
    [
        *((language, name) for language in ("pl", "PL", "cs") for name in ("cp1250", "iso8859_2")),
        ("pl", "cp852"),
        ("de", "cp1252"),
        *((language, name) for language in ("ru", "uk") for name in ("cp1251", "koi8_u")),
        ("ru", "cp866"),
    ],
)
def test_a_sentence_without_a_usable_label_is_recognised(language, codec_name, label):
    sentence = SENTENCES[language]
    assert decode(sentence.encode(codec_name), label, Defects()) == sentence


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "iso-8859-15"])
@pytest.mark.parametrize("codec_name", ["cp1250", "iso8859_2"])
@pytest.mark.parametrize("word", ["zgłoszenie", "błąd", "proszę", "się", "Łódź", "że", "źródło", "świadectwo wwozu"])
def test_a_western_label_on_polish_words_is_not_believed(word, codec_name, label):
    assert decode(word.encode(codec_name), label, Defects()) == word


@pytest.mark.parametrize(
    "text",
    ["Señor José", "für", "5 m³ ±1 °C", "«bonjour»", "¿Qué tal?", "© 2026 José", "£5", "Você", "à la fenêtre", "Ærø"],
)
def test_a_western_label_on_western_words_is_believed(text):
    defects = Defects()
    assert decode(text.encode("cp1252"), "iso-8859-1", defects) == text
    assert not defects.listed()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("日本語のテキスト", "iso-2022-jp"),
        ("申告に問題があります", "Shift_JIS"),
        ("你好，我的申报有问题", "gb2312"),
        ("신고에 문제가 있습니다", "ks_c_5601-1987"),
        ("Ελληνικά", "ISO-8859-7"),
        ("Türkçe şğı", "iso-8859-9"),
        ("Lietuvių kalba, žinutė", "windows-1257"),
    ],
)
def test_labels_of_other_scripts_are_believed(text, label):
    defects = Defects()
    assert decode(text.encode(label), label, defects) == text
    assert not defects.listed()


def test_a_script_that_is_rare_here_is_looked_up():
    text = "こんにちは、世界。申告に問題があります"
    assert decode(text.encode("cp932"), "", Defects()) == text


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Windows-1250", "cp1250"),
        ("x-cp1250", "cp1250"),
        ("iso8859-2", "iso8859_2"),
        ("ISO_8859-2:1987", "iso8859_2"),
        ("latin2", "iso8859_2"),
        ("UTF8", "utf_8"),
        ("koi8-ru", "koi8_u"),
        ("unicode-1-1-utf-7", "utf_7"),
        ("x-mac-ce", "mac_latin2"),
        ("ANSI", None),
        ("x-unknown", None),
        ("zlib", None),
        ("idna", None),
        ("unicode_escape", None),
        ("undefined", None),
    ],
)
def test_labels_are_known_in_any_spelling_and_only_character_sets_are(label, name):
    assert codec(label) == name


def test_a_byte_order_mark_is_believed_before_any_label():
    assert decode(b"\xef\xbb\xbf" + "Świt".encode(), "us-ascii", Defects()) == "Świt"
    assert decode("Świt".encode("utf-16"), "iso-8859-2", Defects()) == "Świt"


def test_a_label_of_two_octets_on_text_of_one_is_not_believed():
    assert decode(b"Subject only", "utf-16", Defects()) == "Subject only"


def test_half_a_surrogate_pair_never_gets_through():
    decode(b"+2AA- +AWs-", "utf-7", Defects()).encode()


def test_guessing_has_an_end():
    defects = Defects()
    for _ in range(MAX_EFFORT):
        decode(b"b\xb3\xb9d", "", defects)
    assert decode(b"b\xb3\xb9d", "", defects) == "błąd"
    assert "too costly to read whole: some of it was not read" in defects.listed()


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "utf-7", "iso-2022-jp", "koi8-r", "hz", "utf-16", "big5", "x"]),
)
@patient
def test_any_octets_under_any_label_are_text(octets, label):
    decode(octets, label, Defects()).encode()


@given(st.text(alphabet="aąbcćdeęłńoósśzźż AĄĆĘŁŃÓŚŹŻ.,", max_size=300))
@patient
def test_utf_8_is_always_itself(text):
    assert decode(text.encode(), "windows-1250", Defects()) == text
