"""Whoever looks for surges, built from the configuration."""

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.core.surge import Alertness
from mailgate.log import Log
from mailgate.store.database import Database
from mailgate.store.incidents import Incidents
from mailgate.store.reports import Reports
from mailgate.surging import Looked, Surging


def alertness_of(config: Config) -> Alertness:
    """When to speak of a surge."""
    section = config.surge
    return Alertness(
        windows=tuple(sorted(timedelta(minutes=minutes) for minutes in section.window_minutes)),
        least=section.least_authors,
        times=section.times_usual,
        once_in=section.once_in,
        assumed_per_hour=section.assumed_per_hour,
        assumed_days=section.assumed_days,
        shared=frozenset(config.letters.shared_domains),
    )


def make_surging(config: Config, database: Database) -> Surging:
    """Whoever looks."""
    return Surging(
        reports=Reports(database),
        incidents=Incidents(database),
        alertness=alertness_of(config),
        timezone=ZoneInfo(config.desk.timezone),
        operators=config.operators.addresses,
        writer=partial(make_writer, config),
    )


def say_what_surges(looked: Looked, log: Log) -> None:
    """Tell the log, once for each incident."""
    for number, surge in looked.begun:
        log.warning(
            "surge",
            incident=number,
            about=surge.subject.name,
            authors=surge.authors,
            minutes=surge.window / timedelta(minutes=1),
            usual=round(surge.usual, 1),
            why=f"many people write about it; see `mailgate incidents show {number}`",
        )
    for each in looked.ended:
        log.info("surge over", incident=each.number, about=each.subject.name, tickets=each.tickets)
