"""Another whole set of rules in the place of the present one, at a stroke.

The new files are laid beside the old ones, inside the folder, and count from the moment when they are called by their
name: one rename, which has happened or has not. From then on whoever reads rules reads these; copying them over the old
files and taking the spare ones away is housekeeping. Killed in the middle of it, nothing is half swapped, and the next
command finishes what was begun. So it also works where the folder is a symbolic link, or a volume that cannot be
renamed.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath, PurePosixPath
from typing import TypeVar

from mailgate.textfiles import stamp as stamp_files
from mailgate.trouble import Permanent, Temporary

# The ending of rule files. Whatever else lies in the folder belongs to nobody here and stays.
ENDING = ".toml"
# Where a new set is laid, where it counts, and where it is taken apart. A dot keeps them from being read as rules.
_LAID, _COUNTS, _SPENT = ".swap-new", ".swap", ".swap-old"
# How often a reader begins anew whose files were changed under its eyes.
_READINGS = 8

Found = TypeVar("Found")


def swap(folder: Path, texts: Mapping[str, str], *, also: Mapping[str, bytes] | None = None) -> None:
    """Put these rules in the place of all rules of the folder. Files that stay what they were are not touched.

    Whether the rules are sound is for the caller to see to, before.

    Args:
        folder: the folder of rules.
        texts: the text of every rule file, by its name relative to the folder: "services/import.toml".
        also: other files that go along ("golden/sent.eml"); such files that are there already, and not here, stay.

    Raises:
        Temporary: somebody else is swapping; nothing was changed.
        Permanent: the folder cannot be written to; the old rules are there as they were, or the new ones whole.
    """
    new = {**{name: text.encode() for name, text in texts.items()}, **(also or {})}
    for name in new:
        _check_name(name)
    folder = folder.resolve()
    with _alone(folder), _written(folder):
        _finish(folder)
        laid = folder / _LAID
        laid.mkdir()
        for name, content in sorted(new.items()):
            _lay(folder / name, laid / name, content)
        _sync(laid)
        laid.rename(folder / _COUNTS)
        _sync(folder)
        _finish(folder)


def mend(folder: Path) -> bool:
    """Finish a swap whose process was killed; says whether there was one, and it is finished now.

    Where we may not write it is left to somebody who may: the new rules are read whole all the same.
    """
    folder = folder.resolve()
    if not (folder / _COUNTS).is_dir():
        return False
    try:
        with _alone(folder):
            _finish(folder)
    except (OSError, Temporary, Permanent):
        return False
    return True


def read_whole(folder: Path, read: Callable[[Path], Found]) -> Found | None:
    """What `read` finds in the folder of rules, never half of one set and half of another.

    Args:
        folder: the folder of rules.
        read: is given the folder to read from, perhaps several times.

    Returns:
        What it found; None when the files were changed again and again meanwhile.
    """
    for _ in range(_READINGS):
        source, before = _source(folder), stamp(folder)
        try:
            found = read(source)
        except FileNotFoundError:
            continue
        if _source(folder) == source and stamp(folder) == before:
            return found
    return None


def stamp(folder: Path) -> Mapping[str, tuple[int, int]]:
    """Differs as soon as a rule has changed; see `textfiles.stamp`. Housekeeping after a swap changes nothing in it."""
    for _ in range(_READINGS):
        source = _source(folder)
        try:
            found = {Path(name).relative_to(source): each for name, each in stamp_files(source, ENDING).items()}
        except FileNotFoundError:
            # It was taken apart while we looked.
            continue
        return {str(name): each for name, each in found.items() if not _is_hidden(name)}
    return {}


def _source(folder: Path) -> Path:
    """Where the rules that count stand."""
    laid = folder / _COUNTS
    return laid if laid.is_dir() else folder


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or _is_hidden(PurePosixPath(name)):
        raise Permanent(f'"{name}" cannot be the name of a file among the rules; write one without dots in front')


def _is_hidden(name: PurePath) -> bool:
    return any(part.startswith(".") for part in name.parts)


def _lay(old: Path, new: Path, content: bytes) -> None:
    """One file of the new set. What is as it was keeps its time, so that nobody takes it for changed."""
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_file():
        shutil.copy2(old, new)
        if _plain(old.read_bytes()) == content:
            return
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _plain(content: bytes) -> bytes:
    """Without what the editors of Windows put in, and readers of rules take away."""
    return content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")


def _finish(folder: Path) -> None:
    """Copy what counts to where it belongs, take away what is spare, and whatever an earlier swap has left."""
    counts = folder / _COUNTS
    if counts.is_dir():
        names = {path.relative_to(counts) for path in counts.rglob("*") if path.is_file()}
        for name in sorted(names):
            _place(counts / name, folder / name)
        for path in sorted(folder.rglob(f"*{ENDING}")):
            name = path.relative_to(folder)
            if name not in names and not _is_hidden(name):
                path.unlink(missing_ok=True)
        _sync(folder)
        shutil.rmtree(folder / _SPENT, ignore_errors=True)
        counts.rename(folder / _SPENT)
    for left in (_LAID, _SPENT):
        shutil.rmtree(folder / left, ignore_errors=True)


def _place(new: Path, old: Path) -> None:
    """One file of the new set in the place of the old one, with its time and its mode."""
    if old.is_file() and _mark(old) == _mark(new):
        return
    old.parent.mkdir(parents=True, exist_ok=True)
    beside = old.with_name(f".{old.name}.swap")
    shutil.copy2(new, beside)
    beside.replace(old)


def _mark(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _sync(folder: Path) -> None:
    """Make sure that the folders below, and what they hold, outlive the power."""
    for path in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else swaps meanwhile; the lock goes with the process that holds it."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Permanent(f"{folder} cannot be opened ({error.strerror}); name a folder with rules in it") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Temporary("somebody else is changing the rules right now; try again in a moment") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Permanent(f"{folder} cannot be written to ({error.strerror}); let whoever gives this command") from None
