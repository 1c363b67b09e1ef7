"""What a body points to when the subject names nothing (eval GUIDE rule 5)."""

import pytest

from tests.service.book import named, offered


@pytest.mark.parametrize(
    ("subject", "body", "service"),
    [
        ("pytanie", "Kupiłem samochód w Holandii i chcę zapłacić akcyzę przez internet.", "akc-samochod"),
        ("", "Kiedy można składać korektę zgłoszenia Intrastat za poprzedni rok?", "intrastat"),
        ("problem", "Nie mogę uzupełnić danych przewoźnika w zgłoszeniu SENT.", "sent-z-polski"),
        ("Питання", "Маю з собою 12 тисяч євро готівкою, де декларація?", "dewizy"),
        ("Awaria?", "Projekty e-AD mają status „wysłany”, nie ma numerów ARC.", "ead"),
    ],
)
def test_a_body_offers_the_service_it_speaks_of(subject, body, service):
    assert named(subject, body) == "nothing"
    assert service in offered(subject, body)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("problem", "Nie działa, proszę o pilny kontakt telefoniczny."),
        ("podziękowania", "Bardzo dziękuję Pani Agnieszce za cierpliwość."),
        ("praktyki studenckie", "Do kogo przesłać CV i list motywacyjny?"),
        ("halo", "Potrzebuję pomocy z waszą stroną, nie działa mi tak, jak powinna."),
    ],
)
def test_a_body_that_speaks_of_no_service_offers_none(subject, body):
    assert offered(subject, body) == []


def test_a_title_that_sisters_share_is_narrowed_by_the_body():
    subject = "Złóż deklarację w sprawie podatku akcyzowego"
    assert offered(subject, "Chodzi o tę od węgla. Gdzie zaznacza się korektę?")[0] == "akc-ww"
    assert offered(subject, "Składam kwartalną, od wyrobów zwolnionych.")[0] == "akc-kz"
    assert offered(subject, "Nie wiem, jak to zrobić.") == []


def test_subject_and_body_together_say_what_is_meant():
    assert "usun-konto" in offered("konto", "Jak mogę je usunąć?")
    assert offered("konto", "Jak mogę je wysłać?") == []


@pytest.mark.parametrize(
    ("body", "service"),
    [
        ("Parafia robi kiermasz i chcemy sprzedawać losy, będą nagrody. Co trzeba wysłać?", "hazard-fantowa"),
        (
            "Wie lasse ich als Tourist die Mehrwertsteuer zurückerstatten, wo bekomme ich den Stempel?",
            "taxfree-informacja",
        ),
        ("Як записатися в чергу на кордоні для вантажівки?", "e-booking"),
        ("yak zapysatysia v cherhu na kordoni dlia vantazhivky?", "e-booking"),
        ("kak zabronirovat ochered na granitse dlya gruzovika", "e-booking"),
        ("Ktoś wwozi podróbki z naszym logo, czy celnicy mogą je zatrzymać?", "wlasnosc-intelektualna"),
    ],
)
def test_everyday_words_together_point_to_a_service(body, service):
    assert service in offered("pytanie", body)


def test_one_everyday_word_alone_points_to_nothing():
    assert offered("pytanie", "Byłem wczoraj na festynie i nikt mi nie odpowiedział.") == []


def test_everyday_words_about_what_nobody_here_does_point_to_nothing():
    assert offered("problem", "Zmieniłam telefon i aplikacja mObywatel nie pobiera prawa jazdy kierowcy.") == []


def test_everyday_words_never_open_a_ticket():
    assert named("losy na festynie, kiermasz z nagrodami") == "nothing"
