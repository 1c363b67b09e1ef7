"""The addresses that we receive mail for."""

from collections.abc import Iterable

from mailgate.core.address import normalise

_POSTMASTER = "postmaster"


class Recipients:
    """Our addresses, and postmaster of their domains.

    RFC 5321 section 4.5.1 demands that mail for `postmaster`, bare or at a domain of ours, is taken: it is kept like
    any other, and the rules see in the envelope whom it was for. A subaddress (`helpdesk+x@...`) is another mailbox; it
    is ours only when it is configured.
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        ours = {normalise(address) for address in addresses}
        domains = {address.rpartition("@")[2] for address in ours}
        self._ours = frozenset(ours | {_POSTMASTER} | {f"{_POSTMASTER}@{domain}" for domain in domains})

    def include(self, address: str) -> bool:
        """Whether the address, in any spelling, is one of ours."""
        return normalise(address) in self._ours
