"""Text as a router reads it: repaired, folded, cut into words, and the stems of words.

Folding makes one spelling of many: case, diacritics, zero-width characters, look-alike letters of other scripts,
HTML entities and the usual mojibake go; Cyrillic is written in Latin letters. Both what people write and what
operators write in `rules/` is folded the same way before it is compared.
"""

import html
import itertools
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "e", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "iu", "я": "ia", "ў": "u",
}  # fmt: skip
_LATIN = {"ł": "l", "ß": "ss", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"}
# Letters that only look like Latin ones; read as Latin inside a word that also has Latin letters.
_LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУаесіјорѕхуԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ",
    "ABCEHIJKMOPSTXYaecijopsxydhqwABEZHIKMNOPTYXaiknopux",
)
# How much of a body is looked at, in characters: people say what they want at the beginning.
LOOKED_AT = 4_000
# Stands for the choice of no words: it is never found in a text.
NEVER = r"\z."
_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"([\W_]+)")
_POLISH = frozenset("aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźżAĄBCĆDEĘFGHIJKLŁMNŃOÓPQRSŚTUVWXYZŹŻ0123456789")
_CHUNK = re.compile(r"\S+")
# Signs of text that was decoded with the wrong table. Each is rare inside a Polish word.
_MISREAD = re.compile("[ĂĹÄÅÃ³¹¿ê\u0080-\u009f±¶¼¦¬¡£¯ÆÊÑæñœŸŒ\ufffd]")
# A letter of Greek, Cyrillic or their kin beside one of another script: without it no word mixes scripts.
_MIXED = re.compile(r"[^\W_\u0370-\u058f][\u0370-\u058f]|[\u0370-\u058f][^\W_\u0370-\u058f]")
_MISREADINGS = (
    ("cp1250", "utf-8"), ("iso8859-2", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"),
    ("cp1252", "cp1250"), ("latin-1", "cp1250"), ("latin-1", "iso8859-2"), ("cp1250", "iso8859-2"),
    ("iso8859-2", "cp1250"),
)  # fmt: skip


def _folding_table() -> dict[int, str]:
    # ASCII stands in the table too: a character that is missing costs as much as an exception.
    table: dict[int, str] = {code: chr(code).lower() for code in range(0x80)}
    for code in range(0x80, 0x0250):
        base = unicodedata.normalize("NFKD", chr(code).lower())
        table[code] = "".join(_LATIN.get(c, c) for c in base if not unicodedata.combining(c))
    for letter, latin in _CYRILLIC.items():
        table[ord(letter)] = table[ord(letter.upper())] = latin
    for code in (0xAD, 0x34F, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF):
        table[code] = ""
    table.update({ord(mark): "'" for mark in "’ʼ‘`´"})
    table.update(dict.fromkeys(range(0x300, 0x370), ""))
    return table


_FOLDING = _folding_table()
# What Polish mail is full of; replaced one by one, which is faster than a table for every character.
_OFTEN = (*zip("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–’", 'acelnoszzACELNOSZZ""-\'', strict=True), ("…", "..."))
# Cyrillic signs that have no Latin letter, yet are seen.
_SIGNS = frozenset(map(ord, "ъьЪЬ"))
_INVISIBLE = re.compile(
    f"[{''.join(chr(code) for code, plain in _FOLDING.items() if not plain and code not in _SIGNS)}]"
)


class Word(NamedTuple):
    """One word of a text, as written and as folded. A tuple, because a mail has hundreds of them."""

    # As it stands in the text.
    written: str
    # Folded: lower case ASCII letters and digits.
    folded: str
    # Its place among the words, from 0.
    place: int
    # What stands between this word and the next: " ", "-", "/", " (".
    gap: str
    # The folded word that a mistyped one was taken for; the folded word itself when it is right, or "".
    meant: str = ""

    @property
    def means(self) -> str:
        """The folded word, mended where it was mistyped."""
        return self.meant or self.folded


def plain(text: str) -> str:
    """The text with entities, mojibake, invisible and look-alike characters mended; still readable to people."""
    if "&" in text:
        text = html.unescape(text)
    elif _without_often(text).isascii():
        return text.replace("…", "...")
    if _MISREAD.search(text):
        text = _CHUNK.sub(lambda found: _reread(found[0]), text)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _WORD.sub(lambda found: _one_script(found[0]), text) if _MIXED.search(text) else text


def fold(text: str) -> str:
    """The text in lower-case ASCII, as far as its letters have an ASCII form. Word boundaries stay."""
    folded = _without_often(text)
    if "&" in text or not folded.isascii():
        folded = _without_often(plain(text))
    return folded.lower() if folded.isascii() else folded.lower().translate(_FOLDING)


def _without_often(text: str) -> str:
    """The text with the letters and marks of Polish in ASCII: all of it, nearly always."""
    for letter, latin in _OFTEN:
        text = text.replace(letter, latin)
    return text


def words_of(text: str, most: int | None = None) -> list[Word]:
    """The words of a text, in order, or the first so many. A word is a run of letters and digits."""
    text = plain(text)
    first = _WORD.search(text)
    if first is None:
        return []
    pieces = _GAP.split(text[first.start() :], most or 0)
    written = [piece for piece in pieces[::2] if piece][:most]
    gaps = [*pieces[1 : 2 * len(written) - 1 : 2], ""]
    return list(map(Word, written, map(fold_word, written), itertools.count(), gaps))


# What ends a sentence before a blank, a line end or the end of the text.
_ENDS_SENTENCES = ".!;:"
_LINE_ENDS = re.compile(r"\n\n*")
_STOPS = re.compile(r"\.(?=\s|$)")
# Stand for a full stop and a question mark that are words, until everything else that is no word has gone.
_STOP, _ASKS = "\0", "\1"
_WORDS_ONLY = bytes(
    ord({_STOP: ".", _ASKS: "?"}.get(chr(code), chr(code) if chr(code).isascii() and chr(code).isalnum() else " "))
    for code in range(256)
)


@lru_cache(maxsize=4)  # one mail's subject and body are read so by recognition and by the cues
def spaced(text: str) -> str:
    """A text folded, its words one blank apart, a full stop as a word where a sentence begins or ends."""
    stop = f" {_STOP} "
    marked = fold(text)
    for mark in _ENDS_SENTENCES:  # replacing one by one takes half as long as an expression
        marked = marked.replace(f"{mark} ", stop).replace(f"{mark}\n", f"{stop}\n")
    marked = _LINE_ENDS.sub(stop, marked).replace("?", f" {_ASKS}{stop}")
    return f" . {_words_only(marked)} . "


def one_blank_apart(text: str) -> str:
    """A text folded, its words one blank apart; `?` and a full stop between blanks are words."""
    return _words_only(_STOPS.sub(f" {_STOP} ", fold(text)).replace("?", f" {_ASKS} "))


def _words_only(marked: str) -> str:
    """A folded text without what stands between its words. By bytes, because bodies are long."""
    return b" ".join(marked.encode("ascii", "replace").translate(_WORDS_ONLY).split()).decode("ascii")


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """One word, folded."""
    return word.lower() if word.isascii() else word.translate(_FOLDING)


def _reread(chunk: str) -> str:
    """A chunk that looks like mojibake, decoded again with the table it was written in."""
    if not _MISREAD.search(chunk):
        return chunk
    for wrong, right in _MISREADINGS:
        try:
            again = chunk.encode(wrong).decode(right)
        except UnicodeError:
            continue
        letters = [c for c in again if not c.isascii()]
        if letters and all(c in _POLISH or c in "–—„”’…" for c in letters):
            return again
    return chunk


def latin_shape(word: str) -> str:
    """A word with each letter of another script that looks Latin written as the Latin one; others stay."""
    return word.translate(_LOOK_ALIKES)


# What a letter of a symbol is in Polish, when somebody writes it as it is spoken: "АКЦ-У/С" is AKC-U/S.
_SPOKEN = str.maketrans("АБВГДЕЄЗИІЙКЛМНОПРСТУФХЦЭ", "ABWGDEEZIIJKLMNOPRSTUFHCE")


def latin_sound(word: str) -> str:
    """A symbol in Cyrillic capitals as it is written in Polish; others stay."""
    return word.translate(_SPOKEN)


def _one_script(word: str) -> str:
    """A word that mixes Latin with look-alike letters, all in Latin."""
    if word.isascii() or not any(c.isascii() and c.isalpha() for c in word):
        return word
    return latin_shape(word)


# Endings of Polish nouns, adjectives and verbs after folding; a stem keeps at least three letters.
_ENDINGS_TEXT = (
    "iami iach iego iemu iowi iom iem imi ich ami ach ego emu owi ymi ych om em ow ej ym im ie ia iu io ii ij"
    " a e i o u y owa owe owy owej owego owych owym ani ania anie aniu aniem eni enia enie eniu eniem en an"
    " ac ec ic yc al ala alo ali il ila ilo ili"
    # Ukrainian and Russian, in Latin letters.
    " oho omu ykh akh iakh yi oi oiu aia uiu ye ymy yia yiu yy yem iia iiu"
)
_ENDINGS = tuple(sorted(_ENDINGS_TEXT.split(), key=len, reverse=True))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What stays of a folded word when its ending changes: "zgloszenia", "zgloszeniem", "zgloszen" -> "zglosz"."""
    if len(word) < 4 or not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if word.endswith("ek") and len(word) > 5:
        return word[:-2] + "k"
    return word
