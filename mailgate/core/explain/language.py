"""The languages of the explanation: English, in which everything is written, and Polish by table."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from mailgate.core.explain.polish.heard import PHRASES
from mailgate.core.explain.polish.sentences import LABELS, SENTENCES
from mailgate.core.explain.polish.words import WORDS

_SLOT = re.compile(r"\{(\w+)\}")
# Slots whose content is translated in its turn begin like this.
_TRANSLATED = "t_"


class Language(StrEnum):
    """What the explanation is told in; ISO 639-1."""

    ENGLISH = "en"
    POLISH = "pl"

    def label(self, label: str) -> str:
        """The word in front of an item."""
        return LABELS[label] if self is Language.POLISH else label

    def say(self, sentence: str, *values: object, **slots: object) -> str:
        """One sentence of the explanation, named by its English, with its slots filled.

        Raises:
            KeyError: it has no Polish.
        """
        said = SENTENCES[sentence] if self is Language.POLISH else sentence
        return said.format(*values, **slots)

    def word(self, word: str) -> str:
        """One word of a record: "proven"."""
        return WORDS.get(word, word) if self is Language.POLISH else word

    def hear(self, text: str) -> str:
        """What a rule or a proof has said in English; what is not known stays as it is."""
        if self is not Language.POLISH:
            return text
        return "; ".join(_translated(piece) or piece for piece in text.split("; "))


def unheard(text: str) -> tuple[str, ...]:
    """The pieces of what a rule or a proof has said that have no Polish."""
    return tuple(piece for piece in text.split("; ") if _translated(piece) is None)


def _translated(text: str) -> str | None:
    """One piece in Polish; None when nothing fits."""
    if text in WORDS:
        return WORDS[text]
    for pattern, polish in _patterns():
        found = pattern.fullmatch(text)
        if found:
            said = {
                name: (_translated(value) or value) if name.startswith(_TRANSLATED) else value
                for name, value in found.groupdict().items()
            }
            return polish.format(**said)
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The table, ready to be compared with; a slot holds anything but a semicolon."""
    return tuple((re.compile("".join(_pieces(english))), polish) for english, polish in PHRASES)


def _pieces(english: str) -> Iterator[str]:
    end = 0
    for slot in _SLOT.finditer(english):
        yield re.escape(english[end : slot.start()])
        yield f"(?P<{slot[1]}>[^;]+?)"
        end = slot.end()
    yield re.escape(english[end:])
