"""Authentication-Results, written (RFC 8601 section 2.2): what `results.read_results` reads."""

import re

from mailgate.core.identity.results import Result, Results

# What may stand without quotation marks (RFC 2045 section 5.1, and "@" of addresses as everybody writes them).
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~@-]+")
# The semicolons between results, not those in quotation marks.
_BETWEEN = re.compile(r';[ ](?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)')
# Bytes of a mail in which its line ends are looked for.
_LOOK = 2_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MARK = re.compile(r'(["\\])')
# Characters of a value. Cut short, "header.d=firma.example.test" would prove another domain: a longer one is left out.
_LONGEST = 512


def write_results(results: Results) -> str:
    """The value of the header on one line; nothing in it can end the line or begin another result."""
    found = [_result(result) for result in results.results] or ["none"]
    return "; ".join((_value(results.authserv_id), *found))


def as_field(value: str, mail: bytes) -> bytes:
    """The value as a header field to stand on top of a mail, folded between results, with the line ends of the mail."""
    end = "\r\n" if b"\r\n" in mail[:_LOOK] else "\n"
    pieces = _BETWEEN.split(value)
    fold = f";{end}\t"
    return f"Authentication-Results: {fold.join(pieces)}{end}".encode()


def _result(result: Result) -> str:
    pairs = [("reason", result.reason)] if result.reason else []
    pairs += [(name, value) for name, value in result.properties if len(value) <= _LONGEST]
    return " ".join((f"{result.method}={result.result}", *(f"{name}={_value(value)}" for name, value in pairs)))


def _value(text: str) -> str:
    text = _CONTROL.sub("?", text)
    return text if _BARE.fullmatch(text) else '"' + _MARK.sub(r"\\\1", text) + '"'
