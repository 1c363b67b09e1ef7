"""Encoded words (RFC 2047) as the world writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail.defects import Defects
from mailgate.core.mail.words import decode_words
from tests.mail.mails import mail, patient


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("subject-cut-inside-a-character", "Błąd przy składaniu zgłoszenia wywozowego"),
        ("subject-cut-inside-a-base64-group", "Błąd przy składaniu zgłoszenia wywozowego"),
        ("subject-blank-at-a-fold", "błąd przy logowaniu do usługi AES i NCTS2"),
        ("subject-with-blanks-in-the-word", "błąd przy logowaniu do usługi"),
        ("subject-lower-case-and-glued", "Re:błąd(AES)"),
        ("subject-encoded-twice", "błąd w AES"),
        ("subject-in-quotes", '"błąd" w AES'),
        ("subject-with-a-blank-before-the-colon", "AES nie przyjmuje zgłoszenia"),
        ("subject-folded-without-indentation", "AES nie przyjmuje zgloszenia z dnia 22 pazdziernika"),
    ],
)
def test_the_subject_comes_out_right(name, subject):
    assert mail(name).subject == subject


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?Q?b=C5?= =?utf-8?Q?=82=C4=85d?=", "błąd"),
        ("=?utf-8?B?YsWCxIVkI?= =?utf-8?B?HByenk=?=", "błąd przy"),
        ("=?iso-8859-2?Q?b=B3?= =?utf-8?Q?=C4=85d?=", "błąd"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?Co?_=C5=9B?=", "Co? ś"),
        ("=?utf-8?B?=?utf-8?Q?b=C5=82=C4=85d?=?=", "błąd"),
        ("=?utf-8?Q?uci=C4=99te?", "ucięte"),
        ("=?utf-8?Q?uci=C4=99te", "ucięte"),
        ("=?utf-8*pl?Q?b=C5=82?=", "bł"),
        ("=?utf-8?B?YsWCxIVkIQ?=", "błąd!"),
        ("=?utf-8?B?YsWC\txIVk?=", "błąd"),
        ("=?x-unknown?Q?b=B3=B9d?=", "błąd"),
        ("=?iso-8859-1?Q?zg=B3oszenie?=", "zgłoszenie"),
        ("=?iso-8859-1?Q?Se=F1or?=", "Señor"),
        ("=?utf-8?Q??=", ""),
        ("=?utf-8?B??= x", " x"),
        ("a =?nonsense?= b", "a =?nonsense?= b"),
        ("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"),
    ],
)
def test_broken_words_are_read_as_they_were_meant(raw, text):
    assert decode_words(raw, Defects()) == text


@given(st.text(alphabet=st.characters(exclude_characters="=?", exclude_categories=["Cs"])))
@patient
def test_text_without_words_is_left_alone(text):
    assert decode_words(text, Defects()) == text


@given(st.text(alphabet=st.sampled_from("=?utf-8QqBb_ \tAż+/"), max_size=300))
@patient
def test_no_heap_of_signs_breaks_it(text):
    decode_words(text, Defects()).encode()
