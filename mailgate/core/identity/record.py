"""Who wrote a mail, and how sure we are."""

from dataclasses import dataclass
from enum import StrEnum


class Trust(StrEnum):
    """How sure we are of the author: forged < claimed < proven."""

    FORGED = "forged"
    CLAIMED = "claimed"
    PROVEN = "proven"

    @property
    def grade(self) -> int:
        """The place on the scale, for comparing: 0 forged, 1 claimed, 2 proven."""
        return ("forged", "claimed", "proven").index(self.value)


class Hearing(StrEnum):
    """What was heard of our relay about a mail that came on its way (relay mode)."""

    # Its header is there.
    HEARD = "heard"
    # Its header is missing.
    MISSING = "missing"
    # It is missing, as it is on all mail of late that came this way: something is wrong with the relay.
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The author of a mail and the proof for it."""

    # The author's address, lower case, domain as A-labels (IDNA); None when there is no single author.
    address: str | None
    # How sure we are.
    trust: Trust
    # What the trust rests on, one sentence: "dmarc=pass by mx.mf.gov.pl".
    evidence: str
    # SPF result as RFC 7208 spells it, or None when nobody looked.
    spf: str | None = None
    # DKIM results as RFC 6376/8601 spell them, one for each signature.
    dkim: tuple[str, ...] = ()
    # DMARC result as RFC 7489/8601 spells it, or None.
    dmarc: str | None = None
    # ARC chain result as RFC 8617 spells it, or None.
    arc: str | None = None
    # What an operator should know of: look-alike results from outside, several authors, a missing header.
    remarks: tuple[str, ...] = ()
    # Whether our relay spoke of it; None where no relay was to speak.
    relay: Hearing | None = None
