"""Numbers that name things: MRN, SENT, EORI, NIP, PESEL, ARC, tickets, form symbols."""

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
