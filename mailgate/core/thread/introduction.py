"""Where a quotation begins: the lines that a mail program writes above what was written before.

Four shapes are known, in every language of `clients`:

- *wrote*: "W dniu 20.11.2026 o 10:12, Jan Kowalski pisze:", on one line or broken over up to four;
- *headers*: "Od: ... Wysłano: ... Do: ... Temat: ...", under a rule or not;
- *rule*: "-----Original Message-----", "---------- Forwarded message ---------";
- *table*: the name, the date, and "To", "cc", "Subject" on lines of their own, as Lotus Notes writes them.

People write such things too ("W dniu 12.11 urząd napisał:", "Od: Gdynia / Do: Kijów"), so a shape counts only with what
a mail program never leaves out: an address, a date with a time, a subject. Every look is bounded, the whole linear.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from mailgate.core.thread.clients import (
    BEFORE_NAME,
    DAYS,
    FORWARDED,
    FORWARDED_BY,
    LABELS,
    NAME_OPENERS,
    OPENERS,
    ORIGINAL,
    PARTICLES,
    REPLY_ABOVE,
    WROTE,
    WROTE_GLUED,
    WROTE_INSIDE,
    Label,
)

# Longer lines are prose or data, never an introduction.
_LONGEST_LINE = 600
# A "wrote" line is broken over at most this many lines.
_MOST_LINES = 4
# Lines without a label that may stand between two labels of a quoted header: long lists of recipients.
_MOST_BETWEEN = 8
_LONGEST_HEADER = 40
# Lines from "To" to "Subject" in a table.
_MOST_IN_TABLE = 16
_LONGEST_LABEL = 26
_MARKS = " \t\xa0*_>|"
_RULE_MARKS = "-_=*~#—–"
_RULES = _RULE_MARKS + ".+ \t\xa0"

_ADDRESS = re.compile(r"[\w.+%-]{1,80}@[\w-]{1,80}\.\w|\[mailto:|<[^<>@\s]{1,80}@", re.IGNORECASE)
_ADDRESS_LAST = re.compile(r"@[^\s@]{1,120}[>)\]\"']{1,3}\s?[:：]$")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:hH]\d{2}(?!\d)|\d時|\d点")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}(?!\d)")
_DIGIT = re.compile(r"\d")
_STARTS_WITH_DATE = re.compile(
    r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}|\d{1,2}\.? [^\W\d]{3,12}\.?,? (?:19|20)\d\d|\d{4}年"
)
# The end of a sentence; "20." is a day.
_ENDS = re.compile(r"[?!:;]$|\D\.$")
# Above a quoted header: words between rules in whatever language, or the preview of Lotus Notes.
_PREVIEW = re.compile(r"^\s*[-_=*]{3,}[^-_=*]{3,60}[-_=*]{3,}\s*$|-{3}\d|^Inactive hide details for ")


class Proof(Enum):
    """What an introduction needs beside itself to be believed."""

    NOTHING = auto()
    # An answer (headers or subject), or lines marked with ">" below.
    ANSWER = auto()
    # Lines marked with ">" below.
    MARKED = auto()


@dataclass(frozen=True, slots=True)
class Introduction:
    """The lines [start, end) that introduce a quotation."""

    start: int
    end: int
    needs: Proof = Proof.NOTHING
    # Whether it says that the mail was passed on.
    forwarded: bool = False


def introduction(lines: list[str], at: int, line: str) -> Introduction | None:
    """The introduction that stands at line `at`, or None.

    Args:
        lines: of the whole text.
        at: the last line of a "wrote" line, the first line of the other shapes.
        line: lines[at] without the blanks around it; not empty.
    """
    if len(line) > _LONGEST_LINE:
        return None
    found = _rule(lines, at, line) if line[0] in _RULE_MARKS or line[-1] in ":：" else None
    if found is None and (line[-1] in ":：" or line[0] in _RULE_MARKS):
        found = _wrote(lines, at, line)
    if found is None and label_of(line) is not None:
        found = _headers(lines, at)
    if found is None and is_bare_label(line):
        found = _table(lines, at)
    return found


def label_of(line: str) -> Label | None:
    """What the line tells as a line of a quoted header, or None."""
    colon = line.find(":", 0, _LONGEST_LABEL)
    if colon < 0:
        colon = line.find("：", 0, _LONGEST_LABEL)
    return LABELS.get(line[:colon].strip(_MARKS).lower()) if colon > 0 else None


def is_bare_label(line: str) -> bool:
    """Whether the line is "To", as it stands in a table."""
    return LABELS.get(line.lower()) is Label.TO


def next_written(lines: list[str], at: int) -> int:
    """The first line from `at` on that is not blank, at most five lines ahead; len(lines) when there is none."""
    for place in range(at, min(at + 5, len(lines))):
        if lines[place].strip():
            return place
    return len(lines)


def _rule(lines: list[str], at: int, line: str) -> Introduction | None:
    """A line such as "-----Original Message-----", with the quoted header under it."""
    bare = line.strip(_RULES + ":：").lower()
    if not bare:
        return _underline(lines, at)
    bare = bare.partition("---")[0].rstrip(_RULES)  # Samsung goes on with the header on the same line
    forwarded = bare in FORWARDED or bare.startswith(FORWARDED_BY)
    ruled = line[0] in _RULE_MARKS and line[1:2] in _RULE_MARKS + " "
    said = forwarded or bare in ORIGINAL or any(words in bare for words in REPLY_ABOVE)
    if not said or not (ruled or line[-1] in ":："):
        return None
    below = next_written(lines, at + 1)
    block = _headers(lines, below, ruled=True) if below < len(lines) else None
    return Introduction(at, block.end if block else at + 1, forwarded=forwarded)


def _underline(lines: list[str], at: int) -> Introduction | None:
    """A rule without words, as OWA draws it above the quoted header."""
    below = next_written(lines, at + 1)
    if below == len(lines) or label_of(lines[below].strip()) is None:
        return None
    block = _headers(lines, below, ruled=True)
    return Introduction(at, block.end) if block else None


def _headers(lines: list[str], at: int, *, ruled: bool = False) -> Introduction | None:
    """The quoted header that begins at line `at`, as long as labels follow each other."""
    seen: set[Label] = set()
    end = place = at
    while place < min(len(lines), at + _LONGEST_HEADER) and place - end <= _MOST_BETWEEN:
        line = lines[place].strip()
        label = label_of(line)
        if label is not None:
            seen.add(label)
            end = place + 1
        elif not _continues(lines, end, place):
            break
        place += 1
    if not seen or not _is_header(seen, "\n".join(lines[at:end])[:4000], ruled=ruled):
        return None
    return Introduction(_start_of_preview(lines, at), end)


def _continues(lines: list[str], end: int, at: int) -> bool:
    """Whether a line without a label belongs to the header: recipients, a broken subject, a value on its own line."""
    line = lines[at].strip()
    below = label_of(lines[at + 1].strip()) if at + 1 < len(lines) else None
    if not line:
        return at == end and below is not None
    empty_label = at == end and not lines[end - 1].rpartition(":")[2].strip(_MARKS)
    return empty_label or below is not None or ("@" in line and len(line) < _LONGEST_LINE) or line[-1] == ";"


def _is_header(seen: set[Label], block: str, *, ruled: bool) -> bool:
    """Whether these labels are a mail's header and not a person's list."""
    address, time = bool(_ADDRESS.search(block)), bool(_TIME.search(block))
    known = len(seen - {Label.OTHER})
    if Label.FROM not in seen:
        return Label.SENT in seen and known > 1 and address and time
    if ruled:
        return known >= 2 or address
    if known >= 3:
        return address or Label.SUBJECT in seen
    return bool(seen & {Label.SENT, Label.SUBJECT}) and address and time


def _start_of_preview(lines: list[str], at: int) -> int:
    """The line above a quoted header that announces it, or `at`."""
    above = at - 1 if at and lines[at - 1].strip() else at - 2
    return above if above >= 0 and _PREVIEW.search(lines[above][:_LONGEST_LINE]) else at


def _table(lines: list[str], at: int) -> Introduction | None:
    """Name, date, "To", "cc" and "Subject" on lines of their own."""
    labels = {Label.COPY, Label.SUBJECT}
    for place in range(at + 1, min(at + _MOST_IN_TABLE, len(lines))):
        labels.discard(LABELS.get(lines[place].strip().lower(), Label.OTHER))
        if not labels:
            break
    else:
        return None
    start = next((above for above in range(at - 1, max(-1, at - 4), -1) if _TIME.search(lines[above][:80])), at)
    if start == at:
        return None
    named = start > 0 and bool(_ADDRESS.search(lines[start - 1][:_LONGEST_LINE]))
    return Introduction(start - 1 if named else start, next_written(lines, place + 1) + 1)


def _wrote(lines: list[str], at: int, line: str) -> Introduction | None:
    """A line such as "On Fri, Nov 20, 2026 at 10:12 AM Jan Kowalski <jan@example.org> wrote:"."""
    if not (_has_verb(line) or _ADDRESS_LAST.search(line) or _TIME.search(line[-6:])):
        return None
    start, sentence, joined, opened = at, line, "", False
    for above in range(at, max(-1, at - _MOST_LINES), -1):
        text = lines[above].strip()
        if not text or text[0] == ">" or len(text) > _LONGEST_LINE or (above < at and _ENDS.search(text)):
            break
        joined = f"{text} {joined}"
        if _opens(text):
            start, sentence, opened = above, joined.rstrip(), True
            if text[0].isalpha():
                break
    needs = _needed_proof(sentence, opened=opened)
    return None if needs is None else Introduction(start, at + 1, needs=needs)


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
    if "@" in head and any(verb in head for verb in WROTE_INSIDE):
        return True
    if not _DIGIT.search(head):
        return False
    if head[0].isdigit():
        return bool(_STARTS_WITH_DATE.match(head))
    return head.startswith(OPENERS) or head.split(None, 1)[0].strip(".,") in DAYS


def _needed_proof(sentence: str, *, opened: bool) -> Proof | None:
    """What else must speak for it that a mail program wrote this sentence; None: nothing could."""
    address, verb = bool(_ADDRESS.search(sentence)), _has_verb(sentence)
    dated, timed = bool(_DATE.search(sentence)), bool(_TIME.search(sentence))
    short = sentence.count(" ") < 8
    if verb and address:
        return Proof.NOTHING if opened or dated or short else Proof.ANSWER
    if address and dated and timed:
        apple = sentence.lower().startswith(NAME_OPENERS)
        return Proof.NOTHING if apple or _ADDRESS_LAST.search(sentence) else None
    if verb and opened and (dated or timed):
        return Proof.NOTHING if dated and timed and _ends_with_name(sentence) else Proof.ANSWER
    return Proof.MARKED if verb and short else None


def _ends_with_name(sentence: str) -> bool:
    """Whether a name, and no prose, stands between the date and the verb."""
    words = _bare(sentence).split()
    after_date = max((place for place, word in enumerate(words) if _DIGIT.search(word)), default=0) + 1
    plain = (word.strip(",;()") for word in words[after_date:])
    name = [word for word in plain if word and word.lower() not in BEFORE_NAME and word.lower() not in WROTE]
    return 0 < len(name) <= 6 and all(not word[0].islower() or word.lower() in PARTICLES for word in name)
