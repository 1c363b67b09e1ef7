"""Questions of ours: which service is a kept message about? Asked, answered, reminded of, expired.

A question is a row, and every step that somebody takes names what they saw when they decided on it. The step counts
only while the row still says the same, under the recorders' lock; so of two answers that come at once, or of a
reminder and an answer, one is first, and the other one is considered again with what is true by then.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, update

from mailgate.core.decision import Outcome
from mailgate.store.claims import StoredMessage, load
from mailgate.store.database import Database
from mailgate.store.pages import Draft
from mailgate.store.tables import MessageState, QuestionState, answers, messages, questions
from mailgate.store.verdicts import Step

_WAITING = (QuestionState.OPEN, QuestionState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A question as lists show it."""

    # Our number of the message that it is about.
    message: int
    # sha256 of that message, hex.
    digest: str
    # Whose it is.
    author: str
    subject: str
    # The reference in the subject of our letters.
    token: str
    # The service ids that were offered, in the order shown.
    offers: tuple[str, ...]
    # The reason of the decision that asked.
    reason: str
    # The current outcome of the message: "clarify" while it waits, "reject" when a name in reply can mend it.
    outcome: str | None
    # "open", "held", "settled", "expired".
    state: str
    # How many times it was asked, the reminder not counted.
    asked: int
    # When it was asked last.
    asked_at: datetime
    reminded_at: datetime | None
    closed_at: datetime | None


class Questions:
    """The questions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, *, limit: int = 50, state: QuestionState | None = None) -> tuple[QuestionLine, ...]:
        """The newest questions.

        Raises:
            Temporary: the database did not answer.
        """
        statement = _lines().order_by(questions.c.asked_at.desc(), questions.c.message.desc()).limit(limit)
        if state is not None:
            statement = statement.where(questions.c.state == state)
        return self._read(statement)

    def of(self, message: int) -> tuple[QuestionLine, ...]:
        """The question about a message, and the one that it answered; mostly neither."""
        answered = select(answers.c.question).where(answers.c.message == message).scalar_subquery()
        return self._read(_lines().where(or_(questions.c.message == message, questions.c.message == answered)))

    def answers(self, message: int) -> tuple[int, ...]:
        """Our numbers of the messages that answered the question about that one, oldest first."""
        with self._database.reading() as connection:
            statement = select(answers.c.message).where(answers.c.question == message).order_by(answers.c.message)
            return tuple(connection.execute(statement).scalars())

    def unanswered(self, *, asked_before: datetime, reminded: bool, limit: int) -> tuple[QuestionLine, ...]:
        """Open questions asked before that time, oldest first; unless `reminded`, only those nobody was reminded of.

        Raises:
            Temporary: the database did not answer.
        """
        waiting = [questions.c.state == QuestionState.OPEN, questions.c.asked_at <= asked_before]
        if not reminded:
            waiting.append(questions.c.reminded_at.is_(None))
        statement = _lines().where(*waiting).order_by(questions.c.asked_at, questions.c.message).limit(limit)
        return self._read(statement)

    def load(self, message: int) -> tuple[StoredMessage, ...]:
        """The message that a question is about, then its answers so far; those whose bytes are erased are left out."""
        found = {each.id: each for each in load(self._database, (message, *self.answers(message)))}
        return tuple(found[number] for number in sorted(found, key=lambda each: (each != message, each)))

    def close(self, message: int, asked: int, now: datetime) -> bool:
        """Let a question expire whose message stays what it is; says whether it was open still, as it was seen.

        Raises:
            Temporary: nothing was changed.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                update(questions)
                .where(
                    questions.c.message == message,
                    questions.c.state == QuestionState.OPEN,
                    questions.c.asked == asked,
                )
                .values(state=QuestionState.EXPIRED, closed_at=now)
            )
        return changed.rowcount == 1

    def _read(self, statement: Select[Any]) -> tuple[QuestionLine, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(QuestionLine(**{**row, "offers": tuple(row["offers"])}) for row in rows)


def _lines() -> Select[Any]:
    return select(
        questions.c.message,
        messages.c.digest,
        questions.c.author,
        messages.c.subject,
        questions.c.token,
        questions.c.offers,
        questions.c.reason,
        messages.c.outcome,
        questions.c.state,
        questions.c.asked,
        questions.c.asked_at,
        questions.c.reminded_at,
        questions.c.closed_at,
    ).join(messages, messages.c.id == questions.c.message)


def void_steps(connection: Connection, drafts: Sequence[Draft]) -> set[int]:
    """The messages whose steps come too late: somebody else has answered, reminded or closed meanwhile."""
    steps = [(draft.verdict.message.id, draft.verdict.step) for draft in drafts if draft.verdict.step]
    if not steps:
        return set()
    found = connection.execute(
        select(questions.c.message, questions.c.state, questions.c.asked, questions.c.reminded_at)
        .where(questions.c.message.in_([step.question for _, step in steps]))
        .with_for_update(key_share=True)
    )
    rows = {row.message: row for row in found}
    void: set[int] = set()
    for message, step in steps:
        row = rows.get(step.question)
        if row is None or not _still(row, step):
            void.add(message)
        else:
            # The next one in the batch has not seen what this one does.
            del rows[step.question]
    return void


def _still(row: Any, step: Step) -> bool:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    """Whether the question is as it was when the step was decided on."""
    is_new_to_it = not step.reminds or row.reminded_at is None
    return row.state == QuestionState.OPEN and row.asked == step.asked and is_new_to_it


def save_questions(database: Database, connection: Connection, drafts: Iterable[Draft], now: datetime) -> None:
    """Ask, take the steps, and close what a decision has settled otherwise.

    Args:
        database: whose INSERT knows ON CONFLICT.
        connection: the recording transaction.
        drafts: new decisions about messages that are no copies.
        now: the time.
    """
    drafts = list(drafts)
    asked = [_question_row(draft, now) for draft in drafts if _asks_first(draft)]
    if asked:
        connection.execute(database.insert(questions).on_conflict_do_nothing(index_elements=["message"]), asked)
    for draft in drafts:
        if draft.verdict.step:
            _take(database, connection, draft.verdict.message.id, draft.verdict.step, now)
    stepped = {draft.verdict.step.question for draft in drafts if draft.verdict.step}
    decided = [d.verdict for d in drafts if not d.verdict.decision.asks and d.verdict.message.id not in stepped]
    _settle(connection, [verdict.message.id for verdict in decided], _WAITING, now)
    # Whoever answers late what has become a ticket meanwhile adds to that one.
    opening = [verdict.message.id for verdict in decided if verdict.decision.outcome is Outcome.TICKET]
    _settle(connection, opening, (QuestionState.EXPIRED,), now)


def _settle(connection: Connection, ids: Collection[int], among: Collection[QuestionState], now: datetime) -> None:
    """Settle the questions about messages that are in one of those states."""
    if ids:
        connection.execute(
            update(questions)
            .where(questions.c.message.in_(ids), questions.c.state.in_(among))
            .values(state=QuestionState.SETTLED, closed_at=now)
        )


def _asks_first(draft: Draft) -> bool:
    """Whether the letter asks about its own message."""
    verdict = draft.verdict
    return verdict.step is None and verdict.decision.asks and verdict.reply is not None and bool(draft.token)


def _question_row(draft: Draft, now: datetime) -> dict[str, Any]:
    verdict = draft.verdict
    return {
        "message": verdict.message.id,
        "token": draft.token,
        "author": verdict.facts.identity.address or "",
        "language": verdict.facts.request.language,
        # Only a `clarify` shows a list; whatever else asks wants a name.
        "offers": list(verdict.decision.candidates) if verdict.decision.outcome is Outcome.CLARIFY else [],
        "reason": verdict.decision.reason,
        "state": QuestionState.OPEN,
        "asked": 1,
        "asked_at": now,
        "reminded_at": None,
        "closed_at": None,
    }


def _take(database: Database, connection: Connection, message: int, step: Step, now: datetime) -> None:
    """Take one step; it has been found not to be void."""
    changes: dict[str, Any] = {"state": step.becomes}
    if step.asks:
        changes |= {"asked": step.asked + 1, "asked_at": now}
    if step.reminds:
        changes |= {"reminded_at": now}
    if step.becomes is not QuestionState.OPEN:
        changes |= {"closed_at": now}
    connection.execute(update(questions).where(questions.c.message == step.question).values(changes))
    if message != step.question:
        connection.execute(
            database.insert(answers).on_conflict_do_nothing(index_elements=["message"]),
            [{"message": message, "question": step.question}],
        )


def lay_back(connection: Connection, ids: Iterable[int]) -> None:
    """Let claimed messages be considered again, at once: what they answered has changed meanwhile."""
    connection.execute(
        update(messages)
        .where(and_(messages.c.id.in_(list(ids)), messages.c.state == MessageState.CLAIMED))
        .values(state=MessageState.KEPT, claimed_by=None, claims=0, not_before=None)
    )
