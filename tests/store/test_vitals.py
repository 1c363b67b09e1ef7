"""How what is outside the house is: counted for all processes, and shown to whoever watches."""

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from mailgate.metrics import Readings, write_metrics
from mailgate.store.facade import Store
from mailgate.store.gauges import Watch
from mailgate.store.vitals import Vitals
from mailgate.vital import Sign
from tests.store.cast import ANNA, NOON, claim_all, raw, verdict, writer


def sign(failed: int, minutes: int | None = None) -> Sign:
    since = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Sign(service="clamd", asked=2, failed=failed, seconds=0.5, ill_since=since)


def test_the_signs_of_all_processes_are_added_up_and_an_illness_begins_with_the_first_of_them(store: Store) -> None:
    vitals = Vitals(store.database)
    vitals.add([sign(2, 3)], NOON + timedelta(minutes=4))
    vitals.add([sign(2, 1)], NOON + timedelta(minutes=5))

    [line] = vitals.list()
    assert (line.asked, line.failed, line.seconds) == (4, 4, 1.0)
    assert line.ill_since == NOON + timedelta(minutes=1)

    vitals.add([sign(0)], NOON + timedelta(minutes=6))
    [line] = vitals.list()
    assert (line.asked, line.failed, line.ill_since) == (6, 4, None)


def test_whoever_watches_sees_services_mailboxes_and_how_sure_the_recognition_was(store: Store) -> None:
    Vitals(store.database).add([sign(2, 0)], NOON)
    store.mailboxes.hold("desk", "desk@mail.example/INBOX", "north", timedelta(seconds=10), NOON)
    store.keep([raw(ANNA)])
    store.record([verdict(message) for message in claim_all(store)], writer(), NOON)
    page = write_metrics(
        Readings(
            now=NOON + timedelta(minutes=2),
            gauges=Watch(store.database).look(NOON + timedelta(minutes=2)),
            workers=1,
            workers_wanted=1,
            silent_relays=0,
            missing=None,
            balanced_at=None,
        )
    ).decode()
    families = text_string_to_metric_families(page)
    found = {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}
    assert found["mailgate_service_asked_total", "clamd"] == 2
    assert found["mailgate_service_failed_total", "clamd"] == 2
    assert found["mailgate_service_seconds_total", "clamd"] == 0.5
    assert found["mailgate_service_ill_seconds", "clamd"] == 120
    assert found["mailgate_mailbox_trouble", "desk"] == 0
    assert found["mailgate_recognition_score_count",] == 0
