"""The record of decisions: rows are added, never changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from mailgate.core.decision import Decision, Finding, Outcome
from mailgate.core.facts import Facts
from mailgate.core.outcome import CRASHED
from mailgate.core.ruling import OPERATOR
from mailgate.store.database import Json, as_json
from mailgate.store.tables import MessageState, decisions, messages

# Two decisions that agree in these are the same decision, whichever revision and findings led to it.
JUDGEMENT = (
    "outcome",
    "reason",
    "service",
    "system",
    "kind",
    "matter",
    "environment",
    "desk",
    "queue",
    "priority",
    "template",
    "candidates",
    "ticket",
    "related",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """One row of the record."""

    id: int
    decided_at: datetime
    # None when no rulebook decided.
    revision: str | None
    # The operator who decided; None: the rulebook.
    operator: str | None
    outcome: str
    reason: str
    service: str | None
    system: str | None
    kind: str | None
    matter: str | None
    environment: str | None
    desk: str | None
    queue: str | None
    priority: str | None
    template: str | None
    candidates: tuple[str, ...]
    ticket: str | None
    related: str | None
    findings: tuple[Finding, ...]
    # What the desk knew, as a JSON document; None when nobody asked.
    known: dict[str, Any] | None
    # The evidence without the mail's text, as a JSON document.
    facts: dict[str, Any] | None
    # "sent" (it is in the outbox), "none", or "withheld: why".
    letter: str
    trace: str | None


def row_of(message: int, decision: Decision, now: datetime) -> dict[str, Any]:
    """The columns that a decision fills, but for the evidence."""
    row: dict[str, Any] = {name: getattr(decision, name) for name in JUDGEMENT}
    return row | {
        "message": message,
        "decided_at": now,
        "revision": decision.revision,
        "operator": None,
        "letter": "none",
        "trace": None,
        "score": None,
    }


def row_without_rules(message: int, outcome: Outcome, reason: str, saw: str, now: datetime) -> dict[str, Any]:
    """The columns of a decision that the store takes by itself: a crash, a second copy."""
    return dict.fromkeys(JUDGEMENT) | {
        "message": message,
        "decided_at": now,
        "revision": None,
        "operator": None,
        "outcome": outcome,
        "reason": reason,
        "candidates": (),
        "findings": (Finding(rule=reason, hit=True, saw=saw, source="store"),),
        "known": None,
        "facts": None,
        "letter": "none",
        "trace": None,
        "score": None,
    }


def score(facts: Facts) -> float | None:
    """How sure the recognition was of its best candidate; None without one."""
    return facts.match.candidates[0].score if facts.match.candidates else None


def evidence(facts: Facts, decision: Decision) -> dict[str, Json]:
    """What explains a decision when the bytes are gone: every finding, what was known, and all but the mail's words."""
    summary = {
        "date": facts.mail.date,
        "defects": facts.mail.defects,
        "attachments": facts.mail.attachments,
        "answers": facts.mail.answers,
        "scan": facts.scan,
        "automatic": facts.automatic,
        "identity": facts.identity,
        "identifiers": facts.identifiers,
        "match": facts.match,
        "request": facts.request,
        "choice": facts.choice,
    }
    documents = {"findings": decision.findings, "known": facts.known, "facts": summary}
    return {column: Json(as_json(value)) for column, value in documents.items()}


def current(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The newest decision of each message that has one: its judgement by column."""
    newest = select(func.max(decisions.c.id)).where(decisions.c.message.in_(list(ids))).group_by(decisions.c.message)
    columns = [decisions.c[name] for name in JUDGEMENT]
    found = connection.execute(select(decisions.c.message, *columns).where(decisions.c.id.in_(newest)))
    return {row.message: dict(row._mapping) for row in found}  # noqa: SLF001  (the public name of SQLAlchemy's mapping)


def is_same(row: Mapping[str, Any], former: Mapping[str, Any] | None) -> bool:
    """Whether a decision says what the one before it said."""
    return former is not None and all(_plain(row[name]) == _plain(former[name]) for name in JUDGEMENT)


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Add decisions, at most one for each message; the answer is message to decision."""
    if not rows:
        return {}
    added = connection.execute(insert(decisions).returning(decisions.c.message, decisions.c.id), rows)
    return {row.message: row.id for row in added}


def history(connection: Connection, message: int) -> tuple[RecordedDecision, ...]:
    """All decisions about a message, oldest first."""
    found = connection.execute(select(decisions).where(decisions.c.message == message).order_by(decisions.c.id))
    return tuple(_recorded(dict(row._mapping)) for row in found)  # noqa: SLF001  (as above)


def ruled_by_operators(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of the messages whose newest decision is an operator's own; what the rules decided for one is not."""
    newest = select(func.max(decisions.c.id)).where(decisions.c.message.in_(ids)).group_by(decisions.c.message)
    found = connection.execute(
        select(decisions.c.message, decisions.c.findings).where(
            decisions.c.id.in_(newest), decisions.c.operator.is_not(None)
        )
    )
    return {row.message for row in found if row.findings and row.findings[0]["source"] == OPERATOR}


def park(connection: Connection, traces: Mapping[int, str], now: datetime) -> None:
    """Lay messages aside that we cannot handle: `hold`, `crashed`, with the traceback. Nothing is taken from them."""
    if not traces:
        return
    former = current(connection, traces)
    rows = [
        row_without_rules(message, Outcome.HOLD, CRASHED, trace.strip().rpartition("\n")[2], now) | {"trace": trace}
        for message, trace in traces.items()
    ]
    add(connection, [row for row in rows if not is_same(row, former.get(row["message"]))])
    connection.execute(
        update(messages)
        .where(messages.c.id.in_(list(traces)))
        .values(
            state=MessageState.PARKED,
            outcome=Outcome.HOLD,
            reason=CRASHED,
            settled_at=now,
            claimed_by=None,
            not_before=None,
        )
    )


def _plain(value: object) -> object:
    """Tuples come back from JSON as lists."""
    return tuple(value) if isinstance(value, list) else value


def _recorded(row: dict[str, Any]) -> RecordedDecision:
    del row["message"], row["score"]
    row["candidates"] = tuple(row["candidates"])
    row["findings"] = tuple(Finding(**finding) for finding in row["findings"])
    return RecordedDecision(**row)
