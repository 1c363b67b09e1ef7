"""STARTTLS from the configured PEM files."""

import ssl
from pathlib import Path

from mailgate.config import BadConfig
from mailgate.config.doors import SmtpSection
from mailgate.core.problem import Problem


def make_tls(section: SmtpSection, root: Path) -> ssl.SSLContext | None:
    """The server side of STARTTLS, TLS 1.2 or newer (RFC 8996); None when no certificate is configured.

    Raises:
        BadConfig: one of the two files is missing or unusable, or TLS is required and cannot be offered.
    """
    if section.tls_certificate is None and section.tls_key is None:
        if section.require_tls:
            raise _bad("require_tls is set, but nobody can fulfil it: set smtp.tls_certificate and smtp.tls_key")
        return None
    if section.tls_certificate is None or section.tls_key is None:
        raise _bad("tls_certificate and tls_key belong together: set both or neither")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A renegotiation costs us far more than the client, and nobody needs one.
    context.options |= ssl.OP_NO_RENEGOTIATION
    certificate, key = root / section.tls_certificate, root / section.tls_key
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        raise _bad(f"{certificate} with {key} is no PEM certificate and its key ({reason}); mend the files") from None
    return context


def _bad(message: str) -> BadConfig:
    return BadConfig((Problem(file="config.toml", line=0, message=f"smtp: {message}"),))
