"""Public keys out of DNS, and what they say of a signature (RFC 6376 sections 3.6 and 6.1.2, RFC 8463)."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailgate.proof.inquiry import Inquiry
from mailgate.proof.tags import Malformed, read_base64, read_list, read_tags

# Bits below which an RSA key proves nothing: it can be broken (RFC 8301 section 3.2).
_STRONG = 1024


class NoKey(Exception):
    """There is no key that can be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that a domain has published."""

    public: RSAPublicKey | Ed25519PublicKey
    # The identity of the signature must be of the very domain that signs (t=s).
    strict: bool
    # The domain only tries it out (t=y).
    testing: bool

    def verifies(self, signature: bytes, signed: bytes) -> bool:
        """Whether the signature is one of these bytes."""
        try:
            if isinstance(self.public, RSAPublicKey):
                self.public.verify(signature, signed, PKCS1v15(), SHA256())
            else:
                # RFC 8463 section 3: it signs the hash and not the text.
                self.public.verify(signature, digest(signed))
        except (InvalidSignature, ValueError):
            return False
        return True


def digest(text: bytes) -> bytes:
    """The SHA-256 of a text; no other hash is left in use."""
    digester = Hash(SHA256())
    digester.update(text)
    return digester.finalize()


def find_key(inquiry: Inquiry, *, domain: str, selector: str, algorithm: str) -> Key:
    """Ask for the key of a signature.

    Args:
        inquiry: asks DNS.
        domain: d= of the signature.
        selector: s= of the signature.
        algorithm: a= of the signature, like "rsa-sha256".

    Raises:
        NoKey: there is none, it is revoked, malformed, or not for signatures like this one.
        Unanswered: DNS did not answer.
    """
    texts = inquiry.ask(f"{selector}._domainkey.{domain}", "TXT").texts
    if not texts:
        raise NoKey("there is no key")
    kind, _, hash_name = algorithm.partition("-")
    if hash_name != "sha256":
        raise NoKey(f"{algorithm} proves nothing any more (RFC 8301)")
    trouble = NoKey("there is no key")
    # RFC 6376 section 6.1.2: with several records it is undefined which counts. The first that fits.
    for text in texts[:5]:
        try:
            return _read(text, kind, hash_name)
        except NoKey as each:
            trouble = each
        except Malformed as each:
            trouble = NoKey(f"the key is malformed: {each}")
    raise trouble


def _read(text: bytes, kind: str, hash_name: str) -> Key:
    tags = read_tags(text)
    if tags.get("v", "DKIM1") != "DKIM1" or ("v" in tags and next(iter(tags)) != "v"):
        raise NoKey("the key is of another version")
    if tags.get("k", "rsa").lower() != kind:
        raise NoKey(f"the key is none for {kind}")
    if "h" in tags and hash_name not in read_list(tags["h"]):
        raise NoKey(f"the key is not for {hash_name}")
    if not {"*", "email"} & set(read_list(tags.get("s", "*"))):
        raise NoKey("the key is not for mail")
    flags = read_list(tags.get("t", ""))
    if "p" not in tags:
        raise NoKey("the key is malformed: it has no p=")
    if not tags["p"]:
        raise NoKey("the key is revoked")
    return Key(public=_public(read_base64(tags["p"], "p"), kind), strict="s" in flags, testing="y" in flags)


def _public(octets: bytes, kind: str) -> RSAPublicKey | Ed25519PublicKey:
    try:
        if kind == "ed25519":
            return Ed25519PublicKey.from_public_bytes(octets)
        # RFC 6376 shows SubjectPublicKeyInfo, and speaks of RSAPublicKey: both are in use, and both are read.
        public = load_der_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        raise NoKey("the key is malformed") from None
    if not isinstance(public, RSAPublicKey):
        raise NoKey("the key is none for rsa")
    if public.key_size < _STRONG:
        raise NoKey(f"a key of {public.key_size} bits proves nothing (RFC 8301)")
    return public
