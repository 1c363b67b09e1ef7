"""Encoded words (RFC 2047), as they are sent rather than as they should be.

Accepted besides the letter of the RFC: words glued to text, blanks inside a word, a character cut in two between words,
a word inside a word, a word that was cut off, words in quoted strings, and any spelling of the charset. And what must
not happen: a blank between a word and plain text is part of the text.
"""

import binascii
import re
from dataclasses import dataclass

from mailgate.core.mail import transfer
from mailgate.core.mail.charset import codec, decode
from mailgate.core.mail.defects import Defects

# charset, optional language (RFC 2231 section 5), encoding, text; no word starts inside another, so a search is linear.
_WORD = re.compile(r"=\?([\w.:+()-]{1,60})(?:\*[\w-]{0,20})?\?([bBqQ])\?((?:(?!=\?[^=]).)*?)(?:\?=|\?$|$)", re.DOTALL)
# A double-encoded subject is common; three layers are a joke.
_LAYERS = 3
# Texts with words that are longer are costly.
_LONG = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    charset: str
    encoding: str
    text: str


def decode_words(text: str, defects: Defects) -> str:
    """The text with its encoded words decoded; anything else in it is left as it is."""
    for _ in range(_LAYERS):
        if "=?" not in text or not defects.afford(len(text) // _LONG):
            break
        decoded = _layer(text, defects)
        if decoded == text:
            break
        text = decoded
    return text


def _layer(text: str, defects: Defects) -> str:
    pieces: list[str] = []
    run: list[_Word] = []
    end = 0
    for found in _WORD.finditer(text):
        gap = text[end : found.start()]
        if not run or gap.strip(" \t"):  # only blanks between two words are no text (RFC 2047 section 6.2)
            pieces += (_decoded(run, defects), gap)
            run = []
        run.append(_Word(charset=found[1], encoding=found[2].lower(), text=found[3]))
        end = found.end()
    return "".join((*pieces, _decoded(run, defects), text[end:]))


def _decoded(run: list[_Word], defects: Defects) -> str:
    """The text of neighbouring words. Those of one charset are joined as octets: a character may be cut in two."""
    pieces: list[str] = []
    octets = b""
    charset = run[0].charset if run else ""
    for word in _rejoined(run):
        if word.charset.lower() != charset.lower():
            pieces.append(decode(octets, charset, defects))
            octets = b""
        charset = word.charset
        octets += _octets(word)
    return "".join((*pieces, decode(octets, charset, defects)))


def _rejoined(run: list[_Word]) -> list[_Word]:
    """Words of base64 that were cut between groups of four are one word."""
    whole: list[_Word] = []
    for word in run:
        last = whole[-1] if whole else None
        if last and last.encoding == word.encoding == "b" and last.charset == word.charset and len(last.text) % 4:
            whole[-1] = _Word(charset=word.charset, encoding="b", text=last.text + word.text)
        else:
            whole.append(word)
    return whole


def _octets(word: _Word) -> bytes:
    if word.encoding == "q":
        return binascii.a2b_qp(_raw(word), header=True)
    if not word.text.isascii():  # raw text where base64 should be: it was not encoded at all
        return word.text.encode()
    return transfer.base64(word.text.encode()) if word.text.strip("=") else b""


def _raw(word: _Word) -> bytes:
    """The text of a word as octets; letters that nobody encoded stand in the word's own charset, if it has them."""
    if not word.text.isascii():
        try:
            return word.text.encode(codec(word.charset) or "utf-8")
        except UnicodeEncodeError:
            pass
    return word.text.encode()
