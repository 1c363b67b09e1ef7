"""The reference that ties an answer to our question when its mail program names no message.

It stands in the subject of our letter and of every link in it: `[ref. BK7M4-2XP9R]`. It is made from the message with
our secret, tells nothing of it, and cannot be guessed (47 bits); only the question's own author may use it besides.
"""

import hmac
import re

# No vowels, so that no word comes out; nothing that is taken for another sign. 27 signs, 4.75 bits each.
_SIGNS = "23456789BCDFGHJKMNPQRSTVWXZ"
_HALF = 5
_SIGN = f"[{_SIGNS}]"
# With its brackets where it still has them. A blank or another stroke may have come between the halves.
_TOKEN = re.compile(
    rf"\[?\s*(?:ref\b\.?\s*)?(?<![^\W_])({_SIGN}{{{_HALF}}})\s?[-‐‑–—]\s?({_SIGN}{{{_HALF}}})(?![^\W_])\s*\]?",
    re.IGNORECASE,
)


def make_token(secret: bytes, digest: str) -> str:
    """The reference of the question about that message: the same one however often it is asked for.

    Args:
        secret: ours, at least 16 bytes.
        digest: of the message that the question is about (`RawMessage.digest`).
    """
    if len(secret) < 16:
        raise ValueError("the secret of references must have at least 16 bytes")
    number = int.from_bytes(hmac.digest(secret, f"question\0{digest}".encode(), "sha256"), "big")
    signs = []
    for _ in range(2 * _HALF):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return f"{''.join(signs[:_HALF])}-{''.join(signs[_HALF:])}"


def tag(token: str) -> str:
    """The reference as it stands in a subject."""
    return f"[ref. {token}]"


def tokens_in(subject: str) -> tuple[str, ...]:
    """Everything in a subject that may be a reference of ours, as we write it, in order and without repeats."""
    return tuple(dict.fromkeys(f"{one}-{other}".upper() for one, other in _TOKEN.findall(subject)))


def without_tokens(subject: str) -> str:
    """The subject without references, so that nothing else is read into them."""
    return " ".join(_TOKEN.sub(" ", subject).split()) if _TOKEN.search(subject) else subject
