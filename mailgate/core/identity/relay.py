"""Relay mode: our own relay has checked the message and written what it found on top of it (RFC 8601 section 5).

Only the topmost header of a named server counts, and only from a client that can be nobody but the relay. Whoever
writes to us can put any header into a mail; the relay puts its own above them. Everything else that bears the relay's
name is a look-alike: reported, never believed. A relay that suddenly says nothing is an alarm and no reason to refuse:
the author is claimed then, like anyone's.
"""

from dataclasses import dataclass

from mailgate.core.identity.policy import IdentityPolicy, way_of
from mailgate.core.identity.record import Hearing
from mailgate.core.identity.results import Results, read_authserv_id, read_results
from mailgate.core.mail import Envelope, Mail

_HEADER = "authentication-results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the relay says of a message."""

    # Its results; None when there are none that may be believed.
    results: Results | None
    # Why there are none, one phrase; "" when there are.
    missing: str
    remarks: tuple[str, ...] = ()
    # Whether the relay spoke; None where it was not to.
    relay: Hearing | None = None


def read_report(mail: Mail, envelope: Envelope, policy: IdentityPolicy) -> Report:
    """Find the relay's results, and everything that only looks like them."""
    stack = [(read_authserv_id(value), value) for name, value in mail.headers if name == _HEADER]
    named = [(server, value) for server, value in stack if policy.names(server)]
    if not policy.believes(envelope):
        way = f"the client {envelope.client}, which no named network holds" if envelope.client else envelope.source
        remarks = tuple(f"look-alike: results of {name} came by {way}, and are not believed" for name in _names(named))
        return Report(
            results=None, missing=f"no server that we believe has checked it: it came by {way}", remarks=remarks
        )
    if not named:
        nameless = ("the topmost results name no server",) if stack and not stack[0][0] else ()
        silent = way_of(envelope) in policy.silent
        remark = "relay header missing, as on all mail of late from there" if silent else "relay header missing"
        return Report(
            results=None,
            missing="the relay's results are missing",
            remarks=(remark, *nameless),
            relay=Hearing.SILENT if silent else Hearing.MISSING,
        )
    top = read_results(named[0][1])
    remarks = (
        *(f"look-alike: results of {name} below the topmost ones are not believed" for name in _names(named[1:])),
        *(f"unreadable result of {top.authserv_id}: {defect}" for defect in top.defects),
    )
    return Report(results=top, missing="", remarks=remarks, relay=Hearing.HEARD)


def _names(stack: list[tuple[str, str]]) -> list[str]:
    return sorted({server.lower() for server, _ in stack})
