"""Prove the author of a message: SPF, DKIM, ARC and DMARC, one after the other, with a bounded number of questions."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from mailgate.core.address import domain_of, normalise_login
from mailgate.core.identity.alignment import is_aligned
from mailgate.core.identity.results import Result, Results
from mailgate.core.identity.written import write_results
from mailgate.core.mail import Mail, RawMessage
from mailgate.core.mail.read import read
from mailgate.proof.arc import ArcSet, Chain, check_arc
from mailgate.proof.dkim import check_dkim
from mailgate.proof.dmarc import check_dmarc
from mailgate.proof.inquiry import Inquiry
from mailgate.proof.message import Message, read_message
from mailgate.proof.resolver import Resolver
from mailgate.proof.spf import check_spf

_WORST_FIRST = ("fail", "temperror", "permerror", "none", "pass")
# Domains of authors that are asked about; a mail with several authors is forged anyway.
_MOST_AUTHORS = 3
# Messages of one batch that wait for DNS at the same time.
_SIDE_BY_SIDE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ProverSettings:
    """How one message is proven."""

    # Who says so: our name in what is written.
    authserv_id: str
    # Seconds for all questions about one message, and how many they may be.
    patience: float = 10.0
    most_questions: int = 100
    # Domains whose ARC seals count, as A-labels in lower case.
    sealers: frozenset[str] = frozenset()
    # What a named sealer can make of a mail that fails DMARC here and passed it there.
    sealed: Literal["claimed", "proven"] = "claimed"


class Prover:
    """Proves messages. Safe to share between threads."""

    def __init__(self, settings: ProverSettings, resolver: Resolver) -> None:
        self._settings = settings
        self._resolver = resolver

    def prove(self, raw: RawMessage) -> str:
        """The value of our own Authentication-Results header (RFC 8601). Trouble of DNS stands in it, too."""
        return write_results(self.results(raw))

    def prove_all(self, raws: Sequence[RawMessage]) -> list[str | Exception]:
        """Prove messages side by side, since most of the time is waiting; where one crashes, its exception."""
        with ThreadPoolExecutor(max_workers=min(len(raws), _SIDE_BY_SIDE) or 1) as threads:
            return list(threads.map(self._attempt, raws))

    def _attempt(self, raw: RawMessage) -> str | Exception:
        try:
            return self.prove(raw)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is this message's and no other's)
            return error

    def results(self, raw: RawMessage) -> Results:
        """What was found out about the message."""
        mail = read(raw)
        message = read_message(raw.content)
        envelope = raw.envelope
        inquiry = Inquiry(resolver=self._resolver, patience=self._settings.patience, most=self._settings.most_questions)
        spf = check_spf(inquiry, client=envelope.client, helo=envelope.helo, mail_from=envelope.mail_from)
        dkim = check_dkim(inquiry, message, raw.received_at)
        chain = check_arc(inquiry, message)
        arc = Result(method="arc", result=chain.result, reason=chain.reason)
        authors = _author_domains(mail, message)
        checked = [check_dmarc(inquiry, author, spf, dkim) for author in authors]
        if not checked:
            dmarc = Result(method="dmarc", result="permerror", reason="the mail names no author")
        else:
            dmarc = min(checked, key=lambda result: _WORST_FIRST.index(result.result))
        if len(authors) == 1:
            arc = self._with_sealer(arc, chain, authors[0])
        found = (*((spf,) if spf else ()), *dkim, dmarc, arc)
        return Results(authserv_id=self._settings.authserv_id, results=found)

    def _with_sealer(self, arc: Result, chain: Chain, author: str) -> Result:
        """Note the named sealer who saw DMARC pass for the author, and what that makes of the mail."""
        vouching = next((each for each in self._trusted(chain.sets) if _saw_pass(each, author)), None)
        if vouching is None:
            return arc
        sealer = (("header.d", vouching.seal.domain), ("policy.sealed", self._settings.sealed))
        return replace(arc, properties=(*arc.properties, *sealer))

    def _trusted(self, sets: Iterable[ArcSet]) -> list[ArcSet]:
        """The sets of named sealers down from the last handler: below a stranger's, anything may have been invented."""
        trusted: list[ArcSet] = []
        for each in reversed(tuple(sets)):
            if each.seal.domain not in self._settings.sealers:
                break
            trusted.append(each)
        return trusted


def _saw_pass(each: ArcSet, author: str) -> bool:
    for result in each.read().of("dmarc"):
        concerns = (result.property("header.from") or "").rpartition("@")[2]
        if result.result == "pass" and is_aligned(author, concerns):
            return True
    return False


def _author_domains(mail: Mail, message: Message) -> tuple[str, ...]:
    """The domains of the authors; none when one is malformed, or when a reader and a signature see different ones.

    Several are as bad as the worst of them (RFC 7489 section 6.6.1).
    """
    headers = sum(name == "from" for name, _ in mail.headers)
    logins = [normalise_login(author.addr) for author in mail.authors]
    if headers != len(message.named("from")) or None in logins:
        return ()
    return tuple(sorted({domain_of(login) for login in logins if login}))[:_MOST_AUTHORS]
