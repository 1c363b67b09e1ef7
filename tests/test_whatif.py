"""The smallest change that would have led elsewhere: each is tried by deciding anew, on real mails."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from mailgate.app.house import Folders, read_house
from mailgate.config import Config
from mailgate.core.decision import decide
from mailgate.core.explain import Language, as_text, change_documents
from mailgate.core.facts import Known, Person
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.recollection import RememberingDesk
from mailgate.core.whatif import Change, Group, what_if
from mailgate.gate import Considered, House, consider, reword

ROOT = Path(__file__).parent.parent
ANNA = "anna@example.org"
LOGIN = Known(person=Person(login=ANNA, first_contact=date(2025, 1, 15)), has_history=True)
MAIL = "From: Anna Nowak <anna@example.org>\r\nSubject: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n"


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(Config(root=ROOT), Folders(rules=ROOT / "rules", templates=ROOT / "templates"))


def considered(
    house: House, subject: str, body: str = "Nie mogę wysłać.", known: Known = LOGIN, *, proven: bool = True
) -> tuple[Considered, tuple[Change, ...]]:
    """A mail in short, and what would have changed it."""
    content = MAIL.format(subject, body).encode()
    raw = RawMessage(
        content=content, envelope=Envelope(source="file"), received_at=datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
    )
    house = house.vouching() if proven else house
    found = consider(raw, desk=RememberingDesk(known=known), house=house)
    return found, what_if(found.facts, found.decision, house.book, partial(reword, found.facts, house))


def told(changes: tuple[Change, ...]) -> list[tuple[str, ...]]:
    return [tuple(word for part in change.parts for word in (part.key, *part.values)) for change in changes]


def of(changes: tuple[Change, ...], *parts: str) -> Change:
    """The change with these parts."""
    return next(change for change, said in zip(changes, told(changes), strict=True) if said == parts)


def test_a_stranger_would_have_had_a_ticket_as_a_login_with_history(house: House) -> None:
    _, changes = considered(house, "INTRASTAT", known=Known())

    change = of(changes, "login", "history")

    assert (change.size, change.decision.outcome, change.decision.service) == (2, "ticket", "intrastat")


def test_no_larger_change_is_told_where_a_part_of_it_is_enough(house: House) -> None:
    known = replace(LOGIN, has_history=False)

    _, changes = considered(house, "INTRASTAT", known=known, proven=False)

    authors = [said for change, said in zip(changes, told(changes), strict=True) if change.group is Group.AUTHOR]
    assert authors == [("history",)]


def test_access_to_an_account_would_have_been_granted_to_a_proven_sender(house: House) -> None:
    found, changes = considered(house, "Odblokowanie konta", "Proszę o odblokowanie konta.", proven=False)

    assert found.decision.reason == "matter_unproven"
    assert of(changes, "proven").decision.outcome == "ticket"


def test_a_blocked_account_would_have_been_served_unblocked(house: House) -> None:
    known = replace(LOGIN, person=Person(login=ANNA, active=False))

    _, changes = considered(house, "INTRASTAT", known=known)

    assert of(changes, "unblocked").decision.outcome == "ticket"


def test_a_subject_without_a_service_lacks_the_one_that_the_text_speaks_of(house: House) -> None:
    found, changes = considered(house, "pomocy", "Nie mogę wysłać deklaracji AKC-4. Co robić?")

    assert found.decision.outcome == "clarify"
    assert of(changes, "held", "AKC-4").decision.service == "akc-4"


def test_where_nothing_points_to_a_service_any_is_an_example(house: House) -> None:
    found, changes = considered(house, "pytanie", "Proszę o kontakt.")

    assert found.decision.reason == "no_service"
    [change] = [change for change in changes if change.group is Group.SUBJECT]
    assert (change.parts[0].key, change.decision.outcome) == ("held_any", "ticket")


def test_of_two_services_one_is_to_be_left_out(house: House) -> None:
    found, changes = considered(house, "AKC-WW i SENT100 nie działają")

    assert found.decision.reason == "several_services"
    assert of(changes, "not_held", "AKC-WW").decision.service == "sent-z-polski"
    assert of(changes, "only", "AKC-WW").decision.service == "akc-ww"


def test_a_complaint_is_none_without_its_words(house: House) -> None:
    found, changes = considered(house, "AKC-WW", "Składam reklamację na odpowiedź. Nie zgadzam się z odpowiedzią.")

    assert found.decision.reason == "complaint"
    [change] = [change for change in changes if change.group is Group.TEXT]
    assert change.decision.outcome == "ticket"


def test_a_later_rule_would_have_settled_it_before(house: House) -> None:
    _, changes = considered(house, "AKC-WW", known=Known())

    [change] = [change for change in changes if change.group is Group.RULES]

    assert [change.parts[0].values[0], change.parts[0].values[2]] == ["service", "no_login"]
    assert change.decision.outcome == "ticket"


def test_without_the_service_in_the_subject_a_ticket_would_have_been_none(house: House) -> None:
    _, changes = considered(house, "INTRASTAT")

    assert of(changes, "not_held", "INTRASTAT").decision.outcome != "ticket"
    assert of(changes, "stranger").decision.reason == "no_login"


@pytest.mark.parametrize("subject", ["INTRASTAT", "", "pytanie", "AKC-WW i SENT100", "Odblokowanie konta", "x " * 300])
def test_every_change_leads_elsewhere_and_small_ones_come_first(house: House, subject: str) -> None:
    for known in (LOGIN, Known()):
        found, changes = considered(house, subject, known=known)

        for change in changes:
            assert (change.decision.outcome, change.decision.service, change.decision.queue) != (
                found.decision.outcome,
                found.decision.service,
                found.decision.queue,
            ) or change.decision.system != found.decision.system
        assert [change.size for change in changes] == sorted(change.size for change in changes)


def test_a_mail_that_is_read_anew_with_its_own_words_is_the_same(house: House) -> None:
    found, _ = considered(house, "AKC-WW i SENT100", "Składam reklamację.")

    again = reword(found.facts, house, found.facts.mail.subject, found.facts.thread.new_text)

    assert again == found.facts
    assert decide(again, house.book) == found.decision


def test_the_explanation_names_the_smallest_of_each_kind(house: House) -> None:
    found, changes = considered(house, "AKC-WW", known=Known())

    said = " ".join(
        as_text("a.eml", found.facts, found.decision, None, house.book, changes=changes).split("Instead")[1].split()
    )

    assert said.startswith("ticket (service), akc-ww, had the sender a PUESC login and the sender a CSD history")
    assert "had rule service (policy.toml:" in said


def test_it_is_told_in_polish(house: House) -> None:
    found, changes = considered(house, "AKC-WW", known=Known())

    said = " ".join(
        as_text(
            "a.eml", found.facts, found.decision, None, house.book, changes=changes, language=Language.POLISH
        ).split()
    )

    assert "Wynik odmowa (reject); rozstrzygnęła reguła no_login" in said
    assert "Dlaczego e-mailem przyjmujemy tylko od osób z loginem PUESC; pozostałym wskazujemy telefon" in said
    assert "Stwierdza nadawca nie ma loginu PUESC" in said
    assert "akc-ww, gdyby nadawca miał login PUESC i nadawca korzystał już z CSD" in said


def test_programs_have_them_as_a_list(house: House) -> None:
    _, changes = considered(house, "pytanie", "Proszę o kontakt.")

    [first] = [each for each in change_documents(changes) if each["group"] == "subject"]

    assert first["parts"] == [{"key": "held_any", "values": [changes[0].parts[0].values[0]]}]
    assert first["had"].startswith("the subject named a service or system, for example")
    assert first["outcome"] == "ticket"
