"""References of the customs and excise systems: MRN, ARC and GRN.

All begin with the last two digits of the year and the country, and carry one check digit:

    MRN  18  yy CC 13 x check        customs declarations; since NCTS phase 5 and AES the 17th character is a letter for
                                     the procedure (Delegated Regulation (EU) 2015/2446, annex B)
    ARC  21  yy CC 16 x check        excise movements (Regulation (EC) 684/2009)
    GRN  17  yy CC 12 x check        guarantees of transit (NCTS rule R0318 for the two lengths)
    GRN  24  the same, with a letter and six digits for the voucher

The check digit is that of ISO 6346: each character's value times a power of two, modulo 11, modulo 10. For the MRN that
is what customs software computes; for ARC and GRN it is taken to be the same, which no published source we found says.
The specimens that the regulations print do not hold it. An MRN, an ARC and a GRN with a voucher are therefore found by
their shape even where it fails, and `valid` says so; a GRN without one must hold it or stand behind its name.
"""

import re
from collections.abc import Iterator

from stdnum import iso6346

from mailgate.core.identifiers.record import Found, found

# The countries of the Union, of common transit, and of EMCS.
_COUNTRY = re.compile(
    "A[DLT]|B[AEG]|C[HYZ]|D[EK]|E[ES]|F[IR]|G[BER]|H[RU]|I[EST]|L[ITUV]|M[DEKT]|N[LO]|P[LT]|R[OS]|S[EIKM]|TR|UA|X[IK]"
)
_SHAPES = {
    18: re.compile(r"[0-9]{2}([A-Z]{2})[0-9A-Z]{13}[0-9]"),
    21: re.compile(r"[0-9]{2}([A-Z]{2})[0-9A-Z]{16}[0-9]"),
    17: re.compile(r"[0-9]{2}([A-Z]{2})[0-9A-Z]{12}[0-9]"),
    24: re.compile(r"[0-9]{2}([A-Z]{2})[0-9A-Z]{12}[0-9][A-Z][0-9]{6}"),
}
_KINDS = {18: "mrn", 21: "arc", 17: "grn", 24: "grn"}
_LONGEST = 24
# The year and the country, or the year alone where a blank follows.
_BEGINNING = re.compile(r"[0-9]{2}(?:[A-Za-z]{2}|$)")
_PIECE = re.compile(r"[0-9A-Za-z]+")
# The most pieces that people break such a number into: 26 PL 4410 10E0 2001 17.
_MOST_PIECES = 8
_NAME = re.compile(r"\b(MRN|ARC|GRN|LRN|VIN)\b[^0-9\n]{0,24}$", re.IGNORECASE)
_GLUED = re.compile(r"(?:^|[^0-9A-Za-z])(?:MRN|ARC|GRN)", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]+")


def find_references(text: str, start: int, end: int) -> Iterator[Found]:
    """The references in a stretch of text whose pieces are parted by one blank or dash each."""
    pieces = [match.span() for match in _PIECE.finditer(text, start, end)]
    first = 1 if _touches_a_word(text, start) else 0
    while first < len(pieces):
        reference, used = _reference(text, pieces[first : first + _MOST_PIECES])
        if reference:
            yield reference
        first += used


def _touches_a_word(text: str, start: int) -> bool:
    """Whether letters that are not its name stand right before the place: X26PL... but not MRN26PL..."""
    before = text[max(0, start - 4) : start]
    return before[-1:].isalnum() and not _GLUED.fullmatch(before)


def _reference(text: str, pieces: list[tuple[int, int]]) -> tuple[Found | None, int]:
    """The reference that these pieces begin with, and how many of them are used up."""
    start = pieces[0][0]
    name = None
    joined = ""
    for count, (left, right) in enumerate(pieces, start=1):
        joined += text[left:right]
        if len(joined) > _LONGEST or (count == 1 and not _BEGINNING.match(joined)):
            break
        if len(joined) not in _SHAPES:
            continue
        name = _name_before(text, start) if name is None else name
        reference = _judge(joined, name, broken=count > 1)
        if reference is not None:
            kind, valid = reference
            return found(kind, joined.upper(), start, right, valid=valid), count
    return None, 1


def _name_before(text: str, start: int) -> str:
    """What the words before the place call a reference there, in small letters; "" when nothing does."""
    named = _NAME.search(text[max(0, start - 32) : start])
    return named[1].lower() if named else ""


def _judge(written: str, name: str, *, broken: bool) -> tuple[str, bool] | None:
    """What the joined pieces are, and whether the check digit holds; None when they are no reference."""
    value = written.upper()
    shape = _SHAPES.get(len(value))
    match = shape.fullmatch(value) if shape else None
    if not match:
        return None
    kind = _KINDS[len(value)]
    body = value[:17] if len(value) == 24 else value
    valid = iso6346.calc_check_digit(body[:-1]) == body[-1]
    if name == kind or _speaks_for_itself(written, match[1], name, valid=valid, broken=broken):
        return kind, valid
    return None


def _speaks_for_itself(written: str, country: str, name: str, *, valid: bool, broken: bool) -> bool:
    """Whether a reference that does not stand behind its name can be nothing else."""
    if not _COUNTRY.fullmatch(country):
        return False
    if len(written) == 17:
        # A VIN has 17 characters too, and so has an MRN that lost one.
        return valid and not broken and not name
    return valid or not (broken or name or _HEX.fullmatch(written))
