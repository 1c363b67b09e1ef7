"""From stored mail to suggestions: whoever is refused and writes again teaches the rules a name."""

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from mailgate.app.house import folders_of, read_house
from mailgate.config import read_config
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.suggestion import Grade, Lesson, Suggestion, Teacher, suggest
from mailgate.evaluate import KnownDesk, read_cases
from mailgate.gate import Considered, House, consider
from mailgate.rulefiles import read_rules
from mailgate.store.facade import Store
from mailgate.store.verdicts import Verdict
from mailgate.suggest import Span, lessons_of_cases, lessons_of_store, read_stored
from tests.cli.house import Installation
from tests.store.cast import LEASE, writer

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Span(since=None, limit=1000, cure=7 * DAY)

# What people call the excise return on coal, before and after they read our refusal.
REFUSED = [
    ("Ewa Lis <ewa.lis@sklad.example>", "Kwit opałowy - jak poprawić?", "Jak poprawić ilość w ostatnim kwicie?"),
    ("Jan Mak <jan@opal-trans.example>", "Pytanie o kwit opałowy", "Ile czasu mam na korektę kwitu?"),
    ("Ola Wilk <ola@wilk.example>", "kwity opałowe", "Gdzie znajdę wysłane kwity?"),
]
BORYS = ("Borys Nowak <borys@tranzyt.example>", "SENT100 - odrzucone", "Zgłoszenie odrzucone z błędem 4011.")
GOOD_SUBJECT = "AKC-WW - jak poprawić deklarację"


def mail(author: str, subject: str, body: str, received_at: datetime) -> RawMessage:
    """A mail in full."""
    text = f"""\
From: {author}
To: helpdesk-eclo@mf.gov.pl
Subject: {subject}
Date: {received_at:%d %b %Y %H:%M:%S} +0000
Message-ID: <{abs(hash((author, received_at)))}@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,
{body}
"""
    return RawMessage(
        content=text.replace("\n", "\r\n").encode(), envelope=Envelope(source="smtp"), received_at=received_at
    )


@pytest.fixture(scope="module")
def house() -> House:
    config = read_config(ROOT / "config.toml")
    return read_house(config, folders_of(config)).vouching()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'mailgate.db'}")) as opened:
        opened.upgrade()
        yield opened


def road(house: House) -> Callable[[RawMessage], Considered]:
    return partial(consider, desk=KnownDesk(), house=house)


def settle(store: Store, house: House, *mails: RawMessage) -> None:
    """Keep the mails and decide them, as the daemon does."""
    store.keep(mails)
    now = max(each.received_at for each in mails)
    store.rulebooks.keep(house.book.revision, house.book.texts, now)
    verdicts = []
    for claimed in store.claim("w1", 1000, LEASE, now):
        considered = consider(claimed.raw, desk=KnownDesk(), house=house)
        verdicts.append(
            Verdict(message=claimed, facts=considered.facts, decision=considered.decision, reply=considered.reply)
        )
    store.record(verdicts, writer(), now)


def written_again(after: timedelta = DAY) -> list[RawMessage]:
    """Everybody who was refused writes again, with the name that the catalogue has; Borys was right at once."""
    return [
        mail(*BORYS, MONDAY),
        *(mail(*each, MONDAY) for each in REFUSED),
        *(mail(author, GOOD_SUBJECT, body, MONDAY + after) for author, _, body in REFUSED),
    ]


def lessons(store: Store, house: House, span: Span = WEEK) -> list[Lesson]:
    told = read_stored(store, span, house.book.catalogue)
    return list(lessons_of_store(store, told, road(house), quiet))


def quiet(done: int, of: int) -> None:
    assert done <= of


def suggestions(found: list[Lesson], house: House, *, weak: bool = False) -> tuple[Suggestion, ...]:
    return suggest(found, house.book, weak=weak, tick=quiet)


def taught(found: list[Lesson]) -> list[Lesson]:
    return [lesson for lesson in found if lesson.is_told]


def cases(*rows: tuple[str, str, str]) -> list[Lesson]:
    """Labelled cases: subject, body, service."""
    expect = {"outcome": "ticket", "system": None, "kind": None}
    text = "\n".join(
        json.dumps({"id": str(at), "subject": subject, "body": body, "expect": {**expect, "service": service}})
        for at, (subject, body, service) in enumerate(rows)
    )
    found, problems = read_cases("corrections.jsonl", text)
    assert problems == ()
    config = read_config(ROOT / "config.toml")
    return list(lessons_of_cases(found, road(read_house(config, folders_of(config)).vouching())))


def test_what_several_refused_people_wrote_becomes_a_name_of_the_service_they_found_later(
    store: Store, house: House
) -> None:
    settle(store, house, *written_again())

    [found] = suggestions(lessons(store, house), house)

    assert (found.kind, found.speaks_for, found.text) == ("name", "akc-ww", "kwit opałowy")
    assert (found.authors, found.weak, found.gain) == (3, False, 3)
    assert {change.subject for change in found.put_right} == {subject for _, subject, _ in REFUSED}
    assert {change.then for change in found.put_right} == {"ticket: akc-ww, information"}
    assert found.spoilt == found.unknown == ()


def test_what_is_proposed_works_when_it_is_pasted_where_it_says(store: Store, house: House, tmp_path: Path) -> None:
    settle(store, house, *written_again())
    [found] = suggestions(lessons(store, house), house)
    folder = tmp_path / "rules"
    for name, text in house.book.texts.items():
        lines = text.splitlines()
        if name == found.file:
            key, bracket, rest = lines[found.line - 1].partition("[")
            lines[found.line - 1] = f"{key}{bracket}{found.toml} {rest}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")

    book = read_rules(folder)

    assert not isinstance(book, tuple)
    assert found.text in book.catalogue.services["akc-ww"].names
    subject = book.recogniser.read("pilne: kwitu opałowego nie ma")
    assert book.recogniser.find_service(subject, "").candidates[0].service == "akc-ww"


def test_a_ticket_after_the_days_have_passed_answers_no_refusal(store: Store, house: House) -> None:
    settle(store, house, *written_again(after=8 * DAY))

    assert taught(lessons(store, house)) == []
    assert len(taught(lessons(store, house, Span(since=None, limit=1000, cure=9 * DAY)))) == 3


def test_the_ticket_of_somebody_else_answers_no_refusal(store: Store, house: House) -> None:
    others = [mail(BORYS[0], GOOD_SUBJECT, body, MONDAY + DAY) for _, _, body in REFUSED[:1]]
    settle(store, house, *(mail(*each, MONDAY) for each in REFUSED), *others)

    assert taught(lessons(store, house)) == []


def test_an_author_is_the_same_whatever_the_case_of_the_address(store: Store, house: House) -> None:
    author, subject, body = REFUSED[0]
    settle(store, house, mail(author, subject, body, MONDAY), mail(author.upper(), GOOD_SUBJECT, body, MONDAY + DAY))

    [lesson] = taught(lessons(store, house))

    assert lesson.teacher is Teacher.AUTHOR
    assert lesson.answer is not None
    assert lesson.answer.services == ("akc-ww",)


def test_a_ticket_that_nobody_corrected_counts_as_right_and_teaches_nothing(store: Store, house: House) -> None:
    settle(store, house, mail(*BORYS, MONDAY))

    [lesson] = lessons(store, house)

    assert (lesson.teacher, lesson.is_told) == (Teacher.SILENCE, False)
    assert lesson.answer is not None
    decision = road(house)(mail(*BORYS, MONDAY)).decision
    assert lesson.answer.grade(decision) is Grade.RIGHT


def test_only_mail_since_then_is_looked_at(store: Store, house: House) -> None:
    settle(store, house, *written_again())

    assert len(lessons(store, house, Span(since=MONDAY + DAY, limit=1000, cure=DAY))) == 3


def test_what_one_author_alone_wrote_is_weak_and_only_shown_when_asked_for(store: Store, house: House) -> None:
    author, subject, body = REFUSED[1]
    again = (MONDAY + hours * timedelta(hours=1) for hours in (1, 2))
    settle(
        store,
        house,
        mail(author, subject, body, MONDAY),
        *(mail(author, f"{subject} raz jeszcze", body, at) for at in again),
        mail(author, GOOD_SUBJECT, body, MONDAY + DAY),
    )
    found = lessons(store, house)

    assert suggestions(found, house) == ()
    shown = suggestions(found, house, weak=True)
    assert [each.weak for each in shown] == [True]
    assert len(shown[0].put_right) == 3


def test_a_phrase_that_spoils_as_many_mails_as_it_rights_is_never_proposed(house: House) -> None:
    wanted = [(subject, body, "akc-ww") for _, subject, body in REFUSED[:2]]
    others = [(f"{subject} SENT100", body, "sent-z-polski") for _, subject, body in REFUSED[:2]]

    assert suggestions(cases(*wanted), house) != ()
    assert suggestions(cases(*wanted, *others), house) == ()


def test_every_spoilt_mail_is_named(house: House) -> None:
    wanted = [(subject, body, "akc-ww") for _, subject, body in REFUSED]
    other = ("kwit opałowy SENT100", "Nie przyszło potwierdzenie.", "sent-z-polski")

    [found] = suggestions(cases(*wanted, other), house)

    assert len(found.put_right) == 3
    assert [change.subject for change in found.spoilt] == [other[0]]
    assert found.spoilt[0].now.startswith("ticket: sent-z-polski")


def test_a_mail_whose_right_answer_nobody_told_is_shown_as_unknown(store: Store, house: House) -> None:
    stranger = mail("Kaja Sum <kaja@sum.example>", "kwit opałowy zgubiony", "Co teraz?", MONDAY)
    settle(store, house, *written_again(), stranger)

    [found] = suggestions(lessons(store, house), house)

    assert [change.subject for change in found.unknown] == ["kwit opałowy zgubiony"]
    assert len(found.put_right) == 3


def test_the_names_of_authors_and_their_companies_are_no_names_of_services(store: Store, house: House) -> None:
    people = [f"{name} <{name.lower()}@torfwilczek.example>" for name in ("Hanna", "Irena")]
    settle(
        store,
        house,
        *(mail(each, "Torf Wilczek Grajewo", "Proszę o kontakt.", MONDAY) for each in people),
        *(mail(each, GOOD_SUBJECT, "Proszę o kontakt.", MONDAY + DAY) for each in people),
    )
    found = lessons(store, house)

    assert len(taught(found)) == 2
    assert {each.text for each in suggestions(found, house, weak=True)} == {"grajewo"}


def test_what_bodies_share_becomes_a_hint_that_only_offers(house: House) -> None:
    bodies = [
        "Spalamy brykiet torfowy w kotłowni. Proszę o wskazówkę, co dalej.",
        "Kupiliśmy brykiet torfowy od rolnika. Proszę o telefon.",
    ]

    found = suggestions(cases(("Pytanie", bodies[0], "akc-ww"), ("Pytanie do Państwa", bodies[1], "akc-ww")), house)

    assert [(each.kind, each.text) for each in found] == [("hint", "brykiet torfowy")]
    assert {change.now for change in found[0].put_right} == {"reject: no_service"}
    assert all(change.then.startswith("clarify: akc-ww") for change in found[0].put_right)


def test_the_order_of_mails_does_not_matter(store: Store, house: House) -> None:
    settle(store, house, *written_again())
    found = lessons(store, house)

    [one] = suggestions(found, house)
    [other] = suggestions(list(reversed(found)), house)
    assert (one.text, {*one.put_right}) == (other.text, {*other.put_right})


def test_without_a_mail_there_is_nothing_to_propose(house: House) -> None:
    assert suggestions([], house) == ()


@pytest.fixture
def installation(tmp_path: Path, house: House) -> Installation:
    """An installation with a week of mail in it."""
    made = Installation.make(tmp_path / "house")
    made.upgrade_with_people()
    with made.store() as opened:
        settle(opened, house, *written_again())
    return made


def test_the_command_reads_well_at_80_columns_and_says_where_to_paste(installation: Installation) -> None:
    answer = installation.run("suggest")

    assert (answer.code, answer.err) == (0, "")
    assert max(map(len, answer.out.splitlines())) <= 80
    assert 'name "kwit opałowy" for akc-ww' in answer.out
    assert "puts right 3 mails of 3 authors" in answer.out
    assert "spoils no mails" in answer.out
    assert '"kwit opałowy",' in answer.out
    assert "services/akcyza.toml:" in answer.out


def test_the_command_answers_in_json_for_scripts(installation: Installation) -> None:
    answer = installation.run("suggest", "--json", "--since", "2026-01-01", "--days", "3")

    assert answer.code == 0
    assert (answer.json["mails"], answer.json["corrections"]) == (7, 3)
    [found] = answer.json["suggestions"]
    assert tomllib.loads(f"names = [{found['toml']}]") == {"names": ["kwit opałowy"]}
    assert (found["gain"], len(found["put_right"])) == (3, 3)


def test_the_command_says_in_one_sentence_that_there_is_nothing_to_propose(installation: Installation) -> None:
    answer = installation.run("suggest", "--since", "2027-01-01")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("nothing to propose: 0 mails looked at")
    assert len(answer.out.splitlines()) == 1


def test_cases_alone_are_enough_where_there_is_no_database(tmp_path: Path) -> None:
    made = Installation.make(tmp_path / "house")
    rows = [
        {"id": str(at), "subject": subject, "body": body, "expect": {"outcome": "ticket", "service": "akc-ww"}}
        for at, (_, subject, body) in enumerate(REFUSED)
    ]
    (made.home / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    answer = made.run("suggest", "--cases", "mine.jsonl")

    assert answer.code == 0, answer.err
    assert 'name "kwit opałowy" for akc-ww' in answer.out


def test_a_line_that_is_no_case_is_told_with_its_number(tmp_path: Path) -> None:
    made = Installation.make(tmp_path / "house")
    (made.home / "mine.jsonl").write_text('{"subject": "x"}\n', encoding="utf-8")

    answer = made.run("suggest", "--cases", "mine.jsonl")

    assert answer.code == 1
    assert answer.err.startswith("mine.jsonl:1: this line is no case")
