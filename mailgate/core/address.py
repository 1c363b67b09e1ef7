"""The form of a mail address that is compared: recipients, logins, authors."""

import unicodedata

import idna


def normalise(address: str) -> str:
    """The address in lower case, its domain as A-labels (RFC 5890), a needless quotation of its local part removed.

    Two addresses name one mailbox when this form is equal. RFC 5321 section 2.4 lets a server tell local parts
    apart by case; no server that people write from does, and people type their address as they please. An address
    that cannot be normalised comes back in lower case, so that it equals only itself.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return _lower(address.strip())
    return f"{_lower(_unquoted(local))}@{_a_labels(domain)}"


def _lower(text: str) -> str:
    """The text in lower case. A letter that merely looks like an ASCII one (U+212A KELVIN SIGN) never becomes it."""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFC", text).lower()
    return text if lowered.isascii() else lowered


def _unquoted(local: str) -> str:
    """`"jan.kowalski"` is `jan.kowalski` (RFC 5321 section 4.1.2); a quotation that is needed stays."""
    inner = local[1:-1]
    quoted = len(local) > 2 and local[0] == local[-1] == '"'
    return inner if quoted and not set(inner) & set(' "\\(),:;<>@[]') else local


def _a_labels(domain: str) -> str:
    """The domain as A-labels in lower case; what is no domain name stays as it is, in lower case."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return domain.lower()
