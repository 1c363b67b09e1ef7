"""DKIM (RFC 6376, with the algorithms of RFC 8301 and RFC 8463).

dkimpy was weighed and left: it lets signatures pass that do not sign From, keys that are not for mail, and l= beyond
the end; it cannot tell a DNS fault from a bad signature; and a mail of long blank lines keeps its patterns busy for
minutes. What it does rightly beside that, the arithmetic, is done better by `cryptography`.

A signature that agrees, but does not cover all that a reader sees (text or fields that anybody may have added), is
reported as what it is, `pass`, with a property `policy.weak` that says why; DMARC and trust do not count it.
"""

from datetime import datetime

from mailgate.core.identity.results import Result
from mailgate.proof.inquiry import Inquiry
from mailgate.proof.key import NoKey, find_key
from mailgate.proof.message import Field, Message
from mailgate.proof.resolver import Unanswered
from mailgate.proof.signature import (
    Signature,
    Unusable,
    body_agrees,
    header_agrees,
    read_signature,
    selected,
    weakness,
)
from mailgate.proof.tags import Malformed, read_list, read_number

# Signatures of one message that are looked at, from the top.
MOST_SIGNATURES = 10
# The tags that a signature must have.
_NEEDED = ("v", "a", "b", "bh", "d", "h", "s")


def check_dkim(inquiry: Inquiry, message: Message, now: datetime) -> tuple[Result, ...]:
    """Say of each signature whether it agrees, from the top; `none` alone when there is no signature."""
    fields = message.named("dkim-signature")[:MOST_SIGNATURES]
    if not fields:
        return (Result(method="dkim", result="none"),)
    return tuple(_check(inquiry, message, field, now) for field in fields)


def _check(inquiry: Inquiry, message: Message, field: Field, now: datetime) -> Result:
    try:
        signature = read_signature(field, _NEEDED)
    except Malformed as trouble:
        return Result(method="dkim", result="neutral", reason=str(trouble))
    about = (("header.d", signature.domain), ("header.s", signature.selector), ("header.a", signature.algorithm))
    try:
        _inspect(signature, now)
        verdict, reason, more = _verify(inquiry, message, signature)
    except Malformed as trouble:
        verdict, reason, more = "neutral", str(trouble), ()
    except (Unusable, NoKey) as trouble:
        verdict, reason, more = "permerror", str(trouble), ()
    except Unanswered as trouble:
        verdict, reason, more = "temperror", str(trouble), ()
    return Result(method="dkim", result=verdict, reason=reason, properties=(*about, *more))


def _inspect(signature: Signature, now: datetime) -> None:
    """What can be said without a key (section 6.1.1).

    Raises:
        Malformed, Unusable: the signature need not be checked.
    """
    tags = signature.tags
    if tags["v"] != "1":
        raise Malformed("v= is not 1")
    if "from" not in signature.signed:
        raise Unusable("From is not signed")
    if "dns/txt" not in read_list(tags.get("q", "dns/txt")):
        raise Malformed("q= names no way to the key that we know")
    domain = signature.identity.rpartition("@")[2].lower()
    if "@" not in signature.identity or not f".{domain}".endswith(f".{signature.domain}"):
        raise Unusable("i= is of another domain than d=")
    made = read_number(tags["t"], "t") if "t" in tags else None
    expires = read_number(tags["x"], "x") if "x" in tags else None
    if expires is not None and made is not None and expires < made:
        raise Malformed("x= is before t=")
    if expires is not None and expires < now.timestamp():
        raise Unusable("the signature has expired")


def _verify(inquiry: Inquiry, message: Message, signature: Signature) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """The verdict, its reason, and more properties.

    Raises:
        Malformed, NoKey, Unanswered: there is none.
    """
    key = find_key(inquiry, domain=signature.domain, selector=signature.selector, algorithm=signature.algorithm)
    if key.strict and signature.identity.rpartition("@")[2].lower() != signature.domain:
        raise NoKey("the key is not for subdomains in i=")
    if not body_agrees(signature, message):
        return "fail", "the body has been changed", ()
    if not header_agrees(signature, key, selected(message, signature.signed)):
        return "fail", "the signature is not of these header fields", ()
    weak = weakness(signature, message)
    return "pass", "", (("policy.weak", weak),) if weak else ()
