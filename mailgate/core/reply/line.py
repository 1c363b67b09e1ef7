"""One harmless line out of whatever a stranger typed."""

import re

# C0 and C1 controls, line and paragraph separators: each of them could begin a new header or move a cursor.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Characters that are not seen but change what is: bidi marks and overrides, zero-width ones, tags, private use
# (one of them stands for the ticket number), and halves of surrogate pairs. The joiners of emoji and Persian stay.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def one_line(text: str, limit: int) -> str:
    """The text without line breaks, controls and unseen characters, runs of blanks made one, at most `limit` long."""
    line = " ".join(_UNSEEN.sub("", _BREAKS.sub(" ", text)).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
