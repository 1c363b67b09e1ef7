"""Where a quotation begins: the lines that a mail program writes above what was written before.

Five shapes are known, in every language of `clients`:

- *wrote*: "W dniu 20.11.2026 o 10:12, Jan Kowalski pisze:", on one line or broken over up to four (`wrote`);
- *headers*: "Od: ... Wysłano: ... Do: ... Temat: ...", under a rule or not;
- *rule*: "-----Original Message-----", "---------- Forwarded message ---------";
- *stamp*: "2013/10/2 Jan Kowalski <jan@example.org>", ">>> Jan Kowalski <jan@example.org> 20.11.2026 10:12 >>>";
- *table*: the name, the date, and "To", "cc", "Subject" on lines of their own, as Lotus Notes writes them.

People write such things too ("W dniu 12.11 urząd napisał:", "Od: Gdynia / Do: Kijów"), so a shape counts only with what
a mail program never leaves out: an address, a date with a time, a subject. Every look is bounded, the whole linear.
"""

import re
from dataclasses import dataclass

from mailgate.core.thread.clients import FORWARDED, FORWARDED_BY, LABELS, ORIGINAL, REPLY_ABOVE, Label
from mailgate.core.thread.stamps import has_address, has_date, has_time, starts_with_date
from mailgate.core.thread.wrote import LONGEST_LINE, Proof, wrote

# Lines without a label that may stand between two labels of a quoted header: long lists of recipients.
_MOST_BETWEEN = 8
_LONGEST_HEADER = 40
# Lines from "To" to "Subject" in a table.
_MOST_IN_TABLE = 16
_LONGEST_LABEL = 26
_MARKS = " \t\xa0*_>|"
_RULE_MARKS = "-_=*~#—–"
_RULES = _RULE_MARKS + ".+ \t\xa0"

# Above a quoted header: words between rules in whatever language, or the preview of Lotus Notes.
_PREVIEW = re.compile(r"^\s*[-_=*]{3,}[^-_=*]{3,60}[-_=*]{3,}\s*$|-{3}\d|^Inactive hide details for ")


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
    if len(line) > LONGEST_LINE:
        return None
    ends = line[-1]
    found = _rule(lines, at, line) if line[0] in _RULE_MARKS or ends in ":：" else None
    if found is None and (ends in ":：-" or line[0] in _RULE_MARKS) and (sentence := wrote(lines, at, line)):
        found = Introduction(sentence[0], at + 1, needs=sentence[1])
    if found is None and ends in ">-":
        found = _stamp(line, at)
    if found is None and label_of(line) is not None and not (at and label_of(lines[at - 1].strip())):
        found = _headers(lines, at)  # a block that was no header from its first label is none from its second
    if found is None and is_bare_label(line):
        found = _table(lines, at)
    return found


def label_of(line: str) -> Label | None:
    """What the line tells as a line of a quoted header, or None."""
    head = line[:_LONGEST_LABEL]
    label = (head if head.isascii() else head.replace("：", ":")).partition(":")[0]
    return LABELS.get(label.strip(_MARKS).lower()) if len(label) < len(head) else None


def is_bare_label(line: str) -> bool:
    """Whether the line is "To", as it stands in a table."""
    return LABELS.get(line.lower()) is Label.TO


def with_rule_above(lines: list[str], at: int) -> int:
    """The line of the rule that is drawn above line `at`, or `at`."""
    above = at - 1 if at and lines[at - 1].strip() else at - 2
    drawn = lines[above].strip()[:LONGEST_LINE] if above >= 0 else ""
    return above if len(drawn) > 2 and not drawn.strip(_RULES) else at


def next_written(lines: list[str], at: int) -> int:
    """The first line from `at` on that is not blank, at most five lines ahead; len(lines) when there is none."""
    for place in range(at, min(at + 5, len(lines))):
        if lines[place].strip():
            return place
    return len(lines)


def _stamp(line: str, at: int) -> Introduction | None:
    """A line of date and author in no known words: "2013/10/2 Jan <jan@example.org>", GroupWise's ">>> ... >>>"."""
    if line[:3] == line[-3:] == "---" and has_date(line) and has_time(line):
        return Introduction(at, at + 1, needs=Proof.ANSWER)
    if line[-1] != ">" or not has_address(line):
        return None
    if line.startswith(">>> ") and line.endswith(">>>"):
        return Introduction(at, at + 1)
    return Introduction(at, at + 1, needs=Proof.MARKED) if starts_with_date(line) else None


def _rule(lines: list[str], at: int, line: str) -> Introduction | None:
    """A line such as "-----Original Message-----", with the quoted header under it."""
    bare = line.strip(_RULES + ":：").lower()
    if not bare:
        return _underline(lines, at)
    bare = bare.partition("---")[0].rstrip(_RULES)  # Samsung goes on with the header on the same line
    forwarded = bare in FORWARDED or bare.startswith(FORWARDED_BY)
    ruled = line[0] in _RULE_MARKS and line[1:2] in _RULE_MARKS + " "
    said = forwarded or bare in ORIGINAL or any(words in bare for words in REPLY_ABOVE)
    if not said:
        return None
    below = next_written(lines, at + 1)
    block = _headers(lines, below, ruled=True) if below < len(lines) else None
    if not ruled and line[-1] not in ":：":
        return None
    needs = Proof.NOTHING if ruled or block or forwarded else Proof.MARKED
    return Introduction(at, block.end if block else at + 1, needs=needs, forwarded=forwarded)


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
    block = "\n".join(lines[at:end])[:4000]
    if not seen or not _is_header(seen, block, ruled=ruled):
        return None
    start = _start_of_preview(lines, at)
    nameless = not ruled and Label.SUBJECT not in seen and not has_address(block)
    return Introduction(start, end, needs=Proof.ANSWER if nameless else Proof.NOTHING)


def _continues(lines: list[str], end: int, at: int) -> bool:
    """Whether a line without a label belongs to the header: recipients, a broken subject, a value on its own line."""
    line = lines[at].strip()
    below = label_of(lines[at + 1].strip()) if at + 1 < len(lines) else None
    if not line:
        return at == end and below is not None
    empty_label = at == end and not lines[end - 1].rpartition(":")[2].strip(_MARKS)
    return empty_label or below is not None or ("@" in line and len(line) < LONGEST_LINE) or line[-1] == ";"


def _is_header(seen: set[Label], block: str, *, ruled: bool) -> bool:
    """Whether these labels are a mail's header and not a person's list."""
    address, time = has_address(block), has_time(block)
    known = len(seen - {Label.OTHER})
    if Label.FROM not in seen:
        return Label.SENT in seen and known > 1 and address and time
    if ruled:
        return known >= 3 or address or (known == 2 and time)
    if known >= 3:
        return address or (Label.SENT in seen and (time or (Label.SUBJECT in seen and has_date(block))))
    return bool(seen & {Label.SENT, Label.SUBJECT}) and address and time


def _start_of_preview(lines: list[str], at: int) -> int:
    """The line above a quoted header that announces it, or `at`."""
    above = at - 1 if at and lines[at - 1].strip() else at - 2
    return above if above >= 0 and _PREVIEW.search(lines[above][:LONGEST_LINE]) else at


def _table(lines: list[str], at: int) -> Introduction | None:
    """Name, date, "To", "cc" and "Subject" on lines of their own."""
    labels = {Label.COPY, Label.SUBJECT}
    for place in range(at + 1, min(at + _MOST_IN_TABLE, len(lines))):
        labels.discard(LABELS.get(lines[place].strip().lower(), Label.OTHER))
        if not labels:
            break
    else:
        return None
    start = next((above for above in range(at - 1, max(-1, at - 4), -1) if has_time(lines[above][:80])), at)
    if start == at:
        return None
    named = start > 0 and has_address(lines[start - 1][:LONGEST_LINE])
    return Introduction(start - 1 if named else start, next_written(lines, place + 1) + 1)
