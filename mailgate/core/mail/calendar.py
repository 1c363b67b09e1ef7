"""An invitation that comes without a word: what it is about (RFC 5545)."""

import re

# What a calendar program would show first.
_SHOWN = re.compile(r"^(SUMMARY|DESCRIPTION|LOCATION)(?:;[^:\n]{0,500})?:(.*)$", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_ESCAPED = re.compile(r"\\([\\;,nN])")
# Events that are read.
_MAX_LINES = 20


def read_calendar(text: str) -> str:
    """Summary, place and description of the events, each on its own lines; `text` has line feeds only."""
    lines = _SHOWN.findall(_FOLD.sub("", text))[:_MAX_LINES]
    return "\n".join(_ESCAPED.sub(_unescaped, value).strip() for _, value in lines)


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
