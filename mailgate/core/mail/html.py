"""HTML as the text that a person reads in it.

libxml2 reads the tags (through lxml, as a stream of events) and this module lays the words out. A renderer that builds
a tree first is no help here: with 256 tags left open libxml2 gives it nothing at all, and one that pads the cells of
tables makes 90 MB of text from 87 KB of HTML (both seen with inscriptis 2.7). Here the text is never much longer than
the HTML it came from.
"""

import re

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from mailgate.core.mail.defects import Defects

# Characters that are read, and levels of quotation that are shown.
MAX_HTML = 500_000
MAX_DEPTH = 20
# Characters that cost as much as a step.
_COST = 500

_INVISIBLE = frozenset({"script", "style", "head", "title", "template", "svg", "select"})
_PARAGRAPH = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"})
_LINE = frozenset(
    ("address", "article", "aside", "body", "caption", "center", "dd", "div", "dt", "fieldset", "figure", "footer",
     "form", "header", "hr", "li", "main", "nav", "section", "tr")
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Outlook writes every line as a paragraph without margins, and a blank line as one that holds a hard blank.
_NO_MARGIN = re.compile(r"margin\s*:\s*0(?:\D|$)|margin-bottom\s*:\s*0", re.IGNORECASE)
# Gmail indents with a quotation that has no border.
_NO_BORDER = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_GAPS = re.compile(r"\n{3,}")
_DATA_URI = re.compile(rb"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=\s]{100,}")
_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
# How plain text shows a horizontal line; clients put it between an answer and what it answers.
_RULE = "_" * 32


def declared_charset(octets: bytes) -> str:
    """The charset that the HTML names for itself, or ""."""
    found = _CHARSET.search(octets[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def without_images(octets: bytes) -> bytes:
    """The HTML without the images that are written out in it; they can be far larger than the rest."""
    return _DATA_URI.sub(b"", octets) if b";base64," in octets else octets


def read_html(html: str, defects: Defects) -> str:
    """The text of an HTML mail. Quotations get "> " before each line, list items "- ", cells two blanks between."""
    html = html[:MAX_HTML]
    if not defects.afford(1 + len(html) // _COST):
        return ""
    page = _Page()
    parser = etree.HTMLParser(target=page, huge_tree=True)
    try:
        parser.feed(html)
        parser.close()
    except etree.LxmlError:  # nothing but tags, or nothing at all
        pass
    return page.text()


class _Page:
    """Lays words out in lines while libxml2 reports tags. A line is broken only when the next word comes."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        # Whether the line holds a word.
        self._words = False
        # Breaks that wait for the next word: 0 none, 1 a new line, 2 a blank line before it.
        self._breaks = 0
        # For each open tag: whether it hides what is in it, and the breaks at its end.
        self._open: list[tuple[bool, int]] = []
        self._hidden = 0
        # For each open quotation, whether its lines are marked; and how many are.
        self._quotations: list[bool] = []
        self._depth = 0
        self._preformatted = 0
        # The next number of each open list; 0 in lists without numbers.
        self._numbers: list[int] = []
        # How many lines there were when the row of a table began; None before its first cell.
        self._row: int | None = None
        # A cell has begun and holds no word yet.
        self._fresh = False

    # What libxml2 calls.

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        style = attributes.get("style", "")
        hides = tag in _INVISIBLE or "hidden" in attributes or bool(style and _HIDDEN.search(style))
        breaks = _breaks(tag, attributes.get("class", ""), style)
        self._open.append((hides, breaks))
        self._hidden += hides
        if not self._hidden:
            if not self._fresh or tag == "table":
                self._breaks = max(self._breaks, breaks)
            self._begin(tag, style)

    def end(self, tag: str) -> None:
        """A tag closes."""
        hides, breaks = self._open.pop() if self._open else (False, 0)
        if not self._hidden:
            self._finish(tag)
            if not self._fresh:
                self._breaks = max(self._breaks, breaks)
        self._hidden -= hides

    def data(self, text: str) -> None:
        """Text stands between tags."""
        if self._hidden:
            return
        if self._preformatted:
            first, *others = text.split("\n")
            self._write(first)
            for line in others:
                self._flush()
                self._write(line)
            return
        text = _BLANKS.sub(" ", text)
        if text != " ":
            self._write(text)
        elif self._line and not self._breaks:
            self._line.append(text)

    def close(self) -> None:
        """The document ends."""

    # What becomes of it.

    def text(self) -> str:
        """All lines."""
        self._flush()
        return _GAPS.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _begin(self, tag: str, style: str) -> None:
        match tag:
            case "br":
                self._break()
                self._flush(even_empty=True)
            case "hr":
                self._write(_RULE)
            case "ul" | "ol":
                self._numbers.append(int(tag == "ol"))
            case "li":
                self._write(self._bullet())
            case "tr":
                self._row = None
            case "td" | "th":
                self._begin_cell()
            case "blockquote":
                self._break()
                self._flush()
                self._quotations.append(not _NO_BORDER.search(style))
                self._depth += self._quotations[-1]
            case "pre":
                self._preformatted += 1

    def _finish(self, tag: str) -> None:
        match tag:
            case "ul" | "ol" if self._numbers:
                self._numbers.pop()
            case "blockquote" if self._quotations:
                self._flush()
                self._depth -= self._quotations.pop()
            case "tr":
                self._breaks = min(self._breaks, 1)
                self._fresh = False
            case "pre" if self._preformatted:
                self._flush()
                self._preformatted -= 1

    def _bullet(self) -> str:
        number = self._numbers[-1] if self._numbers else 0
        if not number:
            return "- "
        self._numbers[-1] += 1
        return f"{number}. "

    def _begin_cell(self) -> None:
        """Cells of a row stand on one line, unless one of them has several."""
        if self._row == len(self._lines) and self._words:
            self._breaks = 0
            self._line.append("  ")
        elif self._row is None:
            self._break()
            self._row = len(self._lines)
        self._fresh = True

    def _write(self, text: str) -> None:
        self._break()
        self._line.append(text)
        if text.strip():
            self._words = True
            self._fresh = False

    def _break(self) -> None:
        """Make the breaks that wait."""
        if self._breaks:
            self._flush()
            if self._breaks > 1 and self._lines and self._lines[-1].strip("> "):
                self._lines.append(self._mark())
        self._breaks = 0

    def _flush(self, *, even_empty: bool = False) -> None:
        """End the line. One that holds nothing but hard blanks is a blank line that somebody wanted."""
        raw = "".join(self._line)
        self._line = []
        self._words = False
        line = raw.replace("\xa0", " ").rstrip()
        if not self._preformatted:
            line = line.strip()
        if line or even_empty or "\xa0" in raw:
            self._lines.append(f"{self._mark()} {line}".rstrip() if self._depth else line)

    def _mark(self) -> str:
        return ">" * min(self._depth, MAX_DEPTH)


def _breaks(tag: str, kind: str, style: str) -> int:
    """The breaks around a tag."""
    if tag in _PARAGRAPH:
        return 1 if tag == "p" and (kind.startswith("Mso") or (style and _NO_MARGIN.search(style))) else 2
    return int(tag in _LINE)
