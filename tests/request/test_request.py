"""Kind, matter, environment, language, and what the desk does not do, in the words of people who write."""

import pytest

from tests.service.book import request


@pytest.mark.parametrize(
    ("subject", "body", "kind"),
    [
        ("AKC-4", "Po kliknięciu „wyślij” nie dzieje się nic, brak UPO.", "incident"),
        ("SENT100", "Nie mogę wysłać, system odrzuca zgłoszenie z błędem. Jak to poprawić?", "incident"),
        ("e-Booking", "Czy można zmienić numer rejestracyjny w rezerwacji?", "information"),
        ("POG4", "Proszę o informację, ile załączników można dodać.", "information"),
        ("RMPD", "Як змінити дату у поданому повідомленні?", "information"),
        ("AES", "The declaration was rejected and no receipt arrived.", "incident"),
        ("e-Booking", "Trzeci dzień to samo, termin znika mi po zatwierdzeniu. Kto to naprawi?", "incident"),
        ("EMCS", "Zprávu jsme odeslali v pátek a stále nemáme žádné potvrzení. Co se děje?", "incident"),
        ("AEO", "Mamy pytanie, przez który portal składa się wniosek i kto go podpisuje.", "information"),
        ("GHD-1", "W którym polu wykazuje się zwroty? Objaśnienia są niejasne.", "information"),
        ("haslo jednorazowe do migracji", "Proszę o ustalenie hasła.", "service_request"),
    ],
)
def test_the_kind_is_told_from_the_words(subject, body, kind):
    assert request(subject, body).kind == kind


@pytest.mark.parametrize(
    ("subject", "body", "matter"),
    [
        ("Zmiana adresu e-mail na koncie PUESC", "", "email-change"),
        ("drugie konto na ten sam pesel", "", "pesel-exists"),
        ("podany PSEEL jest zajety", "", "pesel-exists"),
        ("zablokowane konto", "Wpisałam trzy razy złe hasło.", "login-unlock"),
        ("ODBLOKUJCIEKONTO PROSZE", "TRZY RAZY ZLE HASLO", "login-unlock"),
        ("hasło jednorazowe do migracji", "", "migration-password"),
        ("zawieszenie niekwalifikowanego certyfikatu celnego", "", "certificate-suspend"),
        ("odwiesić certyfikat celny", "", "certificate-resume"),
        ("Please revoke our customs certificate", "", "certificate-revoke"),
        ("Certyfikat celny", "Proszę nie unieważniać, tylko go zawiesić.", "certificate-suspend"),
        ("Розблокувати акаунт", "", "login-unlock"),
        ("konto", "Skrzynka z poprzedniej pracy już nie istnieje, hasła nie pamiętam.", "email-change"),
        ("certyfikat", "Skradziono mi laptop, proszę natychmiast unieważnić.", "certificate-revoke"),
    ],
)
def test_a_matter_is_told_in_any_words(subject, body, matter):
    assert request(subject, body).matter == matter


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("jak samemu unieważnić certyfikat celny", "W którym miejscu usługi się to klika?"),
        ("Uzyskaj lub unieważnij certyfikat celny", "Nie mogę pobrać certyfikatu."),
        ("AKC-4", "Nie pamiętam, czy konto jest zablokowane, ale deklaracja nie przechodzi."),
        ("unieważnienie certyfikatu – jak to zrobić samemu?", "Gdzie mogę go własnoręcznie unieważnić?"),
        ("customs certificate", "Can he revoke it himself? Just asking, please do not revoke anything."),
        ("certyfikat celny", "Czy zawieszony certyfikat można odwiesić i ile to trwa?"),
        ("OSOZ2 - zablokowane konto zabezpieczenia?", "Kwota nie wróciła. Login i hasło mam dobre."),
        ("logowanie do PUESC", "Konto nie jest zablokowane, strona wraca do okna logowania."),
    ],
)
def test_what_only_sounds_like_a_matter_is_none(subject, body):
    assert request(subject, body).matter is None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("SENT100 reklamacja odpowiedzi", ""),
        ("Odp: ZGL2335120 – Intrastat", "Dziękuję za odpowiedź, ale jej nie rozumiem. Proszę wyjaśnić szerzej."),
        ("Complaint about your answer ZGL2330990", "Your reply does not answer my question."),
        ("Скарга на відповідь ZGL2331345", ""),
        ("your reply", "It does not address what I asked. Please review it."),
        ("Ihre Antwort", "Bitte erläutern Sie genauer, was in Ihrer Antwort gemeint ist."),
        ("Odp: ZGL2335120", "Bardzo proszę o wyjaśnienie tej odpowiedzi prostszymi słowami."),
        ("my ticket", "You closed my ticket without solving anything."),
    ],
)
def test_a_complaint_is_about_an_answer(subject, body):
    assert request(subject, body).complaint


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("PUESC", "TEN WASZ PORTAL TO JEST JAKIS ZART!"),
        ("wywozowe zgłoszenie celne na towar reklamowany", "W jakim polu zaznacza się, że to towar z reklamacji?"),
        ("SENT", "Brak odpowiedzi z systemu od rana."),
        ("REKLAMACJA banderole", "Reklamuję to, że wniosek się zawiesza. Nie o odpowiedź chodzi."),
        ("skarga na e-Booking", "Znowu nie pokazuje terminów."),
        ("AKC-4", "Proszę o wyjaśnienie. Czekam na odpowiedź."),
    ],
)
def test_anger_and_returned_goods_are_no_complaint(subject, body):
    assert not request(subject, body).complaint


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("AKC-U/S prosze wypelnic", "bardzo proszę wypełnić za mnie deklarację"),
        ("SENT200", "Please complete the notification on our behalf."),
        ("CRPA", "Proszę usiąść ze mną online i wypełnić wniosek."),
        ("RMPD допоможіть заповнити", "прошу заповнити за мене"),
        ("RMPD", "Please enter the notification for us, data attached."),
        ("akcyza", "Ja bym podyktowała przez telefon, a Pani by wpisała w deklarację."),
    ],
)
def test_filling_in_for_somebody_is_recognised(subject, body):
    assert request(subject, body).form_filling


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("WZBPL", "Co wpisać w polu 12 i jak wypełnić tabelę?"),
        ("CBAM", "Jak złożyć wniosek i czy może zrobić to w moim imieniu agencja celna?"),
        ("dewizy", "Can my wife fill in the form for me?"),
        ("AIS", "Wypełniam wszystko, zajmuje mi to godzinę i nic się nie zapisuje."),
    ],
)
def test_asking_what_a_field_means_is_no_form_filling(subject, body):
    assert not request(subject, body).form_filling


@pytest.mark.parametrize(
    ("subject", "body", "desk"),
    [
        ("OBU nie pobiera opłat", "dostałem wezwanie, konto IKK nr 4471", "etoll"),
        ("odzież używana w SENT", "czy odzież używana z Niemiec też podlega pod SENT?", "sent-odziez"),
        ("zgłoszenie RMPD – niedostępność rejestru", "przesyłamy drogą mailową zgłoszenie RMPD", "gitd-rmpd"),
        ("jaka stawka akcyzy na samochód hybrydowy", "Czy hybryda ma zwolnienie?", "kis"),
        ("AKC-4", "Czy od nalewek dla sąsiadów należy się akcyza, czy jest zwolnienie?", "kis"),
        ("prezent", "Czy od prezentu z USA płaci się cło i VAT?", "kis"),
        ("Frage", "Nach welcher Vorschrift des Umsatzsteuergesetzes gilt das?", "kis"),
        ("kapcie", "Czy na te buty muszę robić zgłoszenie przewozu?", "sent-odziez"),
        ("urządzenie pokładowe", "Na bramce nie nalicza opłat, boję się kary.", "etoll"),
        ("cbam próg 50 ton", "czy próg liczy się na importera? przepisy CBAM", "kobize"),
    ],
)
def test_other_desks_business_is_recognised(subject, body, desk):
    assert request(subject, body).other_desk == desk


def test_a_fault_of_a_form_stays_ours():
    assert request("SENT200 odzież używana – błąd walidacji", "system zwraca błąd numeru").other_desk is None
    assert request("SENT200 buty", "Że buty muszę zgłosić, to ja wiem, ale formularz nie puszcza.").other_desk is None
    assert request("Złóż deklarację importową", "Rozliczam VAT od importu. Jaki podpis trzeba mieć?").other_desk is None
    assert request("pytanie", "Kupiłem auto, jak zapłacić akcyzę przez internet?").other_desk is None
    assert request("logowanie do cbam", "nie mogę się zalogować do CBAM").other_desk is None


def test_the_test_environment_is_told():
    assert request("SENT406", "Na środowisku testowym nie ma odpowiedzi").environment == "test"
    assert request("SENT406 te.puesc.gov.pl").environment == "test"
    assert request("AES", "Na środowisku testowym działa, na produkcji nie").environment == "production"


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("Dzień dobry, proszę o pomoc", "pl"),
        ("witam nie dziala mi portal prosze o pomoc", "pl"),
        ("Hello, please help us with the declaration", "en"),
        ("Добрий день, прошу допомогти", "uk"),
        ("Здравствуйте, помогите пожалуйста", "ru"),
        ("Sehr geehrte Damen und Herren, bitte helfen Sie", "de"),
        ("Dobrý den, prosím o pomoc, děkuji", "cs"),
        ("Laba diena, prašome padėti, ačiū", "lt"),
        ("12345", ""),
    ],
)
def test_the_language_is_told_or_left_open(body, language):
    assert request("SENT", body).language == language


@pytest.mark.parametrize(
    "body",
    [
        "Składam reklamację.",
        "Proszę o ponowne rozpatrzenie mojej sprawy.",
        "Nie akceptuję zamknięcia zgłoszenia, problem nadal występuje.",
        "To nie jest odpowiedź na moje pytanie.",
        "Państwa odpowiedź nic nie wnosi.",
        "Nie jestem zadowolony z udzielonej odpowiedzi.",
        "Proszę o dalsze wyjaśnienia dotyczące udzielonej odpowiedzi.",
        "Z odpowiedzią się nie zgadzam.",
        "Kwestionuję rozstrzygnięcie.",
        "Your answer does not solve my problem.",
        "Не згоден з вашою відповіддю.",
    ],
)
def test_who_disagrees_with_an_answer_is_heard_where_one_was_given(body):
    assert request("Re: [ZGL0001234] AKC-WW", body).dissent


@pytest.mark.parametrize(
    "body",
    [
        "Błąd wrócił.",
        "Dziękuję za odpowiedź, wszystko działa.",
        "Dziękuję za odpowiedź. Mam jeszcze pytanie: do kiedy trzeba złożyć korektę?",
        "Zgodnie z odpowiedzią zmieniłam kod, ale system dalej odrzuca zgłoszenie.",
        "Rozwiązanie nie pomogło, błąd 4011 wrócił.",
        "Nie zgadza się kwota w deklaracji.",
        "Reklamacja towaru: jaki kod wpisać?",
        "Thanks, but the error is back.",
    ],
)
def test_whoever_only_goes_on_disagrees_with_nothing(body):
    understood = request("Re: [ZGL0001234] AKC-WW", body)
    assert (understood.dissent, understood.complaint) == (False, False)


@pytest.mark.parametrize("body", ["Nie zgadzam się z odpowiedzią.", "Odpowiedź nie rozwiązuje problemu."])
def test_a_complaint_about_an_answer_is_one_wherever_it_stands(body):
    assert request("Re: [ZGL0001234] AKC-WW", body).complaint


@pytest.mark.parametrize(
    "body",
    [
        "Nie proszę, żeby Państwo zrobili to za mnie, chcę wiedzieć, jak wypełnić samemu.",
        "I am not asking you to fill it in for me, just tell me where the form is.",
        "Sie sollen es nicht für mich ausfüllen.",
    ],
)
def test_who_asks_for_no_filling_in_is_believed(body):
    assert not request("AKC-4", body).form_filling


def test_what_is_wanted_instead_of_the_turned_away_counts():
    asked = request("certyfikat celny", "Nie proszę o zawieszenie certyfikatu, tylko o unieważnienie certyfikatu.")
    assert asked.matter == "certificate-revoke"
    assert request("AKC-4", "Nie oczekuję wyjaśnień. Proszę wypełnić deklarację za mnie.").form_filling
