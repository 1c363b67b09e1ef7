"""One golden mail."""

from dataclasses import dataclass, replace
from datetime import datetime

from mailgate.core.address import domain_of
from mailgate.core.facts import Known
from mailgate.core.identity import Hearing, Identity, Trust
from mailgate.core.mail import Envelope, RawMessage, Scan

# The relay whose word a golden mail comes with; nobody has this name (RFC 6761).
AUTHSERV_ID = "golden.invalid"
# Its address.
CLIENT = "127.0.0.1"
# What it says (RFC 8601) of an author whom we trust so far.
_RESULTS = {
    Trust.PROVEN: "dmarc=pass header.from={domain}",
    Trust.CLAIMED: "spf=none smtp.mailfrom={domain}; dmarc=none header.from={domain}",
    Trust.FORGED: "dmarc=fail (p=reject) header.from={domain}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How a golden mail came, and what was known: all that its decision hangs on beside its bytes and the rules."""

    received_at: datetime
    # How sure we were of the author. It is kept, as nobody can be asked for the proof again.
    trust: Trust
    # The author's address as it was identified; None: no single author.
    author: str | None
    # Whether the relay's header was missing, as on all mail of the time.
    relay_silent: bool = False
    # Envelope sender; "" is the null sender, None: there was none.
    mail_from: str | None = None
    scan: Scan | None = None
    known: Known

    @classmethod
    def of(cls, raw: RawMessage, identity: Identity, known: Known) -> "Circumstances":
        """Those of a message that was considered."""
        return cls(
            received_at=raw.received_at,
            trust=identity.trust,
            author=identity.address,
            relay_silent=identity.relay is Hearing.SILENT,
            mail_from=raw.envelope.mail_from,
            scan=raw.scan,
            known=known,
        )

    def envelope(self) -> Envelope:
        """As if the mail came from the relay."""
        return Envelope(source="file", mail_from=self.mail_from, client=CLIENT)

    def results(self) -> str:
        """What the relay says of the author, as a header field (RFC 8601); "" where it is silent."""
        if self.relay_silent or self.author is None:
            return ""
        said = _RESULTS[self.trust].format(domain=domain_of(self.author))
        return f"Authentication-Results: {AUTHSERV_ID}; {said}\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One golden mail, with what must become of it."""

    # Names its files: "sent100-odrzucone".
    name: str
    # The mail as it stands in NAME.eml.
    content: bytes
    circumstances: Circumstances
    # What must become of it, a line each: 'outcome = "ticket"'.
    expected: str

    def message(self) -> RawMessage:
        """The mail as it came from the relay."""
        circumstances = self.circumstances
        return RawMessage(
            content=circumstances.results().encode() + self.content,
            envelope=circumstances.envelope(),
            received_at=circumstances.received_at,
            scan=circumstances.scan,
        )

    def becoming(self, expected: str) -> "Golden":
        """The same mail, of which something else must become."""
        return replace(self, expected=expected)
