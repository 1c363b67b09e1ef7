"""Choosing by reply: what an answer to our question says, and the reference that ties it to the question."""

from mailgate.core.choice.record import Choice, Chosen, as_match
from mailgate.core.choice.token import make_token, tag, tokens_in, without_tokens

__all__ = ["Choice", "Chosen", "as_match", "make_token", "tag", "tokens_in", "without_tokens"]
