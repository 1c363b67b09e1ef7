"""How much a text looks like something a person wrote: the judge between two readings of the same octets."""

import re
from dataclasses import dataclass, field

_POLISH = re.compile("[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
# Four letters of five in Russian and Ukrainian are common ones: that tells KOI8 from windows-1251, and both from Greek.
_CYRILLIC = re.compile("[а-яёіїєґў]")
_CYRILLIC_COMMON = re.compile("[оаеиіынтсрвлкмдпуя]")
_CYRILLIC_CAPITAL = re.compile("[А-ЯЁІЇЄҐЎ]")
_CYRILLIC_CAPITAL_COMMON = re.compile("[ОАЕИІЫНТСРВЛКМДПУЯ]")
# Letters and signs of the neighbours, and what word processors put between words.
_NEIGHBOUR = re.compile("[äöüßÄÖÜéèêëàâçîïôùûñíáúøåæãõěščřžýůťďňľĺŠČŘŽÝÁÍÉÚőűăâîșțşţ„”“’‘–—…«»§°€№\u00a0]")
# Greek, Hebrew, Arabic, Thai: nothing more is known of them here than that they are letters.
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0590-\u06ff\u0e00-\u0e7f]")
# Signs that stand where signs do: "5 m³ ±1".
_SIGN = re.compile("[¡-¿×÷]")
# Never part of a word: control characters, box drawing, what no codec could read, signs where a letter should be.
_UNREADABLE = re.compile("[\x80-\x9f\ufffd\u2500-\u25ff]")
_LETTER = "[^\\W\\d_]"
_SIGN_IN_WORD = re.compile(
    f"(?<={_LETTER})[¡-©¬-±²-¹¼-¿×÷ˇ˘˙˛˝†‡‰]{_LETTER}"  # zg³oszenie
    f"|[¥¦¨¬±²³¶¸¹¼½¾]{_LETTER}|[¿£][a-zß-ÿ]"  # ³adunek, ¿e; but ¿Qué
    f"|(?<={_LETTER})[¿±¶¼¾¯]"  # b³±d; but m³
)
# Polish words read as Latin-1: no language of Latin-1 has these letters there ("proszê", "dostêp", "Usuñ", "byæ").
_NOT_WESTERN = re.compile(
    r"[ghijkmstwz]ê\b|ê(?:[dgkwz]|c(?!h)|p\b)|ñ(?![aeiouáéíóú])|[aeiouy]æ\b|œ[klmprwz]|œ\b|j¹", re.IGNORECASE
)
# Latin and Cyrillic letters in one word; a capital after a small letter; heaps of accents.
_MIXED = re.compile("[a-zA-Z][\u0400-\u04ff]|[\u0400-\u04ff][a-zA-Z]")
_SWAPPED = re.compile("[a-zß-öø-ÿąćęłńśźżа-яёіїєґ][A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻА-ЯЁІЇЄҐ]")
_HEAPED = re.compile("[À-ſ](?=[À-ſ])")
# Whoever tries out whether mail keeps their letters writes them in a row: no heap, and no Cyrillic word either.
_ALPHABET = re.compile(
    f"(?<!{_LETTER})(?:[äöüßÄÖÜ€]{{3,}}|[åäöæøéÅÄÖÆØÉ]{{3,}}|[áéíóúñüÁÉÍÓÚÑÜ]{{3,}}|(?:([àâçèéêëìîïòôùû])(?!\\w*\\1)){{3,}})(?!{_LETTER})"
)
# Letters that stand in Cyrillic code pages and in no text of today's Russian or Ukrainian.
_RARE = re.compile("[ЂЃѓЉЊЌЋЏђљњќћџЅѕЈј]")
# Polish and Czech or Slovak letters in one text: one of the two was read in the wrong one of two related sets.
# (Croatian has ć and š.)
_ONLY_POLISH = re.compile("[łęńżąśźŁĘŃŻĄŚŹ]")
_ONLY_CZECH = re.compile("[šťžľřěůŠŤŽĽŘĚŮ]")


# Polish comes to -2 and less, Russian and Ukrainian to -1.5; what is read in a wrong set stays above.
_GOOD = -1.5


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Likeness:
    """The smaller, the more a text looks like written language."""

    # Points against it for each character that is not ASCII.
    strangeness: float
    # How many characters stand where no writer puts them.
    oddities: int = field(compare=False)
    # So many that it cannot be right, or nothing speaks for it.
    odd: bool = field(compare=False)

    @property
    def good(self) -> bool:
        """Nothing speaks against it, and nearly every letter for it."""
        return not self.oddities and self.strangeness < _GOOD


def likeness(text: str) -> Likeness:
    """Judge a text, best the words around its characters that are not ASCII."""
    text = _ALPHABET.sub(lambda row: row[0][0], text)
    foreign = max(1, len(text) - len(text.encode("ascii", "ignore")))
    odd = len(_UNREADABLE.findall(text)) + len(_SIGN_IN_WORD.findall(text)) + len(_NOT_WESTERN.findall(text))
    odd += min(len(_ONLY_POLISH.findall(text)), len(_ONLY_CZECH.findall(text)))
    spoken = (
        3 * len(_POLISH.findall(text))
        + 0.5 * len(_CYRILLIC.findall(text))
        + 1.6 * len(_CYRILLIC_COMMON.findall(text))
        + 0.2 * len(_CYRILLIC_CAPITAL.findall(text))
        + 1.2 * len(_CYRILLIC_CAPITAL_COMMON.findall(text))
        + len(_NEIGHBOUR.findall(text))
        + len(_OTHER_SCRIPT.findall(text))
        + 0.5 * len(_SIGN.findall(text))
    )
    against = (
        4 * odd
        + 4 * len(_MIXED.findall(text))
        + 2 * len(_SWAPPED.findall(text))
        + 1.5 * len(_HEAPED.findall(text))
        + 3 * len(_RARE.findall(text))
    )
    strangeness = (against - spoken) / foreign
    return Likeness(strangeness=strangeness, oddities=odd, odd=odd * 10 > foreign or strangeness > -0.3)
