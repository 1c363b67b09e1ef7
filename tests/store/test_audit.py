"""The audit trail: every act that counts stands in it, and nobody can change it unseen."""

import hmac
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Connection, exc, text

from mailgate.core.facts import Person
from mailgate.store.audit import BEGINNING, Act, AuditLine, Deed, digest_of, pseudonym
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.tables import LetterState
from tests.store.cast import NOON, ON_A_FILE, ON_A_SERVER, claim_all, letter, raw, verdict, writer

SECRET = b"0123456789abcdef0123456789abcdef"
LOOK = Deed(operator="ewa", act=Act.REVEALED, object="message 1")


@pytest.fixture
def sealed(store: Store) -> Store:
    """A store with a secret, and three rows in its trail: the rules that it was made with, and two looks."""
    store.database.secret = lambda: SECRET
    with store.database.writing() as connection:
        drop_triggers(connection)
        connection.execute(text("DELETE FROM audit"))
        connection.execute(text("UPDATE counter SET value = 0 WHERE name = 'audit'"))
    store.rulebooks.keep("r2", {"policy.toml": "# a comment more\n"}, NOON)
    store.audit.note(LOOK, NOON)
    store.audit.note(LOOK, NOON + timedelta(minutes=1))
    return store


def drop_triggers(connection: Connection) -> None:
    where = "" if connection.dialect.name == "sqlite" else " ON audit"
    for trigger in ("audit_keeps_rows", "audit_loses_no_row", "audit_goes_on"):
        connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{where}"))


def tamper(store: Store, *statements: str) -> None:
    """Do to the database what an attacker would do who may write to it: the triggers are his to drop."""
    with store.database.engine.execution_options(mailgate_writes=True).begin() as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))


def acts(store: Store) -> list[tuple[str, str, str]]:
    """What was done, oldest first."""
    return [(line.operator, line.act, line.object) for line in reversed(store.audit.list())]


def test_each_row_follows_the_one_before(sealed: Store) -> None:
    third, second, first = sealed.audit.list()

    assert (first.number, second.number, third.number) == (1, 2, 3)
    assert (first.previous, second.previous, third.previous) == (BEGINNING, first.digest, second.digest)
    found = sealed.audit.verify()
    assert (found.rows, found.broken, found.head) == (3, None, third.digest)


def test_a_digest_can_be_checked_without_mailgate_as_the_manual_says(sealed: Store) -> None:
    row = sealed.audit.list()[0]

    said = (
        '{"act":"revealed","at":"2026-11-23T12:01:00.000000+00:00","details":{},"number":3,"object":"message 1",'
        f'"operator":"ewa","previous":"{row.previous}"}}'
    )
    key = hmac.digest(SECRET, b"mailgate audit", "sha256")
    assert row.digest == sha256(said.encode()).hexdigest()
    assert row.seal == hmac.new(key, row.digest.encode(), "sha256").hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET operator = 'jan' WHERE number = 2",
        "DELETE FROM audit WHERE number = 3",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE number = 2",
        "INSERT INTO audit SELECT 9, at, operator, act, object, details, previous, digest, seal FROM audit LIMIT 1",
    ],
)
def test_the_database_refuses_to_change_the_trail(store: Store, statement: str) -> None:
    store.audit.note(LOOK, NOON)
    store.audit.note(LOOK, NOON)

    with pytest.raises(exc.IntegrityError, match="append-only"), store.database.writing() as connection:
        connection.execute(text(statement))

    assert store.audit.verify().broken is None


@ON_A_FILE
def test_no_row_is_replaced(store: Store) -> None:
    statement = text("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 1")

    with pytest.raises(exc.IntegrityError, match="append-only"), store.database.writing() as connection:
        connection.execute(statement)


@ON_A_SERVER
def test_the_trail_is_not_emptied(store: Store) -> None:
    with pytest.raises(exc.IntegrityError, match="append-only"), store.database.writing() as connection:
        connection.execute(text("TRUNCATE audit"))


@pytest.mark.parametrize(
    ("statement", "row", "problem"),
    [
        ("UPDATE audit SET operator = 'jan' WHERE number = 2", 2, "changed after it was written"),
        ("UPDATE audit SET at = '2026-11-23 12:00:00.000001' WHERE number = 2", 2, "changed after it was written"),
        ("UPDATE audit SET details = '{\"a\":1}' WHERE number = 3", 3, "changed after it was written"),
        ("DELETE FROM audit WHERE number = 2", 2, "is gone"),
        ("DELETE FROM audit WHERE number = 1", 1, "is gone"),
        ("DELETE FROM audit WHERE number = 3", 3, "is gone"),
        ("UPDATE audit SET seal = digest WHERE number = 3", 3, "not sealed with our secret"),
        ("UPDATE audit SET previous = digest WHERE number = 2", 2, "does not follow"),
    ],
)
def test_whoever_changes_the_file_is_found_out_at_the_first_row(
    sealed: Store, statement: str, row: int, problem: str
) -> None:
    tamper(sealed, statement)

    found = sealed.audit.verify()

    assert found.broken == row
    assert problem in found.problem


def rewritten(line: AuditLine, key: bytes, previous: str) -> tuple[str, str, str]:
    """Another name in a row, its digest and its seal computed anew."""
    row = {name: getattr(line, name) for name in AuditLine.__dataclass_fields__}
    digest = digest_of(row | {"operator": "jan", "previous": previous})
    return previous, digest, hmac.new(key, digest.encode(), "sha256").hexdigest()


def rewrite(store: Store, secret: bytes) -> None:
    """Put "jan" into every row, with all digests computed anew."""
    previous, key = BEGINNING, hmac.digest(secret, b"mailgate audit", "sha256")
    statements = []
    for line in reversed(store.audit.list()):
        before, previous, seal = rewritten(line, key, previous)
        columns = f"operator = 'jan', previous = '{before}', digest = '{previous}', seal = '{seal}'"
        statements.append(f"UPDATE audit SET {columns} WHERE number = {line.number}")  # noqa: S608  (our own)
    tamper(store, *statements)


def test_whoever_writes_the_whole_trail_anew_without_our_secret_is_found_out(sealed: Store) -> None:
    rewrite(sealed, b"a guess of somebody else")

    found = sealed.audit.verify()

    assert found.broken == 1
    assert "not sealed with our secret" in found.problem


def test_whoever_has_even_the_secret_is_found_out_by_a_head_that_was_noted_elsewhere(sealed: Store) -> None:
    noted = sealed.audit.list()[1]
    assert sealed.audit.verify((noted.number, noted.digest[:12])).broken is None

    rewrite(sealed, SECRET)

    assert sealed.audit.verify().broken is None
    assert sealed.audit.verify((noted.number, noted.digest[:12])).broken == 2


def test_a_trail_that_was_cut_off_together_with_its_counter_is_shorter_than_the_head_that_was_noted(
    sealed: Store,
) -> None:
    noted = sealed.audit.list()[0]
    tamper(sealed, "DELETE FROM audit WHERE number = 3", "UPDATE counter SET value = 2 WHERE name = 'audit'")

    assert sealed.audit.verify().broken is None
    assert sealed.audit.verify((noted.number, noted.digest)).broken == 3


def test_writers_at_the_same_time_do_not_fork_the_chain(store: Store) -> None:
    url = str(store.database.engine.url)

    def write(name: str) -> None:
        other = Store(url)
        for number in range(10):
            other.audit.note(Deed(operator=name, act=Act.REVEALED, object=f"message {number}"), NOON)
        other.close()

    before = store.audit.verify().rows
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, ("ewa", "jan", "ola", "jerzy")))

    found = store.audit.verify()
    assert (found.rows, found.broken) == (before + 40, None)


def test_an_act_that_fails_leaves_no_row_and_a_row_that_fails_no_act(store: Store) -> None:
    anna = Person(login="anna.kowalska@spedycja.example")
    before = acts(store)

    with pytest.raises(exc.IntegrityError):
        store.people.replace([anna, anna], operator="ewa", now=NOON)
    assert acts(store) == before

    with store.database.writing() as connection:
        connection.execute(text("UPDATE counter SET value = 77 WHERE name = 'audit'"))
    with pytest.raises(exc.IntegrityError):
        store.people.replace([anna], operator="ewa", now=NOON)
    assert store.people.count() == 0


def test_what_is_done_to_tickets_letters_people_and_rules_stands_in_the_trail(store: Store) -> None:
    store.keep([raw()])
    store.record([verdict(message, reply=letter()) for message in claim_all(store)], writer(), NOON)
    anna, borys = (Person(login=f"{name}@spedycja.example") for name in ("anna", "borys"))

    store.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)
    store.tickets.close("ZGL0000001", at=NOON, operator="ewa", now=NOON)
    store.tickets.reopen("ZGL0000001", operator="jan", now=NOON)
    store.outbox.cancel([1], operator="jan", now=NOON)
    store.outbox.cancel([1], operator="jan", now=NOON)
    store.people.merge([anna], operator="ola", now=NOON)
    store.people.merge([anna], operator="ola", now=NOON)
    store.people.replace([borys], operator="ola", now=NOON)
    store.rulebooks.keep("r2", {"policy.toml": "# a comment more\n"}, NOON)
    store.rulebooks.keep("r2", {"policy.toml": "# a comment more\n"}, NOON)
    store.rulebooks.keep("r1", {"policy.toml": "# all of it\n"}, NOON)

    assert acts(store) == [
        ("mailgate", "rules_changed", "rules r1"),
        ("ewa", "ticket_closed", "ticket ZGL0000001"),
        ("jan", "ticket_reopened", "ticket ZGL0000001"),
        ("jan", "letter_cancelled", "letter 1"),
        ("ola", "directory_changed", "directory"),
        ("ola", "directory_changed", "directory"),
        ("mailgate", "rules_changed", "rules r2"),
        ("mailgate", "rules_changed", "rules r1"),
    ]
    rows = store.audit.list()
    assert rows[1].details == {"before": "r1", "files": ["policy.toml"]}
    anna_, borys_ = (pseudonym(store.database, person.login) for person in (anna, borys))
    assert rows[2].details["who"] == {"added": [borys_], "changed": [], "removed": [anna_]}
    assert store.audit.verify().broken is None


def test_a_letter_that_is_set_going_is_written_down_and_a_cancelled_one_never_leaves(store: Store) -> None:
    store.keep([raw()])
    store.record([verdict(message, reply=letter()) for message in claim_all(store)], writer(), NOON)

    assert store.outbox.cancel([1], operator="jan", now=NOON) == 1

    assert store.outbox.claim("s1", 10, timedelta(minutes=1), NOON) == []
    assert store.outbox.retry(None, operator="jan", now=NOON) == 0
    assert store.balance().letters[LetterState.CANCELLED] == 1
    assert store.balance().missing == ()


def test_nothing_of_a_person_stands_in_the_trail(store: Store) -> None:
    store.people.merge([Person(login="anna@spedycja.example", name="Anna Kowalska")], operator="ola", now=NOON)

    said = str(document(store.audit.list()))

    assert "anna" not in said.lower()
    assert "spedycja" not in said


def test_one_person_has_one_pseudonym_that_needs_our_secret(sealed: Store) -> None:
    name = pseudonym(sealed.database, "Anna@Spedycja.example")

    assert name == pseudonym(sealed.database, "anna@spedycja.example")
    assert name != pseudonym(sealed.database, "borys@spedycja.example")
    sealed.database.secret = lambda: b"another secret, of somebody else"
    assert name != pseudonym(sealed.database, "anna@spedycja.example")


def test_what_the_trail_says_can_be_narrowed_down(sealed: Store) -> None:
    assert len(sealed.audit.list(limit=1)) == 1
    assert [line.act for line in sealed.audit.list(operator="mailgate")] == ["rules_changed"]
    assert len(sealed.audit.list(act="revealed", object="message 1")) == 2
    assert [line.number for line in sealed.audit.list(since=NOON + timedelta(seconds=1))] == [3]
