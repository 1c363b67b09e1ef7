"""Which of the phrases that machines use a mail holds.

All phrases together make an automaton that grows with every new text it reads (3 ms a mail, seen with RE2::Set). So
RE2's filter looks for their literal words first, in one pass, and tries a cue's phrases only where its words are.
"""

import re
from functools import cache
from typing import Any

import re2

from mailgate.core.automatic.phrases import ASKED_FOR, ASKS, OF_ONESELF, SUBJECT, TEXT, Cue

# Machines say what they are early on, or in the last line.
_HEAD = 1_500
_TAIL = 500
_SUBJECT_READ = 300
# Characters in which somebody who asks is looked for.
_OWN_READ = 3_000

_BARE = dict(zip("ąćęłńóśźżáčďéěíňřšťúůýžäöüèãåøā", "acelnoszzacdeeinrstuuyzaoueaaoa", strict=True))
_LOOSE = str.maketrans(
    {letter: f"[{letter}{bare}]" for letter, bare in _BARE.items()}
    | {"'": "['’]", "ß": "(ß|ss)", "…": r"[^.!?\n]*", "⋯": r"[^\n]*"}
)
# "[EXTERNAL] " before the words of a subject; behind "Re:" they are those of somebody else.
_START = r"^\s*(\[[^\]]{1,40}\] ?)?"
# What the desk is for; responders, lists and notices seldom speak of it.
_OUR_BUSINESS = re.compile(
    # "Sent by a scanner" is no word about the system SENT.
    r"\b(?:PUESC|SISC|(?<!was )(?<!been )(?<!were )(?<!is )SENT(?!:| (?:from|by|via|to|on|at|auto\w*)\b)|EMCS|AES|NCTS|"
    r"AIS|ICS2|MRN|RMPD|SEAP|CSD|CELINA|ZEFIR|EORI|CRPA|OSOZ|login|customs|excise|declaration|ticket)|"
    r"akcyz|celn(?:y|a|e|ej|ego|ych|ym)\b|zg[łl]osze|wnios\w*k|deklarac|formularz|certyfikat|logowa|"
    r"\bkont[aoe]\b|w (?:tej|przedmiotowej) sprawie|митн|акциз|тамож",
    re.IGNORECASE,
)
_LETTERS = r"\pL\pN_"
# \b where a word begins: first of all, or behind "(" or "|".
_AT_START = re.compile(r"(^|[(|])\\b")
_URL = re.compile(r"https?://\S+")


def in_subject(subject: str) -> frozenset[Cue]:
    """The cues in a subject."""
    return _heard("subject", _paragraphs(subject[:_SUBJECT_READ]))


def in_text(text: str) -> frozenset[Cue]:
    """The cues in the head of a text."""
    return _heard("text", _ends(text))


def says(cue: Cue, text: str) -> bool:
    """Whether a text gives a cue."""
    return bool(words(cue, text))


def words(cue: Cue, text: str) -> str:
    """The words of a text that give the cue, for the finding; "" when they are not there."""
    found = _phrases(cue).search(_ends(text))
    return " ".join(found[0].split()).strip(" .,:;\"„'(")[:120] if found else ""


def asks(text: str) -> bool:
    """Whether somebody asks for help or tells of trouble in the text."""
    text = text[:_OWN_READ]
    return "?" in _URL.sub("", text) or bool(_asking().search(text))


def names_our_business(text: str) -> bool:
    """Whether the text speaks of what the desk is for."""
    return bool(_OUR_BUSINESS.search(text[:_OWN_READ]))


def is_personal(text: str) -> bool:
    """Whether somebody speaks of themselves in the text."""
    return bool(_personal().search(text[:_OWN_READ]))


def _heard(where: str, text: str) -> frozenset[Cue]:
    cues, phrases = _filter(where)
    return frozenset(cues[place] for place in phrases.Match(text) or ())


def _ends(text: str) -> str:
    return _paragraphs(text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n\n{text[-_TAIL:]}")


def _paragraphs(text: str) -> str:
    """The text with one line for each paragraph."""
    return text.replace("\xa0", " ").replace("\n\n", "\r").replace("\n", " ").replace("\r", "\n")


@cache
def _filter(where: str) -> tuple[tuple[Cue, ...], Any]:
    """The cues of one place, and the filter of their phrases; made on first use."""
    tables = SUBJECT if where == "subject" else {cue: TEXT[cue] for cue in TEXT if cue not in ASKED_FOR}
    phrases = re2.Filter()
    for table in tables.values():
        phrases.Add(_re2_pattern(table), _options())
    phrases.Compile()
    return tuple(tables), phrases


@cache
def _phrases(cue: Cue) -> Any:  # noqa: ANN401 - a C extension without types
    return re2.compile(_re2_pattern(TEXT[cue]), _options())


@cache
def _asking() -> re.Pattern[str]:
    return re.compile(_pattern(ASKS), re.IGNORECASE)


@cache
def _personal() -> re.Pattern[str]:
    return re.compile(_pattern(OF_ONESELF), re.IGNORECASE)


def _pattern(table: str) -> str:
    """The one pattern of a table in `phrases`: its lines are alternatives; a bracket may span lines."""
    pattern = ""
    for line in map(str.strip, table.strip().splitlines()):
        joined = not pattern or pattern.endswith(("(", "(?!")) or line[0] == ")"
        pattern += line if joined else f"|{line}"
    return pattern.replace("START ", _START).translate(_LOOSE)


def _re2_pattern(table: str) -> str:
    """Likewise for RE2, whose word characters and boundaries are ASCII only."""
    pattern = _pattern(table).replace(r"[\w", rf"[{_LETTERS}").replace(r"\w", f"[{_LETTERS}]")
    pattern = _AT_START.sub(lambda found: f"{found[1]}(^|[^{_LETTERS}])", pattern)
    return pattern.replace(r"\b", f"([^{_LETTERS}]|$)")


@cache
def _options() -> Any:  # noqa: ANN401 - a C extension without types
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.never_capture = True
    return options
