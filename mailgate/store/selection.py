"""Selects messages that are decided, to be decided again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from mailgate.store.database import Database
from mailgate.store.tables import MessageState, decisions, messages

# Messages that are selected at once.
_PAGE = 500
_WITH_BYTES = (MessageState.SETTLED, MessageState.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which messages; what is given must hold, all of it. Nothing given: all that are decided."""

    # Our numbers; empty: any.
    ids: tuple[int, ...] = ()
    # Current outcomes, one of them.
    outcomes: tuple[str, ...] = ()
    # Reasons of the current decision, one of them.
    reasons: tuple[str, ...] = ()
    # Service of the current decision, or None for any.
    service: str | None = None
    # Revision of the rules that decided last, or its beginning; None for any.
    revision: str | None = None
    # Received then or later, and before then; None: whenever.
    since: datetime | None = None
    until: datetime | None = None


def count_selected(database: Database, selection: Selection) -> int:
    """How many messages are selected.

    Raises:
        Temporary: the database did not answer.
    """
    with database.reading() as connection:
        page = _statement(selection).with_only_columns(messages.c.id).subquery()
        return connection.execute(select(func.count()).select_from(page)).scalar_one()


def select_pages(database: Database, selection: Selection) -> Iterator[tuple[int, ...]]:
    """Our numbers of the selected messages, oldest first, page by page; what comes in meanwhile is left out.

    Raises:
        Temporary: the database did not answer.
    """
    with database.reading() as connection:
        newest = connection.execute(select(func.max(messages.c.id))).scalar() or 0
    statement = _statement(selection).where(messages.c.id <= newest)
    after: tuple[datetime, int] | None = None
    while True:
        with database.reading() as connection:
            rows = connection.execute(_after(statement, after).limit(_PAGE)).all()
        if not rows:
            return
        yield tuple(row.id for row in rows)
        after = rows[-1].received_at, rows[-1].id


def _after(statement: Select[int, datetime], last: tuple[datetime, int] | None) -> Select[int, datetime]:
    """The page behind that row."""
    statement = statement.order_by(messages.c.received_at, messages.c.id)
    if last is None:
        return statement
    at, number = last
    later = and_(messages.c.received_at == at, messages.c.id > number)
    return statement.where(messages.c.received_at >= at, or_(messages.c.received_at > at, later))


def _statement(selection: Selection) -> Select[int, datetime]:
    where: list[ColumnElement[bool]] = [messages.c.state.in_(_WITH_BYTES)]
    if selection.ids:
        where.append(messages.c.id.in_(selection.ids))
    if selection.outcomes:
        where.append(messages.c.outcome.in_(selection.outcomes))
    if selection.reasons:
        where.append(messages.c.reason.in_(selection.reasons))
    if selection.since is not None:
        where.append(messages.c.received_at >= selection.since)
    if selection.until is not None:
        where.append(messages.c.received_at < selection.until)
    if selection.service is None and selection.revision is None:
        return select(messages.c.id, messages.c.received_at).where(*where)
    return select(messages.c.id, messages.c.received_at).where(*where, _decided(selection))


def _decided(selection: Selection) -> ColumnElement[bool]:
    """What the newest decision says."""
    newest = select(func.max(decisions.c.id)).where(decisions.c.message == messages.c.id).correlate(messages)
    where = [decisions.c.id == newest.scalar_subquery()]
    if selection.service is not None:
        where.append(decisions.c.service == selection.service)
    if selection.revision is not None:
        where.append(decisions.c.revision.startswith(selection.revision, autoescape=True))
    return select(decisions.c.id).where(*where).correlate(messages).exists()
