"""Tables of TOML with the line of every key, and a reader that collects an operator's mistakes.

`tomllib` reads the values and knows no lines. So a small scanner walks over the same text once more: it knows the
tokens of TOML 1.0 (strings, brackets, comments, line ends) and nothing of what they mean, and it only ever sees text
that `tomllib` has found to be right.

A key's path is spelt as an operator would say it: `title`, `when.trust_below`, `examples[0]`, `examples[0].from`.
"""

import difflib
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mailgate.core.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One `[[name]]` or `[name]` of a file, with all that stands in it."""

    # The file as the operator named it: "policy.toml".
    file: str
    # Its name: "rule", "service", "cue".
    name: str
    # The line of its header, counted from 1.
    line: int
    # What it holds, as tomllib reads it.
    values: Mapping[str, Any]
    # The line of each key, by its path.
    lines: Mapping[str, int]

    @property
    def source(self) -> str:
        """Where it stands: "policy.toml:12"."""
        return f"{self.file}:{self.line}"

    def line_of(self, path: str) -> int:
        """The line of the key with that path; of the nearest key around it, or of the header, when it has none."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.line

    def problem(self, path: str, message: str) -> Problem:
        """A mistake at the line of that key; "" is the table itself."""
        return Problem(file=self.file, line=self.line_of(path), message=message)


def read_tables(file: str, text: str) -> tuple[tuple[Table, ...], tuple[Problem, ...]]:
    """Read every table of a file, in file order.

    A table with a mistake of syntax is left out and reported; the others are read all the same, so that one forgotten
    quotation mark does not hide the mistakes that follow it.

    Returns:
        The tables, and a Problem for each mistake of syntax and for each key that stands outside of any table.
    """
    text = text.replace("\r\n", "\n")
    document, problems = _parse(file, text)
    if document is None:
        text, problems = _without_broken_chunks(file, text)
        document, more = _parse(file, text)
        problems += more
    if document is None:
        return (), problems
    scanned = _Scan(text)
    problems += tuple(
        Problem(file=file, line=line, message=f'"{key}" stands outside of any table; put it below a [header]')
        for key, line in scanned.outside.items()
    )
    return tuple(table.filled(file, document) for table in scanned.tables), problems


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The cure for a misspelt word: the nearest known one, else all of them when they are few, else ""."""
    words = sorted(set(known))
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; known are {', '.join(words)}" if 0 < len(words) <= 12 else ""


class Reader:
    """Reads one table key by key. What is missing, of the wrong type, or never asked for becomes a Problem."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._asked: set[str] = set()
        self._problems: list[Problem] = []

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not blank; it must be there when there is no default."""
        value = self._value(key, str, "a text in quotes", default)
        if isinstance(value, str) and not value.strip() and default is None and key in self.table.values:
            self.problem(key, f'"{key}" is empty; write the text between the quotes')
        return value or ""

    def texts(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        """A list of strings; it must be there when the default is None."""
        value = self._value(key, list, 'a list of texts: ["one", "two"]', default)
        if all(isinstance(each, str) for each in value or ()):
            return tuple(value or ())
        self.problem(key, f'"{key}" must be a list of texts: ["one", "two"]')
        return ()

    def number(self, key: str, default: float | None = None) -> float:
        """A number, whole or not; it must be there when there is no default."""
        value = self._value(key, (int, float), "a number", default)
        return float(value) if value is not None else 0.0

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        return bool(self._value(key, bool, "true or false", default))

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of the allowed words; the default (or "") when it is none of them."""
        words = tuple(allowed)
        value = self.text(key, default)
        if value in words or (value == "" and default is None) or value == default:
            return value
        self.problem(key, f'"{key}" cannot be "{value}"{did_you_mean(value, words)}')
        return default or ""

    def any(self, key: str) -> Any:  # noqa: ANN401 - whatever the operator wrote; the caller looks at its type
        """The value as it stands, None when it is missing; the caller judges it."""
        self._asked.add(key)
        return self.table.values.get(key)

    def problem(self, path: str, message: str) -> None:
        """Report a mistake at the line of that key."""
        self._problems.append(self.table.problem(path, message))

    def problems(self) -> tuple[Problem, ...]:
        """Every mistake so far, and every key that was never asked for. Call it last."""
        unknown = tuple(
            self.table.problem(key, f'[{self.table.name}] has no key "{key}"{did_you_mean(key, self._asked)}')
            for key in self.table.values
            if key not in self._asked
        )
        return (*self._problems, *unknown)

    def _value(self, key: str, types: type | tuple[type, ...], words: str, default: Any) -> Any:  # noqa: ANN401 - as above
        self._asked.add(key)
        if key not in self.table.values:
            if default is None:
                self.problem("", f'[{self.table.name}] needs "{key}": {words}')
            return default
        value = self.table.values[key]
        # For Python true is a number; for an operator it is not.
        if isinstance(value, types) and (types is bool or not isinstance(value, bool)):
            return value
        self.problem(key, f'"{key}" must be {words}')
        return default


def _parse(file: str, text: str, first: int = 1) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """The document, or the mistake of syntax that tomllib stopped at; `first` is the line that the text begins at."""
    try:
        return tomllib.loads(text), ()
    except tomllib.TOMLDecodeError as error:
        # tomllib names the line only inside its sentence, and none at the end of the text.
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = first + int(place[1]) - 1 if place and place[1] else first
        what = str(error)[: place.start()] if place else str(error)
        if place and not place[1]:
            what += "; something that begins below is not closed"
        message = f"not TOML: {what[:1].lower()}{what[1:]}{_cure(what)}"
        return None, (Problem(file=file, line=line, message=message),)


def _cure(what: str) -> str:
    """How the commonest mistakes of syntax are mended, by what tomllib says of them."""
    return next((f"; {cure}" for said, cure in _CURES if said in what), "")


_CURES = (
    ("Illegal character '\\n'", 'a text ends on the line where it begins: put the missing " behind it'),
    ("Unterminated string", 'put the missing " behind the text'),
    ("Invalid value", 'put texts in quotes: "..."; true, false and numbers stand without'),
    ("Unclosed array", 'put a comma between entries, and the missing "]" behind the last one'),
    ("Unclosed inline table", 'put a comma between entries, and the missing "}" behind the last one'),
    ("Expected '=' after a key", "write key = value; texts stand in quotes"),
    ("Cannot overwrite a value", "the key stands twice; take one of them out"),
    ("Unescaped '\\' in a string", "patterns with \\ stand in 'single quotes'"),
    ("Expected newline or end of document", "begin a new line behind the value, or mend its quotes"),
    ("Expected ']", "close the header with the brackets that it begins with"),
    ("Invalid statement", "a line is a [[header]], a key = value, or a # remark"),
    ("something that begins below", "look for a missing quotation mark or bracket"),
)


# A line that can only be a header. Used to find the next sound table after a mistake, never for reading.
_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*[\w\"'][\w.\"' -]*\]{1,2}[ \t]*(?:#.*)?$")


def _without_broken_chunks(file: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """The text with each table that is not TOML blanked out, line by line, and a Problem for each."""
    lines = text.split("\n")
    starts = [0, *(number for number, line in enumerate(lines) if number and _HEADER.match(line)), len(lines)]
    problems: tuple[Problem, ...] = ()
    for start, end in itertools.pairwise(starts):
        document, mistakes = _parse(file, "\n".join(lines[start:end]), start + 1)
        if document is None:
            lines[start:end] = [""] * (end - start)
            problems += mistakes
    return "\n".join(lines), problems


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


# TOML 1.0. The long strings come first; they may end in up to five quotes, of which two are their own.
_TOKENS = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""(?:"{0,2})'
    r"|'''(?:[^']|'{1,2}(?!'))*'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*')"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<sign>[\[\]{}=,.])"
    r"|(?P<bare>[^\s\[\]{}=,.\"'\#]+)",
    re.DOTALL,
)


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKENS.finditer(text):
        kind = found.lastgroup or ""
        if kind != "comment":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
    yield _Token("newline", "\n", line)
    yield _Token("end", "", line)


class _Found:
    """A table under way: where it begins, and the lines seen so far."""

    def __init__(self, name: str, line: int, index: int | None) -> None:
        self.name, self.line = name, line
        # Its place among the [[name]] of the same name; None for a plain [name].
        self.index = index
        self.lines: dict[str, int] = {}
        # How many of each [[name.inner]] there are so far.
        self.inner: dict[str, int] = {}

    def filled(self, file: str, document: Mapping[str, Any]) -> Table:
        values = document[self.name] if self.index is None else document[self.name][self.index]
        return Table(file=file, name=self.name, line=self.line, values=values, lines=self.lines)

    def enter(self, keys: list[str], line: int, *, array: bool) -> str:
        """The path of an inner header `[name.keys]` or `[[name.keys]]`."""
        path = ""
        for place, key in enumerate(keys, start=1):
            path = _join(path, key)
            self.lines.setdefault(path, line)
            if array and place == len(keys):
                self.inner[path] = self.inner.get(path, 0) + 1
            if path in self.inner:
                path = f"{path}[{self.inner[path] - 1}]"
                self.lines.setdefault(path, line)
        return path


class _Scan:
    """One walk over the tokens of a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self.tables: list[_Found] = []
        # Keys above the first header, with their lines.
        self.outside: dict[str, int] = {}
        self._rest = _tokens(text)
        self._now = next(self._rest)
        self._lines, prefix = self.outside, ""
        while self._now.kind != "end":
            if self._now.kind == "newline":
                self._step()
            elif self._now.text == "[":
                prefix = self._header()
            else:
                self._pair(prefix)

    def _step(self) -> _Token:
        taken = self._now
        self._now = next(self._rest, taken)
        return taken

    def _past_newlines(self) -> None:
        while self._now.kind == "newline":
            self._step()

    def _header(self) -> str:
        """`[name]`, `[[name]]`, or an inner one; returns the path inside the table that its keys begin with."""
        line = self._step().line
        array = self._now.text == "["
        if array:
            self._step()
        name, *keys = self._key("]")
        if array:
            self._step()
        found = next((table for table in reversed(self.tables) if table.name == name), None)
        if found is None or (array and not keys):
            is_list = array and not keys
            index = sum(table.name == name for table in self.tables) if is_list else None
            found = _Found(name, line, index)
            self.tables.append(found)
        self._lines = found.lines
        return found.enter(keys, line, array=array)

    def _key(self, end: str) -> list[str]:
        """A dotted key, and past the sign that ends it."""
        keys = []
        while self._now.text != end or self._now.kind != "sign":
            token = self._step()
            if token.kind == "string":
                keys.append(tomllib.loads(f"key = {token.text}")["key"])
            elif token.kind == "bare":
                keys.append(token.text)
        self._step()
        return keys

    def _pair(self, path: str) -> None:
        """`key = value`."""
        line = self._now.line
        for key in self._key("="):
            path = _join(path, key)
            self._lines.setdefault(path, line)
        self._value(path)

    def _value(self, path: str) -> None:
        if self._now.kind != "sign":
            # A date, a number or a string: up to the comma, bracket or line end after it.
            while self._now.kind in {"bare", "string"} or self._now.text == ".":
                self._step()
            return
        closing = "]" if self._step().text == "[" else "}"
        self._past_newlines()
        count = 0
        while self._now.text != closing or self._now.kind != "sign":
            if closing == "}":
                self._pair(path)
            else:
                self._lines.setdefault(f"{path}[{count}]", self._now.line)
                self._value(f"{path}[{count}]")
            count += 1
            self._past_newlines()
            if self._now.text == "," and self._now.kind == "sign":
                self._step()
            self._past_newlines()
        self._step()


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
