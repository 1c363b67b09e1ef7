"""Long work that one process does at a time: its turn ends with the process, however that dies.

On PostgreSQL it is an advisory lock (`locks`), and the server tells who holds it. On SQLite it is a lock on an empty
file beside the database, in which the holder's name stands.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailgate.store.database import Database
from mailgate.store.locks import Locks
from mailgate.trouble import Temporary

# Bytes of a holder's name that are read.
_LONGEST_NAME = 200


@contextmanager
def turn(database: Database, work: str, who: str) -> Iterator[None]:
    """Be the only one who does that work, until the end of the block or of the process.

    Args:
        database: on which it is done.
        work: its name: "reprocess".
        who: says to others who does it: "ola, process 4711 on desk1".

    Raises:
        Temporary: somebody else does it; the sentence says who.
    """
    with _on_file(database, work, who) if database.is_sqlite else _on_server(database, work, who):
        yield


@contextmanager
def _on_file(database: Database, work: str, who: str) -> Iterator[None]:
    name = database.engine.url.database
    if not name or name == ":memory:":
        yield
        return
    descriptor = os.open(Path(f"{name}.{work}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(work, os.pread(descriptor, _LONGEST_NAME, 0).decode("utf-8", "replace")) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, who.encode("utf-8", "replace")[:_LONGEST_NAME], 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


@contextmanager
def _on_server(database: Database, work: str, who: str) -> Iterator[None]:
    locks = Locks(database)
    try:
        if not locks.take(work, who):
            raise _busy(work, locks.holder(work))
        yield
    finally:
        locks.close()


def _busy(work: str, holder: str) -> Temporary:
    by = f" by {holder}" if holder else ""
    return Temporary(f"{work} is being done already{by}: try again when that is over")
