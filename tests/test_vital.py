"""How what is outside the house is, noted where it is asked."""

from contextlib import suppress
from datetime import timedelta
from itertools import count

from mailgate.trouble import Permanent, Temporary
from mailgate.vital import Sign, Vital
from tests.store.cast import NOON


def vital_of(service: str = "directory") -> Vital:
    """One whose questions take a second each."""
    seconds = count()
    return Vital(service, lambda: NOON, lambda: float(next(seconds)))


def ask(vital: Vital, *answers: Exception | None) -> None:
    for answer in answers:
        with suppress(Temporary, Permanent), vital.asking():
            if answer:
                raise answer


def test_questions_failures_and_seconds_are_noted_and_taken_once() -> None:
    vital = vital_of()
    ask(vital, None, Temporary("it hangs"), None)

    assert vital.take() == Sign(service="directory", asked=3, failed=1, seconds=3.0, ill_since=None)
    assert vital.take() is None


def test_a_refusal_is_an_answer() -> None:
    vital = vital_of("relay")
    ask(vital, Permanent("no such mailbox"))

    sign = vital.take()
    assert sign is not None
    assert (sign.failed, sign.ill_since) == (0, None)


def test_a_service_is_ill_from_the_first_failure_to_the_next_answer() -> None:
    times = iter([NOON, NOON + timedelta(minutes=5)])
    vital = Vital("dns", lambda: next(times))
    ask(vital, Temporary("no answer"), Temporary("no answer"))
    first = vital.take()
    ask(vital, Temporary("no answer"))
    second = vital.take()
    ask(vital, None)
    third = vital.take()

    assert [sign.ill_since for sign in (first, second, third) if sign] == [NOON, NOON, None]
