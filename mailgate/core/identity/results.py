"""Authentication-Results, read (RFC 8601 section 2.2).

The grammar, with comments and folding white space (CFWS) allowed almost everywhere:

    authserv-id [version] ( ";" "none" | 1*( ";" result ) )
    result = method ["/" version] "=" verdict ["reason" "=" value] *( ptype "." property "=" value )

A relay that is believed may still write what the grammar does not know (Exchange Online's `action=none`, a trailing
semicolon), so each result is read for itself: one that cannot be read becomes a defect and takes no other with it.
Everything is read once from left to right; a hostile header costs time in proportion to its length.
"""

import re
from dataclasses import dataclass

# Characters; a relay writes hundreds. Nothing of a longer header is believed: cut short, "header.d=firma.example.test"
# would prove another domain.
_LONGEST = 16_384

_SPACE = re.compile(r"\s+")
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_PAIR = re.compile(r"\\(.)", re.DOTALL)
# RFC 8601 takes Keyword from RFC 5321; real relays add underscores.
_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# RFC 2045 would have "/", "=", ":" and "@" quoted; relays leave them bare in header.b, header.i and policy.iprev.
_BARE = re.compile(r'[^\s;()"]+')
_SEMICOLON = re.compile(r'[;"(]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one method found."""

    # "dkim", "spf", "dmarc" ..., lower case.
    method: str
    # "pass", "fail", "none" ..., lower case.
    result: str
    reason: str = ""
    # ("header.d", "firma.example") in order; names in lower case, several may bear one name.
    properties: tuple[tuple[str, str], ...] = ()
    # The comments, without their brackets: ("p=reject dis=none",).
    comments: tuple[str, ...] = ()

    def property(self, name: str) -> str | None:
        """The first value of that name, or None."""
        return next((value for key, value in self.properties if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What one server found out about a message."""

    # Who says so; "" when the header names nobody.
    authserv_id: str
    results: tuple[Result, ...] = ()
    # What could not be read, plain words.
    defects: tuple[str, ...] = ()

    def of(self, method: str) -> tuple[Result, ...]:
        """The results of that method, in order."""
        return tuple(result for result in self.results if result.method == method)


class _Unreadable(Exception):
    """The text leaves the grammar; the message says where."""


def read_authserv_id(value: str) -> str:
    """Read only who says so, from the value of an Authentication-Results header; "" when it names nobody."""
    try:
        return _Reader(value[:_LONGEST]).authserv_id()
    except _Unreadable:
        return ""


def read_results(value: str) -> Results:
    """Read the value of an Authentication-Results header, folded or unfolded. It never raises."""
    authserv_id = read_authserv_id(value)
    if not authserv_id or len(value) > _LONGEST:
        defect = "no authserv-id" if not authserv_id else f"longer than {_LONGEST} characters"
        return Results(authserv_id=authserv_id, defects=(defect,))
    reader = _Reader(value)
    results, defects = [], []
    try:
        reader.authserv_id()
        reader.version()
    except _Unreadable as error:
        return Results(authserv_id=authserv_id, defects=(str(error),))
    while reader.next_result():
        try:
            result = reader.result()
        except _Unreadable as error:
            defects.append(str(error))
        else:
            results += [result] if result else []
    return Results(authserv_id=authserv_id, results=tuple(results), defects=tuple(defects))


class _Reader:
    """A place in the text. Each method reads one piece of the grammar and moves behind it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.comments: list[str] = []

    def authserv_id(self) -> str:
        """The name of the server: a value of its own, not the first word of a result."""
        self.skip()
        name = self.value()
        if not name or "=" in name:
            raise _Unreadable("no authserv-id")
        return name

    def version(self) -> None:
        """The version behind the authserv-id; of a version other than 1 nothing may be understood (section 2.2)."""
        self.skip()
        version = self.bare()
        if version not in {"", "1"}:
            raise _Unreadable(f"unknown version {version[:20]!a}")

    def next_result(self) -> bool:
        """Move behind the next semicolon; what stands before it was not understood. False at the end."""
        while match := _SEMICOLON.search(self.text, self.at):
            self.at = match.start()
            if match[0] == ";":
                self.at += 1
                return True
            try:
                _ = self.quoted() if match[0] == '"' else self.comment()
            except _Unreadable:
                break
        self.at = len(self.text)
        return False

    def result(self) -> Result | None:
        """One result, or None for "none" and for nothing at all."""
        self.comments = []
        self.skip()
        if self.ends():
            return None
        method = self.keyword("method")
        self.skip()
        if method == "none" and self.ends():
            return None
        if self.take("/"):
            self.skip()
            self.keyword("method version")
        self.expect("=", method)
        verdict = self.keyword("result")
        pairs = self.pairs(method)
        reason = next((value for name, value in pairs if name == "reason"), "")
        properties = tuple((name, value) for name, value in pairs if name != "reason")
        return Result(
            method=method, result=verdict, reason=reason, properties=properties, comments=tuple(self.comments)
        )

    def pairs(self, method: str) -> list[tuple[str, str]]:
        """The reason and the properties behind a result."""
        pairs = []
        self.skip()
        while not self.ends():
            name = self.keyword(f"property of {method}")
            self.skip()
            if self.take("."):
                self.skip()
                name = f"{name}.{self.keyword('property')}"
            self.expect("=", name)
            pairs.append((name, self.value()))
            self.skip()
        return pairs

    def value(self) -> str:
        """A token, a quoted string, or an address made of both; "" when there is none."""
        start = self.at
        parts = []
        while part := self.quoted() if self.text.startswith('"', self.at) else self.bare():
            parts.append(part)
        alone = len(parts) == 1 and parts[0].startswith('"')
        return _unquoted(parts[0]) if alone else self.text[start : self.at]

    def quoted(self) -> str:
        """A quoted string with its quotation marks."""
        match = _QUOTED.match(self.text, self.at)
        if not match:
            raise _Unreadable("a quotation without an end")
        self.at = match.end()
        return match[0]

    def bare(self) -> str:
        match = _BARE.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match[0] if match else ""

    def keyword(self, what: str) -> str:
        match = _KEYWORD.match(self.text, self.at)
        if not match:
            raise _Unreadable(f"no {what} at {self.near()}")
        self.at = match.end()
        return match[0].lower()

    def expect(self, mark: str, behind: str) -> None:
        """Move behind the mark and the white space around it."""
        self.skip()
        if not self.take(mark):
            raise _Unreadable(f'no "{mark}" behind {behind}')
        self.skip()

    def take(self, mark: str) -> bool:
        taken = self.text.startswith(mark, self.at)
        self.at += len(mark) if taken else 0
        return taken

    def ends(self) -> bool:
        """Whether the result ends here."""
        return self.at >= len(self.text) or self.text[self.at] == ";"

    def skip(self) -> None:
        """Move behind comments and folding white space; the comments are kept."""
        while self.at < len(self.text):
            if match := _SPACE.match(self.text, self.at):
                self.at = match.end()
            elif self.text[self.at] == "(":
                self.comments.append(self.comment())
            else:
                return

    def comment(self) -> str:
        """A comment without its outer brackets. Comments nest (RFC 5322 section 3.2.2)."""
        start, depth = self.at, 0
        for mark in _COMMENT_MARK.finditer(self.text, start):
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            if not depth:
                self.at = mark.end()
                return self.text[start + 1 : mark.start()]
        raise _Unreadable("a comment without an end")

    def near(self) -> str:
        """The next characters, for the defect."""
        near = self.text[self.at : self.at + 20]
        return ascii(near) if near else "the end"


def _unquoted(quotation: str) -> str:
    return _PAIR.sub(r"\1", quotation[1:-1])
