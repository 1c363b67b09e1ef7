"""The prover of the configuration: whoever asks DNS about authors in verify mode."""

from collections.abc import Sequence
from typing import Protocol

from mailgate.config import Config
from mailgate.core.address import normalise
from mailgate.core.mail import RawMessage
from mailgate.trouble import Permanent


class Proves(Protocol):
    """Whoever finds out what DNS says of a message: the value of our own Authentication-Results."""

    def prove(self, raw: RawMessage) -> str:
        """Find it out for one message."""
        ...

    def prove_all(self, raws: Sequence[RawMessage]) -> list[str | Exception]:
        """Find it out for many, side by side; where one crashes, its exception."""
        ...


def make_prover(config: Config) -> Proves | None:
    """The prover; None in relay mode, where the relay has asked already.

    Raises:
        Permanent: there is no resolver to ask.
    """
    section = config.identity
    if section.mode == "relay":
        return None
    from mailgate.proof.prover import Prover, ProverSettings  # noqa: PLC0415  (10 MB that only verify mode needs)
    from mailgate.proof.resolver import Resolver, ResolverSettings, Unanswered  # noqa: PLC0415  (likewise)

    try:
        resolver = Resolver(
            ResolverSettings(
                address=section.resolver,
                port=section.resolver_port,
                timeout=section.dns_query_timeout,
                cache_size=section.dns_cache,
                cache_shortest=section.dns_cache_shortest,
                cache_longest=section.dns_cache_longest,
                pause=section.dns_pause,
            )
        )
    except Unanswered as trouble:
        raise Permanent(str(trouble)) from None
    return Prover(
        ProverSettings(
            authserv_id=config.smtp.hostname,
            patience=section.dns_timeout,
            most_questions=section.dns_questions,
            sealers=frozenset(normalise(f"@{domain}").removeprefix("@") for domain in section.arc_sealers),
            sealed=section.arc_trust,
        ),
        resolver,
    )
