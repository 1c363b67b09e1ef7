"""Calendars in a mail: what an invitation is about (RFC 5545), and what is to be done with it (RFC 5546)."""

import re

from mailgate.core.mail.defects import Defects
from mailgate.core.mail.parts import Part, walk

# What a calendar program would show first.
_SHOWN = re.compile(r"^(SUMMARY|DESCRIPTION|LOCATION)(?:;[^:\n]{0,500})?:(.*)$", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(r"\n[ \t]")
_ESCAPED = re.compile(r"\\([\\;,nN])")
# Events that are read, calendars in a mail, and octets in which the method of one is looked for.
_MAX_LINES = 20
_MAX_CALENDARS = 10
_METHOD_READ = 4_000
_METHOD = re.compile(rb"^METHOD:([A-Za-z]{3,20})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)


def read_calendar(text: str) -> str:
    """Summary, place and description of the events, each on its own lines; `text` has line feeds only."""
    lines = _SHOWN.findall(_FOLD.sub("", text))[:_MAX_LINES]
    return "\n".join(_ESCAPED.sub(_unescaped, value).strip() for _, value in lines)


def read_methods(root: Part, defects: Defects) -> tuple[str, ...]:
    """The method of each calendar that a program would act on: not of files, which people send each other."""
    shown = [part for part in walk(root) if part.type == "text/calendar" and part.disposition.value != "attachment"]
    methods = (_method(part, defects) for part in shown[:_MAX_CALENDARS])
    return tuple(dict.fromkeys(method for method in methods if method))


def _method(part: Part, defects: Defects) -> str:
    labelled = part.kind.parameters.get("method", "")
    found = None if labelled else _METHOD.search(part.content(defects)[:_METHOD_READ])
    return labelled.upper()[:20] if labelled else found[1].decode().upper() if found else ""


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
