"""Gains and losses: changes of mails for which somebody has told what would have been right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailgate.backtest.replay import Judged
from mailgate.core.catalogue import Catalogue
from mailgate.core.suggestion import Answer, Teacher
from mailgate.store.facade import Store
from mailgate.suggest import told_about

# How long after a refusal a ticket of the same author still answers it; as in `mailgate suggest`.
CURE = timedelta(days=7)


class Side(StrEnum):
    """For whom a correction speaks. The values stand in JSON."""

    # The candidate does what is right, or comes nearer to it.
    GAIN = "gain"
    LOSS = "loss"
    # One is as good as the other.
    EVEN = "even"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What somebody has told of a mail."""

    side: Side
    teacher: Teacher
    # What is right, in words: "ticket: akc-pa".
    right: str


def corrections_of(store: Store, judged: Sequence[Judged], catalogue: Catalogue) -> dict[int, Correction]:
    """What is known to be right of the mails that would change, by our numbers.

    Raises:
        Temporary: the database did not answer.
    """
    changed = {each.past.id: each for each in judged if each.changes}
    told = told_about(store, tuple(changed), CURE, catalogue)
    return {
        each.message: _correction(changed[each.message], each.answer, each.teacher)
        for each in told
        if each.answer and each.teacher is not Teacher.SILENCE
    }


def _correction(judged: Judged, answer: Answer, teacher: Teacher) -> Correction:
    assert judged.before is not None and judged.after is not None  # noqa: PT018, S101  (whatever changes was judged)
    before = answer.grade(judged.before), answer.has_kind(judged.before)
    after = answer.grade(judged.after), answer.has_kind(judged.after)
    side = Side.GAIN if after > before else Side.LOSS if after < before else Side.EVEN
    return Correction(side=side, teacher=teacher, right=_in_words(answer))


def _in_words(answer: Answer) -> str:
    services = ", ".join(service or "the system alone" for service in answer.services)
    what = ", ".join(filter(None, (services, answer.system, answer.kind, answer.reason)))
    return f"{answer.outcome}: {what}" if what else str(answer.outcome)
