"""Whether a daemon is at work on an SQLite file. Who moves the file must be alone with it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgate.store.database import Database
from mailgate.trouble import Permanent, Temporary


@contextmanager
def at_work(database: Database) -> Iterator[None]:
    """Say so, until the end of the block or of the process. Others may say so, too; on a server nothing is said.

    Raises:
        Temporary: somebody moves the file.
    """
    with _locked(database, fcntl.LOCK_SH) as is_ours:
        if not is_ours:
            raise Temporary(f"{database.engine.url!r} is being copied: start again when that is done")
        yield


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Be the only one.

    Raises:
        Permanent: a daemon is at work.
    """
    with _locked(database, fcntl.LOCK_EX) as is_ours:
        if not is_ours:
            raise Permanent(f"a daemon is at work on {database.engine.url!r}: stop `mailgate serve` first")
        yield


@contextmanager
def _locked(database: Database, how: int) -> Iterator[bool]:
    """A lock on an empty file beside the database; the system drops it with the process."""
    name = database.engine.url.database
    if not database.is_sqlite or not name:
        yield True
        return
    descriptor = os.open(Path(f"{name}.serving"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
