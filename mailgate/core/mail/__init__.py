"""What was sent: raw bytes with the way they came, and the mail that `read.read` makes of them.

Only the records stand here: whoever takes a message in need not load what it takes to understand one.
"""

from mailgate.core.mail.records import Address, Attachment, Envelope, Mail, RawMessage, Scan, ScanResult, Source

__all__ = ["Address", "Attachment", "Envelope", "Mail", "RawMessage", "Scan", "ScanResult", "Source"]
