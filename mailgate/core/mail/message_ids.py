"""Message-IDs and what refers to them (RFC 5322 section 3.6.4)."""

import re

# The longest identifier, a header line's length (RFC 5322 section 2.1.1), and how many of them are read.
MAX_LENGTH = 998
MAX_ANSWERS = 200
# Characters of a field that are read.
MAX_FIELD = 64_000

_IN_BRACKETS = re.compile(r"<([^<>]{1,998})>")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_BARE = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,997}")


def read_message_id(field: str) -> str | None:
    """The identifier with its angle brackets; brackets that are missing are put there. None when there is none."""
    field = field[:MAX_FIELD]
    inner = next(iter(_ids(field)), None)
    if inner is None and (bare := _BARE.search(field)):
        inner = f"<{bare[0]}>"
    return inner


def read_answers(in_reply_to: tuple[str, ...], references: tuple[str, ...]) -> tuple[str, ...]:
    """What a mail answers: In-Reply-To, then References from the newest to the oldest; no repeats."""
    newest_first = [found for field in in_reply_to for found in _ids(field[:MAX_FIELD])]
    newest_first += reversed([found for field in references for found in _ids(field[-MAX_FIELD:])])
    return tuple(dict.fromkeys(newest_first))[:MAX_ANSWERS]


def _ids(field: str) -> list[str]:
    """Everything in angle brackets; a fold may have cut an identifier in two."""
    inner = (_BLANKS.sub("", found) for found in _IN_BRACKETS.findall(field))
    return [f"<{found}>" for found in inner if found]
