"""What people answer, each as a whole mail of their mail program: 2 ways for most answers, 10 for the plainest."""

from email.message import EmailMessage
from itertools import cycle, islice

import pytest

from mailgate.core.choice import make_token
from mailgate.core.facts import Known, KnownQuestion, Person, Question
from mailgate.gate import consider
from tests.choosing.clients import CLIENTS
from tests.choosing.house import ANNA, NOON, as_raw, shipped

OFFERS = ("intrastat", "rmpd", "akc-ww")
FIRST, SECOND, THIRD = OFFERS
NONE, UNCLEAR = "none", "unclear"
REFERENCE = make_token(b"a secret for tests only", "a digest")

# Answers that everybody gives, in every mail program.
PLAINEST = {"2": SECOND, "nr 2": SECOND, "Druga opcja.": SECOND, "RMPD": SECOND, "żadna z nich": NONE}
# Answers, and what they choose.
ANSWERS = {
    "2.": SECOND, "Nr 2.": SECOND, "numer 2": SECOND, "numer dwa": SECOND, "drugie": SECOND, "druga": SECOND,
    "ta pierwsza": FIRST, "To ta trzecia, dziękuję": THIRD, "Opcja nr 3": THIRD, "#1": FIRST, "(2)": SECOND,
    "2)": SECOND, "Dzień dobry,\nchodzi o numer 2.\nPozdrawiam\nAnna Kowalska": SECOND, "Wybieram 1": FIRST,
    "wybieram pierwszą": FIRST,
    "proszę o 2": SECOND, "Chodzi mi o drugą z listy": SECOND, "intrastat": FIRST, "Chodzi o INTRASTAT": FIRST,
    "AKC-WW": THIRD, "akc ww": THIRD, "ta od akcyzy": THIRD, "zgłoszenie przewozu": SECOND,
    "deklaracja w sprawie podatku akcyzowego": THIRD, "Dotyczy zgłoszenia Intrastat": FIRST, "żadna": NONE,
    "Żadna z powyższych": NONE, "none": NONE, "None of these.": NONE, "none of the above, sorry": NONE,
    "keine davon": NONE, "žádná z nich": NONE, "жодна з них": NONE, "ни одна из них": NONE, "inna usługa": NONE,
    "Żadna nie pasuje": NONE, "2 lub 3": UNCLEAR, "1 i 2": UNCLEAR, "obie": UNCLEAR, "5": UNCLEAR, "nie wiem": UNCLEAR,
    "A czym one się różnią?": UNCLEAR, "nie 1, tylko 2": SECOND, "Nie pierwsza, ale druga": SECOND,
    "the second one": SECOND, "Second option please": SECOND, "number two": SECOND, "I choose 3": THIRD,
    "option 1": FIRST, "the last one": THIRD, "Hi, it's the first one. Thanks!": FIRST, "It is no. 2": SECOND,
    "die zweite": SECOND, "Nummer 3": THIRD, "Es ist die erste Option": FIRST, "druhá možnost": SECOND,
    "číslo 1": FIRST,
    "друга": SECOND, "номер 3": THIRD, "три": THIRD, "вторая": SECOND, "перша послуга": FIRST, "второй вариант": SECOND,
    "Dzień dobry, numer 2, dziękuję": SECOND, "2\n\nDodam, że błąd 4011 pojawia się od 3 dni w polu 5.": SECOND,
    "Drugi raz piszę w tej sprawie, ile jeszcze?": UNCLEAR, "Mam 2 pytania do 3 zgłoszeń": UNCLEAR,
    "22 111 22 33": UNCLEAR, "wait a second": UNCLEAR, "I will try": UNCLEAR, "ostatnia": THIRD, "intrestat": FIRST,
    "Chodzi o usługę nr 2, błąd pojawia się w polu 3": SECOND, "Potwierdzam, opcja 2": SECOND, "Tak, 2": SECOND,
    "Proszę o kontakt telefoniczny pod numerem 22 111 22 33": UNCLEAR, "Intrastat, błąd 203 przy wysyłce": FIRST,
    "jedynka": FIRST, "dwójka": SECOND, "Ad 2": SECOND, "pkt 2": SECOND, "punkt drugi": SECOND, "2️⃣": SECOND,
    "nr2": SECOND, "Nr: 2": SECOND, "II": SECOND, "2 - zgłoszenie przewozu RMPD": SECOND, "nie 1": UNCLEAR,
    "1. Złóż zgłoszenie INTRASTAT": FIRST, "Wyślij zgłoszenie przewozu RMPD": SECOND, "Dziękuję za odpowiedź.": UNCLEAR,
    "Pierwsza usługa z listy. Pozdrawiam, Jan Nowak": FIRST, "Nie rozumiem pytania, proszę po prostu pomóc": UNCLEAR,
    "EMCS": "emcs", "żadna z nich, chodzi o EMCS": "emcs",
}  # fmt: skip
# Answers by which the reader was tried after it had been written.
TRIED = {
    "Poproszę dwójkę": SECOND, "Zdecydowanie opcja pierwsza!": FIRST, "No 3 please": THIRD,
    "Myślę, że to będzie druga": SECOND, "To chyba trzecie": THIRD, "Chodzi o pozycję 1 z Państwa listy": FIRST,
    "Wybór: 2": SECOND, "Odpowiedź: 3": THIRD, "3, pozdrawiam": THIRD, "pierwsze": FIRST,
    "W nawiązaniu do maila - nr 1": FIRST,
    "Witam, dotyczy usługi drugiej. Z poważaniem Jan Kowalski, Transport Sp. z o.o.": SECOND, "Usługa 3.": THIRD,
    "jest to usługa nr 1": FIRST, "numer 4": UNCLEAR, "Wszystkie trzy": UNCLEAR,
    "Żadna z wymienionych usług mnie nie dotyczy": NONE, "Nie, to nie to": UNCLEAR, "nic z tego": NONE, "zadna": NONE,
    "Neither of them": NONE, "none fit": NONE, "Not listed": NONE, "rmpd poproszę": SECOND,
    "Chodzi o przewóz RMPD przez Białoruś": SECOND, "akcyza": THIRD, "podatek akcyzowy": THIRD,
    "Intrastat oczywiście :)": FIRST, "deklaracja intrastatowa": FIRST, "Zgłoszenie INTRASTAT przywóz": FIRST,
    "the third": THIRD, "3rd": THIRD, "First.": FIRST, "I mean the RMPD one": SECOND, "Both 1 and 3": UNCLEAR,
    "Bitte die Nummer 2": SECOND, "Option drei": THIRD, "třetí": THIRD, "varianta 2": SECOND,
    "другий варіант": SECOND, "перший": FIRST, "Номер два": SECOND, "третий": THIRD, "Проблема с INTRASTAT": FIRST,
    "Mój telefon 601 202 303, proszę o kontakt": UNCLEAR, "Ok": UNCLEAR, "Dziękuję": UNCLEAR, "?": UNCLEAR,
    "Już nieaktualne, problem rozwiązany": UNCLEAR, "Proszę o anulowanie zgłoszenia": UNCLEAR,
    "Błąd 2 przy wysyłce": UNCLEAR, "W zgłoszeniu nr 1 jest błąd": UNCLEAR, "Mam problem od 2 dni": UNCLEAR,
    "Załączam 2 pliki": UNCLEAR, "Nie mam pojęcia, może 2?": SECOND, "2 ewentualnie 3": UNCLEAR,
    "raczej 2 niż 1": UNCLEAR, "nie druga": UNCLEAR, "1 nie, 2 tak": SECOND, "Opcja 2 (RMPD)": SECOND,
    "RMPD, czyli 2": SECOND, "RMPD, czyli 1": UNCLEAR, "Zamiast INTRASTAT chodzi o RMPD": SECOND,
    "nie RMPD tylko INTRASTAT": FIRST,
}  # fmt: skip
MAILS = [
    *((client, text, expected) for text, expected in PLAINEST.items() for client in CLIENTS),
    *(
        (client, text, expected)
        for place, (text, expected) in enumerate((ANSWERS | TRIED).items())
        for client in islice(cycle(CLIENTS), place % len(CLIENTS), place % len(CLIENTS) + 2)
    ),
]


class AskedAnna:
    """A desk that has asked Anna, and knows the letter by its Message-ID and its reference."""

    def knows(self, question: Question) -> Known:
        is_answer = "<letter@mf.gov.pl>" in question.answers or REFERENCE in question.references
        asked = KnownQuestion(
            digest="0" * 64, message=1, author=ANNA, subject="problem", language="pl", offers=OFFERS,
            reason="points_to_service", asked=1, state="open",
        )  # fmt: skip
        return Known(person=Person(login=ANNA), has_history=True, question=asked if is_answer else None)


def the_letter() -> EmailMessage:
    """Our question, as it reaches Anna."""
    catalogue = shipped().book.catalogue
    lines = "\n\n".join(
        f"{place}. „{catalogue.services[service].title}”:\n   mailto:helpdesk-eclo@mf.gov.pl?subject={place}.%20x"
        for place, service in enumerate(OFFERS, start=1)
    )
    text = (
        "Dzień dobry,\n\ndziękujemy za wiadomość. Nie wiemy jeszcze na pewno, której usługi\ndotyczy, a od tego "
        f"zależy, kto Ci pomoże.\n\nWybierz usługę\n{lines}\n\nOdpowiedz na ten list samą cyfrą albo kliknij usługę."
        "\n\nŻadna nie pasuje?\nOdpowiedz na ten list i podaj nazwę usługi.\n\nPozdrawiamy\nHelp Desk SISC\n"
    )
    letter = EmailMessage()
    letter["Subject"] = f"Re: problem [ref. {REFERENCE}]"
    letter["Message-ID"] = "<letter@mf.gov.pl>"
    letter.set_content(text)
    return letter


LETTER = the_letter()


@pytest.mark.parametrize(
    ("client", "said", "expected"), MAILS, ids=[f"{client.__name__}-{said[:20]}" for client, said, _ in MAILS]
)
def test_an_answer_is_understood(client, said: str, expected: str) -> None:
    raw = as_raw(client(LETTER, said), NOON)

    choice = consider(raw, desk=AskedAnna(), house=shipped()).facts.choice

    assert choice is not None
    assert (choice.service or choice.system or choice.chosen.value) == expected


def test_there_are_at_least_150_of_them() -> None:
    assert len(MAILS) >= 150
