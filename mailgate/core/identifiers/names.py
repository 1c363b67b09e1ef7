"""The names that people put before a number, and what tells that a number has none."""

import re
from dataclasses import dataclass

# How far before a number its name is looked for, in characters.
_REACH = 72
# Words between a name and a number whose check digit is wrong: "NIP nadawcy to 7120001122".
_CLOSE = 2

_KINDS = {
    "nip": "nip",
    "ніп": "nip",
    "podatkowej": "nip",
    "vat": "nip",
    "tin": "nip",
    "id": "nip",
    "regon": "regon",
    "регон": "regon",
    "pesel": "pesel",
    "песель": "pesel",
    "eori": "eori",
    "еорі": "eori",
    "sisc": "id_sisc",
}
# The endings are those of Polish cases; a digit may follow at once (NIP7120001122), another letter may not.
_NAME = re.compile(
    r"(?<![^\W_])(?:(nip|regon|pesel|eori|ніп|регон|песель|еорі)(?:[-']?(?:y|u|em|ie|ów|ami|ach|a|owi|s))?"
    r"|numer\w{0,3} identyfikacji (podatkowej)|(vat)[ -]?(?:id|ue|eu|no|number|reg|nr)|(tin)|tax (id)|id[ -]?(sisc)"
    r")(?![^\W\d_])"
)
# One of these is in every name; where none is, none needs to be looked for.
_CORES = ("nip", "regon", "pesel", "eori", "sisc", "vat", "tin", "tax", "podatkowej", "ніп", "регон", "песель", "еорі")
_NAME_BEHIND = re.compile(r" ?[(\[–-] ?(nip|regon|pesel)\b(?!\W{0,3}[0-9])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
# What ends the reach of a name: a comma, another number, a new sentence, words of a new line.
_BREAK = re.compile(r"[,;!?@0-9]|\.\s+[A-ZĄĆĘŁŃÓŚŹŻ]|\n\s*[^\s:–-]")
# What joins two names ("NIP/REGON:") and two numbers ("7120001122 i 7120003344") to one list.
_JOINT = re.compile(
    r"\s*(?:[,;/|&+]|\b(?:i|oraz|and|lub|und|та|і)\b)?\s*(?:\b(?:nr|numer|numery)\b)?\s*", re.IGNORECASE
)
# Words that name something else; the number behind them is theirs.
_FOREIGN = re.compile(
    r"\b(?:tel|telefon\w*|kom|komórk\w+|mob\w*|phone|fax|faks\w*|тел\w*|kont[oa]|rachun\w+|iban|nrb|vin|krs|bdo|lrn|gtin|ean|isbn"
    r"|zam[oó]wieni\w+|faktur\w+|order|invoice|transakcj\w+|polis\w+|dok|dokument\w*|seryjn\w+|wnios\w+|decyzj\w+|kod\w*|cn"
    r"|taric|hts|ref|reference|sygn|sygnatur\w*|znak\w*)\b",
    re.IGNORECASE,
)
# Words that announce a number without saying which; between a name and its number they are only filling.
_ANY = re.compile(r"\b(?:nr|numer\w*|no|number|id)\b", re.IGNORECASE)
_FIRM = re.compile(
    r"\b(?:o\.\s?o\.?|s\.\s?[ac]\.?|s\.\s?k\.\s?a\.?|sp\.\s?[jkp]\.?|ltd\.?|gmbh|s\.?\s?r\.?\s?o\.?|uab)\W{0,3}$",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"[^\W\d_][^\s.,;:()]*$")
_MEASURE = re.compile(r"[.,][0-9]|\s?(?:zł|pln|eur|usd|kg|szt|%)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a number is called."""

    # Kinds of number that it may be: {"nip", "regon"}; empty when nothing names it.
    kinds: frozenset[str] = frozenset()
    # Whether the name stands so close that a wrong check digit is a mistake and not another number.
    close: bool = False
    # Whether the name touches the number: NIP7120001122.
    touches: bool = False


def name_before(text: str, start: int) -> Naming:
    """What the words before the place call the number there."""
    before = text[max(0, start - _REACH) : start]
    small = before.lower()
    names = list(_NAME.finditer(small)) if any(core in small for core in _CORES) else []
    if not names:
        return Naming()
    gap = before[len(before) - len(small) + names[-1].end() :]
    if _BREAK.search(gap) or _FOREIGN.search(gap):
        return Naming()
    kinds = {_kind(names[-1])}
    for left, right in zip(names[-2::-1], names[:0:-1], strict=True):
        if not _JOINT.fullmatch(small, left.end(), right.start()):
            break
        kinds.add(_kind(left))
    return Naming(kinds=frozenset(kinds), close=len(_WORD.findall(gap)) <= _CLOSE, touches=not gap)


def name_behind(text: str, end: int) -> Naming:
    """What the word behind the number calls it: "7120001122 (NIP)"."""
    name = _NAME_BEHIND.match(text, end, end + 12)
    return Naming(kinds=frozenset({name[1].lower()})) if name else Naming()


def joins(text: str, start: int, end: int) -> bool:
    """Whether what stands between two numbers makes one list of them."""
    return end - start <= 16 and bool(_JOINT.fullmatch(text, start, end))


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing names the number, so that it can be what it looks like.

    It stands alone at the start of a line, behind a comma, and behind a proper name inside a line ("ABC Trans
    5260250995"). It does not behind a common word or the first word of a sentence ("operacja 5260250995", "Zamówienie
    5260250995"), in an amount, or in an address of any kind.
    """
    if text[end : end + 1] not in set(" \t\r\n,;.)|") | {""} or _MEASURE.match(text, end, end + 6):
        return False
    above, _, line = text[max(0, start - _REACH) : start].rpartition("\n")
    if not line.strip(" \t-•*>"):
        return not above.rstrip().endswith(":")
    return _ends_with_a_name(line)


def _ends_with_a_name(line: str) -> bool:
    """Whether the words before the number end with a comma, a firm or a proper name."""
    words = line.rstrip(" \t")
    if words == line:
        return False
    if words.endswith((",", ";", "|")):
        return not _announces(" ".join(_WORD.findall(words)[-3:]))
    if _FIRM.search(words):
        return True
    last = _LAST_WORD.search(words)
    if not last or not last[0][0].isupper() or _announces(last[0]):
        return False
    return words[: last.start()].rstrip()[-1:].isalpha()


def _announces(words: str) -> bool:
    """Whether the words say what the number behind them is, or that one comes."""
    return bool(_FOREIGN.search(words) or _ANY.search(words))


def _kind(name: re.Match[str]) -> str:
    return _KINDS[next(group for group in name.groups() if group)]
