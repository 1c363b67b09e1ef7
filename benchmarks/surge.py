"""False alarms in a year of ordinary days, and how soon a planted outage is noticed.

    .venv/bin/python benchmarks/surge.py [--days 365] [--outages 200] [--seed 1] [--once-in 1000000] [--json]

Services that get so many mails an hour on a workday (7 to 17 h with a hump before noon; a tenth at night and at the
weekend), each mail by somebody else, which is the hardest case. Two kinds of ordinary days: Poisson, and "uneven",
where each day is busier or quieter as a whole by a factor (gamma, standard deviation 0.3), as real days are. The first
fortnight, when nothing is known of the service, is counted apart.

An outage begins at a random minute between 7 and 15 h of a workday on which eight weeks are known, and brings so many
mails an hour beside the ordinary ones. The delay is from its beginning to the look that notices it; looks come every
minute.
"""

import argparse
import json
import random
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mailgate.core.surge import Alertness, PastDay, is_surge, learn

RATES = (0.1, 1.0, 5.0, 20.0, 60.0)
EXTRA = (10.0, 30.0, 100.0)
_DAY = 24 * 60
_PAST = 56
_COLD = 14
# How much of the workday's rate comes in each hour.
_WORKDAY = [0.1] * 7 + [0.8, 1.2, 1.4, 1.4, 1.2, 1.0, 1.0, 0.9, 0.7, 0.4] + [0.1] * 7
_WEEKEND = [0.1] * 24


def ordinary_day(weekday: int, rate: float, dice: random.Random, unevenness: float) -> list[float]:
    """When mails come, in minutes since midnight."""
    factor = dice.gammavariate(1 / unevenness**2, unevenness**2) if unevenness else 1.0
    profile = _WEEKEND if weekday >= 5 else _WORKDAY
    return [60 * hour + at for hour in range(24) for at in arrivals(60.0, rate * factor * profile[hour] / 60, dice)]


def arrivals(minutes: float, rate: float, dice: random.Random) -> list[float]:
    """Times of a Poisson process, ascending."""
    times: list[float] = []
    at = dice.expovariate(rate) if rate > 0 else minutes
    while at < minutes:
        times.append(at)
        at += dice.expovariate(rate)
    return times


def alarm(times: Sequence[float], at: float, day: int, days: Sequence[Sequence[float]], alert: Alertness) -> bool:
    """Whether a look at that minute of that day speaks of a surge."""
    for window in alert.windows:
        length = window.total_seconds() / 60
        begin = max(0.0, at - length)
        count = bisect_right(times, at) - bisect_right(times, begin)
        if count < alert.least:
            continue
        past = [
            PastDay(weekday=d % 7, authors=bisect_right(days[d], at) - bisect_right(days[d], begin))
            for d in range(max(0, day - _PAST), day)
        ]
        usual = learn(past, weekday=day % 7, assumed=alert.assumed(window), worth=alert.assumed_days)
        if is_surge(count, usual, window, alert):
            return True
    return False


def false_alarms(days: Sequence[Sequence[float]], alert: Alertness) -> tuple[int, int]:
    """In the first fortnight, and after it. After an alarm nothing is said for an hour."""
    cold = warm = 0
    for day, times in enumerate(days):
        quiet_until = -1.0
        for at in times:
            if at > quiet_until and alarm(times, at, day, days, alert):
                quiet_until = at + 60
                cold, warm = (cold + 1, warm) if day < _COLD else (cold, warm + 1)
    return cold, warm


def delays(
    days: Sequence[Sequence[float]], extra: float, outages: int, alert: Alertness, dice: random.Random
) -> list[float]:
    """Minutes until each planted outage was noticed; 180 where it was not within two hours."""
    found = []
    for _ in range(outages):
        day = dice.choice([d for d in range(_PAST, len(days)) if d % 7 < 5])
        begin = dice.uniform(7 * 60, 15 * 60)
        times = sorted([*days[day], *(begin + at for at in arrivals(120.0, extra / 60, dice))])
        looks = [int(at) + 1.0 for at in times[bisect_left(times, begin) :] if at < begin + 120]
        noticed = next((look for look in looks if alarm(times, look, day, days, alert)), begin + 180)
        found.append(noticed - begin)
    return found


def main() -> int:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--outages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--once-in", type=float, default=Alertness().once_in)
    parser.add_argument("--times", type=float, default=Alertness().times)
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    alert = replace(Alertness(), once_in=wish.once_in, times=wish.times)
    rows = (_row(rate, uneven, alert, wish) for uneven in (0.0, 0.3) for rate in RATES)
    if wish.json:
        json.dump(list(rows), sys.stdout, indent=2)
        return 0
    say = sys.stdout.write
    say(f"false alarms in {wish.days} days; minutes until {wish.outages} outages were noticed (median, 90 of 100)\n")
    for row in rows:
        told = "  ".join(f"+{extra:g}/h: {half:4.0f} {most:4.0f}" for extra, half, most in row["delays"])
        say(f"{row['days']:8} {row['rate']:5}/h  cold {row['cold']:3}  known {row['known']:3}  {told}\n")
        sys.stdout.flush()
    return 0


def _row(rate: float, uneven: float, alert: Alertness, wish: argparse.Namespace) -> dict[str, Any]:
    dice = random.Random(f"{wish.seed} {rate} {uneven}")  # noqa: S311  (dice, not keys)
    days = [ordinary_day(day % 7, rate, dice, uneven) for day in range(wish.days + _COLD)]
    cold, known = false_alarms(days, alert)
    late = []
    for extra in EXTRA:
        found = sorted(delays(days, extra, wish.outages, alert, dice))
        late.append((extra, found[len(found) // 2], found[len(found) * 9 // 10]))
    return {"days": "uneven" if uneven else "Poisson", "rate": rate, "cold": cold, "known": known, "delays": late}


if __name__ == "__main__":
    sys.exit(main())
