"""The letter that answers a message."""

from mailgate.core.reply.record import NUMBER_TO_COME, Reply

__all__ = ["NUMBER_TO_COME", "Reply"]
