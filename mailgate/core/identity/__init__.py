"""Who wrote a mail, and how sure we are: `identify` makes an `Identity` (design section 5)."""

from mailgate.core.identity.author import identify
from mailgate.core.identity.policy import IdentityPolicy
from mailgate.core.identity.record import Identity, Trust

__all__ = ["Identity", "IdentityPolicy", "Trust", "identify"]
