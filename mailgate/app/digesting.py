"""The digest for operators: gathered, written, and put into the outbox once a day."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailgate.app.due import JobName, late_by
from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.core.digest import Digest, HeldMail, write_digest
from mailgate.core.outcome import Outcome
from mailgate.core.telling import to_operator
from mailgate.core.waits import sum_up
from mailgate.stats import LATE, cells
from mailgate.store.facade import Store
from mailgate.store.numbers import By, Span
from mailgate.store.outlook import last_told, look_out, unrecognised
from mailgate.store.telling import tell_operators

TEMPLATE = "operators-digest"
# The first digest, and one after a long pause, look so far back.
_DAY, _LONGEST = timedelta(days=1), timedelta(days=7)
# Weeks before that say what is usual.
_WEEKS = 4
_OLDEST, _SUBJECTS = 5, 10


def span_of_digest(config: Config, store: Store, now: datetime) -> Span:
    """What the digest of today tells of: everything since the one of another day.

    Raises:
        Temporary: the database did not answer.
    """
    zone = ZoneInfo(config.desk.timezone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    last = last_told(store.database, TEMPLATE, midnight)
    return Span(since=max(last, now - _LONGEST) if last else now - _DAY, until=now, zone=zone)


def make_digest(config: Config, store: Store, span: Span) -> Digest:
    """What a digest tells.

    Raises:
        Temporary: the database did not answer.
    """
    outcomes = _by(store, span, By.OUTCOME)
    stands = look_out(store.database, _OLDEST)
    late = [line for line in store.jobs.list() if line.name in set(JobName) and late_by(config, line, span.until)]
    refused = [(cell.labels, cell.mails) for cell in cells(store, span, (By.OUTCOME, By.REASON))]
    reasons = [(labels[1], mails) for labels, mails in refused if labels[0] == Outcome.REJECT]
    return Digest(
        since=span.since,
        until=span.until,
        mails=sum(mails for _, mails in outcomes),
        usual=_usual(store, span),
        outcomes=outcomes,
        refusals=_sorted(reasons),
        subjects=unrecognised(store.database, span, _SUBJECTS),
        waits=sum_up(store.numbers.waits(span), LATE),
        held=stands.held,
        oldest=tuple(
            HeldMail(number=mail.id, received_at=mail.received_at, reason=mail.reason) for mail in stands.oldest_held
        ),
        parked=stands.parked,
        dead=stands.dead,
        waiting=stands.waiting,
        missing=len(store.balance().missing),
        troubles=(
            *(f"mailbox {name}: {trouble}" for name, trouble in stands.mailboxes),
            *(f"job {line.name} is late: {line.said or 'it has not run'}" for line in late),
        ),
        incidents=tuple((each.number, each.about, each.began_at) for each in stands.incidents),
    )


def send_digest(config: Config, store: Store, now: datetime) -> int:
    """Put the digest of today into the outbox, once for each operator however often it is asked; how many are new.

    Raises:
        Temporary: the database did not answer.
        Permanent: the secret cannot be used.
    """
    if not config.operators.addresses:
        return 0
    span = span_of_digest(config, store, now)
    subject, text = write_digest(make_digest(config, store, span), config.operators.language, span.zone)
    cause = f"digest {now.astimezone(span.zone):%Y-%m-%d}"
    letters = [
        replace(
            to_operator(address, subject, text, template=TEMPLATE, cause=cause), languages=(config.operators.language,)
        )
        for address in config.operators.addresses
    ]
    with store.database.writing() as connection:
        return tell_operators(store.database, connection, letters, make_writer(config), now)


def _by(store: Store, span: Span, by: By) -> tuple[tuple[str, int], ...]:
    return _sorted([(cell.labels[0], cell.mails) for cell in cells(store, span, (by,))])


def _sorted(found: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _usual(store: Store, span: Span) -> float | None:
    """Mails in the same span of the weeks before, as far as there was mail then."""
    weeks = [
        sum(count.number for count in store.numbers.count(_earlier(span, timedelta(weeks=back)), (By.STATE,)))
        for back in range(1, _WEEKS + 1)
    ]
    known = [mails for mails in weeks if mails]
    return sum(known) / len(known) if known else None


def _earlier(span: Span, by: timedelta) -> Span:
    return replace(span, since=span.since - by, until=span.until - by)
