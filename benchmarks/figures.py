"""What `mailgate stats` costs: `python -m benchmarks.figures FOLDER`, where `benchmarks.seeding` has filled FOLDER.

Times every question that is asked of the database, of the last 30 days and of the last year.
"""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from mailgate.app.store import open_store
from mailgate.config import read_config
from mailgate.stats import overview, refusals
from mailgate.store.facade import Store
from mailgate.store.numbers import By, Span

DAY = timedelta(days=1)
ASKED = (
    (By.DAY, By.OUTCOME),
    (By.REASON, By.DAY),
    (By.HOUR,),
    (By.SERVICE,),
    (By.SERVICE, By.DAY),
    (By.SOURCE,),
)


def say(what: str, do: Callable[[], object]) -> None:
    """One line of the table."""
    begun = time.perf_counter()
    do()
    print(f"{what:<40}{time.perf_counter() - begun:>8.2f} s")  # noqa: T201  (the table is what this script is for)


def measure(store: Store, name: str, span: Span) -> None:
    """Ask everything of one span."""
    for by in ASKED:
        say(f"{name}: by {', '.join(by)}", partial(store.numbers.count, span, by))
    say(f"{name}: from receipt to letter", partial(store.numbers.waits, span))
    say(f"{name}: refused and cured", partial(refusals, store, span, 14 * DAY))
    say(f"{name}: choices", partial(store.numbers.asked, span))
    say(f"{name}: the whole page", partial(overview, store, span, 14))


def main() -> None:
    """Measure."""
    config = read_config(Path(sys.argv[1]) / "config.toml")
    zone, end = ZoneInfo(config.desk.timezone), datetime.now(UTC)
    with closing(open_store(config)) as store:
        measure(store, "30 days", Span(since=end - 30 * DAY, until=end, zone=zone))
        measure(store, "a year", Span(since=end - 365 * DAY, until=end, zone=zone))


if __name__ == "__main__":
    main()
