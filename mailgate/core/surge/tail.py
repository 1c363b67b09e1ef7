"""How likely is so much by chance alone?"""

import math

# Below this a spread is that of Poisson.
_POISSON = 1.0 + 1e-9
# Terms of the sum; each is smaller than the one before by more than the sum can notice long before.
_MOST = 100_000
_NOTHING = 1e-300


def chance(count: int, mean: float, spread: float) -> float:
    """The chance of at least `count` when `mean` are usual: between 0 and 1, and less for more.

    Poisson where the spread (variance / mean) is 1, negative binomial where it is larger: people do not write quite
    independently of each other, and some days are busier than others.

    Args:
        count: how many came.
        mean: how many come as a rule; above 0.
        spread: variance divided by mean, at least 1.
    """
    if count <= 0:
        return 1.0
    term = math.exp(_log_of(count, mean, spread))
    if count <= mean:
        return max(0.0, min(1.0, 1.0 - _below(count, mean, spread)))
    total = 0.0
    for place in range(count, count + _MOST):
        total += term
        term *= _ratio(place, mean, spread)
        if term < total * 1e-12 or term < _NOTHING:
            break
    return min(1.0, total)


def _below(count: int, mean: float, spread: float) -> float:
    """The chance of fewer than `count`."""
    return math.fsum(math.exp(_log_of(each, mean, spread)) for each in range(count))


def _log_of(count: int, mean: float, spread: float) -> float:
    """The logarithm of the chance of exactly so many."""
    if spread <= _POISSON:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    shape = mean / (spread - 1)
    return (
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        - shape * math.log(spread)
        + count * math.log1p(-1 / spread)
    )


def _ratio(count: int, mean: float, spread: float) -> float:
    """How much less likely the next number is."""
    if spread <= _POISSON:
        return mean / (count + 1)
    return (count + mean / (spread - 1)) / (count + 1) * (1 - 1 / spread)
