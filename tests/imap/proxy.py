"""A small TCP proxy between a desk and its server: it changes, cuts or holds what passes, as a test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

Change = Callable[[bytes], bytes]


def _same(data: bytes) -> bytes:
    return data


class Cut(Exception):
    """Raised by a change: both ends are closed after what came before."""


@dataclass(slots=True, kw_only=True)
class Proxy:
    """Passes bytes on. Changes see them as they come, packet by packet."""

    target: int
    # From the server, and to it.
    down: Change = _same
    up: Change = _same
    port: int = 0
    # Connections that were made.
    count: int = 0
    # Cleared: nothing passes any more, and nobody is told.
    flowing: threading.Event = field(default_factory=threading.Event)
    _sockets: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def near(self) -> socket.socket:
        """The connection to the desk that was made last."""
        return self._sockets[-2]

    def cut(self) -> None:
        """End all connections."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def run(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = listening.accept()[0]
                self.count += 1
                try:
                    far = socket.create_connection(("127.0.0.1", self.target), timeout=30)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                self._sockets += [near, far]
                for way in ((far, near, self.down), (near, far, self.up)):
                    self._threads.append(threading.Thread(target=partial(self._pass, *way)))
                    self._threads[-1].start()

    def _pass(self, source: socket.socket, sink: socket.socket, change: Change) -> None:
        with suppress(OSError, Cut):
            while data := source.recv(65536):
                self.flowing.wait()
                sink.sendall(change(data))
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        self.flowing.set()
        self.cut()
        for thread in self._threads:
            thread.join()
        for each in self._sockets:
            each.close()


@contextmanager
def between(target: int, *, down: Change = _same, up: Change = _same) -> Iterator[Proxy]:
    """A proxy in front of that port."""
    proxy = Proxy(target=target, down=down, up=up)
    proxy.flowing.set()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy.port = listening.getsockname()[1]
        thread = threading.Thread(target=proxy.run, args=(listening,))
        thread.start()
        try:
            yield proxy
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            proxy.end()


def replacing(old: bytes, new: bytes) -> Change:
    """Other words wherever these pass in one packet."""
    return lambda data: data.replace(old, new)
