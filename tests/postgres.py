"""A real PostgreSQL server, on loopback and a socket of its own, with nothing on it but what a test makes.

It is as fast as it is careless: it never syncs, and it dies with the process that started it.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

# The server refuses to run as root; this is who it runs as then.
SERVANT = "postgres"
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "max_wal_size": "4GB",
    "logging_collector": "off",
    # A machine elsewhere: nothing may hang on the time zone or the language of the server.
    "timezone": "America/St_Johns",
    "datestyle": "SQL, DMY",
}


def program(name: str) -> str:
    """A program of the newest version that is installed; Debian keeps them out of the way."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name))
    found = shutil.which(name, path=os.pathsep.join([*map(str, reversed(places)), os.environ["PATH"]]))
    assert found, f"there is no {name}: install the Debian package postgresql"
    return found


def as_servant(*command: str) -> list[str]:
    """A command that does not run as root, and ends when we do."""
    who = [f"--reuid={SERVANT}", f"--regid={SERVANT}", "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", *who, "--pdeathsig=QUIT", *command]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs."""

    # Folder of the socket, of the data and of what the server says.
    folder: Path
    port: int

    def url(self, name: str, *, tcp: bool = False) -> str:
        """The URL of a database: by the socket, or as from another machine."""
        at = f"127.0.0.1:{self.port}/{name}" if tcp else f"/{name}?host={self.folder}&port={self.port}"
        return f"postgresql+psycopg://{SERVANT}@{at}"

    def make(self, name: str, template: str = "template0") -> str:
        """A new database; its URL."""
        self.say(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Take a database away, whoever is connected."""
        self.say(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def say(self, statement: sql.SQL | sql.Composed, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement of an administrator; the rows that it gives."""
        with psycopg.connect(
            host=str(self.folder), port=self.port, user=SERVANT, dbname=name, autocommit=True
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def postgres(**settings: str) -> Iterator[Server]:
    """A server with these settings, until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="mailgate-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, SERVANT, SERVANT)
        make = ("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", SERVANT)
        subprocess.run(  # noqa: S603  (our own command)
            as_servant(program("initdb"), *make, "-D", str(folder / "data")),
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        server = Server(folder=folder, port=_free_port())
        with _running(server, CARELESS | settings):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(server: Server, settings: dict[str, str]) -> Iterator[None]:
    said = server.folder / "said"
    options = [f"--{name}={value}" for name, value in settings.items()]
    place = ["-D", str(server.folder / "data"), "-k", str(server.folder), "-h", "127.0.0.1", "-p", str(server.port)]
    with said.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  (our own command)
            as_servant(program("postgres"), *place, *options), cwd=server.folder, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        ready = [program("pg_isready"), "-q", "-h", str(server.folder), "-p", str(server.port)]
        for _ in range(1500):
            if subprocess.run(ready, check=False).returncode == 0:  # noqa: S603  (our own command)
                break
            assert process.poll() is None, said.read_text()
        else:
            raise AssertionError(said.read_text())
        yield
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
