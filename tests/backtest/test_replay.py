"""The past under other rules: exactly what they change is found, on the shortest road that is good enough."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import update

from mailgate.app.house import folders_of, read_house
from mailgate.backtest.corrections import Side, corrections_of
from mailgate.backtest.outlook import Outlook, Trial
from mailgate.backtest.page import as_page
from mailgate.backtest.replay import Books, Judged, Replay, Road
from mailgate.backtest.tally import Tally, part_of
from mailgate.config import read_config
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.rulebook import Rulebook, read_rulebook
from mailgate.core.rulebook.sight import sight_of
from mailgate.desk import StoreDesk
from mailgate.evaluate import KnownDesk
from mailgate.gate import House, consider
from mailgate.store.facade import Store
from mailgate.store.past import PastMail, Stretch
from mailgate.store.retention import Terms
from mailgate.store.tables import decisions
from mailgate.store.verdicts import Verdict
from tests.store.cast import LEASE, writer

ROOT = Path(__file__).parent.parent.parent
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EVER = Stretch(since=None, until=None)

QUEUE_RULE = """
[[rule]]
name = "queue-akc-pa"
why  = "AKC-PA has a team of its own"
when = { service = "akc-pa" }
then = { queue = "akc-pa" }

"""
HOSTILE = 'AKC-PA </td><script>alert("x")</script> \x1b[2J PESEL 44051401359'


def mail(subject: str, *, number: int, author: str = "Ewa Lis <ewa@sklad.example>") -> RawMessage:
    """A mail in full, one minute after the one before it."""
    text = f"""\
From: {author}
To: helpdesk-eclo@mf.gov.pl
Subject: {subject}
Date: Mon, 23 Nov 2026 09:00:00 +0100
Message-ID: <{number}@sklad.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,
wpisałam kwotę {number} zł i nie wiem, co dalej?
"""
    return RawMessage(
        content=text.replace("\n", "\r\n").encode(),
        envelope=Envelope(source="smtp"),
        received_at=MONDAY + timedelta(minutes=number),
    )


@cache
def today() -> House:
    config = read_config(ROOT / "config.toml")
    return read_house(config, folders_of(config)).vouching()


@cache
def with_changed(file: str, before: str, after: str) -> House:
    """Today's house with one text changed in its rules."""
    texts = dict(today().book.texts)
    assert before in texts[file]
    book = read_rulebook(texts | {file: texts[file].replace(before, after, 1)})
    assert isinstance(book, Rulebook), book
    return replace(today(), book=book)


def other_queue() -> House:
    """Only a label differs."""
    return with_changed("labels.toml", "\n[[rule]]\n", f"\n{QUEUE_RULE}[[rule]]\n")


def other_words() -> House:
    """A service has a further name."""
    return with_changed("services/akcyza.toml", '"AKC-WW (7)", ', '"AKC-WW (7)", "kwit opałowy", ')


def curious() -> House:
    """Rules that ask for the text of mails about AKC-PA, and of those about AKC-WW for a virus scan."""
    text = QUEUE_RULE.replace('service = "akc-pa"', 'service = "akc-pa", body_has = "dalej"')
    ill = QUEUE_RULE.replace('service = "akc-pa"', 'attachment_infected = true, service = "akc-ww"')
    scan = ill.replace("queue-akc-pa", "queue-ill")
    return with_changed("labels.toml", "\n[[rule]]\n", f"\n{text}{scan}[[rule]]\n")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'mailgate.db'}")) as opened:
        opened.upgrade()
        yield opened


def settle(store: Store, *mails: RawMessage) -> None:
    """Keep the mails and decide them by today's rules, as the daemon does."""
    store.keep(mails)
    now = max(each.received_at for each in mails)
    store.rulebooks.keep(today().book.revision, today().book.texts, now)
    verdicts = []
    for claimed in store.claim("w1", 1000, LEASE, now):
        found = consider(claimed.raw, desk=KnownDesk(), house=today())
        verdicts.append(Verdict(message=claimed, facts=found.facts, decision=found.decision, reply=found.reply))
    store.record(verdicts, writer(), now)


def replay(store: Store, candidate: House, *, read_all: bool = False) -> list[Judged]:
    books = Books(today=today(), candidate=candidate, read_all=read_all)
    past = PastMail(store.database)
    return Replay(books, StoreDesk(store), store.rulebooks.files).judge(past.read(EVER), past.contents)


def changes(judged: list[Judged]) -> dict[str, tuple[str, ...]]:
    """What changes, by subject."""
    return {each.past.subject or "": each.changes for each in judged if each.changes}


def roads(judged: list[Judged]) -> list[Road]:
    return [each.road for each in judged]


def forget(store: Store, **columns: None) -> None:
    """As if it had never been recorded."""
    with store.database.writing() as connection:
        connection.execute(update(decisions).values(**columns))


def erase(store: Store) -> None:
    """Retention takes all bytes."""
    outcomes = ("ticket", "reject", "clarify", "hold", "ignore", "append")
    terms = Terms(messages=dict.fromkeys(outcomes, timedelta(days=1)), letters=None)
    for ticket in store.tickets.list(limit=1000):
        store.tickets.close(ticket.number, operator="jan", at=ticket.opened_at, now=MONDAY + timedelta(days=30))
    store.retention.apply(terms, operator="jan", now=MONDAY + timedelta(days=365))


MAILS = (
    mail("AKC-PA - korekta", number=1),
    mail("AKC-WW - korekta", number=2),
    mail("Pytanie o kwit opałowy", number=3, author="Jan Mak <jan@opal.example>"),
    mail("SENT100 - odrzucone", number=4),
    mail("AKC-PA - brak potwierdzenia", number=5),
)


def test_a_book_that_only_changes_labels_is_tried_without_reading_any_mail(store: Store) -> None:
    settle(store, *MAILS)

    judged = replay(store, other_queue())

    assert changes(judged) == {
        "AKC-PA - korekta": ("queue akcyza -> akc-pa",),
        "AKC-PA - brak potwierdzenia": ("queue akcyza -> akc-pa",),
    }
    assert roads(judged) == [Road.RECORD] * 5


def test_whoever_reads_every_mail_again_finds_the_same(store: Store) -> None:
    settle(store, *MAILS)

    judged = replay(store, other_queue(), read_all=True)

    assert changes(judged) == changes(replay(store, other_queue()))
    assert roads(judged) == [Road.WORDS] * 5


def test_a_book_with_other_words_has_the_mails_read_again(store: Store) -> None:
    settle(store, *MAILS)

    judged = replay(store, other_words())

    assert changes(judged) == {"Pytanie o kwit opałowy": ("reject -> ticket",)}
    assert roads(judged) == [Road.WORDS] * 5


def test_who_was_refused_and_then_got_that_ticket_makes_it_a_gain(store: Store) -> None:
    settle(store, *MAILS, mail("AKC-WW - jak poprawić", number=6, author="Jan Mak <jan@opal.example>"))

    judged = replay(store, other_words())

    (correction,) = corrections_of(store, judged, other_words().book.catalogue).values()
    assert (correction.side, correction.right) == (Side.GAIN, "ticket: akc-ww")


def test_erased_mail_is_judged_by_the_record_and_counted_where_that_is_not_enough(store: Store) -> None:
    settle(store, *MAILS[:2])
    erase(store)

    assert set(changes(replay(store, other_queue()))) == {"AKC-PA - korekta"}
    assert roads(replay(store, other_words())) == [Road.ERASED] * 2


def test_mail_of_which_nothing_was_recorded_is_judged_with_what_is_known_today_and_that_is_said(store: Store) -> None:
    settle(store, mail("AKC-PA - korekta", number=1))
    forget(store, known=None, facts=None)

    (judged,) = replay(store, other_queue())

    assert (judged.road, judged.gaps) == (Road.ANEW, ("what was known of its author",))
    assert judged.before is not None
    assert judged.before.reason == "no_login"


def test_mail_without_stored_findings_is_judged_with_what_was_known_then(store: Store) -> None:
    settle(store, mail("AKC-PA - korekta", number=1))
    forget(store, facts=None)

    (judged,) = replay(store, other_queue())

    assert (judged.road, judged.changes) == (Road.WORDS, ("queue akcyza -> akc-pa",))


def test_a_rule_that_asks_for_the_text_has_only_those_mails_read_that_it_is_asked_about(store: Store) -> None:
    settle(store, *MAILS)

    judged = replay(store, curious())

    assert set(changes(judged)) == {"AKC-PA - korekta", "AKC-PA - brak potwierdzenia"}
    assert {each.past.subject for each in judged if each.road is Road.WORDS} == set(changes(judged))


def test_what_nobody_recorded_and_a_new_condition_asks_for_is_named(store: Store) -> None:
    settle(store, MAILS[0], MAILS[1])

    gaps = {each.past.subject: each.gaps for each in replay(store, curious())}

    assert gaps == {"AKC-PA - korekta": (), "AKC-WW - korekta": ("a virus scan",)}


def test_copies_and_mail_that_waits_are_counted_and_not_judged(store: Store) -> None:
    first = mail("AKC-PA - korekta", number=1)
    settle(store, first)
    settle(store, replace(first, content=b"Received: by mx\r\n" + first.content))
    store.keep([mail("AKC-WW", number=7)])

    assert sorted(roads(replay(store, other_queue()))) == [Road.COPY, Road.RECORD, Road.WAITING]


def test_what_only_says_more_in_comments_sees_the_same() -> None:
    texts = dict(today().book.texts)

    assert sight_of(texts | {"services/akcyza.toml": "# note\n" + texts["services/akcyza.toml"]}) == sight_of(texts)
    assert sight_of(other_words().book.texts) != sight_of(texts)


def test_the_mail_is_read_in_ranges_that_leave_none_out_and_take_none_twice(store: Store) -> None:
    settle(store, *MAILS)
    past = PastMail(store.database)

    parts = [[each.id for each in past.read(part)] for part in past.ranges(EVER, 2)]

    assert [len(part) for part in parts] == [2, 2, 1]
    assert sorted(number for part in parts for number in part) == [1, 2, 3, 4, 5]
    assert past.count(Stretch(since=MONDAY + timedelta(minutes=3), until=None)) == 3


def outlook_of(store: Store, examples: int = 5) -> Outlook:
    tally = Tally(examples=examples)
    tally.add(part_of(replay(store, other_queue()), {}))
    trial = Trial(rules=Path("new"), stretch=EVER, today="a", candidate="b")
    return Outlook(trial=trial, tally=tally, files=("labels.toml",), same_sight=True)


class Tags(HTMLParser):
    """The elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.names.append(tag)


def test_a_hostile_subject_stays_text_in_the_page_and_shows_no_personal_number(store: Store) -> None:
    settle(store, mail(HOSTILE, number=1))

    page = as_page(outlook_of(store))

    assert "script" not in Tags(page).names
    assert "&lt;script&gt;" in page
    assert "44051401359" not in page
    assert "\x1b" not in page


def test_so_many_examples_are_kept_and_all_are_counted(store: Store) -> None:
    settle(store, *MAILS)

    tally = outlook_of(store, examples=1).tally

    assert (tally.kinds["queue akcyza -> akc-pa"], len(tally.by_kind["queue akcyza -> akc-pa"])) == (2, 1)
