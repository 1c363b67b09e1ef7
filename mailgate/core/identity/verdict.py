"""What a set of results proves about an author. Relay and verify mode differ only in where the results come from.

In this order, the first that says something decides:

1. The server let the author log in, or DMARC passed for the author's domain: proven.
2. DMARC failed, but a handler whose ARC seal the operator trusts saw it pass: as high as the operator lets it count.
3. DMARC failed, and the domain's owner asks for such mail to be refused or put aside: forged.
4. DMARC failed without such a policy: claimed. No single pass can be aligned then, so none is looked for.
5. DKIM or SPF passed for a domain that is aligned with the author's: proven. A weak signature does not count.
6. Nothing of this: claimed. A DNS fault is here too (RFC 7489 section 5.6.2): whoever cannot be asked accuses nobody.
"""

import re
from dataclasses import dataclass

from mailgate.core.address import domain_of, normalise
from mailgate.core.identity.alignment import is_aligned, organisational_domain
from mailgate.core.identity.record import Trust
from mailgate.core.identity.results import Result, Results

# "p=reject", "sp=NONE", "policy=quarantine" in the comment that OpenDMARC, Google and rspamd write behind dmarc=.
_POLICY = re.compile(r"\b(sp|p|policy)=(none|quarantine|reject)\b", re.IGNORECASE)
# Properties that name the policy: the two of the IANA registry, and the one of Fastmail's authentication milter.
_POLICY_PROPERTIES = ("policy.dmarc", "polrec.p", "policy.published-domain-policy")
# What Exchange Online did because of the policy: action=oreject is a reject that a setting of the tenant softened.
_ACTIONS = {"quarantine": "quarantine", "reject": "reject", "oreject": "reject", "o.reject": "reject"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A grade of trust and what it rests on."""

    trust: Trust
    # One phrase: "dmarc=pass by mx.mf.gov.pl".
    evidence: str
    remarks: tuple[str, ...] = ()


def weigh(author: str, results: Results) -> Verdict:
    """Say what the results prove about the author, a login as `normalise_login` makes it."""
    if contradictory := _contradiction(results):
        return Verdict(
            trust=Trust.CLAIMED,
            evidence=f"{results.authserv_id} contradicts itself about {contradictory}",
            remarks=(f"{results.authserv_id} reports several different results of {contradictory}",),
        )
    domain = domain_of(author)
    return (
        _by_login(author, results)
        or _by_dmarc(domain, results)
        or _by_dkim(domain, results)
        or _by_spf(domain, results)
        or _undecided(results)
    )


def _contradiction(results: Results) -> str | None:
    """A method of which a message has one result, reported with several: text of the mail has got into the header."""
    dmarc = {result.result for result in results.of("dmarc")}
    # SPF of the HELO name is a result of its own.
    spf = {result.result for result in results.of("spf") if result.property("smtp.mailfrom") is not None}
    return "dmarc" if len(dmarc) > 1 else "spf" if len(spf) > 1 else None


def _by_dmarc(domain: str, results: Results) -> Verdict | None:
    dmarc = next(iter(results.of("dmarc")), None)
    if dmarc is None or dmarc.result not in {"pass", "fail"}:
        return None
    said = f"dmarc={dmarc.result} by {results.authserv_id}"
    concerns = dmarc.property("header.from")
    if concerns and not is_aligned(domain, concerns.rpartition("@")[2]):
        remark = f"{said} is about another domain than the author's: {concerns!a}"
        return Verdict(trust=Trust.CLAIMED, evidence=said + ", but for another domain", remarks=(remark,))
    if dmarc.result == "pass":
        return Verdict(trust=Trust.PROVEN, evidence=said)
    if sealed := _by_seal(results, said):
        return sealed
    policy = _policy(domain, dmarc)
    if policy in {"reject", "quarantine"}:
        return Verdict(trust=Trust.FORGED, evidence=f"{said}, and the domain's policy is {policy}")
    return Verdict(trust=Trust.CLAIMED, evidence=f"{said}, and the domain's policy is {policy or 'not reported'}")


def _by_seal(results: Results, failed: str) -> Verdict | None:
    """A sealer of the operator's choice saw DMARC pass; only our own results say so (`policy.sealed`)."""
    for arc in results.of("arc"):
        sealed = arc.property("policy.sealed")
        if arc.result == "pass" and sealed in {Trust.CLAIMED, Trust.PROVEN}:
            sealer = ascii(arc.property("header.d") or "")[1:-1]
            return Verdict(trust=Trust(sealed), evidence=f"{failed}, but {sealer} has sealed that it passed there")
    return None


def _policy(domain: str, dmarc: Result) -> str | None:
    """The policy that applies, reported as a property, in a comment or by the action it led to; None when it is not."""
    for name in _POLICY_PROPERTIES:
        if stated := dmarc.property(name):
            return stated.lower()
    said = {found[1].lower(): found[2].lower() for comment in dmarc.comments for found in _POLICY.finditer(comment)}
    own = said.get("p") or said.get("policy")
    below = said.get("sp")
    if below and domain != organisational_domain(domain):
        return below
    return own or _ACTIONS.get((dmarc.property("action") or "").lower())


def _by_login(author: str, results: Results) -> Verdict | None:
    """The relay let the author log in (RFC 8601 section 2.7.4)."""
    for result in results.of("auth"):
        login = result.property("smtp.auth")
        if result.result == "pass" and login and normalise(login) == author:
            return Verdict(trust=Trust.PROVEN, evidence=f"SMTP login of the author at {results.authserv_id}")
    return None


def _by_dkim(domain: str, results: Results) -> Verdict | None:
    """RFC 6376 signs for a domain (d=); some relays report only the user behind it (i=)."""
    for result in results.of("dkim"):
        signer = result.property("header.d") or (result.property("header.i") or "").rpartition("@")[2]
        if result.result == "pass" and not result.property("policy.weak") and is_aligned(domain, signer):
            return Verdict(
                trust=Trust.PROVEN, evidence=f"aligned dkim=pass for {ascii(signer)[1:-1]} by {results.authserv_id}"
            )
    return None


def _by_spf(domain: str, results: Results) -> Verdict | None:
    """The domain of MAIL FROM counts, never that of HELO: DMARC asks for the former (RFC 7489 section 3.1.2)."""
    for result in results.of("spf"):
        sender = (result.property("smtp.mailfrom") or "").strip("<>").rpartition("@")[2]
        if result.result == "pass" and is_aligned(domain, sender):
            return Verdict(
                trust=Trust.PROVEN, evidence=f"aligned spf=pass for {ascii(sender)[1:-1]} by {results.authserv_id}"
            )
    return None


def _undecided(results: Results) -> Verdict:
    found = ", ".join(f"{result.method}={result.result}" for result in results.results[:6])
    said = f"found only {found}" if found else "checked nothing"
    return Verdict(trust=Trust.CLAIMED, evidence=f"{results.authserv_id} {said}")
