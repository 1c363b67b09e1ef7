"""Mail as other servers sign it: DKIM signatures and ARC sets, with keys made for the tests.

The signer shares no code with what is tested: it canonicalises by itself, "relaxed" only, what is simple enough.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@cache
def rsa_key(bits: int = 1024) -> RSAPrivateKey:
    """A key of that size."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def ed25519_key() -> Ed25519PrivateKey:
    """A key that is always the same."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


Key = RSAPrivateKey | Ed25519PrivateKey


def record(key: Key, more: str = "") -> str:
    """The TXT record of a key."""
    if isinstance(key, RSAPrivateKey):
        octets = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; {more}p={base64.b64encode(octets).decode()}"
    octets = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; {more}p={base64.b64encode(octets).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A server that signs."""

    domain: str
    selector: str = "s1"
    key: Key

    def dkim(self, mail: str, *, fields: str = "from:to:subject:date", tags: str = "", body: str | None = None) -> str:
        """The mail with a DKIM signature on top.

        Args:
            mail: with LF line ends.
            fields: h=
            tags: more tags, as "l=10; ".
            body: what is hashed, where it is not the body.
        """
        own = f"v=1; {self._tags(tags)}h={fields}; bh={_body_hash(mail, body)}; b="
        return f"DKIM-Signature: {own}{self._sign(mail, fields, 'dkim-signature', own)}\n{mail}"

    def arc(self, mail: str, instance: int, found: str, *, validation: str | None = None) -> str:
        """The mail with one more ARC set on top."""
        validation = validation or ("none" if instance == 1 else "pass")
        results = f"i={instance}; {found}"
        fields = "from:to:subject:date"
        own = f"i={instance}; {self._tags('')}h={fields}; bh={_body_hash(mail, None)}; b="
        signed = own + self._sign(mail, fields, "arc-message-signature", own)
        earlier = [_field(mail, name, each) for each in range(1, instance) for name in _ARC]
        seal = f"i={instance}; cv={validation}; {self._tags('').replace('c=relaxed/relaxed; ', '')}b="
        covered = "".join(
            [
                *earlier,
                _relaxed("arc-authentication-results", results) + "\r\n",
                _relaxed("arc-message-signature", signed) + "\r\n",
                _relaxed("arc-seal", seal),
            ]
        )
        return (
            f"ARC-Seal: {seal}{self._signature(covered)}\nARC-Message-Signature: {signed}\n"
            f"ARC-Authentication-Results: {results}\n{mail}"
        )

    def _tags(self, more: str) -> str:
        kind = "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"
        return f"a={kind}-sha256; c=relaxed/relaxed; d={self.domain}; s={self.selector}; {more}"

    def _sign(self, mail: str, fields: str, name: str, own: str) -> str:
        signed = [_field(mail, each.strip()) for each in fields.split(":")]
        return self._signature("".join(signed) + _relaxed(name, own))

    def _signature(self, text: str) -> str:
        octets = text.encode()
        if isinstance(self.key, RSAPrivateKey):
            return base64.b64encode(self.key.sign(octets, PKCS1v15(), SHA256())).decode()
        return base64.b64encode(self.key.sign(hashlib.sha256(octets).digest())).decode()


_ARC = ("arc-authentication-results", "arc-message-signature", "arc-seal")


def _field(mail: str, name: str, instance: int | None = None) -> str:
    """The one field of that name as it is signed, or "" when there is none."""
    for line in mail.partition("\n\n")[0].splitlines():
        found, _, value = line.partition(":")
        if found.lower() == name.lower() and (instance is None or f"i={instance};" in value):
            return _relaxed(name, value) + "\r\n"
    return ""


def _relaxed(name: str, value: str) -> str:
    dense = re.sub("[ \t]+", " ", value).strip()
    return f"{name.lower()}:{dense}"


def _body_hash(mail: str, body: str | None) -> str:
    text = mail.partition("\n\n")[2] if body is None else body
    return base64.b64encode(hashlib.sha256(text.replace("\n", "\r\n").encode()).digest()).decode()
