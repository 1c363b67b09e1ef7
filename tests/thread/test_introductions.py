"""The lines above a quotation, in the languages and shapes in which mail programs write them."""

from datetime import UTC, datetime
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read
from mailgate.core.thread import Thread, follow

WORDS = "Dzień dobry,\n\nprzesyłam brakujący numer MRN. Czy to wystarczy, żeby zamknąć zgłoszenie w systemie?"
EARLIER = "Prosimy o numer MRN zgłoszenia.\n\nHelp Desk SISC"

WROTE = [
    "W dniu 20.11.2026 o 10:12, Help Desk SISC pisze:",
    "W dniu 2026-11-20 10:12:33 użytkownik Help Desk SISC <helpdesk-eclo@mf.gov.pl> napisał:",
    "Dnia 20 listopada 2026 10:12 Help Desk SISC <helpdesk-eclo@mf.gov.pl> napisał(a):",
    "Dnia 20 lis 2026 o godz. 10:12 Help Desk SISC <helpdesk-eclo@mf.gov.pl> nadesłał:",
    "Wiadomość napisana przez Help Desk SISC <helpdesk-eclo@mf.gov.pl> w dniu 20 lis 2026, o godz. 10:12:",
    "pt., 20 lis 2026 o 10:12 Help Desk SISC <helpdesk-eclo@mf.gov.pl> napisał(a):",
    "Dnia 20.11.2026 10:12 „Help Desk SISC” <helpdesk-eclo@mf.gov.pl> napisał:",
    "On Fri, Nov 20, 2026, at 10:12 AM, helpdesk_eclo wrote:",
    "Friday, November 20, 2026, 10:12:33 AM, you wrote:",
    "---- On Fri, 20 Nov 2026 10:12:33 +0100 Help Desk SISC <helpdesk-eclo@mf.gov.pl> wrote ----",
    "------ On 20/11/2026 10:12 AM, Help Desk SISC wrote ------",
    "Help Desk SISC via Portal <helpdesk-eclo@mf.gov.pl> wrote:",
    "Friday, 20 November 2026, 10:12 AM +0100 from Help Desk SISC <helpdesk-eclo@mf.gov.pl>:",
    '10:12 AM, November 20, 2026, "Help Desk SISC" <helpdesk-eclo@mf.gov.pl>:',
    "Help Desk SISC <helpdesk-eclo@mf.gov.pl> schrieb am Fr., 20. Nov. 2026 um 10:12:",
    "Am Freitag, den 20.11.2026, 10:12 +0100 schrieb Help Desk SISC:",
    "Help Desk SISC <helpdesk-eclo@mf.gov.pl> hat am 20.11.2026 10:12 CET geschrieben:",
    "Dne 20. 11. 26 v 10:12 Help Desk SISC napsal(a):",
    "pá 20. 11. 2026 v 10:12 odesílatel Help Desk SISC <helpdesk-eclo@mf.gov.pl> napsal:",
    "20.11.2026 10:12 používateľ Help Desk SISC (<helpdesk-eclo@mf.gov.pl>) napísal:",
    "пт, 20 лист. 2026 р. о 10:12 Help Desk SISC <helpdesk-eclo@mf.gov.pl> пише:",
    "20 листопада 2026, 10:12:33, від \"Help Desk SISC\" <helpdesk-eclo@mf.gov.pl>:",
    "пт, 20 нояб. 2026 г. в 10:12, Help Desk SISC <helpdesk-eclo@mf.gov.pl>:",
    "пятница, 20 ноября 2026 г. пользователь Help Desk SISC написал:",
    "Пятница, 20 ноября 2026, 10:12 +03:00 от Help Desk SISC <helpdesk-eclo@mf.gov.pl>:",
    "Le 20/11/2026 à 10:12, Help Desk SISC a écrit :",
    "Il 20/11/2026 10:12, Help Desk SISC ha scritto:",
    "Op 20 nov. 2026 om 10:12 heeft Help Desk SISC <helpdesk-eclo@mf.gov.pl> het volgende geschreven:",
    "søn. 20. nov. 2026 kl. 10.12 skrev Help Desk SISC <helpdesk-eclo@mf.gov.pl>:",
    "Help Desk SISC <helpdesk-eclo@mf.gov.pl> kirjoitti 20.11.2026 kello 10.12:",
    "Help Desk SISC <helpdesk-eclo@mf.gov.pl> ezt írta (időpont: 2026. nov. 20., P 10:12):",
    "2026-11-20, pn, 10:12 Help Desk SISC <helpdesk-eclo@mf.gov.pl> rašė:",
    "2026-11-20 10:12 GMT+01:00 Help Desk SISC <helpdesk-eclo@mf.gov.pl>:",
]  # fmt: skip


def thread(text: str, subject: str = "SENT100") -> Thread:
    head = f"From: jan@firma.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n"
    content = f"{head}Content-Transfer-Encoding: 8bit\n\n{text}".encode()
    return follow(
        read(RawMessage(content=content, envelope=Envelope(source="file"), received_at=datetime.now(UTC))), "ZGL"
    )


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("line", WROTE)
def test_what_stands_below_such_a_line_was_written_before(line: str):
    assert thread(f"{WORDS}\n\n{line}\n\n{EARLIER}\n").new_text == WORDS


@pytest.mark.parametrize("line", WROTE)
def test_such_a_line_may_be_broken_over_several(line: str):
    broken = "\n".join(wrap(line, 46, break_long_words=False, break_on_hyphens=False))
    assert thread(f"{WORDS}\n\n{broken}\n\n{marked(EARLIER)}\n").new_text == WORDS


@pytest.mark.parametrize("line", WROTE)
def test_an_answer_below_marked_lines_is_new(line: str):
    assert thread(f"{line}\n{marked(EARLIER)}\n\n{WORDS}\n").new_text == WORDS


HEADERS = [
    ("From", "Sent", "To", "Subject"),
    ("Od", "Wysłano", "Do", "Temat"),
    ("Nadawca", "Data", "Adresat", "Temat"),
    ("Von", "Gesendet", "An", "Betreff"),
    ("Od", "Odesláno", "Komu", "Předmět"),
    ("Від", "Надіслано", "Кому", "Тема"),
    ("Отправитель", "Дата", "Кому", "Тема"),
    ("От", "Изпратено", "До", "Относно"),
    ("Mittente", "Data", "A", "Oggetto"),
    ("De", "Enviada em", "Para", "Assunto"),
    ("Šalje", "Datum", "Prima", "Naslov"),
    ("寄件者", "寄件日期", "收件者", "主旨"),
]


@pytest.mark.parametrize("labels", HEADERS)
@pytest.mark.parametrize("shape", ["{}: {}", "*{}:* {}", "{} : {}", "{}：{}"])
def test_a_quoted_header_is_known_in_many_languages(labels: tuple[str, ...], shape: str):
    values = ("Help Desk SISC <helpdesk-eclo@mf.gov.pl>", "20.11.2026 10:12", "Jan <jan@firma.example>", "SENT100")
    header = "\n".join(shape.format(label, value) for label, value in zip(labels, values, strict=True))
    assert thread(f"{WORDS}\n\n{header}\n\n{EARLIER}\n").new_text == WORDS


@pytest.mark.parametrize(
    "line",
    [
        "---------- Wiadomość przekazana dalej ----------", "Początek przekazywanej wiadomości:",
        "Anfang der weitergeleiteten E-Mail:", "Začiatok preposlanej správy:", "Початок листа, що пересилається:",
        "-------- Пересылаемое сообщение --------", "Välitetty viesti alkaa:", "İleti başlangıcı:",
        "Début du message transféré :", "----- Mensagem encaminhada -----",
    ],
)  # fmt: skip
def test_a_mail_passed_on_without_a_word_says_what_it_passes_on(line: str):
    header = "From: Adam <adam@klient.example>\nDate: 20.11.2026 10:12\nSubject: SENT100\nTo: Jan <jan@firma.example>"
    assert thread(f"{line}\n\n{header}\n\n{WORDS}\n", "Fwd: SENT100").new_text == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Log z aplikacji:\n> java.lang.NullPointerException\n>   at pl.gov.mf.Client(Client.java:10)\nCo to znaczy?",
        "Wywołuję usługę:\n\n$ curl https://puesc.gov.pl/api\n> --data @plik.xml\n> -v\nHTTP 403\n\nCzego brakuje?",
        "Log:\n\n> ERROR 500\n> retry\n\nCo robić?",
        "System pisze:\n> Brak uprawnień do usługi\nCo dalej?",
        "Od: Trans sp. z o.o.\nDo: Urząd Celno-Skarbowy\nTemat: korekta\n\nWnoszę o korektę zgłoszenia.",
        "____________________\nOd: Gdynia\nDo: Kijów\n\nJak poprawić trasę?",
        "W dniu 12.11.2026 o godz. 10:15 konsultant napisał:\n\nproszę czekać. Minął tydzień i nic.",
        "Kontakt: jan@firma.example\nJan napisał:\nnie działa logowanie",
        "2026-11-20 10:12:33 ERROR WebServiceClient - HTTP 500 -\nPo restarcie to samo.",
    ],
)
def test_what_only_looks_like_an_introduction_in_a_first_mail_is_new(text: str):
    assert thread(text).new_text == text


def test_a_link_broken_out_of_a_quotation_is_quoted():
    text = "tak\n\nOn Fri, Nov 20, 2026 at 10:12 AM, Help Desk wrote:\n\n> (http://puesc.gov.pl/uslugi\nid=3)\n> pa\n"
    assert thread(text).new_text == "tak"


def test_groupwise_says_who_wrote_between_arrows():
    text = "Nie działa.\n\n>>> Help Desk SISC <helpdesk-eclo@mf.gov.pl> 20.11.2026 10:12 >>>\nCzy działa?\n"
    assert thread(text).new_text == "Nie działa."


@pytest.mark.parametrize("line", WROTE)
def test_a_quotation_below_changes_nothing_about_what_is_new(line: str):
    text = f"{WORDS}\n\n1. AES\n2. ICS2\n\nZ poważaniem\nJan Kowalski"
    alone, above = thread(text, "Re: SENT100"), thread(f"{text}\n\n{line}\n{marked(EARLIER)}\n", "Re: SENT100")
    assert (above.new_text, above.signature) == (alone.new_text, alone.signature)


_PROSE = st.sampled_from(
    [
        "Dzień dobry,", "", "Nie mogę wysłać zgłoszenia.", "1. AES", "- ICS2", "Login: jkowalski88",
        "Czy to wystarczy?", "MRN 26PL402010E0033471 z dnia 20.11.2026 godz. 10:12", "Od: Gdynia", "Do: Kijów",
        "Z poważaniem", "Jan Kowalski", "tel. 600 100 200", "<IE515>", "Wysłane z iPhone'a", "Proszę o pomoc:",
        "HTTP 500", "PS. i jeszcze jedno",
    ]
)  # fmt: skip


@given(st.lists(_PROSE, min_size=1, max_size=12), st.sampled_from(WROTE), st.booleans())
def test_whatever_is_written_a_quotation_below_never_changes_it(lines: list[str], line: str, as_marked: bool):
    text = "Odpowiadam.\n" + "\n".join(lines).rstrip()
    alone = thread(text, "Re: SENT100")
    below = thread(f"{text}\n\n{line}\n\n{marked(EARLIER) if as_marked else EARLIER}\n", "Re: SENT100")
    assert (below.new_text, below.signature) == (alone.new_text, alone.signature)


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "[EXTERNAL] This message comes from an external sender.",
        "UWAGA: Wiadomość została wysłana spoza organizacji. Nie otwieraj załączników od nieznanych nadawców.",
    ],
)
def test_the_warning_that_a_mail_server_puts_above_is_none_of_the_authors_words(banner: str):
    found = thread(f"{banner}\n\n{WORDS}\n")
    assert (found.new_text, found.signature) == (WORDS, banner)


def test_a_warning_that_an_author_writes_is_new():
    text = "Uwaga: system wysyła dokumenty na zewnątrz firmy.\n\nJak to wyłączyć?"
    assert thread(text).new_text == text


def test_the_rule_above_an_introduction_belongs_to_the_quotation():
    found = thread(f"{WORDS}\n\n———————————\n\n{WROTE[0]}\n\n{EARLIER}\n")
    assert found.new_text == WORDS
