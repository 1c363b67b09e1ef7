"""Sending: every letter leaves, at least once and with one Message-ID, or is shown as dead."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.outbox import LONGEST_BACK_OFF, Round, Sender, back_off, by_mail, fate_of
from mailgate.store.facade import Store
from mailgate.store.outbox import Letter
from mailgate.store.tables import LetterState
from mailgate.trouble import Permanent, Temporary
from tests.store.cast import NOON, anna, claim_all, letter, new_store, raw, verdict, writer

LETTER = Letter(
    id=1, message_id="<a@mf.gov.pl>", sender="", recipient="a@b.example", content=b"", attempt=1, worker="s1"
)
NOTHING = Round(sent=0, postponed=0, dead=0)


class Postman:
    """A relay that says to each letter what it was told to say, and remembers whom it was asked to write to."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.letters: list[str] = []

    async def deliver(self, *, sender: str, recipient: str, message_id: str, content: bytes) -> None:
        assert sender == ""
        assert recipient == "anna.kowalska@spedycja.example"
        assert content.startswith(b"To: anna.kowalska@spedycja.example\r\n")
        self.letters.append(message_id)
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        yield opened


def write_letters(store: Store, count: int = 1) -> None:
    """Letters that are due."""
    store.keep([raw(anna(number)) for number in range(count)])
    verdicts = [verdict(message, reply=letter(cause=f"ticket:{message.id}")) for message in claim_all(store)]
    store.record(verdicts, writer(), NOON)


def send(store: Store, postman: Postman, *times: datetime, attempts: int = 12) -> list[Round]:
    """One round at each of these times."""
    clock = [NOON]

    async def story() -> list[Round]:
        sender = Sender(
            outbox=store.outbox, hand_over=by_mail(postman), clock=lambda: clock[0], name="s1", attempts=attempts
        )
        rounds = []
        for time in times or (NOON,):
            clock[0] = time
            rounds.append(await sender.send_due())
        await sender.close()
        return rounds

    return asyncio.run(story())


def state(store: Store) -> tuple[str, str | None]:
    [line] = store.outbox.list()
    return line.state, line.error


def test_what_is_due_is_sent_once(store: Store) -> None:
    write_letters(store, 7)
    postman = Postman()

    rounds = send(store, postman, NOON, NOON)

    assert rounds == [Round(sent=7, postponed=0, dead=0), NOTHING]
    assert len(set(postman.letters)) == len(postman.letters) == 7


def test_a_relay_that_is_ill_is_asked_again_later_with_the_same_message_id(store: Store) -> None:
    write_letters(store)
    postman = Postman(Temporary("the relay hung up"))

    rounds = send(store, postman, NOON, NOON + back_off(1) / 2, NOON + back_off(1))

    assert [(one.sent, one.postponed) for one in rounds] == [(0, 1), (0, 0), (1, 0)]
    assert len(set(postman.letters)) == 1
    assert state(store) == ("sent", None)


def test_a_refusal_for_good_is_never_tried_again(store: Store) -> None:
    write_letters(store)
    postman = Postman(Permanent("the relay refused the recipient: 550 no such user"))

    rounds = send(store, postman, NOON, NOON + timedelta(days=9))

    assert rounds == [Round(sent=0, postponed=0, dead=1), NOTHING]
    assert state(store) == ("dead", "the relay refused the recipient: 550 no such user")


def test_after_the_last_attempt_a_letter_is_dead_and_shown(store: Store) -> None:
    write_letters(store)
    postman = Postman(*[Temporary("the relay hung up")] * 3)

    send(store, postman, *(NOON + days * timedelta(days=1) for days in range(5)), attempts=3)

    assert len(postman.letters) == 3
    assert state(store) == ("dead", "the relay hung up")


def test_a_bug_of_ours_stops_one_letter_and_no_other(store: Store) -> None:
    write_letters(store, 3)
    postman = Postman(ZeroDivisionError("division by zero"))

    [sent] = send(store, postman)

    assert sent == Round(sent=2, postponed=1, dead=0)
    [line] = store.outbox.list(state=LetterState.DUE)
    assert line.error == "our bug: ZeroDivisionError: division by zero"


def test_a_letter_that_kills_its_sender_each_time_is_dead_in_the_end(store: Store) -> None:
    write_letters(store)
    for day in range(3):
        store.outbox.claim("dies", 1, timedelta(hours=1), NOON + day * timedelta(days=1))
    postman = Postman()

    [sent] = send(store, postman, NOON + timedelta(days=3), attempts=3)

    assert sent.dead == 1
    assert postman.letters == []


def test_an_operator_sends_a_dead_letter_after_all(store: Store) -> None:
    write_letters(store)
    postman = Postman(Permanent("550 no such user"))
    send(store, postman)

    store.outbox.retry(None, operator="ewa", now=NOON)

    assert send(store, postman) == [Round(sent=1, postponed=0, dead=0)]


def test_a_letter_that_left_while_the_database_was_away_is_marked_before_any_is_sent_again(store: Store) -> None:
    write_letters(store)
    log = store.database

    class Unplugs(Postman):
        """Takes the letter, and the table with it."""

        async def deliver(self, *, sender: str, recipient: str, message_id: str, content: bytes) -> None:
            await super().deliver(sender=sender, recipient=recipient, message_id=message_id, content=content)
            with log.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away")

    postman = Unplugs()

    async def story() -> Round:
        sender = Sender(outbox=store.outbox, hand_over=by_mail(postman), clock=lambda: NOON, name="s1", attempts=3)
        with pytest.raises(Temporary):
            await sender.send_due()
        with log.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO outbox")
        after = await sender.send_due()
        await sender.close()
        return after

    assert asyncio.run(story()) == NOTHING
    assert state(store) == ("sent", None)
    assert len(postman.letters) == 1


@given(st.integers(min_value=1, max_value=10_000))
def test_the_wait_grows_with_each_attempt_and_has_a_limit(attempt: int) -> None:
    assert timedelta(minutes=1) <= back_off(attempt) <= back_off(attempt + 1) <= LONGEST_BACK_OFF


def test_twelve_attempts_outlast_a_relay_that_is_away_for_a_day() -> None:
    assert sum((back_off(attempt) for attempt in range(1, 12)), timedelta()) > timedelta(days=1)


def test_the_last_attempt_decides_between_again_and_dead() -> None:
    trouble = Temporary("later")

    assert fate_of(LETTER, None, NOON, 2).state is LetterState.SENT
    assert fate_of(LETTER, trouble, NOON, 2).state is LetterState.DUE
    assert fate_of(LETTER, trouble, NOON, 1).state is LetterState.DEAD
    assert fate_of(LETTER, Permanent("never"), NOON, 2).state is LetterState.DEAD
