"""Incidents as rows: opened once, their tickets tied exactly once, the operators told once; on both databases."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailgate.core.identity import Trust
from mailgate.core.surge import Alertness
from mailgate.store.facade import Store
from mailgate.store.incidents import Incidents
from mailgate.store.reports import Reports
from mailgate.store.tables import Channel
from mailgate.store.verdicts import Verdict
from mailgate.surging import Looked, Surging
from mailgate.trouble import Permanent
from tests.store.cast import ANNA, NOON, claim_all, raw, verdict, writer

MINUTE = timedelta(minutes=1)
EWA = "ewa@mf.example"


def text(number: int, subject: str = "SENT nie działa") -> str:
    """The mail of one of many companies."""
    mail = ANNA.replace("spedycja.example", f"firma{number}.example")
    return mail.replace("SENT100 - odrzucone zgłoszenie", f"{subject} {number}")


def receive(
    store: Store, numbers: range, at: datetime, change: Callable[[Verdict], Verdict] = lambda each: each
) -> None:
    """So many companies write, one a second, and each has its ticket."""
    store.keep([raw(text(number), received_at=at + timedelta(seconds=place)) for place, number in enumerate(numbers)])
    now = at + MINUTE
    verdicts = [change(verdict(message)) for message in claim_all(store, now)]
    store.record(verdicts, writer(), now)


def surging(store: Store, *operators: str) -> Surging:
    return Surging(
        reports=Reports(store.database),
        incidents=Incidents(store.database),
        alertness=Alertness(),
        timezone=ZoneInfo("Europe/Warsaw"),
        operators=operators,
        writer=writer,
    )


def look(store: Store, now: datetime, *operators: str) -> Looked:
    return surging(store, *operators).look(now)


def tied(store: Store, number: str = "INC0000001") -> int:
    return len(store.tickets.list(incident=number, limit=1000))


def by_hand(store: Store, now: datetime = NOON, **more: object) -> str | None:
    empty = ("ended_at", "closed_by", "authors", "minutes", "usual", "service")
    row = {"system": "sent", "began_at": now, "opened_by": "ewa", "note": "", **dict.fromkeys(empty), **more}
    return store.incidents.begin(row, now)


def test_a_surge_opens_one_incident_and_ties_the_tickets_of_the_window(store: Store) -> None:
    receive(store, range(15), NOON)

    looked = look(store, NOON + 2 * MINUTE)

    assert [(number, surge.subject.name, surge.authors) for number, surge in looked.begun] == [
        ("INC0000001", "sent-zgloszenie", 15)
    ]
    [line] = store.incidents.list()
    assert (line.began_at, line.noticed_at, line.ended_at) == (NOON, NOON + 2 * MINUTE, None)
    assert (line.authors, line.minutes, line.tickets) == (15, 15, 15)
    assert look(store, NOON + 3 * MINUTE) == Looked()


def test_an_ordinary_hour_opens_none(store: Store) -> None:
    receive(store, range(4), NOON)

    assert look(store, NOON + 2 * MINUTE) == Looked()
    assert store.incidents.list() == ()


def test_new_tickets_are_tied_as_they_are_opened(store: Store) -> None:
    receive(store, range(15), NOON)
    look(store, NOON + 2 * MINUTE)

    receive(store, range(100, 103), NOON + 5 * MINUTE)
    receive(store, range(103, 104), NOON + 5 * MINUTE, lambda each: about(each, service="aes-wywoz", system="aes"))
    receive(store, range(104, 105), NOON + 5 * MINUTE, lambda each: about(each, environment="test"))

    assert tied(store) == 18


def about(one: Verdict, **decided: str) -> Verdict:
    return replace(one, decision=replace(one.decision, **decided))  # type: ignore[arg-type]  # texts of a decision


def test_a_surge_ends_by_its_rate_and_not_while_people_write(store: Store) -> None:
    receive(store, range(15), NOON)
    look(store, NOON + 2 * MINUTE)
    receive(store, range(100, 115), NOON + 50 * MINUTE)

    assert look(store, NOON + 70 * MINUTE).ended == ()
    [over] = look(store, NOON + 115 * MINUTE).ended
    assert (over.number, store.incidents.list(only_open=True)) == ("INC0000001", ())
    assert look(store, NOON + 116 * MINUTE) == Looked()


def test_when_an_operator_closes_one_only_new_tickets_can_open_another(store: Store) -> None:
    receive(store, range(15), NOON)
    look(store, NOON + 2 * MINUTE)

    assert store.incidents.end("INC0000001", NOON + 3 * MINUTE, operator="ewa")
    assert not store.incidents.end("INC0000001", NOON + 3 * MINUTE, operator="ewa")
    assert look(store, NOON + 4 * MINUTE) == Looked()
    receive(store, range(200, 215), NOON + 5 * MINUTE)
    assert [number for number, _ in look(store, NOON + 7 * MINUTE).begun] == ["INC0000002"]
    assert (tied(store), tied(store, "INC0000002")) == (15, 15)


def test_a_flood_from_unproven_logins_opens_none(store: Store) -> None:
    receive(store, range(40), NOON, unproven)

    assert look(store, NOON + 2 * MINUTE) == Looked()


def unproven(one: Verdict) -> Verdict:
    return replace(one, facts=replace(one.facts, identity=replace(one.facts.identity, trust=Trust.CLAIMED)))


def test_what_is_usual_at_this_time_is_no_surge(store: Store) -> None:
    for days in (7, 6, 5, 4, 3):
        receive(store, range(100 * days, 100 * days + 15), NOON - timedelta(days=days))
    receive(store, range(15), NOON)

    assert look(store, NOON + 2 * MINUTE) == Looked()


def test_operators_are_told_once_each(store: Store) -> None:
    receive(store, range(15), NOON)

    assert look(store, NOON + 2 * MINUTE, EWA, "jan@mf.example").letters
    assert not look(store, NOON + 3 * MINUTE, EWA, "jan@mf.example").letters

    lines = store.outbox.list(channel=Channel.MAIL)
    assert [(line.recipient, line.template, line.message) for line in lines] == [
        ("jan@mf.example", "operators-surge", None),
        (EWA, "operators-surge", None),
    ]
    details = store.outbox.show(lines[0].id)
    assert details is not None
    said = details.content.decode()
    assert "15 independent people in 15 minutes" in said
    assert "since      2026-11-23 13:00 (Europe/Warsaw)" in said
    assert "SENT nie" not in said


def test_two_machines_that_look_at_once_open_one_incident_and_tie_each_ticket_once(store: Store, url: str) -> None:
    receive(store, range(15), NOON)
    with closing(Store(url)) as other, ThreadPoolExecutor(2) as pool:
        looks = list(pool.map(lambda each: look(each, NOON + 2 * MINUTE, EWA), (store, other)))

    assert sum(len(each.begun) for each in looks) == 1
    assert len(store.incidents.list()) == 1
    assert len(store.outbox.list(channel=Channel.MAIL)) == 1
    assert tied(store) == 15


def test_workers_that_record_while_an_incident_is_opened_leave_no_ticket_untied(store: Store, url: str) -> None:
    receive(store, range(15), NOON)
    store.keep([raw(text(number), received_at=NOON + MINUTE) for number in range(300, 320)])
    now = NOON + 2 * MINUTE
    first, second = (store.claim(name, 10, timedelta(minutes=5), now) for name in ("w1", "w2"))
    with closing(Store(url)) as other, ThreadPoolExecutor(3) as pool:
        waiting: list[Future[object]] = [
            pool.submit(store.record, [verdict(each) for each in first], writer(), now),
            pool.submit(look, store, now),
            pool.submit(other.record, [verdict(each) for each in second], writer(), now),
        ]
        for each in waiting:
            each.result()
    store.incidents.tie(now)

    assert tied(store) == 35
    assert store.incidents.tie(now) == 0


def test_an_incident_by_hand_takes_what_comes_and_ends_by_hand_alone(store: Store) -> None:
    receive(store, range(2), NOON - 5 * MINUTE)
    assert by_hand(store, began_at=NOON - 10 * MINUTE) == "INC0000001"
    assert by_hand(store) is None
    receive(store, range(10, 12), NOON + MINUTE)

    assert tied(store) == 4
    assert look(store, NOON + timedelta(hours=5)) == Looked()
    assert store.incidents.end("INC0000001", NOON + timedelta(hours=6), operator="jan")
    acts = [(each.operator, each.act) for each in store.audit.list(object="incident INC0000001")]
    assert acts == [("jan", "incident_closed"), ("ewa", "incident_opened")]


def test_an_incident_that_is_not_there_cannot_be_closed(store: Store) -> None:
    with pytest.raises(Permanent, match='there is no incident "INC0000009"'):
        store.incidents.end("INC0000009", NOON)
    assert store.incidents.show("INC0000009") is None
