"""The database file: what is acknowledged stands in a file that will be found again."""

import shutil
from pathlib import Path

import pytest

from mailgate.store.facade import Store
from mailgate.trouble import Temporary
from tests.store.cast import BORYS, FILE, ON_A_FILE, anna, new_store, raw

pytestmark = ON_A_FILE
LOST = "was removed or replaced while mailgate runs; put it back, or restart mailgate"


def move(source: Path, target: Path) -> None:
    """Move the database with its log, as `mv mailgate.db*` does."""
    target.mkdir(exist_ok=True)
    for each in source.glob(f"{FILE}*"):
        each.rename(target / each.name)


def test_nothing_is_acknowledged_once_the_file_was_removed(store: Store, tmp_path: Path) -> None:
    store.keep([raw()])
    for each in tmp_path.glob(f"{FILE}*"):
        each.unlink()

    for _ in range(2):  # the second time with new connections
        with pytest.raises(Temporary, match=LOST):
            store.keep([raw(BORYS)])

    with pytest.raises(Temporary, match=LOST):
        store.messages.find("")
    assert list(tmp_path.glob(f"{FILE}*")) == []  # nor is an empty one made in its place


def test_a_file_that_is_removed_during_a_transaction_gives_no_receipt(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Temporary, match=LOST), store.database.writing():
        (tmp_path / FILE).unlink()


def test_a_file_that_is_put_back_is_used_again_with_all_that_was_in_it(store: Store, tmp_path: Path) -> None:
    [before] = store.keep([raw()])
    move(tmp_path, tmp_path / "away")
    with pytest.raises(Temporary, match=LOST):
        store.keep([raw(BORYS)])

    move(tmp_path / "away", tmp_path)
    [after] = store.keep([raw(BORYS)])

    store.close()
    again = Store(f"sqlite:///{tmp_path / FILE}")
    assert again.messages.find(before.digest) == (before.id,)
    assert again.messages.find(after.digest) == (after.id,)
    again.close()


def test_another_file_with_all_its_tables_waits_for_a_restart(store: Store, tmp_path: Path) -> None:
    store.keep([raw()])
    for number in range(3):  # each time the number of the file before may be given again
        for each in tmp_path.glob(f"{FILE}*"):
            each.unlink()
        new_store(tmp_path).close()
        with pytest.raises(Temporary, match=LOST):
            store.keep([raw(anna(number))])

    restarted = Store(f"sqlite:///{tmp_path / FILE}")
    [kept] = restarted.keep([raw(BORYS)])
    assert restarted.messages.find(kept.digest) == (kept.id,)
    restarted.close()


def test_a_copy_is_another_file(store: Store, tmp_path: Path) -> None:
    store.keep([raw()])
    move(tmp_path, tmp_path / "away")
    shutil.copy(tmp_path / "away" / FILE, tmp_path / FILE)

    with pytest.raises(Temporary, match=LOST):
        store.keep([raw(BORYS)])


def test_a_database_in_memory_has_no_file_to_lose(url: str) -> None:
    store = Store(url.partition("/")[0] + "//")
    store.upgrade()

    [kept] = store.keep([raw()])

    assert store.messages.find(kept.digest) == (kept.id,)
    store.close()
