"""Listen whether our relay still speaks, and raise the alarm when it does not (relay mode)."""

from collections.abc import Iterable
from datetime import datetime

from mailgate.core.facts import Facts
from mailgate.core.identity import way_of
from mailgate.log import Log
from mailgate.store.facade import Store


class Listener:
    """What one worker knows of the relays; the store tells it what the others have heard."""

    def __init__(self, store: Store, after: int, log: Log) -> None:
        """Nothing is read yet; `after` so many mails without the header, in a row, there is an alarm."""
        self._store = store
        self._after = after
        self._log = log
        # Ways on which the relay is silent.
        self.silent: frozenset[str] = frozenset()

    def refresh(self) -> None:
        """Read which relays are silent, and tell what has changed.

        Raises:
            Temporary: the database did not answer.
        """
        found = {each.way: each for each in self._store.relays.silent(self._after)}
        for way in found.keys() - self.silent:
            self._log.error(
                "relay silent",
                way=way,
                mails=found[way].mails,
                since=found[way].since.isoformat(),
                why="its Authentication-Results are missing: nobody is proven, and whoever would be refused is held",
            )
        for way in self.silent - found.keys():
            self._log.info("relay speaks again", way=way)
        self.silent = frozenset(found)

    def hear(self, settled: Iterable[Facts], now: datetime) -> None:
        """Note which of the mails had the relay's header.

        Raises:
            Temporary: nothing was noted.
        """
        heard = [(way_of(facts.envelope), facts.identity.relay) for facts in settled]
        self._store.relays.hear([(way, said) for way, said in heard if said], now)
