"""One signature over header fields and body: what DKIM and ARC have in common (RFC 6376 sections 3.5, 3.7 and 6.1)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailgate.proof.key import Key, digest
from mailgate.proof.message import Canon, Field, Message
from mailgate.proof.tags import Malformed, read_base64, read_number, read_quoted, read_tags

_ALGORITHMS = frozenset({"rsa-sha256", "rsa-sha1", "ed25519-sha256"})
_FORMS: dict[str, Canon] = {"simple": "simple", "relaxed": "relaxed"}
# The value of b= and the blanks before the next tag; what is signed does not hold it (section 3.7).
_B = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*", re.DOTALL)
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*")
# Fields of which a message has one, and by which its reader is led (RFC 5322 section 3.6). One more than was signed
# is a stranger's.
_SINGLE = frozenset({"from", "subject", "date", "to", "cc", "reply-to", "sender", "message-id", "content-type"})


class Unusable(Exception):
    """The signature cannot be checked, for good; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature, read and not yet checked."""

    # The field that it stands in.
    field: Field
    tags: dict[str, str]
    algorithm: str
    # d=, lower case.
    domain: str
    # s=
    selector: str
    # b=
    octets: bytes

    @property
    def signed(self) -> tuple[str, ...]:
        """Names of the signed fields in order, lower case; a name twice is two fields."""
        return tuple(name.strip().lower() for name in self.tags["h"].split(":"))

    @property
    def identity(self) -> str:
        """i=, the user for whom the domain signs: "@" and the domain at least."""
        return read_quoted(self.tags.get("i", f"@{self.domain}"))

    @property
    def forms(self) -> tuple[Canon, Canon]:
        """The canonical forms of header and body.

        Raises:
            Malformed: an unknown one.
        """
        head, _, body = self.tags.get("c", "simple/simple").replace(" ", "").lower().partition("/")
        try:
            return _FORMS[head], _FORMS[body or "simple"]
        except KeyError:
            raise Malformed("c= names an unknown form") from None

    @property
    def length(self) -> int | None:
        """l=, bytes of the body that are signed; None: all.

        Raises:
            Malformed: it is no number.
        """
        return read_number(self.tags["l"], "l") if "l" in self.tags else None


def read_signature(field: Field, needed: Iterable[str]) -> Signature:
    """Read the field of a signature.

    Raises:
        Malformed: it is none, or a tag that is needed is missing.
    """
    tags = read_tags(field.value)
    missing = [name for name in needed if not tags.get(name)]
    if missing:
        raise Malformed(f"{missing[0]}= is missing")
    if tags["a"].lower() not in _ALGORITHMS:
        raise Malformed("a= names an unknown algorithm")
    if not _DOMAIN.fullmatch(tags["d"]) or not _DOMAIN.fullmatch(tags["s"]):
        raise Malformed("d= or s= is no name")
    return Signature(
        field=field,
        tags=tags,
        algorithm=tags["a"].lower(),
        domain=tags["d"].lower(),
        selector=tags["s"],
        octets=read_base64(tags["b"], "b"),
    )


def body_agrees(signature: Signature, message: Message) -> bool:
    """Whether bh= is the hash of the body, or of as much of it as l= says.

    Raises:
        Malformed: c=, l= or bh= is.
    """
    body = message.canonical_body(signature.forms[1])
    length = signature.length
    if length is not None and length > len(body):
        return False
    body = body if length is None else body[:length]
    return digest(body) == read_base64(signature.tags["bh"], "bh")


def header_agrees(signature: Signature, key: Key, signed: Sequence[Field]) -> bool:
    """Whether b= is the key's signature of those fields, in that order, and of its own field without b=."""
    form = signature.forms[0]
    own = Field(name=signature.field.name, raw=_without_b(signature.field.raw))
    text = b"".join(field.canonical(form) + b"\r\n" for field in signed) + own.canonical(form)
    return key.verifies(signature.octets, text)


def selected(message: Message, names: Iterable[str]) -> list[Field]:
    """The fields that were signed: of each name from the bottom up (section 5.4.2); those not there sign nothing."""
    left = {name: list(message.named(name)) for name in set(names)}
    return [left[name].pop() for name in names if left[name]]


def weakness(signature: Signature, message: Message) -> str | None:
    """Why a signature that agrees proves nothing all the same; None: it proves."""
    if signature.length is not None and signature.length < len(message.canonical_body(signature.forms[1])):
        return "unsigned-text"
    signed = signature.signed
    names = [field.name for field in message.fields]
    if any(name in signed and names.count(name) > max(1, signed.count(name)) for name in _SINGLE):
        return "added-fields"
    return None


def _without_b(raw: bytes) -> bytes:
    """The field with an empty b=."""
    name, colon, value = raw.partition(b":")
    return name + colon + _B.sub(rb"\1", value, count=1)
