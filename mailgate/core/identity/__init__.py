"""Who wrote a mail, and how sure we are: `identify` makes an `Identity` (design section 5)."""

from mailgate.core.identity.author import identify
from mailgate.core.identity.policy import IdentityPolicy, way_of
from mailgate.core.identity.record import Hearing, Identity, Trust

__all__ = ["Hearing", "Identity", "IdentityPolicy", "Trust", "identify", "way_of"]
