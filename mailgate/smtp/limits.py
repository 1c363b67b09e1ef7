"""What one client, and all of them together, may take: connections, bytes in flight, wrong passwords. No clock."""

from collections import Counter, deque
from ipaddress import IPv6Address, ip_address

# Addresses whose wrong passwords are remembered; beyond it the longest untouched is forgotten.
_REMEMBERED = 10_000
_LONGEST_DELAY = 30.0


def plain_address(host: str) -> str:
    """The address of a peer without its interface; one of IPv4 that came through an IPv6 socket as IPv4."""
    ip = ip_address(host.partition("%")[0])
    return str(ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else str(ip)


def origin(host: str) -> str:
    """Who a peer counts for: an IPv4 address itself, of IPv6 its /64, which one host owns."""
    ip = ip_address(plain_address(host))
    return str(IPv6Address(int(ip) >> 64 << 64)) if isinstance(ip, IPv6Address) else str(ip)


class Slots:
    """Places for connections, in all and for each origin."""

    def __init__(self, total: int, per_origin: int) -> None:
        self._total = total
        self._per_origin = per_origin
        self._taken: Counter[str] = Counter()

    def enter(self, who: str) -> bool:
        """Take a place, if there is one."""
        if self._taken.total() >= self._total or self._taken[who] >= self._per_origin:
            return False
        self._taken[who] += 1
        return True

    def leave(self, who: str) -> None:
        """Give the place back."""
        self._taken[who] -= 1
        if not self._taken[who]:
            del self._taken[who]


class Memory:
    """Bytes of all messages in flight."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # Bytes in flight now.
        self.taken = 0

    def has(self, size: int) -> bool:
        """Whether as many bytes are free."""
        return self.taken + size <= self._limit


class Share:
    """The bytes of one message in flight, until they are released."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._size = 0

    def grow(self, size: int) -> bool:
        """Take as many bytes more, if they are free."""
        if not self._memory.has(size):
            return False
        self._memory.taken += size
        self._size += size
        return True

    def release(self) -> None:
        """Give all of them back."""
        self._memory.taken -= self._size
        self._size = 0


class Failures:
    """Wrong passwords of each origin. Times are seconds of a clock that only goes forward."""

    def __init__(self, limit: int, window: float) -> None:
        self._limit = limit
        self._window = window
        self._times: dict[str, deque[float]] = {}

    def add(self, who: str, now: float) -> None:
        """Remember one."""
        times = self._times.pop(who, None) or deque(maxlen=self._limit)
        times.append(now)
        self._times[who] = times
        if len(self._times) > _REMEMBERED:
            del self._times[next(iter(self._times))]

    def count(self, who: str, now: float) -> int:
        """How many there were within the window, at most the limit."""
        return sum(now - time < self._window for time in self._times.get(who, ()))

    def too_many(self, who: str, now: float) -> bool:
        """Whether this origin must wait before it may try again."""
        return self.count(who, now) >= self._limit


def delay(first: float, failures: int) -> float:
    """Seconds that the answer to the latest of so many wrong passwords waits: `first`, then twice as long each time."""
    return min(first * 2.0 ** min(failures - 1, 30), _LONGEST_DELAY)
