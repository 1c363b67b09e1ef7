"""What was sent: raw bytes with the way they came, and the mail read from them."""

from mailgate.core.mail.read import read
from mailgate.core.mail.records import Address, Attachment, Envelope, Mail, RawMessage, Source

__all__ = ["Address", "Attachment", "Envelope", "Mail", "RawMessage", "Source", "read"]
