"""The mirror of a directory outside: how long an entry holds, and that an ill directory is left alone."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.core.facts import Person, Question
from mailgate.desk import StoreDesk
from mailgate.mirror import Breaker, Mirror
from mailgate.store.facade import Store
from mailgate.trouble import Temporary
from mailgate.vital import Vital
from tests.store.cast import NOON, claim_all, new_store, raw, verdict, writer

ANNA = Person(login="anna.kowalska@spedycja.example", name="Anna Kowalska", first_contact=date(2024, 3, 1))
STRANGER = "nikt@zawada.example"


@dataclass(slots=True)
class Town:
    """A directory whose people, health and clock the test decides about."""

    people: dict[str, Person] = field(default_factory=lambda: {ANNA.login: ANNA})
    ill: bool = False
    asked: list[str] = field(default_factory=list)
    now: datetime = NOON

    def find(self, login: str) -> Person | None:
        self.asked.append(login)
        if self.ill:
            raise Temporary("the town hall is closed")
        return self.people.get(login)

    def close(self) -> None:
        """Nothing to give back."""

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        yield opened


def mirror_of(town: Town, store: Store) -> Mirror:
    return Mirror(
        people=store.people,
        source=town,
        clock=lambda: town.now,
        keep=timedelta(minutes=15),
        keep_strangers=timedelta(minutes=1),
        vital=Vital("directory", lambda: town.now),
        breaker=Breaker(failures=3, rest=timedelta(seconds=30)),
    )


def test_the_desk_knows_what_the_directory_outside_said_and_when(store: Store) -> None:
    town = Town()
    desk = StoreDesk(store, mirror_of(town, store))
    known = desk.knows(Question(author=ANNA.login))
    assert (known.person, known.has_history) == (replace(ANNA, as_of=NOON), True)
    assert desk.knows(Question(author=STRANGER)).person is None


def test_an_entry_holds_for_its_time_and_not_longer(store: Store) -> None:
    town = Town()
    mirror = mirror_of(town, store)
    for minutes in (0, 14, 2):
        town.pass_(minutes=minutes)
        mirror.refresh([ANNA.login])
    assert town.asked == [ANNA.login] * 2


def test_that_somebody_has_no_entry_holds_for_a_shorter_time(store: Store) -> None:
    town = Town()
    mirror = mirror_of(town, store)
    for seconds in (0, 50, 20):
        town.pass_(seconds=seconds)
        mirror.refresh([STRANGER])
    assert town.asked == [STRANGER] * 2
    town.people[STRANGER] = Person(login=STRANGER)
    town.pass_(minutes=2)
    mirror.refresh([STRANGER])
    assert store.people.find(STRANGER) == Person(login=STRANGER, as_of=town.now)


def test_whoever_was_taken_out_of_the_directory_is_no_login_any_more(store: Store) -> None:
    town = Town()
    mirror = mirror_of(town, store)
    mirror.refresh([ANNA.login])
    town.people.clear()
    town.pass_(minutes=16)
    mirror.refresh([ANNA.login])
    assert store.people.find(ANNA.login) is None


def test_an_imported_entry_is_asked_for_before_it_is_believed(store: Store) -> None:
    store.people.replace([replace(ANNA, name="Stara Nazwa")], operator="ewa", now=NOON)
    town = Town()
    mirror_of(town, store).refresh([ANNA.login])
    assert store.people.find(ANNA.login) == replace(ANNA, as_of=NOON)


def test_an_ill_directory_refuses_nobody(store: Store) -> None:
    town = Town(ill=True)
    desk = StoreDesk(store, mirror_of(town, store))
    with pytest.raises(Temporary, match="the town hall is closed"):
        desk.knows(Question(author=ANNA.login))


def test_while_the_directory_is_ill_fresh_entries_go_on_to_hold(store: Store) -> None:
    town = Town()
    mirror = mirror_of(town, store)
    mirror.refresh([ANNA.login])
    town.ill = True
    town.pass_(minutes=10)
    mirror.refresh([ANNA.login])
    assert town.asked == [ANNA.login]


def test_an_ill_directory_is_left_alone_and_tried_once_after_its_rest(store: Store) -> None:
    town = Town(ill=True)
    mirror = mirror_of(town, store)
    for number in range(10):
        with pytest.raises(Temporary):
            mirror.refresh([f"nr{number}@zawada.example"])
    assert len(town.asked) == 3
    town.pass_(seconds=31)
    for number in range(5):
        with pytest.raises(Temporary):
            mirror.refresh([f"nr{number}@zawada.example"])
    assert len(town.asked) == 4
    town.ill = False
    town.pass_(seconds=31)
    mirror.refresh([ANNA.login, STRANGER])
    assert len(town.asked) == 6


def test_a_single_failure_is_forgotten_when_the_next_try_goes_well(store: Store) -> None:
    town = Town()
    mirror = mirror_of(town, store)
    for number in range(9):
        town.ill = number % 2 == 0
        town.pass_(minutes=16)
        try:
            mirror.refresh([ANNA.login])
        except Temporary:
            continue
    assert len(town.asked) == 9


def test_what_nobody_asks_for_any_more_is_deleted(store: Store) -> None:
    town = Town()
    mirror = mirror_of(town, store)
    mirror.refresh([ANNA.login, STRANGER])
    town.pass_(hours=6)
    mirror.refresh(["kto-inny@zawada.example"])
    assert store.people.count() == 0


def test_whose_colleague_somebody_is_the_directory_outside_says_of_both(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    store.record([verdict(message)], writer(), NOON)
    [ticket] = store.tickets.list()
    town = Town({ANNA.login: ANNA, ticket.requester: Person(login=ticket.requester, organisation="Spedycja")})
    known = StoreDesk(store, mirror_of(town, store)).knows(
        Question(author="borys@tranzyt.example", tickets=(ticket.number,))
    )
    assert known.ticket is not None
    assert known.ticket.organisation == "Spedycja"
