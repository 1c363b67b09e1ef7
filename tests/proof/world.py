"""A small world for tests of proof: a name server, and a prover that asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from mailgate.core.identity import Identity, IdentityPolicy, identify
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read
from mailgate.proof.prover import Prover, ProverSettings
from mailgate.proof.resolver import Resolver, ResolverSettings
from tests.proof.nameserver import Nameserver, Zone, nameserver

OWN = "mx.desk.example"
POLICY = IdentityPolicy(own_name=OWN)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is needed to prove a mail."""

    server: Nameserver
    prover: Prover

    def raw(
        self, mail: str, *, client: str | None = None, helo: str | None = None, mail_from: str | None = None
    ) -> RawMessage:
        """A mail as it comes, CRLF line ends, with what DNS says of it."""
        raw = RawMessage(
            content=mail.replace("\n", "\r\n").encode("utf-8", "surrogateescape"),
            envelope=Envelope(source="smtp", client=client, helo=helo, mail_from=mail_from),
            received_at=NOON,
        )
        return RawMessage(content=raw.content, envelope=raw.envelope, received_at=NOON, results=self.prover.prove(raw))

    def identity(
        self, mail: str, *, client: str | None = None, helo: str | None = None, mail_from: str | None = None
    ) -> Identity:
        """Who wrote the mail, by the whole road of identity."""
        raw = self.raw(mail, client=client, helo=helo, mail_from=mail_from)
        return identify(read(raw), raw.envelope, POLICY, raw.results)


@contextmanager
def world(
    zone: Zone,
    *,
    timeout: float = 2.0,
    patience: float = 10.0,
    sealers: frozenset[str] = frozenset(),
    sealed: Literal["claimed", "proven"] = "claimed",
) -> Iterator[World]:
    """A world with that zone."""
    with nameserver(zone) as server:
        resolver = Resolver(ResolverSettings(address="127.0.0.1", port=server.port, timeout=timeout))
        settings = ProverSettings(authserv_id=OWN, patience=patience, sealers=sealers, sealed=sealed)
        yield World(server=server, prover=Prover(settings, resolver))
