"""Ask DNS: bounded in time, remembered, and asked once when many want to know the same.

1. What is remembered is answered at once: an answer for as long as its TTL says (within bounds of ours), a failure for
   a few seconds, so that the next mails of the same sender do not wait for it again.
2. Who asks what somebody is just asking waits for that answer.
3. After some time-outs in a row the resolver itself is tried with a question that any living one answers at once: for
   the name servers of the root. Only when that fails too, no question is asked for a while: a domain whose own servers
   hang must not make us deaf for all others. After the pause one question for the root decides whether to go on.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

Kind = Literal["A", "AAAA", "MX", "NS", "PTR", "TXT"]

# Answers that lead to another name, one after the other, before we stop following (a loop).
_MOST_ALIASES = 8
# Time-outs in a row after which the resolver itself is tried.
_PATIENCE = 3
# Bytes of an answer that a resolver may send by UDP; larger ones come by TCP (DNS flag day 2020).
_PAYLOAD = 1232


class Unanswered(Exception):
    """DNS did not answer; later it may. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What DNS says of one name and one type of record."""

    # False: there is no such name.
    exists: bool = True
    # TXT: the strings of each record, joined. Bytes, because nothing says what they are.
    texts: tuple[bytes, ...] = ()
    # A, AAAA: addresses. MX, NS, PTR: names in lower case without the last dot; MX the most preferred first.
    values: tuple[str, ...] = ()

    @property
    def void(self) -> bool:
        """Whether there is nothing (RFC 7208 section 4.6.4)."""
        return not self.texts and not self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverSettings:
    """How DNS is asked."""

    # Address of the resolver; "": those of the system.
    address: str = ""
    port: int = 53
    # Seconds for one question, with all its repeats.
    timeout: float = 4.0
    # Answers that are remembered.
    cache_size: int = 10_000
    # Seconds that an answer is remembered at least and at most, whatever its TTL.
    cache_shortest: float = 5.0
    cache_longest: float = 3600.0
    # Seconds that a failure is remembered.
    failure_time: float = 3.0
    # Seconds in which a dead resolver is asked nothing.
    pause: float = 15.0


_Outcome = Answer | Unanswered
_Key = tuple[str, Kind]


class Resolver:
    """One resolver, for all threads of a process."""

    def __init__(self, settings: ResolverSettings, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is asked yet; `clock` gives seconds that never go back.

        Raises:
            Unanswered: no resolver is named, and the system names none either.
        """
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._cache: OrderedDict[_Key, tuple[float, _Outcome]] = OrderedDict()
        self._flights: dict[_Key, Future[_Outcome]] = {}
        self._timeouts = 0
        # When the pause ends; 0: there is none.
        self._pause_ends = 0.0
        self._stub = _stub(settings)

    def ask(self, name: str, kind: Kind, patience: float | None = None) -> Answer:
        """Ask for the records of a name.

        Args:
            name: in ASCII, with or without the last dot.
            kind: the type of record.
            patience: seconds that the asker has left; never more than one question may take.

        Raises:
            Unanswered: no answer in time, or the resolver could not find one out.
        """
        key = (name.rstrip(".").lower(), kind)
        patience = min(self._settings.timeout, self._settings.timeout if patience is None else patience)
        with self._lock:
            remembered = self._remembered(key)
            if remembered is not None:
                return _said(remembered)
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not leads:
            try:
                return _said(flight.result(timeout=max(patience, 0.0)))
            except TimeoutError:
                raise Unanswered(f"no answer in time about {name}") from None
        return self._lead(flight, key, patience)

    def _lead(self, flight: Future[_Outcome], key: _Key, patience: float) -> Answer:
        """Ask for everybody who wants to know the same."""
        outcome: _Outcome = Unanswered("the asker crashed")
        # Who had hardly any time left learns nothing about the name that others should have to believe.
        lifetime = self._settings.failure_time if patience >= self._settings.timeout / 2 else 0.0
        try:
            outcome, lifetime = self._find(key, patience)
        except Unanswered as trouble:
            outcome = trouble
        finally:
            with self._lock:
                self._remember(key, outcome, lifetime)
                del self._flights[key]
            flight.set_result(outcome)
        return _said(outcome)

    def _find(self, key: _Key, patience: float) -> tuple[Answer, float]:
        """The answer and the seconds for which it holds; aliases are followed."""
        labels = _name(key[0])
        if labels is None:
            return Answer(exists=False), self._settings.cache_longest
        ends = self._clock() + patience
        for _ in range(_MOST_ALIASES):
            answer, ttl, alias = self._query(labels, key[1], ends - self._clock())
            if alias is None:
                return answer, min(max(ttl, self._settings.cache_shortest), self._settings.cache_longest)
            labels = alias
        return Answer(), self._settings.cache_shortest

    def _query(self, name: dns.name.Name, kind: Kind, patience: float) -> tuple[Answer, float, dns.name.Name | None]:
        """One question: the answer, its TTL, and the name that it leads to where it only leads on."""
        self._wait_out(patience)
        if patience <= 0:
            raise Unanswered(f"no time left to ask about {name}")
        try:
            found = self._stub.resolve(name, kind, lifetime=patience, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN as error:
            self._answered()
            return Answer(exists=False), float(_negative_ttl(error, name)), None
        except dns.exception.Timeout:
            self._timed_out()
            raise Unanswered(f"no answer in time about {name}") from None
        except dns.resolver.NoNameservers as error:
            # Aliases that lead in a circle are an answer of sorts: there is nothing behind them.
            if any(isinstance(each[3], dns.message.ChainTooLong) for each in error.kwargs.get("errors", ())):
                return Answer(), 0.0, None
            raise Unanswered(f"no answer about {name}: the resolver failed or refused") from None
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered(f"no answer about {name}: {type(error).__name__}") from None
        self._answered()
        if found.rrset is None and found.canonical_name != name:
            return Answer(), 0.0, found.canonical_name
        ttl = max(found.expiration - time.time(), 0.0)
        return _answer(found, kind), ttl, None

    def _wait_out(self, patience: float) -> None:
        """Refuse to ask while the resolver is dead; when the pause is over, try it with one question."""
        with self._lock:
            now = self._clock()
            if not self._pause_ends:
                return
            if now < self._pause_ends:
                raise Unanswered("the resolver does not answer; it is left alone for a while")
            # Whoever comes meanwhile is still refused.
            self._pause_ends = now + self._settings.pause
        if not self._is_alive(patience):
            raise Unanswered("the resolver still does not answer")
        self._answered()

    def _timed_out(self) -> None:
        with self._lock:
            self._timeouts += 1
            doubtful = self._timeouts >= _PATIENCE and not self._pause_ends
        if doubtful and not self._is_alive(self._settings.timeout):
            with self._lock:
                self._pause_ends = self._clock() + self._settings.pause

    def _answered(self) -> None:
        with self._lock:
            self._timeouts = 0
            self._pause_ends = 0.0

    def _is_alive(self, patience: float) -> bool:
        """Whether the resolver says anything at all about the root."""
        try:
            self._stub.resolve(dns.name.root, "NS", lifetime=max(min(patience, 1.0), 0.1), search=False)
        except (dns.exception.Timeout, OSError):
            return False
        except dns.resolver.NoNameservers as error:
            # An answer like SERVFAIL or REFUSED is a sign of life; "connection refused" is none.
            return any(each[4] is not None for each in error.kwargs.get("errors", ()))
        except dns.exception.DNSException:
            return True
        return True

    def _remembered(self, key: _Key) -> _Outcome | None:
        found = self._cache.get(key)
        if found is None:
            return None
        if found[0] <= self._clock():
            del self._cache[key]
            return None
        self._cache.move_to_end(key)
        return found[1]

    def _remember(self, key: _Key, outcome: _Outcome, lifetime: float) -> None:
        self._cache[key] = self._clock() + lifetime, outcome
        self._cache.move_to_end(key)
        while len(self._cache) > self._settings.cache_size:
            self._cache.popitem(last=False)


def _stub(settings: ResolverSettings) -> dns.resolver.Resolver:
    """The stub resolver of the settings, without a cache of its own."""
    try:
        stub = dns.resolver.Resolver(configure=not settings.address)
    except (dns.exception.DNSException, OSError):
        raise Unanswered("this machine names no DNS resolver; set identity.resolver in config.toml") from None
    if settings.address:
        stub.nameservers = [settings.address]
        stub.port = settings.port
    stub.cache = None
    stub.search = []
    # A lost packet is asked again well before the whole time is over.
    stub.timeout = max(settings.timeout / 2.5, 0.05)
    stub.use_edns(0, 0, _PAYLOAD)
    return stub


def _said(outcome: _Outcome) -> Answer:
    """The answer; what failed for one fails for all who waited for it."""
    if isinstance(outcome, Unanswered):
        raise Unanswered(str(outcome))
    return outcome


def _name(text: str) -> dns.name.Name | None:
    """The name, label by label as it stands; None when DNS cannot hold it."""
    try:
        return dns.name.Name([*(label.encode() for label in text.split(".")), b""] if text else [b""])
    except (dns.exception.DNSException, UnicodeError):
        return None


def _negative_ttl(error: dns.resolver.NXDOMAIN, name: dns.name.Name) -> int:
    """Seconds for which a name does not exist (RFC 2308 section 5)."""
    try:
        response: dns.message.Message = error.response(name)  # type: ignore[no-untyped-call]  # as the library has it
    except KeyError:
        return 0
    times = [min(rrset.ttl, record.minimum) for rrset in response.authority for record in rrset if _is_soa(rrset)]
    return min(times, default=0)


def _is_soa(rrset: dns.rrset.RRset) -> bool:
    return rrset.rdtype == dns.rdatatype.SOA


def _answer(found: dns.resolver.Answer, kind: Kind) -> Answer:
    """The records in our words."""
    records = list(found.rrset or ())
    if kind == "TXT":
        return Answer(texts=tuple(b"".join(record.strings) for record in records))
    if kind in {"A", "AAAA"}:
        return Answer(values=tuple(record.address for record in records))
    if kind == "MX":
        ordered = sorted(records, key=lambda record: (record.preference, record.exchange))
        return Answer(values=tuple(_shown(record.exchange) for record in ordered))
    return Answer(values=tuple(_shown(record.target) for record in records))


def _shown(name: dns.name.Name) -> str:
    """A name as text in lower case, without the last dot."""
    return b".".join(label for label in name.labels if label).decode("utf-8", "replace").lower()
