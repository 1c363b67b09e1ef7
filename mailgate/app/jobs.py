"""What is done by the clock, or by an operator before its time: each job once at a time, and written down."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from mailgate.app.digesting import send_digest
from mailgate.app.due import JobName, turn_of
from mailgate.app.parts import now
from mailgate.app.people import open_desk
from mailgate.app.reminding import make_reminding
from mailgate.app.reprocessing import make_reprocessing
from mailgate.app.retention import apply_retention
from mailgate.app.store import open_store
from mailgate.config import BadConfig, Config
from mailgate.core.shown import count
from mailgate.store.facade import Store
from mailgate.store.jobs import Result
from mailgate.store.selection import Selection
from mailgate.trouble import Permanent, Temporary


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of one run."""

    job: JobName
    result: Result
    # What it did, or what was wrong, one sentence.
    said: str
    # Whether letters are due.
    letters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a job did."""

    said: str
    letters: bool = False
    # Whether somebody has to look at it.
    failed: bool = False


def run_job(config: Config, name: JobName, by: str) -> Ran:
    """Run one job now, and write down when, and how it ended.

    Raises:
        Temporary: it is being done already, or the database does not answer.
    """
    with closing(open_store(config)) as store, turn_of(name, config, store.database, by):
        store.jobs.begin(name, by, now())
        try:
            work = _WORK[name](config, store, by)
            result = Result.FAILED if work.failed else Result.DONE
        except Temporary as trouble:
            work, result = Work(said=str(trouble)), Result.LATER
        except (Permanent, BadConfig) as trouble:
            work, result = Work(said=str(trouble).partition("\n")[0]), Result.FAILED
        except BaseException as error:
            store.jobs.end(name, Result.FAILED, f"our bug: {type(error).__name__}; see the log", now())
            raise
        store.jobs.end(name, result, work.said, now())
    return Ran(job=name, result=result, said=work.said, letters=work.letters)


def _remind(config: Config, store: Store, by: str) -> Work:
    del by
    done = make_reminding(config, store).run(now())
    letters = sum(each.letter == "sent" for each in done)
    return Work(said=f"{count(len(done), 'question')}, {count(letters, 'letter')}", letters=letters > 0)


def _retain(config: Config, store: Store, by: str) -> Work:
    aged = apply_retention(store, config.retention, operator=by, now=now())
    if not aged.scrubbed:
        raise Temporary("what was erased is still in the log of the database, which somebody is reading")
    return Work(said=f"{count(sum(aged.messages.values()), 'message')}, {count(aged.letters, 'letter')} erased")


def _digest(config: Config, store: Store, by: str) -> Work:
    del by
    sent = send_digest(config, store, now())
    return Work(said=f"{count(sent, 'letter')} to operators", letters=sent > 0)


def _reprocess(config: Config, store: Store, by: str) -> Work:
    section = config.schedule
    wanted = Selection(outcomes=section.reprocess_outcomes, since=now() - timedelta(days=section.reprocess_days))
    with closing(open_desk(config, store)) as desk:
        found = make_reprocessing(config, store, desk, by).run(
            wanted,
            apply=True,
            overrule=False,
            limit=section.reprocess_limit,
            max_letters=section.reprocess_letters,
            tick=lambda *_: None,
        )
    said = f"{count(len(found.changes), 'change')}, {count(found.letters, 'letter')}"
    if found.needs_person:
        return Work(said=f"{said}; somebody has to look: mailgate reprocess", letters=found.letters > 0, failed=True)
    return Work(said=said, letters=found.letters > 0)


_WORK: Mapping[JobName, Callable[[Config, Store, str], Work]] = {
    JobName.REMINDERS: _remind,
    JobName.RETENTION: _retain,
    JobName.DIGEST: _digest,
    JobName.REPROCESS: _reprocess,
}
