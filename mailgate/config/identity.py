"""Settings of how the author is proven."""

from typing import Literal

from pydantic import Field

from mailgate.config.section import Network, ResolverAddress, Section


class IdentitySection(Section):
    """How the author is proven; see docs/identity.md."""

    # "relay": our own relay in front has checked and written Authentication-Results. "verify": mailgate is the MX, and
    # checks SPF, DKIM, DMARC and ARC itself.
    mode: Literal["relay", "verify"] = "relay"
    # relay: authserv-ids whose topmost Authentication-Results header is believed (RFC 8601 section 5).
    authserv_ids: tuple[str, ...] = ("mailgate.localhost",)
    # relay: networks from which it is believed.
    networks: tuple[Network, ...] = ("127.0.0.0/8", "::1/128")
    # relay: ways in without a client's address on which it is believed, because nobody but the relay uses them:
    # "pipe", "imap", and "lmtp" on a Unix socket.
    sources: tuple[Literal["pipe", "imap", "lmtp"], ...] = ()
    # relay: so many mails in a row without the header, from where as many in a row had it, are an alarm.
    alarm_after: int = Field(default=3, ge=1)
    # verify: IP address of the DNS resolver; empty: those of the system.
    resolver: ResolverAddress = ""
    resolver_port: int = Field(default=53, ge=1, le=65535)
    # verify: seconds for one question to DNS, and for all questions about one mail.
    dns_query_timeout: float = Field(default=4.0, gt=0, le=20)
    dns_timeout: float = Field(default=10.0, gt=0, le=20)
    # verify: questions that one mail may cause.
    dns_questions: int = Field(default=100, ge=10)
    # verify: answers that are remembered, and for how many seconds at least and at most.
    dns_cache: int = Field(default=10_000, ge=1)
    dns_cache_shortest: float = Field(default=5.0, ge=0)
    dns_cache_longest: float = Field(default=3_600.0, ge=0)
    # verify: seconds in which a resolver that does not answer is left alone.
    dns_pause: float = Field(default=15.0, gt=0)
    # verify: domains whose ARC seals count, such as mailing lists and forwarders that you trust (RFC 8617).
    arc_sealers: tuple[str, ...] = ()
    # verify: what such a seal makes of a mail that fails DMARC here and passed it there: "claimed" or "proven".
    arc_trust: Literal["claimed", "proven"] = "claimed"
