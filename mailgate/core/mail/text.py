"""The text that a person would read in a message, and which parts it stands in."""

import re

from mailgate.core.mail.calendar import read_calendar
from mailgate.core.mail.charset import decode
from mailgate.core.mail.defects import Defects
from mailgate.core.mail.flowed import unflow
from mailgate.core.mail.html import declared_charset, read_html, without_images
from mailgate.core.mail.parts import Part, walk

# Characters of text that are kept.
MAX_TEXT = 1_000_000
# A part this short may be blank, or no more than the advice to look at the other one.
_SHORT = 600

_MARKED_UP = frozenset({"text/html", "application/xhtml+xml", "text/x-amp-html", "text/watch-html"})
_CALENDAR = "text/calendar"
_ENRICHED = frozenset({"text/enriched", "text/richtext"})
_TEXT = _MARKED_UP | _ENRICHED | {"text/plain", "text/markdown", "text/x-markdown"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HTML_START = re.compile(r"\s*<(?:!doctype html|html[ >])", re.IGNORECASE)
_STUB = re.compile(r"\bhtml", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
_ENRICHED_TAG = re.compile(r"<param>[^<]{0,1000}</param>|</?[A-Za-z-]{1,60}>", re.IGNORECASE)


def is_text(part: Part) -> bool:
    """Whether a mail program would show the part as text and not offer it as a file."""
    return part.type in _TEXT and part.disposition.value != "attachment" and not is_named(part)


def is_named(part: Part) -> bool:
    """Whether the part brings a file name."""
    return "filename" in part.disposition.parameters or "name" in part.kind.parameters


def read_text(root: Part, defects: Defects) -> str:
    """The text of a message. Lines end with a line feed; there are no other control characters than tabs."""
    text = _join(_chosen(root, defects), defects)
    if text.strip():
        return text
    return _join(_promoted(root), defects)


def part_text(part: Part, defects: Defects) -> str:
    """The text of one leaf."""
    marked_up = part.type in _MARKED_UP
    octets = part.content(defects)
    octets = (without_images(octets) if marked_up else octets)[: 4 * MAX_TEXT]
    charset = part.kind.parameters.get("charset", "") or (declared_charset(octets) if marked_up else "")
    text = clean(decode(octets, charset, defects), defects)
    if len(text) > MAX_TEXT:
        defects.add("text too long: the rest was not read")
        text = text[:MAX_TEXT]
    if marked_up:
        return read_html(text, defects)
    if part.type == _CALENDAR:
        return read_calendar(text)
    if part.type in _ENRICHED:
        return _ENRICHED_TAG.sub("", text.replace("<<", "<"))
    if part.kind.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delete_space=part.kind.parameters.get("delsp", "").lower() == "yes")
    if _HTML_START.match(text):
        defects.add("HTML labelled as plain text")
        return read_html(text, defects)
    return text


def clean(text: str, defects: Defects) -> str:
    """The text with line feeds at the ends of its lines and without what nobody can see."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.replace("\n", "").isprintable():
        return text
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text).replace("\u2028", "\n").replace("\u2029", "\n")
    if "\x00" in text:
        defects.add("NUL in text")
    return _CONTROL.sub("", text)


def _chosen(root: Part, defects: Defects) -> list[Part]:
    """The leaves that are shown, in order. Parts are looked at from the innermost out, so no nesting is too deep."""
    shown: dict[int, list[Part]] = {}
    for part in reversed(list(walk(root))):
        below = [shown.pop(id(child)) for child in part.children]
        if not part.children:
            shown[id(part)] = [part] if is_text(part) else []
        elif part.type == "multipart/alternative":
            shown[id(part)] = _best(below, defects)
        else:
            shown[id(part)] = below[0] if len(below) == 1 else [leaf for leaves in below for leaf in leaves]
    return shown[id(root)]


def _best(options: list[list[Part]], defects: Defects) -> list[Part]:
    """Of alternatives the plain one, whatever their order, unless it says nothing; else the richest, which is last."""
    plain = [option for option in options if option and option[0].type not in _MARKED_UP]
    rich = [option for option in options if option and option[0].type in _MARKED_UP and not _is_blank(option, defects)]
    telling = [option for option in plain if not (_is_blank(option, defects) or (rich and _is_stub(option, defects)))]
    return next(iter(telling), None) or next(reversed(rich), None) or next(iter(plain), [])


def _is_blank(leaves: list[Part], defects: Defects) -> bool:
    return all(leaf.end - leaf.start < _SHORT and not part_text(leaf, defects).strip() for leaf in leaves)


def _is_stub(leaves: list[Part], defects: Defects) -> bool:
    """Whether a plain part only says that the mail is HTML. Where it is more, the HTML says the same."""
    leaf = leaves[0]
    return len(leaves) == 1 and leaf.end - leaf.start < _SHORT and bool(_STUB.search(part_text(leaf, defects)))


def _promoted(root: Part) -> list[Part]:
    """The first text file, when a mail has no other text: to its author that file is the mail. Else an invitation."""
    leaves = [part for part in walk(root) if not part.children]
    plain = next((leaf for leaf in leaves if leaf.type == "text/plain"), None)
    page = next((leaf for leaf in leaves if leaf.type == "text/html" and leaf.disposition.value != "attachment"), None)
    event = next((leaf for leaf in leaves if leaf.type == _CALENDAR), None)
    return [leaf for leaf in (plain or page or event,) if leaf]


def _join(leaves: list[Part], defects: Defects) -> str:
    """The texts below each other; HTML that says what plain text has said already is left out."""
    pieces: list[str] = []
    said: set[str] = set()
    length = 0
    for leaf in leaves:
        marked_up = leaf.type in _MARKED_UP
        if length > MAX_TEXT:
            break
        piece = part_text(leaf, defects).rstrip().lstrip("\n")
        words = _NOT_WORD.sub("", piece).lower() if len(leaves) > 1 else piece
        if not words or (marked_up and words in said):
            continue
        said.add(words)
        pieces.append(piece)
        length += len(piece)
    if length > MAX_TEXT:
        defects.add("text too long: the rest was not read")
    return "\n\n".join(pieces)[:MAX_TEXT]
