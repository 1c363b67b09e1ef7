"""Hand one letter to the world: to an SMTP relay, or into a Maildir while there is none.

Both take a letter as often as it is handed over; its Message-ID stays the same, and in the Maildir it stays one file.
"""

import asyncio
import os
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from mailgate.trouble import Permanent, Temporary, Trouble

# Replies that ask for a login or for encryption (RFC 4954 section 6): our configuration is at fault, not the letter.
ABOUT_US = (530, 534, 535, 538)

# What would end an address on the wire, or a line; the library would quietly send to what stands before it.
NO_ADDRESS = re.compile(r"[\s\x00-\x20\x7f<>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRelay:
    """An SMTP server that takes our letters further (RFC 5321, RFC 6409)."""

    host: str
    port: int
    # "starttls", "tls" (from the first byte), or "none".
    security: Literal["starttls", "tls", "none"]
    # Login and password; "" for a relay that asks for none.
    user: str = ""
    password: str = field(default="", repr=False)
    # Seconds for the whole exchange.
    timeout: float = 60.0
    # The name we give in EHLO.
    hostname: str = "localhost"
    # Whose certificates are believed; None: those that the system believes.
    tls: ssl.SSLContext | None = None

    async def deliver(self, *, sender: str, recipient: str, message_id: str, content: bytes) -> None:
        """Hand over a letter. When this returns, the relay has said yes.

        Args:
            sender: MAIL FROM; "" is the null sender.
            recipient: RCPT TO.
            message_id: unused here; it stands in the letter.
            content: the complete letter, CRLF line ends.

        Raises:
            Temporary: it may work later; the letter may or may not have been taken.
            Permanent: this letter, or its recipient, is refused for good.
        """
        del message_id
        if NO_ADDRESS.search(recipient):
            raise Permanent(f"{_one_line(recipient)} is no address that can be written to")
        client = SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            username=self.user or None,
            password=self.password or None,
            local_hostname=self.hostname,
            timeout=self.timeout,
            tls_context=self.tls,
        )
        try:
            async with asyncio.timeout(self.timeout):
                await client.connect()
                await client.sendmail(sender, [recipient], content, mail_options=_options(recipient, content))
        except (SMTPException, OSError, ValueError) as error:
            raise self._trouble(error) from error
        else:
            # The letter is theirs now; however they take our farewell, it must not be sent again.
            with suppress(SMTPException, OSError):
                await client.quit(timeout=1)
        finally:
            client.close()

    def _trouble(self, error: Exception) -> Trouble:
        """What the operator is told, and whether it is worth another attempt."""
        relay = f"the relay {self.host}:{self.port}"
        if isinstance(error, SMTPRecipientsRefused):
            refusal = error.recipients[0]
            return _refusal(refusal, f"{relay} refused the recipient")
        if isinstance(error, SMTPDataError):
            return _refusal(error, f"{relay} refused the letter")
        if isinstance(error, SMTPResponseException):
            return Temporary(f"{relay} would not work with us: {_answer(error)}; look at [letters] in config.toml")
        if isinstance(error, SMTPNotSupported):
            return Permanent(f"{relay} cannot take this address or letter: it does not speak SMTPUTF8")
        if isinstance(error, ValueError) and not isinstance(error, OSError):  # a bad certificate is both
            return Permanent(f"the address cannot be written to: {_one_line(str(error))}")
        return Temporary(f"{relay} could not be used: {_one_line(str(error)) or type(error).__name__}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maildir:
    """A folder that letters are laid into, to be read with any mail program (https://cr.yp.to/proto/maildir.html)."""

    folder: Path

    async def deliver(self, *, sender: str, recipient: str, message_id: str, content: bytes) -> None:
        """Lay a letter into `new/`, durable when this returns. The same letter again replaces itself.

        Args:
            sender: written into Return-Path, as a last server does (RFC 5321 section 4.4).
            recipient: unused; it stands in the letter.
            message_id: its file is named after it.
            content: the complete letter; its line ends become those of files.

        Raises:
            Temporary: the disk is full, or the folder cannot be written to.
        """
        del recipient
        name = f"{sha256(message_id.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}.mailgate"
        letter = f"Return-Path: <{sender}>\n".encode() + content.replace(b"\r\n", b"\n")
        try:
            await asyncio.to_thread(self._lay, name, letter)
        except OSError as error:
            raise Temporary(
                f"the letter could not be laid into {self.folder}: {error.strerror or error}; "
                "look at the disk and at who may write there"
            ) from error

    def _lay(self, name: str, letter: bytes) -> None:
        """Write beside, sync, rename, sync the folder: nobody ever sees half a letter, and a power cut loses none."""
        for sub in ("tmp", "new", "cur"):
            (self.folder / sub).mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / "tmp" / name
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123  (a Path cannot be opened with a mode of 0600)
            file.write(letter)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / "new" / name)
        folder = os.open(self.folder / "new", os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _options(recipient: str, content: bytes) -> list[str]:
    """What the letter needs beyond ASCII (RFC 6531 section 3.4, RFC 6152)."""
    return [] if recipient.isascii() and content.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]


def _refusal(error: SMTPResponseException, what: str) -> Trouble:
    """A refusal in the 500s is for good (RFC 5321 section 4.2.1), unless it asks us to log in."""
    is_final = error.code >= 500 and error.code not in ABOUT_US
    return (Permanent if is_final else Temporary)(f"{what}: {_answer(error)}")


def _answer(error: SMTPResponseException) -> str:
    """The relay's own words."""
    return _one_line(f"{error.code} {error.message}")


def _one_line(text: str) -> str:
    """Foreign words, fit for a log: one line, nothing that moves a cursor."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:500]
