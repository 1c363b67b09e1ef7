"""How things stand with messages that are decided: what a new decision about them has to look at."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select

from mailgate.core.identity import Hearing
from mailgate.core.outcome import Outcome
from mailgate.core.sequel import Route, Standing
from mailgate.store.tables import MessageState, answers, decisions, messages, outbox, questions, tickets
from mailgate.store.tickets import ROUTE

_DECISION = ("outcome", "reason", "operator", "revision", "desk", *ROUTE)
_DECIDED = (MessageState.SETTLED, MessageState.PARKED)


def standings(connection: Connection, ids: Collection[int]) -> dict[int, Standing]:
    """How things stand with those of the messages that are settled or parked, by our number."""
    newest = newest_decisions(connection, ids)
    if not newest:
        return {}
    found = connection.execute(
        select(
            decisions.c.message,
            decisions.c.id,
            decisions.c.facts,
            *(decisions.c[name] for name in _DECISION),
            messages.c.state,
            tickets.c.number.label("ticket"),
            questions.c.state.label("question"),
            questions.c.asked,
            answers.c.question.label("answers"),
        )
        .join(messages, messages.c.id == decisions.c.message)
        .outerjoin(tickets, tickets.c.message == decisions.c.message)
        .outerjoin(questions, questions.c.message == decisions.c.message)
        .outerjoin(answers, answers.c.message == decisions.c.message)
        .where(decisions.c.id.in_(list(newest.values())), messages.c.state.in_(_DECIDED))
    ).all()
    written = select(outbox.c.message).where(outbox.c.message.in_(list(ids)), outbox.c.template.is_not(None)).distinct()
    lettered = set(connection.execute(written).scalars())
    return {row.message: _standing(row, has_letter=row.message in lettered) for row in found}


def newest_decisions(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Our numbers of the newest decisions about messages, by those of the messages."""
    newest = select(decisions.c.message, func.max(decisions.c.id).label("newest")).group_by(decisions.c.message)
    found = connection.execute(newest.where(decisions.c.message.in_(list(ids))))
    return {row.message: row.newest for row in found}


def _standing(row: Any, *, has_letter: bool) -> Standing:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    identity = (row.facts or {}).get("identity") or {}
    return Standing(
        message=row.message,
        decision=row.id,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        operator=row.operator,
        revision=row.revision,
        desk=row.desk,
        route=Route(**{name: getattr(row, name) for name in ROUTE}),
        ticket=row.ticket,
        question=row.question,
        asked=row.asked or 0,
        answers=row.answers,
        has_letter=has_letter,
        relay_silent=identity.get("relay") == Hearing.SILENT,
        parked=row.state == MessageState.PARKED,
    )
