"""Whole sets of rules are swapped at a stroke: nobody ever reads half of one and half of another."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mailgate.rulefiles import read_texts
from mailgate.rulefolder import mend, stamp, swap
from mailgate.trouble import Permanent, Temporary

OLD = {"policy.toml": "# old\n", "services/sent.toml": "# old\n", "gone.toml": "# old\n"}
NEW = {"policy.toml": "# new\n", "services/sent.toml": "# old\n", "services/akcyza.toml": "# new\n"}
# Swaps two sets for ever, until it is killed.
FOREVER = """
import sys
from pathlib import Path
from mailgate.rulefolder import swap
sets = [{f"{name}.toml": f"# {word}\\n" for name in "abcdefgh"} for word in ("one", "two")]
while True:
    for each in sets:
        swap(Path(sys.argv[1]), each)
        print("swapped", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    write(folder, OLD)
    return folder


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_swap_leaves_the_new_rules_and_nothing_else(folder: Path) -> None:
    swap(folder, NEW)

    assert read_texts(folder) == (NEW, ())
    assert files(folder) == set(NEW)


def test_what_is_no_rule_stays_where_it_is(folder: Path) -> None:
    (folder / "README.md").write_text("notes")

    swap(folder, NEW)

    assert (folder / "README.md").read_text() == "notes"


def test_other_files_can_go_along(folder: Path) -> None:
    swap(folder, NEW, also={"golden/sent.eml": b"Subject: SENT\r\n\r\n"})

    assert (folder / "golden" / "sent.eml").read_bytes() == b"Subject: SENT\r\n\r\n"
    assert read_texts(folder) == (NEW, ())


def test_a_file_that_stays_what_it_was_is_not_touched(folder: Path) -> None:
    file = folder / "services" / "sent.toml"
    before = file.stat()

    swap(folder, NEW)

    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_keeps_the_rights_that_it_had(folder: Path) -> None:
    (folder / "policy.toml").chmod(0o640)

    swap(folder, NEW)

    assert (folder / "policy.toml").stat().st_mode & 0o777 == 0o640


def test_a_folder_behind_a_link_stays_behind_it(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)

    swap(link, NEW)

    assert link.is_symlink()
    assert read_texts(folder) == (NEW, ())


def test_killed_before_the_new_rules_count_the_old_ones_do(folder: Path) -> None:
    write(folder / ".swap-new", {"policy.toml": "# half of the n"})

    assert read_texts(folder) == (OLD, ())
    assert mend(folder) is False
    swap(folder, NEW)
    assert read_texts(folder) == (NEW, ())


def test_killed_after_the_new_rules_count_they_do_and_the_next_command_finishes(folder: Path) -> None:
    write(folder / ".swap", NEW)
    write(folder, {"policy.toml": "# new\n"})

    assert read_texts(folder) == (NEW, ())
    assert mend(folder) is True
    assert read_texts(folder) == (NEW, ())
    assert files(folder) == set(NEW)


def test_housekeeping_changes_nothing_in_the_stamp(folder: Path) -> None:
    write(folder / ".swap", NEW)
    counted = stamp(folder)

    mend(folder)

    assert stamp(folder) == counted


def test_two_do_not_swap_at_once(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(Temporary, match="somebody else is changing the rules"):
            swap(folder, NEW)
    finally:
        os.close(handle)
    assert read_texts(folder) == (OLD, ())


@pytest.mark.parametrize("name", ["../outside.toml", "/etc/outside.toml", ".hidden.toml", "a/../../b.toml", ""])
def test_no_file_outside_of_the_folder_is_written(folder: Path, name: str) -> None:
    with pytest.raises(Permanent, match="cannot be the name of a file among the rules"):
        swap(folder, {name: "x"})


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="nowhere cannot be opened"):
        swap(tmp_path / "nowhere", NEW)


def test_whoever_reads_while_others_swap_reads_one_set_whole(folder: Path) -> None:
    swap(folder, NEW)
    ended = threading.Event()

    def swapping() -> None:
        for turn in range(60):
            swap(folder, OLD if turn % 2 else NEW)
        ended.set()

    thread = threading.Thread(target=swapping)
    thread.start()
    seen = []
    while not ended.is_set():
        texts, problems = read_texts(folder)
        seen.append(texts)
        assert texts in (OLD, NEW) or "change while they are read" in problems[0].message
    thread.join()
    assert seen


@pytest.mark.parametrize("after", [3, 8])
def test_killed_at_any_time_one_set_is_there_whole(tmp_path: Path, after: int) -> None:
    folder = tmp_path / "rules"
    write(folder, {f"{name}.toml": "# one\n" for name in "abcdefgh"})
    process = subprocess.Popen(  # noqa: S603  (our own code)
        [sys.executable, "-c", FOREVER, str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        for _ in range(after):
            assert process.stdout.readline() == "swapped\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()

    texts, problems = read_texts(folder)

    assert problems == ()
    assert len(texts) == 8
    assert len(set(texts.values())) == 1
    mend(folder)
    assert read_texts(folder) == (texts, ())
