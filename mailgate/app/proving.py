"""The prover of the configuration: whoever asks DNS about authors in verify mode."""

from mailgate.config import Config
from mailgate.core.address import normalise
from mailgate.proof.prover import Prover, ProverSettings
from mailgate.proof.resolver import Resolver, ResolverSettings, Unanswered
from mailgate.trouble import Permanent


def make_prover(config: Config) -> Prover | None:
    """The prover; None in relay mode, where the relay has asked already.

    Raises:
        Permanent: there is no resolver to ask.
    """
    section = config.identity
    if section.mode == "relay":
        return None
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
