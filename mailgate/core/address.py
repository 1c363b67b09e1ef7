"""The form of a mail address that is compared: recipients, logins, authors."""

import re
import unicodedata

import idna

# Characters of a whole address (RFC 5321 section 4.5.3.1.3, less the angle brackets).
_LONGEST = 254
# RFC 5322 section 3.2.3, with the letters of RFC 6531; dots may stand anywhere, as they do in old mailboxes.
_ATOM = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\"(),:;<>@\[\]\\]{1,64}")
_QUOTED = re.compile(r'"(?:[^\x00-\x1f\x7f-\x9f"\\]|\\[\x20-\x7e]){1,62}"')
# RFC 5321 section 4.1.3.
_LITERAL = re.compile(r"\[[0-9a-z.:]{1,60}\]")
# RFC 1035 section 2.3.1, with the underscore that real mail hosts carry.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


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


def normalise_login(address: str) -> str | None:
    """The address as it is compared, or None when it is no well-formed address (RFC 5321 section 4.1.2).

    A domain with an invalid international label (RFC 5891) is not well-formed: it can be no login, and an author who
    bears it cannot be told apart from one whom it imitates.
    """
    form = normalise(address)
    local, _, domain = form.rpartition("@")
    if len(form) > _LONGEST or not form.isprintable():
        return None
    well_formed = (_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)) and _is_domain(domain)
    return form if well_formed else None


def domain_of(login: str) -> str:
    """The domain of an address that `normalise` or `normalise_login` made; "" when it has none."""
    _, at, domain = login.rpartition("@")
    return domain if at else ""


def _is_domain(domain: str) -> bool:
    """Whether it is a domain name with valid A-labels, or an address literal."""
    if _LITERAL.fullmatch(domain):
        return True
    return all(_LABEL.fullmatch(label) and _is_valid_label(label) for label in domain.split("."))


def _is_valid_label(label: str) -> bool:
    """Whether an A-label really stands for international letters (RFC 5891 section 5.4); other labels always do."""
    if not label.startswith("xn--"):
        return True
    try:
        idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        return False
    return True


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
