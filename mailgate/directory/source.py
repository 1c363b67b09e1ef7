"""A directory outside: one question, one answer, within a stated time."""

from typing import Protocol

from mailgate.core.facts import Person


class Source(Protocol):
    """Whoever knows people. One question at a time."""

    def find(self, login: str) -> Person | None:
        """The person of that login (as `normalise_login` makes it), or None: the directory knows nobody of that name.

        Raises:
            Temporary: it did not answer in time, or not in a way that can be believed.
        """
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
