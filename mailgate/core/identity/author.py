"""The author of a mail and the proof for it: by what our relay has written, or by what we found out ourselves."""

from dataclasses import replace

from mailgate.core.address import normalise, normalise_login
from mailgate.core.identity.policy import IdentityPolicy
from mailgate.core.identity.record import Identity, Trust
from mailgate.core.identity.relay import Report, read_report
from mailgate.core.identity.verdict import Verdict, weigh
from mailgate.core.identity.verified import own_report
from mailgate.core.mail import Envelope, Mail

# Characters of an address that evidence quotes.
_QUOTED = 80


def identify(mail: Mail, envelope: Envelope, policy: IdentityPolicy, results: str | None = None) -> Identity:
    """Say who wrote the mail, and how sure we are (design section 5).

    Args:
        mail: what was sent.
        envelope: how it came.
        policy: whose word counts.
        results: verify mode: our own Authentication-Results of the message; None when nobody has asked DNS.

    A mail without exactly one well-formed author is forged, whatever else speaks for it: it names nobody to whom a
    proof could belong, and it is a known way round DMARC (RFC 7489 section 6.6.1).
    """
    report = own_report(mail, results, policy) if policy.own_name else read_report(mail, envelope, policy)
    author = _single_author(mail)
    if isinstance(author, Verdict):
        return _identity(None, author, report)
    verdict = _prove(author, envelope, policy, report)
    return _identity(author, _with_login_remark(verdict, author, envelope), report)


def _single_author(mail: Mail) -> str | Verdict:
    """The author's login, or why there is no single one."""
    headers = sum(name == "from" for name, _ in mail.headers)
    if len(mail.authors) > 1:
        return _forged("several authors: " + ", ".join(_shown(author.addr) for author in mail.authors[:3]))
    if headers > 1:
        return _forged(f"{headers} From headers")
    if not mail.authors:
        return _forged("no author" if headers else "no author: the From header is missing")
    author = mail.authors[0]
    return normalise_login(author.addr) or _forged(f"malformed author: {_shown(author.addr or author.name)}")


def _prove(author: str, envelope: Envelope, policy: IdentityPolicy, report: Report) -> Verdict:
    """The first proof that there is, or the grade without one."""
    if policy.vouched:
        return Verdict(trust=Trust.PROVEN, evidence="vouched for by whoever asks")
    if envelope.login is not None and normalise(envelope.login) == author:
        return Verdict(trust=Trust.PROVEN, evidence="SMTP login of the author")
    if report.results is None:
        return Verdict(trust=Trust.CLAIMED, evidence=report.missing)
    return weigh(author, report.results)


def _with_login_remark(verdict: Verdict, author: str, envelope: Envelope) -> Verdict:
    """Note a client that logged in as somebody else: a shared account, or a stolen one."""
    if envelope.login is None or normalise(envelope.login) == author:
        return verdict
    return replace(verdict, remarks=(*verdict.remarks, f"SMTP login of another: {_shown(envelope.login)}"))


def _identity(address: str | None, verdict: Verdict, report: Report) -> Identity:
    results = report.results.results if report.results else ()

    def first(method: str) -> str | None:
        return next((result.result for result in results if result.method == method), None)

    return Identity(
        address=address,
        trust=verdict.trust,
        evidence=verdict.evidence,
        spf=first("spf"),
        dkim=tuple(result.result for result in results if result.method == "dkim"),
        dmarc=first("dmarc"),
        arc=first("arc"),
        remarks=(*report.remarks, *verdict.remarks),
        relay=report.relay,
    )


def _forged(evidence: str) -> Verdict:
    return Verdict(trust=Trust.FORGED, evidence=evidence)


def _shown(text: str) -> str:
    """Foreign text, fit for a log line: escaped, cut, never empty."""
    shown = text if text.isprintable() else ascii(text)[1:-1]
    return shown[:_QUOTED] or "(empty)"
