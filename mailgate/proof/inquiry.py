"""The questions of one message: so many, for so long, and no more."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mailgate.proof.resolver import Answer, Kind, Resolver, Unanswered


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """What proving one message may ask of DNS. Not to be shared by threads."""

    resolver: Resolver
    # Seconds for all questions together.
    patience: float
    # Questions that may be asked; the same one twice is one.
    most: int
    clock: Callable[[], float] = time.monotonic
    _ends: float = field(init=False)
    _known: dict[tuple[str, Kind], Answer | Unanswered] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ends = self.clock() + self.patience

    def ask(self, name: str, kind: Kind) -> Answer:
        """Ask for the records of a name.

        Raises:
            Unanswered: DNS did not answer, or the message has asked enough.
        """
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            self._known[key] = self._ask(name, kind)
        known = self._known[key]
        if isinstance(known, Unanswered):
            raise Unanswered(str(known))
        return known

    def _ask(self, name: str, kind: Kind) -> Answer | Unanswered:
        left = self._ends - self.clock()
        if len(self._known) >= self.most or left <= 0:
            return Unanswered("the message takes too many questions or too much time")
        try:
            return self.resolver.ask(name, kind, left)
        except Unanswered as trouble:
            return trouble
