"""What the operator lets prove an author."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from mailgate.core.mail import Envelope, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPolicy:
    """Whose word counts. Nothing in here comes from a mail.

    Raises:
        ValueError: a network is none; the text names it.
    """

    # authserv-ids whose topmost Authentication-Results header is believed (RFC 8601 section 5).
    authserv_ids: tuple[str, ...] = ()
    # Networks whose clients hand over mail with that header: ("127.0.0.0/8", "::1/128").
    networks: tuple[str, ...] = ()
    # Ways in that are believed without a client's address: ("imap",) where the relay alone fills the mailbox.
    sources: tuple[Source, ...] = ()
    # Relay mode: ways (see `way_of`) on which the relay's header has always come, and suddenly does not.
    silent: frozenset[str] = frozenset()
    # Verify mode: the name by which our own results go; no header of a mail is believed then. None: relay mode.
    own_name: str | None = None
    # Take a single, well-formed author as proven: whoever asks "what if" vouches for it.
    vouched: bool = False

    def __post_init__(self) -> None:
        for network in self.networks:
            _network(network)

    def names(self, authserv_id: str) -> bool:
        """Whether results of that server are believed at all; host names know no case (RFC 4343)."""
        names = (*self.authserv_ids, *((self.own_name,) if self.own_name else ()))
        return authserv_id.casefold() in {name.casefold() for name in names}

    def believes(self, envelope: Envelope) -> bool:
        """Whether the message came by a way on which the relay's header cannot be an outsider's."""
        if envelope.client is None:
            return envelope.source in self.sources
        address = _address(envelope.client)
        return address is not None and any(address in _network(network) for network in self.networks)


def way_of(envelope: Envelope) -> str:
    """The way on which a message came, by one name: the client's address, or the way in where there is none."""
    address = _address(envelope.client) if envelope.client else None
    return str(address or envelope.client or envelope.source)


@lru_cache(maxsize=256)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address; an IPv4 client on an IPv6 socket (::ffff:192.0.2.1) is an IPv4 client."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
