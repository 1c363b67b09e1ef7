"""Every revision of the rules is kept whole, with who took it and when."""

from datetime import timedelta

import pytest

from mailgate.store.facade import Store
from tests.store.cast import NOON, REVISION

FIRST = {"policy.toml": "# all of it\n"}
RULE = '[[rule]]\nname = "{name}"\nwhy = "a test"\nthen = {{ queue = "{queue}" }}\n'
SECOND = {"policy.toml": "# all of it\n", "mine.toml": RULE.format(name="akc_pa", queue="akcyza")}
LATER = NOON + timedelta(hours=1)


def test_the_log_says_what_changed_and_who_did_it(store: Store) -> None:
    with store.rulebooks.taking("r2", SECOND, LATER, operator="ewa", how="promote"):
        pass

    newest, oldest = store.rulebooks.log()

    assert (newest.revision, newest.operator, newest.how, newest.before) == ("r2", "ewa", "promote", REVISION)
    assert (newest.taken_at, newest.in_force, newest.changes) == (LATER, True, ("new rule akc_pa",))
    assert (oldest.revision, oldest.operator, oldest.how, oldest.in_force) == (REVISION, "mailgate", "", False)


def test_a_daemon_that_takes_the_same_revision_afterwards_writes_nothing_down(store: Store) -> None:
    with store.rulebooks.taking("r2", SECOND, LATER, operator="ewa", how="rollback"):
        pass
    rows = len(store.audit.list())

    store.rulebooks.keep("r2", SECOND, LATER)

    assert len(store.audit.list()) == rows


def test_when_the_files_cannot_be_put_in_their_place_nothing_is_stored(store: Store) -> None:
    with (
        pytest.raises(ValueError, match="no space"),
        store.rulebooks.taking("r2", SECOND, LATER, operator="ewa", how="promote"),
    ):
        raise ValueError("no space")

    assert store.rulebooks.files("r2") is None
    assert store.rulebooks.in_force() == REVISION


def test_a_revision_put_aside_is_kept_and_not_in_force(store: Store) -> None:
    store.rulebooks.keep_aside("r2", SECOND, LATER)

    assert store.rulebooks.files("r2") == SECOND
    assert store.rulebooks.in_force() == REVISION
    assert [line.taken_at for line in store.rulebooks.log() if line.revision == "r2"] == [None]


def test_the_one_before_is_the_one_that_was_in_force(store: Store) -> None:
    store.rulebooks.keep("r2", SECOND, LATER)

    assert store.rulebooks.before("r2") == REVISION
    assert store.rulebooks.before(REVISION) is None


def test_a_revision_is_found_by_its_beginning(store: Store) -> None:
    store.rulebooks.keep("abc123", SECOND, LATER)
    store.rulebooks.keep("abd456", FIRST, LATER)

    assert store.rulebooks.find("ABC") == ("abc123",)
    assert set(store.rulebooks.find("ab")) == {"abc123", "abd456"}
    assert store.rulebooks.find("a%") == ()
