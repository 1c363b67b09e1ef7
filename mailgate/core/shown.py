"""Words from outside, fit to be looked at: nothing in them moves a cursor, hides, or reverses what stands beside it."""

import re

# C0 and C1 controls but tab and line feed, line and paragraph separators, bidi marks and overrides, zero-width and
# interlinear characters, tags, private use (RFC 3629 lets all of them through), and halves of surrogate pairs.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_BLANKS = re.compile(r"[ \t\n\r\x0b\x0c]+")


def shown(text: str) -> str:
    r"""The text with every unfit character as its escape: ESC is `\x1b`. Line feeds and tabs stay."""
    return _UNFIT.sub(_escape, text.replace("\r\n", "\n"))


def shown_line(text: str, limit: int = 1000) -> str:
    """The text as one line of at most `limit` characters; runs of blanks are one."""
    line = shown(_BLANKS.sub(" ", text[: 4 * limit]).strip())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def count(number: int, noun: str) -> str:
    """So many of them: "1 mistake", "2 mistakes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
