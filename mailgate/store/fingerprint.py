"""Recognise one mail that came along two ways: by SMTP and from a mailbox, with other headers and so other bytes."""

from datetime import UTC
from hashlib import sha256

from mailgate.core.mail import Mail


def fingerprint(mail: Mail) -> str | None:
    """A digest of Message-ID, author, date, subject and body; None without a Message-ID, which is needed for sameness.

    Message-ID alone proves nothing: some programs use one for many mails, and anybody can copy one. White space
    does not count, because gateways wrap and trim. Attachments belong to the body.
    """
    if mail.message_id is None:
        return None
    parts = [
        mail.message_id,
        ",".join(author.addr.lower() for author in mail.authors),
        mail.date.astimezone(UTC).isoformat() if mail.date else "",
        " ".join(mail.subject.split()),
        " ".join(mail.text.split()),
        *(attachment.digest for attachment in mail.attachments),
    ]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
