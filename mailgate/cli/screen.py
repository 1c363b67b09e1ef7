"""What a command prints: tables that read well at 80 columns, JSON, and plain text.

Nothing that came from mail, or from anywhere else, can move the cursor. And nothing leaves here with a personal number
in it: commands print through this module alone (a test sees to it), and what is to be shown in full says so.
"""

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mailgate.core.identifiers import mask, masked
from mailgate.core.shown import shown, shown_line
from mailgate.trouble import Permanent

# What JSON lets stand as it is, and a terminal obeys: DEL, C1 controls, bidi controls, halves of surrogate pairs.
_UNFIT = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LONGEST_CELL = 200
# Columns of a line in a pipe.
_WIDTH_IN_PIPE = 80
# Columns of a label before what it is about: "Subject   ".
_LABEL = 10
# Blanks between two columns of a table, and what stays of a column that is cut.
_GAP = 2
_NARROWEST = 8


def say(text: str = "", *, reveal: bool = False) -> None:
    """Print text, a line end behind it; personal numbers are masked unless it is to `reveal` them.

    On a terminal long lines are folded between words. In a pipe a line stays a line, for whoever searches in it.
    """
    safe = shown(text if reveal else mask(text))
    if sys.stdout.isatty():
        columns = width()
        safe = "\n".join(folded(line, columns) for line in safe.split("\n"))
    sys.stdout.write(f"{safe}\n")


def folded(line: str, columns: int) -> str:
    """One line as several of at most so many columns, each under the beginning of the first, beside its label.

    What has no blank (an address, a link) stays whole, to be copied.
    """
    if cell_len(line) <= columns:
        return line
    is_labelled = line[_LABEL - 1 : _LABEL] == " " and line[_LABEL : _LABEL + 1] not in {"", " "}
    indent = _LABEL if is_labelled else len(line) - len(line.lstrip(" "))
    parts = [""]
    for word in line[indent:].split(" "):
        longer = f"{parts[-1]} {word}".lstrip()
        if parts[-1] and cell_len(longer) > columns - indent:
            parts.append(word)
        else:
            parts[-1] = longer
    return line[:indent] + f"\n{' ' * indent}".join(parts)


def say_json(value: Any, *, indent: int | None = 2, reveal: bool = False) -> None:  # noqa: ANN401  (what JSON can hold)
    """Print one JSON document; without `indent` it is one line. Personal numbers as in `say`."""
    plain = json.loads(json.dumps(value, default=_plain))
    sys.stdout.write(as_json(plain if reveal else masked(plain), indent=indent) + "\n")


def complain(text: str) -> None:
    """Say on stderr what is wrong, a line end behind it."""
    sys.stderr.write(f"{shown(mask(text))}\n")


def say_as_is(text: str) -> None:
    """Print text that is no mail's and that a program reads, exactly as it is: a configuration, a directory."""
    sys.stdout.write(text)


def refuse_terminal() -> None:
    """Make sure that bytes go into a pipe or a file.

    Raises:
        Permanent: standard output is a terminal.
    """
    if sys.stdout.isatty():
        raise Permanent("the bytes of a mail can upset a terminal; send them into a file: > message.eml")


def say_bytes(content: bytes) -> None:
    """Write bytes, exactly as they are."""
    sys.stdout.buffer.write(content)


def as_json(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401  (as above)
    """A JSON document of records, tuples, enums and times; readable to people, harmless to terminals."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)
    return _UNFIT.sub(_escape, text)


def draws() -> bool:
    """Whether bars and other drawings reach eyes: a terminal that knows more than letters, and whose user wants it so.

    Who reads with a screen reader or a braille line sets NO_COLOR or TERM=dumb, and gets plain numbers.
    """
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "dumb") not in {"", "dumb"}
        and sys.stdout.encoding.lower().startswith("utf")
    )


def width() -> int:
    """Columns of a line."""
    return Console().width if sys.stdout.isatty() else _WIDTH_IN_PIPE


def say_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print comma-separated values (RFC 4180), with a heading line; a spreadsheet takes no word of it for a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([value if isinstance(value, (int, float)) else _no_formula(_cell(value)) for value in row])


def say_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    cut: Sequence[str],
    empty: str,
    right: Sequence[str] = (),
) -> None:
    """Print a table; without rows the sentence `empty`.

    Args:
        columns: their headings.
        rows: as many cells each; None is an empty one.
        cut: headings of the columns that are cut when a line would become too long.
        empty: what to say when there is nothing.
        right: headings of the columns that are set to the right: numbers.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        say(empty)
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH_IN_PIPE)
    natural = [max(cell_len(row[place]) for row in (columns, *cells)) for place in range(len(columns))]
    widths = _fitted(natural, [place for place, heading in enumerate(columns) if heading in cut], console.width)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for heading, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "right" if heading in right else "left"
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=width, justify=justify)
    for row in cells:
        table.add_row(*map(Text, row))
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        sys.stdout.write(f"{line.rstrip()}\n")


def _fitted(natural: Sequence[int], flexible: Sequence[int], width: int) -> list[int]:
    """Widths that fit: the widest of the flexible columns is made narrower, and when that is not enough, of all."""
    widths = list(natural)
    for places in (flexible, range(len(widths))):
        excess = sum(widths) + _GAP * (len(widths) - 1) - width
        for _ in range(max(excess, 0)):
            widest = max(places, key=lambda place: widths[place], default=None)
            if widest is None or widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
    return widths


def _no_formula(text: str) -> str:
    """Text that no spreadsheet calculates (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    return shown_line(mask(str(value)), _LONGEST_CELL)


def _plain(value: object) -> Any:  # noqa: ANN401  (what json.dumps asks of `default`)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
