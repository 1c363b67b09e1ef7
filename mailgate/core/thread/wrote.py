"""The sentence above a quotation that says who wrote it: "W dniu 20.11.2026 o 10:12, Jan Kowalski pisze:".

It stands on one line or is broken over up to four. It begins with the date ("On ...", "W dniu ..."), with a day of the
week, or with the name; then it is known by being a paragraph of its own. People write such sentences too ("W dniu 12.11
urząd napisał:"), so what it holds decides how much else must speak for it.
"""

import re
from enum import Enum, auto

from mailgate.core.thread.clients import (
    BEFORE_NAME,
    DAYS,
    NAME_OPENERS,
    OPENERS,
    PARTICLES,
    USER,
    WROTE,
    WROTE_GLUED,
    WROTE_INSIDE,
)
from mailgate.core.thread.stamps import ends_with_address, has_address, has_date, has_time, starts_with_date

# Longer lines are prose or data, never part of an introduction.
LONGEST_LINE = 600
_MOST_LINES = 4
# What is broken off from it is no longer.
_LONGEST_REST = 60
# Blanks in a sentence with little else in it than a name and a verb.
_SHORT = 8
_RULES = "-_=*~#—–.+ \t\xa0"
_DIGIT = re.compile(r"\d")
# The end of a sentence; "20." is a day.
_ENDS = re.compile(r"[?!:;]$|\D\.$")


class Proof(Enum):
    """What an introduction needs beside itself to be believed. Values grow with the need."""

    NOTHING = auto()
    # An answer (headers or subject), or lines marked with ">" below.
    ANSWER = auto()
    # Lines marked with ">" below.
    MARKED = auto()
    # An answer, and lines marked with ">" below.
    BOTH = auto()


def wrote(lines: list[str], at: int, line: str) -> tuple[int, Proof] | None:
    """The first line of the sentence that ends at line `at`, and the proof that it needs; None when there is none.

    Args:
        lines: of the whole text.
        at: the last line of the sentence.
        line: lines[at] without the blanks around it; not empty.
    """
    above = lines[at - 1].strip() if at else ""
    known = _has_verb(line) or ends_with_address(line) or has_time(line[-6:]) or starts_with_date(line)
    if not known and not _can_be_broken_off(line, above):
        return None
    texts, set_apart = _paragraph(lines, at)
    opening = _opening(texts)
    opened = opening is not None
    first = len(texts) - 1 if opening is None else opening
    needs = _needed_proof(" ".join(texts[first:]), opened=opened)
    if set_apart and first > 0 and not (opened and needs is Proof.NOTHING) and _is_whole(" ".join(texts), line):
        whole = _needed_proof(" ".join(texts), opened=True)
        first, needs = (first, needs) if whole is None else (0, whole)
    return None if needs is None else (at - len(texts) + 1 + first, needs)


def _paragraph(lines: list[str], at: int) -> tuple[list[str], bool]:
    """The last few lines of the paragraph that ends at line `at`, and whether that is all of it."""
    texts: list[str] = []
    for place in range(at, max(-1, at - _MOST_LINES - 1), -1):
        text = lines[place].strip()
        if not text:
            break
        if text[0] == ">" or len(text) > LONGEST_LINE or len(texts) == _MOST_LINES or (texts and _ENDS.search(text)):
            return texts[::-1], False
        texts.append(text)
    return texts[::-1], True


def _opening(texts: list[str]) -> int | None:
    """The place of the line with which the sentence begins, looked for from below; None when none shows it."""
    found = None
    for place in range(len(texts) - 1, -1, -1):
        if _opens(texts[place]):
            found = place
            if texts[place][0].isalpha():
                break
    return found


def _can_be_broken_off(line: str, above: str) -> bool:
    """Whether this can be the rest of a sentence on the line above: "Nachname:"."""
    if not above or line[-1] not in ":：" or len(line) > _LONGEST_REST:
        return False
    return above[0] == "<" or above[-1] == ">" or _opens(above)


def _is_whole(paragraph: str, last: str) -> bool:
    """Whether the sentence is the paragraph and not only its last line: "<jan@example.org> wrote:", "wrote:"."""
    if not has_address(paragraph):
        return False
    if last[0] in "<(" or " " not in last or last.endswith("--"):
        return True
    return ("<" in paragraph or "(" in paragraph) and has_date(paragraph) and has_time(paragraph)


def _bare(sentence: str) -> str:
    return sentence.rstrip(":：-—* \t\xa0")


def _has_verb(sentence: str) -> bool:
    bare = _bare(sentence)
    last = bare.rpartition(" ")[2].rpartition(">")[2].lower()
    return last in WROTE or bare.endswith(WROTE_GLUED) or any(verb in bare for verb in WROTE_INSIDE)


def _opens(text: str) -> bool:
    """Whether an introduction can begin with this line: with a date, a day, or "On ..."."""
    head = text.lstrip(_RULES)[:80].lower()
    if head.startswith(NAME_OPENERS):
        return True
    if not head or head[0] in "<(":
        return False
    if "@" in head and any(verb in f"{head} " for verb in WROTE_INSIDE):
        return True
    if not _DIGIT.search(head):
        return False
    if head[0].isdigit():
        return starts_with_date(head)
    return head.startswith(OPENERS) or head.split(None, 1)[0].strip(".,") in DAYS


def _needed_proof(sentence: str, *, opened: bool) -> Proof | None:
    """What else must speak for it that a mail program wrote this sentence; None: nothing could."""
    address, verb = has_address(sentence), _has_verb(sentence)
    dated, timed = has_date(sentence), has_time(sentence)
    short = sentence.count(" ") < _SHORT
    if verb and address:
        return Proof.NOTHING if opened or dated or short else Proof.ANSWER
    if address and dated and (timed or short) and (ends_with_address(sentence) or _is_apples(sentence)):
        return Proof.NOTHING
    if address and dated and timed and not verb:
        return Proof.ANSWER if short and (starts_with_date(sentence) or "<" in sentence) else None
    if verb:
        return _proof_without_address(sentence, opened=opened, dated=dated, timed=timed, short=short)
    return Proof.MARKED if address and short and ends_with_address(sentence) else None


def _is_apples(sentence: str) -> bool:
    return sentence.lower().startswith(NAME_OPENERS) and has_time(sentence)


def _proof_without_address(sentence: str, *, opened: bool, dated: bool, timed: bool, short: bool) -> Proof | None:
    if sentence.startswith("--") and sentence.endswith("--") and short:
        return Proof.NOTHING
    if opened and (dated or timed):
        spoken = sentence.lower().split()
        return Proof.NOTHING if (dated and timed and _names(sentence)) or not USER.isdisjoint(spoken) else Proof.ANSWER
    if dated and timed:
        return Proof.MARKED
    if not short:
        return None
    return Proof.MARKED if _names(sentence) > 1 else Proof.BOTH


def _names(sentence: str) -> int:
    """How many words of a name, and of nothing else, stand between the date and the verb; 0 when there is prose.

    A name may begin with a small letter behind a comma: "On Wed, Sep 25, 2013, at 03:57 PM, jorge_castro wrote:".
    """
    words = _bare(sentence).split()
    after_date = max((place for place, word in enumerate(words) if _DIGIT.search(word)), default=-1) + 1
    name = [word for word in words[after_date:] if not (_is_known(word) or _is_known(word.strip(",;()")))]
    if not 0 < len(name) <= 6:
        return 0
    first = words.index(name[0])
    free = first > 0 and words[first - 1].endswith(",")
    plain = [word.strip(",;()\"„”'«»") for word in (name[1:] if free else name)]
    return 0 if any(word[:1].islower() and word.lower() not in PARTICLES for word in plain) else len(name)


def _is_known(word: str) -> bool:
    return not word or word.lower() in BEFORE_NAME or word.lower() in WROTE
