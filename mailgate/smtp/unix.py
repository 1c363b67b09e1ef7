"""A Unix socket that is listened on."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mailgate.trouble import Permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class UnixSocket:
    """Where it is, and who may connect."""

    path: Path
    # As chmod writes it, in octal digits: "660".
    mode: str

    def bind(self) -> socket.socket:
        """The socket; nobody can connect before its mode is right, since it does not listen yet.

        Raises:
            Permanent: it cannot be made, or another process listens there.
        """
        bound = socket.socket(socket.AF_UNIX)
        try:
            self._clear()
            bound.bind(str(self.path))
            self.path.chmod(int(self.mode, 8))
        except OSError as error:
            bound.close()
            raise Permanent(f"cannot listen on {self.path} ({error.strerror or error}); see lmtp.socket") from None
        return bound

    def _clear(self) -> None:
        """Take away what a process that was killed has left; what somebody listens on stays, and `bind` fails."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.is_socket():
            return
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.path))
            except ConnectionRefusedError:
                self.remove()

    def remove(self) -> None:
        """Nobody listens any more."""
        with suppress(OSError):
            self.path.unlink()
