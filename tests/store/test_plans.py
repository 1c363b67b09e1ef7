"""What every mail costs must not grow with the mails before it: no table that grows is read from end to end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from mailgate.core.facts import Question
from mailgate.desk import StoreDesk
from mailgate.store.facade import Store
from mailgate.store.outbox import Fate
from mailgate.store.tables import LetterState, Row
from tests.store.cast import ANNA, BORYS, NOON, anna, claim_all, letter, raw, verdict, writer

# Tables that stay small, however much mail comes.
SMALL = {"counter", "rulebook", "mailbox", "relay", "agreement", "audit", "notice", "incident", "job", "vital"}
GROWING = sorted(set(Row.metadata.tables) - SMALL)
WRITER = writer()


def keep(store: Store) -> None:
    store.keep([raw(BORYS)])
    store.keep([raw(anna(1)), raw(anna(1)), raw(BORYS)])


def settle(store: Store) -> None:
    store.keep([raw(ANNA), raw(BORYS)])
    store.record([verdict(message, reply=letter()) for message in claim_all(store)], WRITER, NOON)


def ask(store: Store) -> None:
    settle(store)
    StoreDesk(store).knows(
        Question(
            author="anna.kowalska@spedycja.example",
            answers=("<a@mailgate.localhost>", "<b@mailgate.localhost>"),
            tickets=("ZGL0000001", "CSD/17"),
            references=("abc",),
            bounced=("<c@mailgate.localhost>",),
            received_at=NOON,
        )
    )


def ask_of_a_closed_ticket(store: Store) -> None:
    settle(store)
    store.tickets.close("ZGL0000001", at=NOON, operator="jan", now=NOON + timedelta(hours=1))
    StoreDesk(store).knows(Question(author="a@b.example", tickets=("ZGL0000001",), received_at=NOON))


def send(store: Store) -> None:
    settle(store)
    taken = store.outbox.claim("w", 50, timedelta(minutes=1), NOON)
    assert taken
    store.outbox.mark([Fate(letter=each, state=LetterState.SENT, at=NOON) for each in taken])


def look(store: Store) -> None:
    settle(store)
    store.messages.show(1)
    store.tickets.show("ZGL0000001")
    store.outbox.show(1)


@pytest.mark.parametrize("act", [keep, settle, ask, ask_of_a_closed_ticket, send, look])
def test_no_table_that_grows_is_read_from_end_to_end(store: Store, act: Callable[[Store], None]) -> None:
    said: list[tuple[str, Any]] = []

    def hear(_: object, __: object, statement: str, parameters: Any, ___: object, many: bool) -> None:
        said.append((statement, parameters[0] if many and isinstance(parameters, list) else parameters))

    event.listen(store.database.engine, "before_cursor_execute", hear)
    act(store)
    event.remove(store.database.engine, "before_cursor_execute", hear)

    with store.database.reading() as connection:
        if not store.database.is_sqlite:
            # So few rows are read from end to end unless that is forbidden; it is still done where nothing else can be.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = {
            statement: plan(connection, statement, parameters)
            for statement, parameters in said
            if statement.startswith(("SELECT", "UPDATE", "DELETE")) and "FROM" in statement
        }
    assert plans
    assert {statement: lines for statement, lines in plans.items() if any(map(reads_all, lines))} == {}


def plan(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """How the database would do it, a step a line."""
    asked = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [str(row[-1]) for row in connection.exec_driver_sql(f"{asked} {statement}", parameters)]


def reads_all(step: str) -> bool:
    """Whether a step reads all of a table that grows, or all of one of its indexes."""
    return any(step.startswith(f"SCAN {name}") or f"Seq Scan on {name} " in f"{step} " for name in GROWING)
