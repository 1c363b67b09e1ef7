"""While DNS has no answer, what could become better waits a little, and nothing waits for ever."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate.core.choice import Choice
from mailgate.core.identity import Trust, identify
from mailgate.core.mail import RawMessage
from mailgate.core.mail.read import read
from mailgate.core.outcome import Outcome
from mailgate.intake import MOST_DNS_WAITS, Settler, wait
from mailgate.store.facade import Store
from tests.proof.nameserver import Zone
from tests.proof.world import POLICY, World, world
from tests.store.cast import BORYS, LEASE, NOON, Considered, anna, consider, new_store, raw, writer

ZONE: Zone = {"spedycja.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all")]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(new_store(tmp_path)) as opened:
        yield opened


@pytest.fixture
def at() -> Iterator[World]:
    with world(ZONE) as running:
        yield running


def held_without_proof(message: RawMessage, chosen: Choice | None = None) -> Considered:
    """Every mail asks for something that needs proof."""
    considered = consider(message, chosen)
    identity = identify(read(message), message.envelope, POLICY, message.results)
    facts = replace(considered.facts, identity=identity)
    if identity.trust is Trust.PROVEN:
        return replace(considered, facts=facts)
    held = replace(considered.decision, outcome=Outcome.HOLD, reason="unproven", template=None)
    return replace(considered, facts=facts, decision=held, reply=None)


def settler(store: Store, at: World, think: Callable[..., Considered] = held_without_proof) -> Settler:
    return Settler(store=store, consider=think, writer=writer(), worker="w1", lease=LEASE, prove=at.prover.prove_all)


def test_a_proven_mail_is_settled_at_once_and_dns_is_not_asked_again(store: Store, at: World) -> None:
    store.keep([raw()])
    [recorded] = settler(store, at).settle(NOON)
    assert recorded.outcome == "ticket"
    asked = len(at.server.asked)
    [again] = store.messages.load([recorded.message])
    assert "spf=pass" in (again.raw.results or "")
    assert identify(read(again.raw), again.raw.envelope, POLICY, again.raw.results).trust is Trust.PROVEN
    assert len(at.server.asked) == asked


def test_a_mail_that_lacks_only_an_answer_of_dns_waits_for_it(store: Store) -> None:
    store.keep([raw()])
    with world({"spedycja.example": "servfail"}) as ill:
        [waiting] = settler(store, ill).settle(NOON)
        assert waiting.state == "kept"
    with world(ZONE) as well:
        assert settler(store, well).settle(NOON) == []
        [settled] = settler(store, well).settle(NOON + wait(0))
        assert settled.outcome == "ticket"


def test_it_does_not_wait_for_ever(store: Store) -> None:
    store.keep([raw()])
    now = NOON
    with world({"spedycja.example": "servfail"}) as ill:
        for times in range(MOST_DNS_WAITS):
            [waiting] = settler(store, ill).settle(now)
            assert waiting.state == "kept"
            now += wait(times)
        [settled] = settler(store, ill).settle(now)
        assert (settled.state, settled.outcome) == ("settled", "hold")


def test_what_becomes_a_ticket_anyway_does_not_wait(store: Store) -> None:
    def ticket_for_all(message: RawMessage, chosen: Choice | None = None) -> Considered:
        considered = consider(message, chosen)
        identity = identify(read(message), message.envelope, POLICY, message.results)
        return replace(considered, facts=replace(considered.facts, identity=identity))

    store.keep([raw()])
    with world({"spedycja.example": "servfail"}) as ill:
        [settled] = settler(store, ill, ticket_for_all).settle(NOON)
        assert settled.outcome == "ticket"


def test_fifty_mails_wait_side_by_side_and_not_one_after_the_other(store: Store) -> None:
    store.keep([raw(anna(number)) for number in range(50)])
    with world({"spedycja.example": "hang"}, timeout=0.3, patience=1.0) as ill:
        assert {one.state for one in settler(store, ill).settle(NOON)} == {"kept"}
        # One name, one question at a time, however many mails want to know.
        assert ill.server.count("spedycja.example") < 20


def test_a_bug_while_proving_parks_one_mail_and_the_rest_goes_on(store: Store, at: World) -> None:
    def fails_on_borys(raws: object) -> list[str | Exception]:
        assert isinstance(raws, list)
        found = at.prover.prove_all(raws)
        return [
            ZeroDivisionError("a bug of ours") if b"tranzyt" in each.content else said
            for each, said in zip(raws, found, strict=True)
        ]

    store.keep([raw(), raw(BORYS)])
    worker = replace(settler(store, at), prove=fails_on_borys)
    assert {one.state for one in worker.settle(NOON + timedelta(seconds=1))} == {"settled", "parked"}
