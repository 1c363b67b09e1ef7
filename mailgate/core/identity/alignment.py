"""Whether a proven domain speaks for the author's domain (RFC 7489 section 3.1)."""

from functools import cache

import idna
from publicsuffixlist import PublicSuffixList


def is_aligned(author: str, proven: str) -> bool:
    """Relaxed alignment: both domains are the same, or belong to one organisational domain.

    Names that only a public suffix joins are strangers ("firma.com.pl" and "obca.com.pl", "mf.gov.pl" and "gov.pl"):
    a registrar, or a host of many customers, stands between them, and nothing proven for one speaks for the other.

    Args:
        author: the domain of the From address, as A-labels.
        proven: the domain that DKIM, SPF or DMARC reports, as the relay wrote it.
    """
    name = _a_labels(proven)
    if not name or not author:
        return False
    return name == author or _same(organisational_domain(author), organisational_domain(name))


def organisational_domain(domain: str) -> str | None:
    """The domain that its owner registered (RFC 7489 section 3.2); None for a public suffix or an address literal."""
    if domain.startswith("["):
        return None
    return _suffixes().privatesuffix(domain)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _a_labels(domain: str) -> str:
    """The domain in the form of the author's, or "" when it is none."""
    name = domain.strip().removesuffix(".").lower()
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    """The Public Suffix List that ships with the package; read once, when two different domains are first compared."""
    return PublicSuffixList()
