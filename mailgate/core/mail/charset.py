"""Octets as text, whatever their label says.

The label is a claim. UTF-8 proves itself: text in another character set is hardly ever valid UTF-8 by chance. After
that a known label is believed unless the text it gives cannot be what a person wrote ("zg³oszenie" for "zgłoszenie"),
and where there is no usable label the reading that looks most like written language wins, Polish first.

A label is never handed to the codec registry: some codecs are no character sets, some are slow on purpose-made input,
and each unknown name stays in its cache for ever.
"""

import re
from encodings.aliases import aliases
from types import MappingProxyType

from charset_normalizer import from_bytes

from mailgate.core.mail.defects import Defects, label
from mailgate.core.mail.likeness import Likeness, likeness

# Octets of these sets are ASCII even where the text is not.
_STATEFUL = frozenset({"utf_7", "hz", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"}) | {
    codec for codec in aliases.values() if codec.startswith("iso2022")
}
# Two octets of these can look like UTF-8 by chance, so their label goes first.
_EAST_ASIAN = frozenset({"big5hkscs", "cp932", "cp949", "cp950", "euc_jp", "euc_jis_2004", "gb18030", "johab"})
_SINGLE_OCTET = frozenset(
    {f"cp{page}" for page in (437, 737, 775, 850, 852, 855, 857, 858, *range(860, 867), 869, 874, 1125)}
    | {f"cp{page}" for page in range(1250, 1259)}
    | {f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {"koi8_r", "koi8_u", "koi8_t", "kz1048", "ptcp154"}
    | {"mac_roman", "mac_latin2", "mac_cyrillic", "mac_greek", "mac_turkish", "mac_iceland"}
)
_CODECS = _STATEFUL | _EAST_ASIAN | _SINGLE_OCTET | {"utf_8"}
# Supersets that mailers mean (WHATWG Encoding Standard), and names that Python does not know.
_MEANT = {
    **{
        f"{prefix}{page}": f"cp{page}"
        for page in range(1250, 1259)
        for prefix in ("windows", "win", "xcp", "mswin", "xwindows")
    },
    **{f"{prefix}{page}": f"cp{page}" for page in (850, 852, 866) for prefix in ("xcp", "ibm", "dos")},
    **{f"iso8859{part}{way}": f"iso8859_{part}" for part in (6, 8) for way in ("e", "i")},
    **dict.fromkeys(("iso88591", "latin1", "l1", "iso885911987", "cp819", "ibm819"), "cp1252"),
    **dict.fromkeys(("iso88599", "latin5", "l5"), "cp1254"),
    **dict.fromkeys(("iso885911", "tis620", "windows874", "xwindows874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "cp936", "xgbk", "gb231280", "euccn", "chinese", "windows936"), "gb18030"),
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "mskanji", "windows31j", "csshiftjis"), "cp932"),
    **dict.fromkeys(("euckr", "ksc56011987", "ksc5601", "korean", "windows949"), "cp949"),
    **dict.fromkeys(("big5", "big5tw", "csbig5", "xxbig5"), "big5hkscs"),
    **dict.fromkeys(("macintosh", "macroman", "xmacroman"), "mac_roman"),
    **dict.fromkeys(("xmacce", "xmaccentraleurroman", "maccentraleurope"), "mac_latin2"),
    **dict.fromkeys(("xmaccyrillic",), "mac_cyrillic"),
    **dict.fromkeys(("koi8", "koi"), "koi8_r"),
    **dict.fromkeys(("koi8ru",), "koi8_u"),
    **dict.fromkeys(("utf8mb4", "xutf8", "unicode11utf8", "unicode20utf8", "cp65001"), "utf_8"),
    **dict.fromkeys(("unicode11utf7", "xunicode20utf7", "unicode20utf7", "cp65000"), "utf_7"),
    **dict.fromkeys(("iso2022jpms", "csiso2022jp"), "iso2022_jp_ext"),
    "unicode": "utf_16",
    "hzgb2312": "hz",
}
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_LABELS = MappingProxyType(
    {codec.replace("_", ""): codec for codec in _CODECS}
    | {_PUNCTUATION.sub("", alias): codec for alias, codec in aliases.items() if codec in _CODECS}
    | _MEANT
)
# Labels that claim no more than ASCII.
_ASCII = frozenset({"", "ascii", "usascii", "iso646us", "ansix341968", "isoir6", "us", "7bit"})
# Words that mailers write where they know no character set; they claim nothing.
_SILENT = frozenset(
    ("ansi", "unknown", "xunknown", "unknown8bit", "xunknown8bit", "8bit", "default", "none", "null", "binary",
     "charset", "xuserdefined", "autodetect", "auto")
)  # fmt: skip
# What mail without a usable label was written in, most likely first; one reading beats another only by being better,
# and one that is hardly used any more only by being better by as much.
_LIKELY = ("cp1250", "iso8859_2", "cp1251", "koi8_u", "cp1252", "cp852", "cp866", "iso8859_5", "mac_latin2")
_HANDICAP = MappingProxyType({"cp852": 1.5, "cp866": 1.0, "iso8859_5": 1.0, "mac_latin2": 2.0})
# Two sets for the same languages that mailers mistake for each other.
_SIBLINGS = MappingProxyType({"cp1250": "iso8859_2", "iso8859_2": "cp1250"})
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf_8_sig"),
    (b"\xff\xfe\x00\x00", "utf_32"),
    (b"\xff\xfe", "utf_16"),
    (b"\xfe\xff", "utf_16"),
)
# A word around an octet that is not ASCII.
_WORD = re.compile(rb"[A-Za-z]{0,3}[\x80-\xff][A-Za-z\x80-\xff]{0,30}")
_SAMPLE = 60
# By so much must another reading be better than the one the label asks for.
_MARGIN = 1.0
# Above this nothing much speaks for the best reading; with so many octets to look at, `charset-normalizer` may know.
_DOUBTFUL = -1.4
_EVIDENCE = 20
# Octets that it looks at; it is thorough and slow.
_LAST_RESORT = 4096
_LAST_EFFORT = 100
# Octets of broken UTF-8 that cost as much as a step.
_LINES_COST = 5_000


def codec(charset: str) -> str | None:
    """The codec for a charset label in any spelling, or None when the label is unknown or says nothing."""
    squeezed = _PUNCTUATION.sub("", charset[:60].lower())
    return _LABELS.get(squeezed)


def decode(octets: bytes, charset: str, defects: Defects) -> str:
    """The text of the octets; `charset` is the label of the sender or "". Never fails.

    What cannot be read becomes U+FFFD. A label that is missing though it is needed, unknown or wrong is a defect.
    """
    named = codec(charset)
    if octets.isascii() and named not in _STATEFUL and b"\x1b$" not in octets:
        _judge_label(charset, named, needed=False, defects=defects)
        return octets.decode("ascii")
    text = _marked(octets) or _labelled(octets, named)
    if text is not None:
        return text
    text = _utf8(octets, defects, labelled=named == "utf_8")
    if text is not None:
        if named not in {"utf_8", *_STATEFUL}:
            _judge_label(charset, named, needed=not octets.isascii(), defects=defects)
        return text
    return _eight_bit(octets, charset, named, defects)


def _judge_label(charset: str, named: str | None, *, needed: bool, defects: Defects) -> None:
    """Note a label that nobody knows, and one that did not help where help was needed."""
    squeezed = _PUNCTUATION.sub("", charset[:60].lower())
    known = named is not None or squeezed in _ASCII
    if not known and (needed or squeezed not in _SILENT):
        defects.add(f"charset unknown: {label(charset)}")
    elif needed:
        defects.add(f"charset wrong: {label(charset)}" if squeezed else "charset missing")


def _marked(octets: bytes) -> str | None:
    """The text behind a byte order mark."""
    for mark, name in _BYTE_ORDER_MARKS:
        if octets.startswith(mark):
            return octets.decode(name, "replace")
    return None


def _labelled(octets: bytes, named: str | None) -> str | None:
    """The text by a label that goes before UTF-8, if the label can be true."""
    if named is None and b"\x1b$" in octets:
        named = "iso2022_jp_ext"
    if named not in _STATEFUL | _EAST_ASIAN or (named.startswith(("utf_16", "utf_32")) and b"\x00" not in octets):
        return None
    lenient = octets.decode(named, "replace")
    if named == "utf_7":  # the one codec that lets half of a surrogate pair through
        lenient = lenient.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return lenient if lenient.count("\ufffd") * 20 < len(lenient) else None


def _utf8(octets: bytes, defects: Defects, *, labelled: bool) -> str | None:
    """The text if it is UTF-8. A few broken octets do not change what it is, nor do lines that somebody added."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        lenient = octets.decode("utf-8", "replace")
        cut_off = labelled and error.reason == "unexpected end of data"
    if not (cut_off or _is_mostly_utf8(octets, lenient)):
        return None
    defects.add("broken UTF-8")
    lines = octets.split(b"\n")
    if len(lines) == 1 or not defects.afford(1 + len(octets) // _LINES_COST):
        return lenient
    return "\n".join(_utf8_line(line, defects) for line in lines)


def _utf8_line(line: bytes, defects: Defects) -> str:
    lenient = line.decode("utf-8", "replace")
    if "\ufffd" not in lenient or _is_mostly_utf8(line, lenient):
        return lenient
    return _eight_bit(line, "", None, defects)


def _is_mostly_utf8(octets: bytes, lenient: str) -> bool:
    return len(octets) - len(lenient) > 2 * lenient.count("\ufffd")


def _eight_bit(octets: bytes, charset: str, named: str | None, defects: Defects) -> str:
    """The text in a set of single octets: by its label unless that is odd and another reading is much better."""
    if not defects.afford():
        return octets.decode(named if named in _SINGLE_OCTET else _LIKELY[0], "replace")
    sample = b" ".join(found.group() for _, found in zip(range(_SAMPLE), _WORD.finditer(octets), strict=False))
    claimed = likeness(sample.decode(named, "replace")) if named in _SINGLE_OCTET else None
    if named and claimed and claimed.good:
        return octets.decode(named, "replace")
    best, seen = _likeliest(sample)
    if named and claimed:
        # Few letters of related sets differ; one of them in a wrong place is enough to know.
        mistaken = best == _SIBLINGS.get(named) and seen.oddities < claimed.oddities
        if not mistaken and (not claimed.odd or seen.strangeness > claimed.strangeness - _MARGIN):
            return octets.decode(named, "replace")
    _judge_label(charset, named, needed=True, defects=defects)
    if seen.strangeness > _DOUBTFUL and len(sample) > _EVIDENCE and defects.afford(_LAST_EFFORT):
        best = _last_resort(octets, sample, seen) or best
    return octets.decode(best, "replace")


def _likeliest(sample: bytes) -> tuple[str, Likeness]:
    """The best reading; the first that is good needs no rival."""
    readings: list[tuple[float, str, Likeness]] = []
    for name in _LIKELY:
        seen = likeness(sample.decode(name, "replace"))
        if seen.good and name not in _HANDICAP:
            return name, seen
        readings.append((seen.strangeness + _HANDICAP.get(name, 0), name, seen))
    _, best, seen = min(readings, key=lambda reading: reading[0])
    return best, seen


def _last_resort(octets: bytes, sample: bytes, seen: Likeness) -> str | None:
    """What `charset-normalizer` makes of scripts that are rare here: Greek, Turkish, Hebrew, Thai, East Asian."""
    found = from_bytes(octets[:_LAST_RESORT]).best()
    name = codec(found.encoding) if found is not None else None
    if name in _EAST_ASIAN:
        return name
    better = name in _SINGLE_OCTET and likeness(sample.decode(name, "replace")).strangeness < seen.strangeness
    return name if better else None
