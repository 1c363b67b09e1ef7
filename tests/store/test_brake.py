"""The brake: however much comes in, nobody is flooded by us."""

from dataclasses import replace
from datetime import datetime, timedelta

from mailgate.core.identity import Trust
from mailgate.core.reply import Reply
from mailgate.store.brake import Limits
from mailgate.store.facade import Store
from mailgate.store.tables import LetterState
from tests.store.cast import NOON, REJECT, TICKET, WIDE, anna, claim_all, letter, raw, verdict, writer

HOUR = timedelta(hours=1)
REFUSAL = letter(template="reject-no-service")


def flood(
    store: Store, replies: list[Reply], *, limits: Limits = WIDE, now: datetime = NOON, start: int = 0
) -> list[str]:
    """A mail for each letter, decided in one batch; the answer is what the record says of the letters."""
    store.keep([raw(anna(start + number)) for number in range(len(replies))])
    messages = claim_all(store, now)
    verdicts = [verdict(message, REJECT, reply) for message, reply in zip(messages, replies, strict=True)]
    return [recorded.letter for recorded in store.record(verdicts, writer(limits), now)]


def test_a_flood_from_one_sender_in_one_batch_gets_one_letter(store: Store) -> None:
    notes = flood(store, [REFUSAL] * 30)

    assert notes[0] == "sent"
    assert all(note.startswith("withheld: the same letter") for note in notes[1:])
    assert len(store.outbox.list()) == 1


def test_a_flood_over_many_batches_gets_one_letter(store: Store) -> None:
    for start in range(5):
        flood(store, [REFUSAL], now=NOON + start * HOUR, start=start)

    assert len(store.outbox.list()) == 1


def test_the_decision_says_why_no_letter_left(store: Store) -> None:
    flood(store, [REFUSAL] * 2)

    second = store.messages.show(2)
    assert second is not None
    assert second.decisions[0].letter == "withheld: the same letter went to this address a short while ago"


def test_the_same_letter_leaves_again_after_the_window(store: Store) -> None:
    flood(store, [REFUSAL])

    assert flood(store, [REFUSAL], now=NOON + 24 * HOUR, start=1) == ["sent"]


def test_another_cause_is_another_letter(store: Store) -> None:
    assert flood(store, [REFUSAL, letter(template="reject-complaint")]) == ["sent", "sent"]


def test_an_address_in_other_spelling_is_the_same_address(store: Store) -> None:
    notes = flood(store, [REFUSAL, replace(REFUSAL, to="Anna.KOWALSKA@Spedycja.EXAMPLE")])

    assert notes[1].startswith("withheld")


def test_over_the_cap_of_an_address_letters_wait_for_an_operator(store: Store) -> None:
    limits = replace(WIDE, per_address_per_day=3)

    notes = flood(store, [letter(cause=f"ticket:{number}") for number in range(5)], limits=limits)

    assert notes[:3] == ["sent"] * 3
    assert all("to this address; an operator may send it" in note for note in notes[3:])
    assert [line.state for line in store.outbox.list()] == ["waiting", "waiting", "due", "due", "due"]


def test_letters_that_wait_do_not_count_and_are_not_written_twice(store: Store) -> None:
    limits = replace(WIDE, per_address_per_day=1)
    flood(store, [letter(cause="a"), letter(cause="b")], limits=limits)

    assert flood(store, [letter(cause="b")], limits=limits, start=2)[0].startswith("withheld: the same letter")
    assert flood(store, [letter(cause="c")], limits=limits, now=NOON + 25 * HOUR, start=3) == ["sent"]


def test_over_the_cap_of_the_day_letters_to_anybody_wait(store: Store) -> None:
    limits = replace(WIDE, per_day=2)
    to = [replace(REFUSAL, to=f"osoba{number}@firma.example") for number in range(3)]

    notes = flood(store, to, limits=limits)

    assert notes[:2] == ["sent", "sent"]
    assert "in all; an operator may send it" in notes[2]


def test_a_day_later_the_caps_begin_anew(store: Store) -> None:
    limits = replace(WIDE, per_day=1)
    flood(store, [REFUSAL], limits=limits)

    later = flood(store, [letter(cause="b")], limits=limits, now=NOON + 25 * HOUR, start=1)

    assert later == ["sent"]


def test_the_brake_stops_letters_and_never_tickets(store: Store) -> None:
    store.keep([raw(anna(number)) for number in range(4)])

    store.record([verdict(message, TICKET, REFUSAL) for message in claim_all(store)], writer(), NOON)

    assert len(store.tickets.list()) == 4
    assert len(store.outbox.list()) == 1


def test_an_operator_lets_a_waiting_letter_go(store: Store) -> None:
    flood(store, [letter(cause="a"), letter(cause="b")], limits=replace(WIDE, per_address_per_day=1))
    [waiting] = [line for line in store.outbox.list() if line.state == "waiting"]

    assert store.outbox.retry([waiting.id], operator="ewa", now=NOON) == 1
    assert {line.state for line in store.outbox.list()} == {"due"}


def answered(store: Store, number: int, *, after: timedelta, now: datetime) -> tuple[str, datetime]:
    """The letters that are due leave, and after that time another mail of the same sender comes."""
    store.outbox.claim("sender", 10, HOUR, now)
    arrived = now + after
    store.keep([raw(anna(number), received_at=arrived)])
    [message] = claim_all(store, arrived)
    decided = verdict(message, TICKET, letter(cause=f"ticket:{number}"))
    return store.record([decided], writer(), arrived)[0].letter, arrived


SECONDS = timedelta(seconds=1)


def volley(store: Store, *gaps: timedelta) -> list[str]:
    """A mail, and after each gap another one; the answer is what the record says of their letters."""
    notes, now = [], NOON
    for number, gap in enumerate((timedelta(), *gaps)):
        note, now = answered(store, number, after=gap, now=now)
        notes.append(note.partition(":")[0])
    return notes


def test_a_mail_that_calls_itself_automatic_and_comes_at_once_has_no_letter(store: Store) -> None:
    answered(store, 0, after=timedelta(), now=NOON)
    store.outbox.claim("sender", 10, HOUR, NOON)
    automatic = anna(1).replace("Proszę o pomoc.", "Tę wiadomość wysłaliśmy automatycznie.")
    store.keep([raw(automatic, received_at=NOON + SECONDS)])
    [message] = claim_all(store, NOON + SECONDS)

    decided = verdict(message, TICKET, letter(cause="ticket:1"))

    assert store.record([decided], writer(), NOON + SECONDS)[0].letter.startswith("withheld: each of the last letters")


def test_who_answers_every_letter_at_once_gets_two(store: Store) -> None:
    assert volley(store, SECONDS, SECONDS) == ["sent", "sent", "withheld"]


def test_whoever_writes_on_all_the_same_is_no_machine_that_answers_letters(store: Store) -> None:
    assert volley(store, SECONDS, SECONDS, SECONDS) == ["sent", "sent", "withheld", "sent"]


def test_a_person_who_takes_a_while_now_and_then_gets_every_letter(store: Store) -> None:
    slowly = timedelta(minutes=11)

    assert volley(store, SECONDS, slowly, SECONDS, slowly) == ["sent"] * 5


def test_the_letter_that_is_withheld_waits_for_an_operator(store: Store) -> None:
    volley(store, SECONDS, SECONDS)

    third = store.outbox.list()[0]
    assert third.state == "waiting"
    assert third.error is not None
    assert "as machines do; an operator may send it" in third.error


def test_mails_that_come_before_the_letter_has_left_are_no_answers_to_it(store: Store) -> None:
    notes = []
    for number in range(5):
        arrived = NOON + number * SECONDS
        store.keep([raw(anna(number), received_at=arrived)])
        [message] = claim_all(store, arrived)
        decided = verdict(message, TICKET, letter(cause=f"ticket:{number}"))
        notes.append(store.record([decided], writer(), arrived)[0].letter)

    assert notes == ["sent"] * 5


def to_firm(number: int, domain: str = "firma.example") -> Reply:
    return replace(REFUSAL, to=f"osoba{number}@{domain}")


def test_over_the_cap_of_a_domain_letters_wait_for_an_operator(store: Store) -> None:
    limits = replace(WIDE, per_domain_per_day=2)
    letters = [to_firm(0), to_firm(1, "oddzial.firma.example"), to_firm(2), to_firm(3, "nowy.firma.example")]

    notes = flood(store, [*letters, to_firm(4, "inna.example")], limits=limits)

    assert notes[:2] == ["sent", "sent"]
    assert all("to this domain; an operator may send it" in note for note in notes[2:4])
    assert notes[4] == "sent"
    assert flood(store, [to_firm(5)], limits=limits, start=5)[0].startswith("withheld: too many letters a day to this")
    assert flood(store, [to_firm(6)], limits=limits, now=NOON + 25 * HOUR, start=6) == ["sent"]


def test_a_waiting_letter_to_a_domain_is_released_and_counts_from_then_on(store: Store) -> None:
    limits = replace(WIDE, per_domain_per_day=1)
    flood(store, [to_firm(0), to_firm(1)], limits=limits)
    [waiting] = store.outbox.list(state=LetterState.WAITING)

    assert store.outbox.retry([waiting.id], operator="ewa", now=NOON) == 1
    assert store.outbox.claim("sender", 10, HOUR, NOON)[-1].recipient == "osoba1@firma.example"


def test_a_public_mail_service_is_counted_by_address_only(store: Store) -> None:
    limits = replace(WIDE, per_domain_per_day=1, shared_domains=frozenset({"wp.pl"}))

    assert flood(store, [to_firm(number, "wp.pl") for number in range(4)], limits=limits) == ["sent"] * 4
    assert flood(store, [to_firm(4, "wp.pl")], limits=limits, start=4) == ["sent"]


def unproven(store: Store, number: int, cause: str, answers: str | None = None, *, now: datetime = NOON) -> str:
    """A mail whose author is not proven, with a letter for that cause; the answer is what becomes of the letter."""
    store.keep([raw(anna(number), received_at=now)])
    [message] = claim_all(store, now)
    decided = verdict(message, REJECT, letter(cause=cause))
    identity = replace(decided.facts.identity, trust=Trust.CLAIMED)
    thread = replace(decided.facts.thread, answers=(answers,) if answers else ())
    decided = replace(decided, facts=replace(decided.facts, identity=identity, thread=thread))
    return store.record([decided], writer(), now)[0].letter


def test_a_flood_in_the_name_of_somebody_gets_one_letter_whatever_the_mails_say(store: Store) -> None:
    notes = [unproven(store, number, f"cause {number}") for number in range(10)]

    assert notes[0] == "sent"
    assert all(note.startswith("withheld: its author is not proven") for note in notes[1:])
    assert len(store.outbox.list()) == 1
    assert unproven(store, 10, "cause 1", now=NOON + 25 * HOUR) == "sent"


def test_whoever_answers_our_letter_without_proof_gets_the_next_one(store: Store) -> None:
    unproven(store, 0, "a")
    [sent] = store.outbox.claim("sender", 10, HOUR, NOON)

    guessed = unproven(store, 1, "b", "<mg.guessed@mf.gov.pl>", now=NOON + HOUR)

    assert guessed.startswith("withheld: its author is not proven")
    assert unproven(store, 2, "b", sent.message_id, now=NOON + HOUR) == "sent"


def test_a_letter_to_somebody_else_is_no_proof_of_having_read_it(store: Store) -> None:
    flood(store, [to_firm(0)])
    [sent] = store.outbox.claim("sender", 10, HOUR, NOON)
    unproven(store, 1, "a")

    assert unproven(store, 2, "b", sent.message_id).startswith("withheld: its author is not proven")
