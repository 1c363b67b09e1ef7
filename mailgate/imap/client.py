"""One connection to an IMAP server (RFC 9051), by imapclient, with what imapclient and imaplib lack.

Observed of imapclient 4.1 and the imaplib of Python 3.11: a literal8 (`~{5}`, RFC 3516) is taken for the text "~{5}",
and the mail behind it is lost; a literal of any size is read into memory; what the server says in one packet with its
answer to IDLE lies in a buffer that nobody polls.
"""

import imaplib
import re
import ssl
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from mailgate.config.imap import ImapSection
from mailgate.trouble import Temporary

# Bytes of one literal. Mail is asked for in pieces that are smaller; nothing else that we ask for is as large.
LARGEST_LITERAL = 4 * 1024 * 1024
# Dovecot says how long it took; without it the same refusal is the same sentence.
_TOOK = re.compile(r" \([\d.+ ]+ secs\)\.?\Z")
_LITERAL8 = re.compile(rb"~(\{\d+\}\r?\n)\Z")


class _Careful(imaplib.IMAP4):
    """Reads a literal8 as a literal, and no literal larger than any that we have asked for."""

    def readline(self) -> bytes:
        return _LITERAL8.sub(rb"\1", super().readline())

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise self.abort(f"the server sends {size} bytes at once, which nobody has asked for")
        return super().read(size)


class _Plain(_Careful, IMAP4WithTimeout):  # type: ignore[misc]  # imapclient has no types
    """Without TLS, or until STARTTLS."""


class _Tls(_Careful, IMAP4_TLS):  # type: ignore[misc]  # imapclient has no types
    """TLS from the first byte."""


class Client(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """A connection. All its troubles are `TROUBLES`."""

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802  (the place where imapclient lets one choose)
        connect_timeout = self._timeout.connect
        made: type[Any] = _Tls if self.ssl else _Plain
        given = (self.ssl_context,) if self.ssl else ()
        connection: imaplib.IMAP4 = made(self.host, self.port, *given, connect_timeout)
        return connection

    def has_unread(self) -> bool:
        """Whether something has come that was not read yet, without waiting for it."""
        sock = self.socket()
        timeout = sock.gettimeout()
        sock.setblocking(False)
        try:
            return bool(self._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(timeout)

    def forget_news(self) -> None:
        """Drop what the server has told unasked; imaplib would collect it for as long as the connection lives."""
        self._imap.untagged_responses.clear()

    def cut(self) -> None:
        """End the connection from another thread; whoever waits for it is told at once."""
        try:
            self._imap.sock.shutdown(SHUT_RDWR)
        except OSError:
            return


# What the library raises when the server refuses, talks nonsense, or is gone. ValueError and its like come out of its
# parsers, which trust the server.
REFUSED = imaplib.IMAP4.error
TROUBLES = (OSError, REFUSED, ValueError, AssertionError, KeyError, IndexError, TypeError)


def connect(section: ImapSection, root: Path) -> Client:
    """A connection that is not logged in yet; with TLS the server's name and certificate are verified.

    Raises:
        Temporary: it cannot be made; the sentence says why.
    """
    place = f"{section.host}:{section.port_used}"
    try:
        context = None if section.security == "none" else _context(section, root)
        client = Client(
            section.host,
            port=section.port_used,
            ssl=section.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(section.timeout, section.timeout),
        )
    except ssl.SSLCertVerificationError as error:
        raise _distrusted(section, error) from None
    except TROUBLES as error:
        raise Temporary(f"{place} cannot be reached ({reason_of(error)}): look at the server and imap.host") from None
    # Naive local times otherwise; none is asked for.
    client.normalise_times = False
    try:
        if section.security == "starttls":
            client.starttls(context)
    except ssl.SSLCertVerificationError as error:
        close(client)
        raise _distrusted(section, error) from None
    except TROUBLES as error:
        close(client)
        raise Temporary(f"{place} does not do STARTTLS ({reason_of(error)}): look at imap.security") from None
    return client


def close(client: Client) -> None:
    """Hang up, whatever state the connection is in."""
    try:
        client.shutdown()
    except TROUBLES:
        return


def reason_of(error: BaseException) -> str:
    """What went wrong, in few words; what a server says may be anything, so it is cut."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    said: Any = getattr(error, "strerror", None) or (error.args[0] if error.args else None) or type(error).__name__
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return _TOOK.sub("", text)[:200]


def _context(section: ImapSection, root: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer, with verification. The files of trust are read anew for each connection."""
    authority = root / section.authority if section.authority else None
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise Temporary(f"{authority} is no PEM certificate ({reason_of(error)}): see imap.authority") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _distrusted(section: ImapSection, error: ssl.SSLCertVerificationError) -> Temporary:
    why = f"the certificate of {section.host} is not trusted ({error.verify_message})"
    return Temporary(f"{why}: look at imap.host and imap.authority")
