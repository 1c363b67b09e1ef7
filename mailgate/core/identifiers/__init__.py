"""Numbers that name things: `find_identifiers` takes them from a text, `mask` hides the personal ones.

What is found, and when, so that no phone number, date, amount or account number is ever taken for one:

- A number with a shape of its own (MRN, ARC, GRN with a voucher, SENT, RMPD, ticket, ID SISC, form symbol) is found
  wherever it stands. Its check digit decides only whether it is valid.
- NIP, REGON, PESEL, a foreign EORI and a GRN look like many other numbers. One that stands behind its name ("NIP:",
  "REGON spółki") is found, valid or not; so is the next one of a list.
- Without its name a NIP is found when its check digit holds *and* it is written as only a NIP is (123-456-32-18,
  PL1234563218), or when nothing else claims it: it stands at the start of a line, behind a comma or behind a proper
  name. A PESEL likewise, if it also holds a birthday of somebody alive. A REGON never: nine digits are a phone number.
"""

from mailgate.core.identifiers.find import find_identifiers
from mailgate.core.identifiers.forms import normalise_form
from mailgate.core.identifiers.mask import mask, masked
from mailgate.core.identifiers.record import Identifier

__all__ = ["Identifier", "find_identifiers", "mask", "masked", "normalise_form"]
