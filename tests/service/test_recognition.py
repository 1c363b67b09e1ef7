"""What a subject names: the eval GUIDE's rules 1 to 4, in the words of people who write."""

import pytest

from tests.service.book import match, named


@pytest.mark.parametrize(
    "subject",
    [
        "SENT100 nie działa",
        "sent-100 nie dziala",
        "SENT 100",
        "SENT_100",
        "Sent100 - pytanie",
        "SNET100 nie moge edytowac",  # two letters swapped
        "SENT1OO od kiedy nowa wersja",  # the letter O for the digit
        "formularz SENT100!",
        "ЅЕNТ100 nie działa",  # Cyrillic look-alikes among Latin letters
    ],
)
def test_a_form_symbol_is_known_in_any_spelling(subject):
    assert named(subject) == "sent-z-polski"


@pytest.mark.parametrize("subject", ["AKCU/S", "AKC-U/S", "akc us", "AKC-US – korekta", "ACKU", "akc usw"])
def test_a_form_symbol_may_be_cut_anywhere(subject):
    assert named(subject) == "akc-samochod"


def test_a_symbol_all_in_cyrillic_is_read_by_its_sound_or_by_its_shape():
    assert named("АКС-4 за квітень") == "akc-4"  # the letters А, К, С look like AKC
    assert named("СЕНТ 100") == "sent-z-polski"  # and these sound like SENT
    assert named("АЕО") == "aeo"


def test_a_long_symbol_may_be_inflected_or_lack_a_letter():
    assert named("w e-płatnościach nie ma zobowiązania") == "e-platnosci"
    assert named("e-boking nie działa") == named("e-booking nie działa")
    assert named("AKC4ZO kasuje wiersze") == "akc-4"


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("usunięcie powiązania reprezentanta z firmą", "zmien-powiazania"),
        ("powiązanie reprezentanta z firmą", "powiaz-reprezentanta"),
        ("sprawdzenie statusu rejestracji podmiotu olejowego", "olejowy-status"),
        ("rejestracja podmiotu olejowego", "olejowy-rejestracja"),
    ],
)
def test_of_sisters_the_one_is_meant_whose_names_hold_every_word(subject, service):
    assert named(subject) == service


@pytest.mark.parametrize(
    "subject", ["zwrot podatku", "zmiana danych", "rezerwacja sali", "rejestracja pojazdu", "umowa najmu"]
)
def test_words_that_other_offices_have_too_name_nothing(subject):
    assert named(subject) == "nothing"


def test_the_longer_symbol_is_meant():
    assert named("AKC-PA odrzucona") == "akc-pa"
    assert named("AKC-4 odrzucona") == "akc-4"
    assert named("AKC-STn błąd") == "akc-st"


@pytest.mark.parametrize(
    "subject",
    [
        "Złóż wywozowe zgłoszenie celne i wykonaj inne obowiązki związane z wywozem towaru",
        "wywozowe zgłoszenie celne",
        "WYWOZOWE ZGŁOSZENIE CELNE",
        "wywozowego zgloszenia celnego nie ma",
        "wywozowym zgłoszeniem celnym nie da się",
        "zgłoszenie celne wywozowe",
        "zgł oszenie celne wywozowe",
        "wywozoew zgloszenie celne",
        "wywozowezgloszeniecelne blad",
        "zgĹ‚oszenie celne wywozowe",  # UTF-8 read as windows-1250
        "zg³oszenie celne wywozowe",  # windows-1250 read as latin-1
        "zg&#322;oszenie celne wywozowe",
        "wуwоzowe zgłoszenie сelne",  # Cyrillic look-alikes
        "wywo\u200bzowe zgło\u00adszenie celne",
        "Re: Odp: [EXTERNAL] PILNE wywozowe zgłoszenie celne",
    ],
)
def test_a_title_is_known_inflected_mistyped_and_mangled(subject):
    assert named(subject) == "eksport-zgloszenie"


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("Złóż deklarację w sprawie podatku akcyzowego od wyrobów węglowych", "akc-ww"),
        ("uzyskaj pozwolenie na odprawę czasową", "odprawa-czasowa"),
        ("uzyskaj pozwolenie na końcowe przeznaczenie", "koncowe-przeznaczenie"),
        ("zmień powiązania reprezentanta z firmą", "zmien-powiazania"),
        ("powiąż reprezentanta z firmą", "powiaz-reprezentanta"),
        ("zgłoszenie przewozu towaru rozpoczynającego się w Polsce", "sent-z-polski"),
        ("zgłoszenie przywozu towaru do Polski", "sent-do-polski"),
    ],
)
def test_the_word_that_tells_two_titles_apart_decides(subject, service):
    assert named(subject) == service


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "problem",
        "pytanie",
        "PUESC",
        "konto",
        "Złóż deklarację w sprawie podatku akcyzowego",
        "Jan Kowalski",
        "SENT20260003928815",
    ],
)
def test_what_all_titles_share_names_nothing(subject):
    assert named(subject) == "nothing"


def test_a_system_with_one_service_means_that_service():
    assert named("NCTS2") == "tranzyt-zgloszenie"
    assert named("osoz2 pytanie") == "zabezpieczenie-info"


def test_a_system_with_several_services_is_a_ticket_of_the_system():
    assert named("ZEFIR2 – brak potwierdzenia wpłaty") == "system:zefir2"
    assert named("problem z systemem SENT") == "system:sent"


def test_a_network_service_is_meant_only_when_somebody_speaks_of_one():
    assert named("AES", "Brak komunikatu CC529C.") == "system:aes"
    assert named("AES", "Wysyłamy usługą sieciową z naszego programu.") == "s2s-aes"
    assert named("AIS/IMPORT", "Komunikaty wysyłane webservicem stoją w kolejce.") == "s2s-ais-import"
    assert named("Usługi sieciowe SENT") == "s2s-sent"
    assert named("webservice do zgłoszeń wywozowych") == "s2s-aes"
    assert named("SENT100 - nie przez API") == "sent-z-polski"


def test_a_title_is_found_by_words_of_the_same_meaning():
    assert named("zlikwidować konto") == named("wykasować konto") == "usun-konto"
    assert named("kontrakt na obrót paliwem opałowym") == "olejowy-umowa"


def test_the_common_services_are_known_in_other_languages():
    assert named("application for excise stamps") == "banderole-wniosek"
    assert named("отримання акцизних марок") == "banderole-wniosek"
    assert named("Reservierung eines Zeitfensters an der Grenze") == "e-booking"
    assert named("статус уповноваженого економічного оператора") == "aeo"


def test_two_services_of_different_systems_are_a_question():
    found = match("zgłoszenie H7 i WIT")
    assert found.named == "several"
    assert {each.service for each in found.candidates} == {"import-pocztowy", "wit"}


def test_two_services_of_one_system_are_a_ticket_of_the_system():
    assert named("AKC-4 i AKC-WW obie odrzucone") == "system:zefir2"


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("nie dotyczy SENT, tylko AKC-4", "akc-4"),
        ("Korekta GHD-1 (nie POG-5)", "ghd-1"),
        ("e-DD dla odbiorcy bez konta, nie mylić z e-AD", "edd"),
        ("zamiast AKC-4 AKC-WW", "akc-ww"),
        ("SENT200, przepraszam, SENT100 – błąd", "sent-z-polski"),
    ],
)
def test_what_is_turned_away_is_not_meant(subject, service):
    assert named(subject) == service


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("Deklaracja AKC-4 (AKC-PA złożona i przyjęta poprawnie)", "akc-4"),
        ("Wniosek AFA w portalu IPEP – błąd po zalogowaniu przez PUESC", "wlasnosc-intelektualna"),
        ("e-Booking TRUCK nie przyjmuje auta, które ma otwarte RMPD", "e-booking"),
        ("CDS – Trader Portal nie widzi naszego EORI", "cds"),
    ],
)
def test_a_service_that_is_only_a_circumstance_does_not_count(subject, service):
    assert named(subject) == service


@pytest.mark.parametrize(
    ("subject", "named_instead"),
    [
        ("Sentex Sp. z o.o. - zmiana danych firmy", "zmien-firme"),
        ("AIS Logistics sp. z o.o. – powiadomienie o powrotnym wywozie", "eksport-zgloszenie"),
        ("Zefir Trans s.c. – pytanie do SENT 205", "sent-do-polski"),
        ("NCTS Freight – korekta INTRASTAT nie przechodzi", "intrastat"),
        ("Opal Trade: Intrastat odrzucony", "intrastat"),
        ("PHU Celina Intrastat", "intrastat"),
        ("INTRASTAT UAB Baltija", "intrastat"),
        ("Baltija UAB Intrastat ataskaita", "intrastat"),
        ("ТОВ Селіна - INTRASTAT не працює", "intrastat"),
        ("Opal Zenon", "nothing"),
        ("Pan Celina, sprawa", "nothing"),
        ("szyfrowanie AES-256 w programie", "nothing"),
        ("Documents sent last Friday", "nothing"),
        ("DPO – kontakt z inspektorem ochrony danych", "nothing"),
        ("Was ist mit unserer Anmeldung?", "nothing"),
    ],
)
def test_companies_people_and_ordinary_words_are_no_services(subject, named_instead):
    assert named(subject) == named_instead


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("AES Partner Portal down", "system:aes"),
        ("AIS import service not available", "import-zgloszenie"),
        ("AIS IMPORT SERVICE NOT AVAILABLE", "import-zgloszenie"),
        ("SENT Service not available", "system:sent"),
        ("NCTS International Transport", "tranzyt-zgloszenie"),
    ],
)
def test_a_word_by_which_firms_are_known_does_not_hide_a_system(subject, service):
    assert named(subject) == service


@pytest.mark.parametrize(
    "subject",
    [
        "Pisałam o POG-5, a miało być POG-4",
        "było POG-5, ma być POG-4",
        "POG-5 should have been POG-4",
        "Es geht nicht um POG-5, sondern um POG-4",
        "POG-5, es muss heißen POG-4",
        "мова не про POG-5, а про POG-4",
        "POG-5, а должно быть POG-4",
        "místo POG-5 POG-4",
        "POG-5, a má být POG-4",
        "ne apie POG-5, o apie POG-4",
        "POG-5, o turėjo būti POG-4",
    ],
)
def test_who_corrects_themselves_means_the_right_name(subject):
    assert named(subject) == "pog-4"


def test_what_should_become_of_a_service_is_no_correction():
    assert named("POG-5 powinno być widoczne razem z POG-4") == "system:zefir2"
    assert named("POG-5 ma być wysłane z POG-4") == "system:zefir2"


def test_a_small_word_of_another_language_means_no_network_service():
    assert named("Klausimas apie POG-4", "Norėčiau paklausti apie formą.") == "pog-4"
    assert named("POG-4 przez API-em") == "s2s-zefir2"


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("повідомлення RMPD — як змінити дату", "rmpd"),
        ("SENT транзит – який формуляр", "sent-tranzyt"),
        ("Акциз за авто", "akc-samochod"),
        ("How to create a PUESC account", "zaloz-konto"),
        ("Transit declaration cannot be sent", "tranzyt-zgloszenie"),
        ("Einfuhranmeldung abgelehnt", "import-zgloszenie"),
    ],
)
def test_common_services_are_known_in_other_languages(subject, service):
    assert named(subject) == service


def test_a_match_tells_which_words_spoke():
    found = match("PILNE: korekta Intrasat odrzucona")
    assert found.candidates[0].service == "intrastat"
    assert "Intrasat" in found.candidates[0].words


@pytest.mark.parametrize(
    ("subject", "service"),
    [
        ("АКЦ-ВВ", "akc-ww"),
        ("АКЦ-У/С", "akc-samochod"),
        ("АКС-WW", "akc-ww"),
        ("РМПД", "rmpd"),
    ],
)
def test_a_symbol_in_cyrillic_capitals_is_read_as_it_looks_or_sounds(subject, service):
    assert named(subject) == service


def test_what_is_said_to_be_fine_is_only_mentioned():
    assert named("PDS dla statku, w NCTS jest OK") == "ens"
    assert named("T2L für die Fähre, Ausfuhranmeldung ist schon fertig") == "pous"
    assert named("PDS dla statku i NCTS") == "several"


def test_the_other_words_of_a_subject_tell_which_service_of_its_system_is_meant():
    assert named("AES wywóz - awaria") == "eksport-zgloszenie"
    assert named("AES - awaria") == "system:aes"


def test_a_sister_that_the_body_points_to_is_not_passed_over():
    assert named("CBAM logowanie", "Chcę wejść do rejestru przejściowego CBAM.") == "system:cbam"


def test_a_name_in_quotation_marks_is_no_system():
    assert named('Butiki "Celina" - ustawienia TAX FREE') == "taxfree-rejestracja"
