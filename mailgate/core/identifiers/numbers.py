"""Numbers of persons and firms: NIP, REGON, PESEL, EORI, ID SISC.

A Polish EORI is "PL", the NIP and five zeros, or for a firm from outside the Union "PL", fourteen digits and "Z"; the
ID SISC of an account on the portal is "PL" and fifteen digits without a check digit.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from stdnum.pl import nip, pesel, regon

from mailgate.core.identifiers.names import Naming, joins, name_before, name_behind, stands_alone
from mailgate.core.identifiers.record import Found, found

_DIGITS = re.compile(r"[0-9]+")
# How many digits a number of each kind has.
_LENGTHS = {"nip": (10,), "regon": (9, 14), "pesel": (11,)}
# 123-456-32-18 and 123-45-67-819: how a NIP is printed for firms and for persons.
_AS_A_NIP = re.compile(r"[1-9][0-9]{2}-(?:[0-9]{3}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{3})")
_PHONE = re.compile(r"(?:\+|\b(?:tel|telefon\w*|kom|faks|fax|phone|mob\w*|тел)\b)[\s.:]*$", re.IGNORECASE)
_COUNTRY = re.compile(r"(?<![^\W_])PL[ -]?$", re.IGNORECASE)
# Digits of a Polish account number; with "PL" before it an IBAN.
_ACCOUNT = 26
# Characters of a run that are read; a longer one is no list of numbers.
_LONGEST_RUN = 2_000
# Groups that are joined at most: 7 1 2 0 0 0 1 1 2 2 0 0 0 0 0.
_MOST_GROUPS = 20
# Months of the birthdays of the living in a PESEL: 1900-1999 as they are, 2000-2099 with 20 added.
_MONTHS = frozenset(f"{month:02}" for century in (0, 20) for month in range(century + 1, century + 13))

_FOREIGN_EORI = re.compile(
    r"(?:\s*[:=#(]|\s+(?:no\.|[a-ząćęłńóśźż]{2,20}))*\s*"
    r"((?:AT|BE|BG|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PT|RO|SE|SI|SK|TR|UA|XI)"
    r"[ -]?[A-Z]{0,4}[0-9][0-9A-Z]{4,14})(?![^\W_])"
)
# The country and up to 15 characters (Delegated Regulation (EU) 2015/2446, annex 12-01).
_LONGEST_EORI = 17


@dataclass(frozen=True, slots=True)
class List:
    """A list of numbers under one name, as far as it has been read."""

    kinds: frozenset[str] = frozenset()
    # The first character behind its last number.
    end: int = -1


def is_valid(kind: str, digits: str) -> bool:
    """Whether the check digit of a NIP, REGON or PESEL holds. A number of zeros has a right one and is nobody's."""
    if not digits.strip("0"):
        return False
    if kind == "nip":
        return digits[0] != "0" and nip.checksum(digits) == 0
    return regon.is_valid(digits) if kind == "regon" else pesel.is_valid(digits)


def find_foreign_eori(text: str, end: int) -> Found | None:
    """The EORI of another country that stands behind its name, which ends at `end`."""
    match = _FOREIGN_EORI.match(text, end, end + 80)
    value = re.sub("[ -]", "", match[1]) if match else ""
    return found("eori", value, match.start(1), match.end(1)) if match and len(value) <= _LONGEST_EORI else None


def find_numbers(text: str, start: int, end: int, before: List) -> tuple[tuple[Found, ...], List]:
    """The numbers in a run of digits whose groups are parted by one blank or dash each, and the list that they end.

    Args:
        text: the whole text.
        start: the first digit of the run.
        end: the first character behind its last digit.
        before: the list that was read before.
    """
    groups = [match.span() for match in _DIGITS.finditer(text, start, min(end, start + _LONGEST_RUN))]
    if text[end : end + 1].isalnum() and text[end] not in "Zz":
        groups.pop()
    results: list[Found] = []
    while groups:
        run = _run(text, groups)
        if len(run.whole) == _ACCOUNT:
            break
        naming = _naming(run, before)
        result, used = _polish(run, naming) or _named(run, naming) or _unnamed(run, naming) or (None, len(groups))
        if result:
            results.append(result)
            before = List(naming.kinds, result.end)
        groups = groups[used:]
    return tuple(results), before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Groups of digits, and the country before them."""

    text: str
    # The first character, the country included.
    start: int
    # Whether "PL" stands before the digits.
    is_polish: bool
    # The first group, the first two joined, the first three ...
    digits: tuple[str, ...]
    # The first character behind each group.
    ends: tuple[int, ...]

    @property
    def whole(self) -> str:
        return self.digits[-1]

    @property
    def end(self) -> int:
        return self.ends[-1]

    def groups_of(self, length: int) -> int | None:
        """How many groups the first digits of that number fill, or None when no group ends there."""
        return next((n for n, digits in enumerate(self.digits, start=1) if len(digits) == length), None)

    def take(self, kind: str, value: str, used: int, *, valid: bool) -> tuple[Found, int]:
        return found(kind, value, self.start, self.ends[used - 1], valid=valid), used


def _run(text: str, groups: list[tuple[int, int]]) -> _Run:
    """The next groups, more than any number has."""
    near = groups[:_MOST_GROUPS]
    first = near[0][0]
    country = _COUNTRY.search(text, max(0, first - 4), first)
    return _Run(
        text=text,
        start=country.start() if country else first,
        is_polish=country is not None,
        digits=tuple(accumulate(text[left:right] for left, right in near)),
        ends=tuple(right for _, right in near),
    )


def _naming(run: _Run, before: List) -> Naming:
    """What the run is called: by a name of its own, or by that of the list it goes on with."""
    naming = name_before(run.text, run.start)
    if naming.kinds:
        return naming
    if before.kinds and joins(run.text, before.end, run.start):
        return Naming(kinds=before.kinds, close=len(run.digits) == 1 and not run.whole.startswith("0"))
    return name_behind(run.text, run.end)


def _polish(run: _Run, naming: Naming) -> tuple[Found, int] | None:
    """A number with "PL" before it: NIP, EORI or ID SISC."""
    if not run.is_polish:
        return None
    if (used := run.groups_of(14)) and run.text[run.ends[used - 1] :][:1].upper() == "Z":
        return run.take("eori", f"PL{run.digits[used - 1]}Z", used, valid=True)
    if used := run.groups_of(15):
        digits = run.digits[used - 1]
        kind = _kind_of_fifteen(digits, naming)
        return run.take(kind, f"PL{digits}", used, valid=kind == "id_sisc" or _is_eori(digits))
    if "eori" in naming.kinds and naming.close and len(run.whole) in {9, 10, 11}:
        return run.take("eori", f"PL{run.whole}", len(run.digits), valid=_is_eori(run.whole))
    used = run.groups_of(10)
    is_whole = used in {1, len(run.digits)}
    named = "nip" in naming.kinds and naming.close
    if used and (named or (is_whole and is_valid("nip", run.digits[used - 1]))):
        digits = run.digits[used - 1]
        return run.take("nip", digits, used, valid=is_valid("nip", digits))
    return None


def _kind_of_fifteen(digits: str, naming: Naming) -> str:
    """An EORI and an ID SISC look alike: the name decides, then the zeros that fill up an EORI."""
    if naming.kinds & {"eori", "id_sisc"}:
        return "eori" if "eori" in naming.kinds else "id_sisc"
    return "eori" if digits.endswith("0000") else "id_sisc"


def _is_eori(digits: str) -> bool:
    """Whether the digits hold a NIP, REGON or PESEL, filled up with zeros."""
    return any(
        is_valid(kind, digits[:length]) and not digits[length:].strip("0")
        for kind, lengths in _LENGTHS.items()
        for length in lengths
        if len(digits) >= length
    )


def _named(run: _Run, naming: Naming) -> tuple[Found, int] | None:
    """A number that stands behind its name: the kind whose check digit holds, else the kind whose length is right."""
    if not _begins_a_number(run, naming):
        return None
    fitting = [
        (kind, used)
        for kind in sorted(naming.kinds & _LENGTHS.keys())
        for length in _LENGTHS[kind]
        if (used := run.groups_of(length))
    ]
    for kind, used in fitting:
        if is_valid(kind, run.digits[used - 1]):
            return run.take(kind, run.digits[used - 1], used, valid=True)
    if fitting and naming.close:
        kind, used = fitting[0]
        return run.take(kind, run.digits[used - 1], used, valid=False)
    return None


def _begins_a_number(run: _Run, naming: Naming) -> bool:
    """Whether no letter touches the digits but those of their name."""
    return naming.touches or not run.text[max(0, run.start - 1) : run.start].isalnum()


def _unnamed(run: _Run, naming: Naming) -> tuple[Found, int] | None:
    """A number without a name that can be nothing else."""
    if naming.kinds or run.is_polish or not _begins_a_number(run, naming):
        return None
    used = len(run.digits)
    if _AS_A_NIP.fullmatch(run.text, run.start, run.end):
        called = _PHONE.search(run.text, max(0, run.start - 24), run.start)
        return run.take("nip", run.whole, used, valid=True) if is_valid("nip", run.whole) and not called else None
    if used > 1 or not stands_alone(run.text, run.start, run.end):
        return None
    if len(run.whole) == 10 and is_valid("nip", run.whole):
        return run.take("nip", run.whole, used, valid=True)
    if len(run.whole) == 11 and run.whole[2:4] in _MONTHS and is_valid("pesel", run.whole):
        return run.take("pesel", run.whole, used, valid=True)
    return None
