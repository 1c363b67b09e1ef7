"""The relay is ill in every way: no letter is lost, and none leaves twice but when nobody can know better."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from mailgate.outbox import Sender, back_off, by_mail
from mailgate.relay import SmtpRelay
from mailgate.store.facade import Store
from tests.cli.post import Post, delivering
from tests.store.cast import NOON, anna, claim_all, letter, new_store, raw, verdict, writer
from tests.store.worker import MANY

# Letters that are due.
COUNT = 4


class Moody(Post):
    """A relay in a mood; in every mood it remembers what it has taken."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.mood = "well"

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:  # noqa: N802
        if self.mood == "knows nobody":
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd)
        if self.mood == "full":
            return "452 4.3.1 no room"
        if self.mood == "hates it":
            return "554 5.7.1 this is spam"
        if self.mood == "hangs":
            await asyncio.sleep(60)
        said = await super().handle_DATA(server, session, envelope)
        if self.mood == "hangs up after it took the letter" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return said


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        opened.keep([raw(anna(number)) for number in range(COUNT)])
        verdicts = [verdict(message, reply=letter(cause=f"ticket:{message.id}")) for message in claim_all(opened)]
        opened.record(verdicts, writer(MANY), NOON)
        yield opened


@pytest.fixture
def relay() -> Iterator[tuple[Moody, SmtpRelay]]:
    moody = Moody()
    with delivering(moody) as port:
        yield moody, SmtpRelay(host="127.0.0.1", port=port, security="none", timeout=1.0)


def send(store: Store, relay: SmtpRelay, now: datetime) -> tuple[int, int, int]:
    """One round at that time: how many letters left, wait, are dead."""

    async def story() -> tuple[int, int, int]:
        sender = Sender(outbox=store.outbox, hand_over=by_mail(relay), clock=lambda: now, name="s1", attempts=12)
        done = await sender.send_due()
        await sender.close()
        return done.sent, done.postponed, done.dead

    return asyncio.run(story())


def taken(moody: Moody) -> dict[str, int]:
    """How often the relay has taken each letter, by Message-ID."""
    ids = [str(each.mail["Message-ID"]) for each in moody.letters]
    return {each: ids.count(each) for each in ids}


@pytest.mark.parametrize("mood", ["full", "hangs"])
def test_while_the_relay_cannot_every_letter_waits_and_then_leaves_once(
    mood: str, store: Store, relay: tuple[Moody, SmtpRelay]
) -> None:
    moody, ours = relay
    moody.mood = mood
    assert send(store, ours, NOON) == (0, COUNT, 0)
    moody.mood = "well"

    assert send(store, ours, NOON + back_off(1) / 2) == (0, 0, 0)
    assert send(store, ours, NOON + back_off(1)) == (COUNT, 0, 0)

    assert list(taken(moody).values()) == [1] * COUNT


@pytest.mark.parametrize("mood", ["knows nobody", "hates it"])
def test_what_the_relay_refuses_for_good_is_dead_shown_and_sent_only_by_an_operator(
    mood: str, store: Store, relay: tuple[Moody, SmtpRelay]
) -> None:
    moody, ours = relay
    moody.mood = mood
    assert send(store, ours, NOON) == (0, 0, COUNT)
    assert all("refused" in (line.error or "") for line in store.outbox.list())
    moody.mood = "well"

    assert send(store, ours, NOON + timedelta(days=1)) == (0, 0, 0)
    store.outbox.retry(None, operator="ola", now=NOON)
    assert send(store, ours, NOON) == (COUNT, 0, 0)


def test_a_relay_that_hangs_up_before_its_yes_may_have_a_letter_twice_but_under_one_message_id(
    store: Store, relay: tuple[Moody, SmtpRelay]
) -> None:
    moody, ours = relay
    moody.mood = "hangs up after it took the letter"
    assert send(store, ours, NOON) == (0, COUNT, 0)
    moody.mood = "well"

    assert send(store, ours, NOON + back_off(1)) == (COUNT, 0, 0)

    assert list(taken(moody).values()) == [2] * COUNT
    assert {line.state for line in store.outbox.list()} == {"sent"}


def test_a_relay_that_is_gone_keeps_every_letter_waiting(store: Store) -> None:
    with delivering(Moody()) as port:
        gone = SmtpRelay(host="127.0.0.1", port=port, security="none", timeout=1.0)

    assert send(store, gone, NOON) == (0, COUNT, 0)

    assert {(line.state, line.attempts) for line in store.outbox.list()} == {("due", 1)}
