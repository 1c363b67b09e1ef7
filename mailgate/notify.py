"""Tell the service manager how we are: ready, alive, stopping (sd_notify(3)). Without one nobody is told.

The protocol is one datagram of "NAME=value" lines; the packages that send it are no longer kept up.
"""

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

READY = "READY=1"
STOPPING = "STOPPING=1"
_ALIVE = "WATCHDOG=1"


@dataclass(slots=True, kw_only=True)
class Notifier:
    """Speaks to the service manager. It belongs to one event loop."""

    # Path of its socket, "@..." for an abstract one; "": there is none.
    address: str
    # Seconds in which it wants to hear that we are alive; 0: it does not.
    patience: float
    _beating: asyncio.Task[None] | None = field(default=None, init=False)

    def tell(self, state: str) -> None:
        """Tell one thing. A manager that does not listen changes nothing for us."""
        if not self.address:
            return
        place = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as client:
            client.setblocking(False)
            client.connect(place)
            client.send(state.encode())

    def start(self) -> None:
        """Begin to say that we are alive, twice as often as is wanted. It ends when the event loop is stuck."""
        if self.address and self.patience > 0:
            self._beating = asyncio.create_task(self._beat())

    def stop(self) -> None:
        """Say no more."""
        if self._beating is not None:
            self._beating.cancel()

    async def _beat(self) -> None:
        while True:
            self.tell(_ALIVE)
            await asyncio.sleep(self.patience / 2)


def make_notifier(environment: Mapping[str, str], pid: int) -> Notifier:
    """The service manager that has started us, if any.

    Args:
        environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as the manager sets them (sd_watchdog_enabled(3)).
        pid: of this process; the watchdog of another one is not ours.
    """
    microseconds = environment.get("WATCHDOG_USEC", "")
    is_ours = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    patience = int(microseconds) / 1e6 if is_ours and microseconds.isdigit() else 0.0
    return Notifier(address=environment.get("NOTIFY_SOCKET", ""), patience=patience)


def own_notifier() -> Notifier:
    """That of this process."""
    return make_notifier(os.environ, os.getpid())
