"""DMARC (RFC 7489): whether what SPF and DKIM proved speaks for the author's domain, else what its owner asks for.

Beside it `np=` for domains that do not exist (RFC 9091). Where the owner tests (`t=y`, or `pct=` below 100), the next
milder policy holds for every mail: a die must not decide who gets in.
"""

import re
from dataclasses import dataclass
from typing import Literal

from mailgate.core.identity.alignment import is_aligned, organisational_domain
from mailgate.core.identity.results import Result
from mailgate.proof.inquiry import Inquiry
from mailgate.proof.resolver import Unanswered

Policy = Literal["none", "quarantine", "reject"]

_VERSION = re.compile(rb"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_POLICIES: dict[str, Policy] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}
_MILDER: dict[Policy, Policy] = {"reject": "quarantine", "quarantine": "none", "none": "none"}


class BadRecord(Exception):
    """The domain's record cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the owner of a domain publishes."""

    # p=, sp= and np= as they hold: what is not given is taken from the one before.
    own: Policy
    below: Policy
    missing: Policy
    # adkim=s, aspf=s: the domains must be the same.
    strict_dkim: bool
    strict_spf: bool
    # The owner only tries it out.
    testing: bool


def check_dmarc(inquiry: Inquiry, author: str, spf: Result | None, dkim: tuple[Result, ...]) -> Result:
    """Say whether the author's domain stands behind the mail.

    Args:
        inquiry: asks DNS.
        author: the domain of the only author, as A-labels in lower case.
        spf: what SPF said; None where nobody knows who brought the message: a failure proves nothing then.
        dkim: what DKIM said.
    """
    concerns = ("header.from", author)
    try:
        record, is_own = _find(inquiry, author)
        if record is None:
            return Result(method="dmarc", result="none", properties=(concerns,))
        policy = _policy(inquiry, author, record, is_own=is_own)
    except Unanswered as trouble:
        return Result(method="dmarc", result="temperror", reason=str(trouble), properties=(concerns,))
    except BadRecord as trouble:
        return Result(method="dmarc", result="permerror", reason=str(trouble), properties=(concerns,))
    said = [*((spf,) if spf else ()), *dkim]
    aligned = [result for result in said if _is_aligned(author, result, record)]
    if any(result.result == "pass" and not result.property("policy.weak") for result in aligned):
        return Result(method="dmarc", result="pass", properties=(concerns, ("policy.dmarc", policy)))
    if any(result.result == "temperror" for result in aligned):
        reason = "DNS did not answer about what might prove it"
        return Result(method="dmarc", result="temperror", reason=reason, properties=(concerns,))
    reason = ""
    if spf is None:
        policy, reason = "none", "not applied: nobody knows which client brought it"
    elif any(result.result == "pass" for result in aligned):
        policy, reason = "none", "not applied: a signature agrees, but is weak"
    return Result(method="dmarc", result="fail", reason=reason, properties=(concerns, ("policy.dmarc", policy)))


def _is_aligned(author: str, result: Result, record: Record) -> bool:
    if result.method == "dkim":
        domain, strict = result.property("header.d") or "", record.strict_dkim
    else:
        named = result.property("smtp.mailfrom") or result.property("smtp.helo") or ""
        domain, strict = named.rpartition("@")[2], record.strict_spf
    domain = domain.lower().removesuffix(".")
    return domain == author if strict else is_aligned(author, domain)


def _find(inquiry: Inquiry, author: str) -> tuple[Record | None, bool]:
    """The record of the author's domain, else of its organisational domain; and whether it is its own."""
    if found := _records(inquiry, author):
        return _read(found), True
    organisation = organisational_domain(author)
    if organisation is None or organisation == author:
        return None, False
    found = _records(inquiry, organisation)
    return (_read(found) if found else None), False


def _records(inquiry: Inquiry, domain: str) -> bytes | None:
    """The one DMARC record of a domain; several are none (RFC 7489 section 6.6.3)."""
    found = [text for text in inquiry.ask(f"_dmarc.{domain}", "TXT").texts if _VERSION.match(text)]
    return found[0] if len(found) == 1 else None


def _read(text: bytes) -> Record:
    """Read a record. Mistakes in what is not needed are passed over (section 6.3).

    Raises:
        BadRecord: it has no policy.
    """
    specs = [spec.partition("=") for spec in text.decode("ascii", "replace").split(";")]
    tags = {name.strip().lower(): value.strip() for name, equals, value in reversed(specs) if equals}
    own = _POLICIES.get(tags.get("p", "").lower())
    if own is None:
        # Section 6.6.3: whoever wants reports has a record, and asks for nothing else.
        if "mailto:" not in tags.get("rua", ""):
            raise BadRecord("the DMARC record has no policy")
        own = "none"
    below = _POLICIES.get(tags.get("sp", "").lower(), own)
    percentage = tags.get("pct", "100")
    sampled = percentage.isascii() and percentage.isdigit() and int(percentage[:4]) < 100
    return Record(
        own=own,
        below=below,
        missing=_POLICIES.get(tags.get("np", "").lower(), below),
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
        testing=sampled or tags.get("t", "n").lower() == "y",
    )


def _policy(inquiry: Inquiry, author: str, record: Record, *, is_own: bool) -> Policy:
    """What the owner asks to be done with a mail of this domain that fails."""
    if is_own:
        policy = record.own
    elif record.missing != record.below and not inquiry.ask(author, "A").exists:
        policy = record.missing
    else:
        policy = record.below
    return _MILDER[policy] if record.testing else policy
