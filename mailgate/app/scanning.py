"""The virus scanner of the configuration, asked before a message is considered."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mailgate.clamd import Clamd, TooLarge
from mailgate.config.house import ClamavSection
from mailgate.core.mail import RawMessage, Scan, ScanResult
from mailgate.core.mail.read import attached
from mailgate.log import Log
from mailgate.trouble import Temporary
from mailgate.vital import Vital


@dataclass(slots=True, kw_only=True)
class Scanner:
    """Asks clamd about messages. A clamd that is ill is left alone for a while, so that mail does not wait for it."""

    clamd: Clamd
    # Without a scan no message is considered: it waits.
    required: bool
    # Seconds that an ill clamd is left alone.
    pause: float
    log: Log
    # Notes how clamd is.
    vital: Vital
    clock: Callable[[], float] = time.monotonic
    _well_at: float = field(default=0.0, init=False)
    _trouble: str = field(default="", init=False)

    def scan(self, raw: RawMessage) -> Scan | None:
        """What the scanner says of a message, once for each; None when nobody could be asked.

        Raises:
            Temporary: nobody could be asked, and a scan is required.
        """
        if raw.scan is not None:
            return raw.scan
        if self.clock() >= self._well_at:
            try:
                with self.vital.asking():
                    return self._ask(raw)
            except Temporary as trouble:
                self._well_at, self._trouble = self.clock() + self.pause, str(trouble)
                self.log.warning("not scanned", why=str(trouble), again_in=self.pause)
        if self.required:
            raise Temporary(self._trouble)
        return None

    def _ask(self, raw: RawMessage) -> Scan:
        """Scan the whole message as it came; only where something is in it, each attachment by itself, to mark it."""
        try:
            signature = self.clamd.scan(raw.content)
        except TooLarge:
            return Scan(result=ScanResult.TOO_LARGE)
        if signature is None:
            return Scan(result=ScanResult.CLEAN)
        marked = tuple(digest for digest, content in attached(raw) if self._is_infected(content))
        return Scan(result=ScanResult.INFECTED, signature=signature, attachments=marked)

    def _is_infected(self, content: bytes) -> bool:
        try:
            return self.clamd.scan(content) is not None
        except TooLarge:
            return False


def make_scanner(section: ClamavSection, log: Log, vital: Vital) -> Scanner | None:
    """The scanner; None where none is configured. `vital` notes how clamd is."""
    if not section.address:
        return None
    clamd = Clamd(section.address, timeout=section.timeout, size_limit=section.size_limit)
    return Scanner(clamd=clamd, required=section.required, pause=section.pause, log=log, vital=vital)
