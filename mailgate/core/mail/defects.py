"""What was wrong with a mail, collected while it is read, and what reading it may still cost."""

import re

# A mail with more kinds of damage than this tells nothing new.
MAX_DEFECTS = 100
# Costly steps for one mail, each of about a quarter of a millisecond. An ordinary mail takes none or a few.
MAX_EFFORT = 3_000

_UNPRINTABLE = re.compile(r"[^\x21-\x7e]+")


class Defects:
    """The defects of one mail so far. It also counts effort, so that no mail costs more than a second or two.

    What can be dear is asked for before it is done: guessing a charset, laying out HTML, walking over the elements of a
    wrapper. When nothing is left, the step is not taken and the mail is read without it.
    """

    def __init__(self) -> None:
        self._found: set[str] = set()
        self._effort = MAX_EFFORT

    def add(self, sentence: str) -> None:
        """Note a defect; the same damage in ten parts is one damage."""
        self._found.add(sentence)

    def afford(self, effort: int = 1) -> bool:
        """Whether a step of so much effort may be taken; if so it is counted."""
        if self._effort < effort:
            self._found.add("too costly to read whole: some of it was not read")
            return False
        self._effort -= effort
        return True

    def listed(self) -> tuple[str, ...]:
        """The defects as they stand in the mail: sorted, at most MAX_DEFECTS."""
        return tuple(sorted(self._found)[:MAX_DEFECTS])


def label(text: str) -> str:
    """A label of the sender, fit to stand in a defect: printable ASCII, at most 40 characters."""
    return _UNPRINTABLE.sub(" ", text[:40]).strip()
