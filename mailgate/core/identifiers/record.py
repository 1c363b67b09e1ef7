"""One number found in a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One number found in a mail."""

    # What it is: "mrn", "sent", "rmpd", "eori", "nip", "regon", "pesel", "arc", "grn", "id_sisc", "ticket", "form".
    type: str
    # Normalised: upper case, no blanks or separators.
    value: str
    # Whether its check digit holds; True for numbers that have none.
    valid: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier and where it stands."""

    identifier: Identifier
    # The first character of it in the text, and the first behind it.
    start: int
    end: int


def found(kind: str, value: str, start: int, end: int, *, valid: bool = True) -> Found:
    """An identifier at its place."""
    return Found(Identifier(type=kind, value=value, valid=valid), start, end)
