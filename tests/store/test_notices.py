"""Notices as rows: written and taken away by operators, looked up for every letter."""

from datetime import timedelta

import pytest

from mailgate.core.facts import KnownNotice, Question
from mailgate.desk import StoreDesk
from mailgate.store.facade import Store
from mailgate.trouble import Permanent
from tests.store.cast import NOON

HOUR = timedelta(hours=1)


def add(store: Store, text: str = "Awaria AES.", hours: int = 4) -> int:
    return store.notices.add(
        service=None, system="aes", text=text, text_en="", until=NOON + hours * HOUR, operator="ewa", now=NOON
    )


def test_a_notice_is_in_force_until_its_time(store: Store) -> None:
    number = add(store)

    assert store.notices.in_force(NOON) == (
        KnownNotice(id=number, system="aes", text="Awaria AES.", written_at=NOON, until=NOON + 4 * HOUR),
    )
    assert store.notices.in_force(NOON + 4 * HOUR) == ()


def test_a_notice_that_is_removed_stays_in_the_list_of_all_with_whoever_removed_it(store: Store) -> None:
    number = add(store)

    assert store.notices.remove(number, operator="jan", now=NOON + HOUR)
    assert not store.notices.remove(number, operator="jan", now=NOON + HOUR)
    assert store.notices.list(NOON + HOUR) == ()
    [line] = store.notices.list(NOON + HOUR, everything=True)
    assert (line.until, line.written_by, line.removed_by) == (NOON + HOUR, "ewa", "jan")
    assert store.notices.show(number) == line


def test_what_operators_do_to_notices_stands_in_the_audit_trail(store: Store) -> None:
    number = add(store)
    store.notices.remove(number, operator="jan", now=NOON + HOUR)

    assert [(each.operator, each.act, each.object) for each in store.audit.list(object=f"notice {number}")] == [
        ("jan", "notice_removed", f"notice {number}"),
        ("ewa", "notice_added", f"notice {number}"),
    ]


def test_a_notice_that_is_not_there_cannot_be_removed(store: Store) -> None:
    with pytest.raises(Permanent, match="there is no notice 7"):
        store.notices.remove(7, operator="ewa", now=NOON)
    assert store.notices.show(7) is None


def test_the_desk_knows_the_newest_notices_within_a_second_and_none_that_is_over(store: Store) -> None:
    times = [NOON, NOON + timedelta(seconds=2), NOON + 2 * HOUR, NOON + 4 * HOUR]
    desk = StoreDesk(store, clock=lambda: times[0])

    assert desk.knows(Question(author=None)).notices == ()
    first, second = add(store, hours=1), add(store, "Awaria trwa.")
    del times[0]
    assert [each.id for each in desk.knows(Question(author=None)).notices] == [second, first]
    del times[0]
    assert [each.id for each in desk.knows(Question(author=None)).notices] == [second]
    del times[0]
    assert desk.knows(Question(author=None)).notices == ()
