"""What Prometheus is shown (its text format). Nothing personal: ways in, outcomes, rule names, states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from mailgate.store.gauges import Gauges

TYPE = "text/plain; version=0.0.4; charset=utf-8"
CHANNELS = ("mail", "csd")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReading:
    """One job of the clock."""

    name: str
    # When it was last done; None: never.
    done_at: datetime | None
    # Whether its last run failed.
    failed: bool
    # For how many seconds it should have been done; 0: it is in time.
    late: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What was read."""

    now: datetime
    gauges: Gauges
    # Workers that run, and that should.
    workers: int
    workers_wanted: int
    # Ways on which our relay is silent.
    silent_relays: int
    # What `mailgate balance` misses, and when it was asked; None: not yet.
    missing: int | None
    balanced_at: datetime | None
    # What is done by the clock.
    jobs: tuple[JobReading, ...] = ()


def write_metrics(readings: Readings) -> bytes:
    """The page."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Readings(readings))
    return generate_latest(registry)


class _Readings(Collector):
    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        yield from _of_messages(self._readings)
        yield from _of_outbox(self._readings)
        yield from _of_house(self._readings)
        yield from _of_jobs(self._readings)
        yield from _of_world(self._readings)


def _of_messages(readings: Readings) -> Iterator[Metric]:
    gauges = readings.gauges
    kept = CounterMetricFamily("mailgate_kept", "Receipts given.", labels=("source", "duplicate"))
    for (source, first), count in gauges.kept.items():
        kept.add_metric((source, "no" if first == "True" else "yes"), count)
    settled = CounterMetricFamily("mailgate_settled", "Decisions recorded.", labels=("outcome", "reason"))
    for labels, count in gauges.settled.items():
        settled.add_metric(labels, count)
    states = GaugeMetricFamily("mailgate_messages", "Messages not settled, by state.", labels=("state",))
    for state in ("kept", "claimed", "parked"):
        states.add_metric((state,), gauges.messages.get(state, 0))
    yield from (kept, settled, states)
    yield GaugeMetricFamily(
        "mailgate_oldest_unsettled_seconds",
        "Age of the oldest message that waits for a decision; 0: none waits.",
        value=_age(gauges.oldest_message, readings.now),
    )


def _of_outbox(readings: Readings) -> Iterator[Metric]:
    gauges = readings.gauges
    states = GaugeMetricFamily("mailgate_outbox", "What has not left, by state.", labels=("channel", "state"))
    ages = GaugeMetricFamily(
        "mailgate_oldest_unsent_seconds", "Age of the oldest that is to leave; 0: none is.", labels=("channel",)
    )
    retrying = GaugeMetricFamily("mailgate_outbox_retrying", "What has failed and is tried again.", labels=("channel",))
    for channel in CHANNELS:
        for state in ("due", "leased", "waiting", "dead"):
            states.add_metric((channel, state), gauges.outbox.get((channel, state), 0))
        ages.add_metric((channel,), _age(gauges.oldest_letters.get(channel), readings.now))
        retrying.add_metric((channel,), gauges.retrying.get(channel, 0))
    yield from (states, ages, retrying)


def _of_house(readings: Readings) -> Iterator[Metric]:
    plain: Mapping[str, tuple[str, float]] = {
        "mailgate_workers": ("Worker processes that run.", readings.workers),
        "mailgate_workers_wanted": ("Worker processes that should run.", readings.workers_wanted),
        "mailgate_incidents_open": ("Incidents that are open.", readings.gauges.incidents),
        "mailgate_relays_silent": ("Ways on which our relay's header is missing.", readings.silent_relays),
    }
    for name, (help_text, value) in plain.items():
        yield GaugeMetricFamily(name, help_text, value=value)
    if readings.missing is not None and readings.balanced_at is not None:
        yield GaugeMetricFamily("mailgate_balance_missing", "What `mailgate balance` misses.", value=readings.missing)
        yield GaugeMetricFamily(
            "mailgate_balance_timestamp_seconds", "When it was counted.", value=readings.balanced_at.timestamp()
        )


def _of_jobs(readings: Readings) -> Iterator[Metric]:
    done = GaugeMetricFamily(
        "mailgate_job_done_timestamp_seconds", "When a job of the clock was last done; 0: never.", labels=("job",)
    )
    failed = GaugeMetricFamily("mailgate_job_failed", "Whether its last run failed.", labels=("job",))
    late = GaugeMetricFamily(
        "mailgate_job_late_seconds", "For how long it should have been done; 0: it is in time.", labels=("job",)
    )
    for job in readings.jobs:
        done.add_metric((job.name,), job.done_at.timestamp() if job.done_at else 0)
        failed.add_metric((job.name,), job.failed)
        late.add_metric((job.name,), job.late)
    yield from (done, failed, late)


def _of_world(readings: Readings) -> Iterator[Metric]:
    """Recognition, and whatever is asked: the directory, DNS, the virus scanner, relays, mailboxes."""
    scores = readings.gauges.scores
    within = [(f"{(tenth + 1) / 10:g}", sum(scores.get(each, 0) for each in range(tenth + 1))) for tenth in range(9)]
    total = sum(scores.values())
    yield HistogramMetricFamily(
        "mailgate_recognition_score",
        "How sure the recognition was of its best candidate.",
        buckets=[*within, ("+Inf", total)],
        sum_value=sum((tenth + 0.5) / 10 * count for tenth, count in scores.items()),
    )
    asked = CounterMetricFamily("mailgate_service_asked", "Questions to a service.", labels=("service",))
    failed = CounterMetricFamily("mailgate_service_failed", "Questions that it did not answer.", labels=("service",))
    took = CounterMetricFamily("mailgate_service_seconds", "Seconds that they took.", labels=("service",))
    ill = GaugeMetricFamily(
        "mailgate_service_ill_seconds", "How long a service has not answered; 0: it did.", labels=("service",)
    )
    for line in readings.gauges.vitals:
        asked.add_metric((line.service,), line.asked)
        failed.add_metric((line.service,), line.failed)
        took.add_metric((line.service,), line.seconds)
        ill.add_metric((line.service,), _age(line.ill_since, readings.now))
    trouble = GaugeMetricFamily("mailgate_mailbox_trouble", "1: a mailbox cannot be read.", labels=("mailbox",))
    silence = GaugeMetricFamily(
        "mailgate_mailbox_silent_seconds", "How long its server has said nothing.", labels=("mailbox",)
    )
    for name, (is_ill, heard_at) in readings.gauges.mailboxes.items():
        trouble.add_metric((name,), float(is_ill))
        silence.add_metric((name,), _age(heard_at, readings.now))
    yield from (asked, failed, took, ill, trouble, silence)


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
