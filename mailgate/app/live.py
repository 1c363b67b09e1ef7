"""The house of a daemon: read once, and again whenever the operator has changed a file."""

from collections.abc import Sequence

from mailgate import rulefolder
from mailgate.app.house import BadRules, folders_of, read_house, rehearsed
from mailgate.config import BadConfig, Config
from mailgate.core.problem import Problem
from mailgate.core.shown import count
from mailgate.log import Log

# Problems that are told one by one; an operator who sees these runs `mailgate check` for the rest.
_MOST_TOLD = 5


class LiveHouse:
    """The house as the files say now. A mistake in them keeps the last good one, and is told once."""

    def __init__(self, config: Config, log: Log) -> None:
        """Read it for the first time.

        Raises:
            BadConfig: there is no good one yet.
        """
        self._config = config
        self._folders = folders_of(config)
        self._log = log
        rulefolder.mend(self._folders.rules)
        self._stamp = self._folders.stamp()
        self.house = read_house(config, self._folders)
        # An example that ends elsewhere is no reason to leave mail unanswered when there is nothing better.
        self._tell(rehearsed(self.house, self._folders))

    def refresh(self) -> bool:
        """Read the files if any has changed; says whether there is another house now."""
        rulefolder.mend(self._folders.rules)
        stamp = self._folders.stamp()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            house = read_house(self._config, self._folders)
            if problems := rehearsed(house, self._folders):
                raise BadRules(problems)
        except BadConfig as error:
            self._tell(error.problems)
            self._log.error(
                "rules not reloaded",
                why=f"{count(len(error.problems), 'mistake')}; run `mailgate check`",
                revision=self.house.book.revision,
            )
            return False
        self.house = house
        self._log.info("rules reloaded", revision=house.book.revision)
        return True

    def _tell(self, problems: Sequence[Problem]) -> None:
        for problem in problems[:_MOST_TOLD]:
            self._log.error("mistake in rules", problem=str(problem))
