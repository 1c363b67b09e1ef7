"""Retention as it is configured."""

from datetime import datetime, timedelta

from mailgate.config.house import RetentionSection
from mailgate.core.outcome import Outcome
from mailgate.store.facade import Store
from mailgate.store.retention import Aged, Terms


def terms_of(section: RetentionSection) -> Terms:
    """How long bytes are kept; 0 days is for ever."""
    days = {outcome.value: getattr(section, outcome.value) for outcome in Outcome}
    return Terms(
        messages={outcome: timedelta(days=number) for outcome, number in days.items() if number},
        letters=timedelta(days=section.letters) if section.letters else None,
    )


def apply_retention(store: Store, section: RetentionSection, *, operator: str, now: datetime) -> Aged:
    """Erase what is old enough; for the command, and for whoever does it by the clock.

    Raises:
        Temporary: some of it is not erased yet; the next run goes on.
    """
    return store.retention.apply(terms_of(section), operator=operator, now=now)
