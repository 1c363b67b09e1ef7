"""A bounce in words, as every command tells it."""

from mailgate.store.bounces import Bounce


def in_words(bounce: Bounce) -> str:
    """What came back and whether it still counts: "letter 3 to ann@example.org: cannot be reached, says message 17"."""
    what = "cannot be reached" if bounce.for_good else "not yet delivered"
    lifted = f"; lifted by {bounce.lifted_by}" if bounce.lifted_by else ""
    told = f"message {bounce.message}, {bounce.told_at:%Y-%m-%d %H:%M} UTC"
    return f"letter {bounce.letter} to {bounce.recipient}: {what}, says {told}{lifted}"
