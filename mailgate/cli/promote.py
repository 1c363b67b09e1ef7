"""`mailgate rules promote`."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.parts import now
from mailgate.app.promoting import Candidate, promoting, read_candidate
from mailgate.app.promoting import promote as put_in_force
from mailgate.app.store import open_store
from mailgate.backtest.outlook import Outlook
from mailgate.cli.backtest import ON_PAGE, run, write_page
from mailgate.cli.options import AsJson, ConfigFile, Operator, Since, Yes, by, confirm, read
from mailgate.cli.outlook import as_document, say_outlook
from mailgate.cli.screen import say, say_json
from mailgate.config import BadConfig, Config
from mailgate.core.rulebook.changes import changes_in_short
from mailgate.store.past import Stretch
from mailgate.trouble import Temporary

# How much of the past is looked at unless the operator says otherwise.
_PAST = timedelta(days=30)
# Mails of each kind of change that are shown.
_EXAMPLES = 3
_TOLD = 20


def promote(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the new rules.")],
    yes: Yes = False,
    since: Since = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report of the backtest.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="So many at the same time; else one for each core.")
    ] = None,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Put other rules in the place of those that decide: check them, try them on the past, show, ask, swap.

    Every check, example and golden mail must pass. Then mail of the last 30 days, or as far back as --since says, is
    run through both. The swap is one stroke, and a running daemon takes the rules over by itself; golden mails in DIR
    go along. What decided before is kept: mailgate rules log, mailgate rules rollback.

    Example: mailgate rules promote new-rules
    """
    settings = read(config)
    who = by(operator)
    with promoting(settings):
        candidate = read_candidate(settings, folder)
        if candidate.is_equal:
            _say_equal(candidate, as_json=as_json)
            return
        with closing(open_store(settings)) as store:
            outlook = _try(settings, candidate, since or now() - _PAST, processes, html)
            if not as_json:
                _show(candidate, outlook, html)
            confirm(f"Promote {folder} (revision {candidate.revision})?", yes=yes)
            done = put_in_force(settings, store, candidate, who)
    if as_json:
        trial = as_document(outlook, _EXAMPLES) if outlook else None
        say_json({"changed": True, "before": done.before, "revision": done.revision, "backtest": trial})
        return
    say(f"The rules are those of revision {done.revision} now. Back again: mailgate rules rollback {done.before}")


def _say_equal(candidate: Candidate, *, as_json: bool) -> None:
    if as_json:
        say_json({"changed": False, "before": candidate.before, "revision": candidate.revision})
    else:
        say(f"nothing changes: {candidate.folder} holds the rules that are in force (revision {candidate.revision})")


def _try(
    config: Config, candidate: Candidate, since: datetime, processes: int | None, html: Path | None
) -> Outlook | None:
    """The backtest; None where the rules of today have mistakes, so that nothing can be compared with them.

    Raises:
        Temporary: the rules were changed since the checks.
    """
    kept = ON_PAGE if html else _EXAMPLES
    try:
        outlook = run(config, candidate.folder, Stretch(since=since, until=None), kept=kept, processes=processes)
    except BadConfig:
        return None
    if (outlook.trial.today, outlook.trial.candidate) != (candidate.before, candidate.revision):
        raise Temporary("the rules were changed while they were tried; promote again")
    if html:
        write_page(html, outlook)
    return outlook


def _show(candidate: Candidate, outlook: Outlook | None, html: Path | None) -> None:
    """What is other in the rules, and what would become other of the mail."""
    changes = changes_in_short(candidate.present, candidate.texts)
    say("check, examples and golden mails: no mistake")
    say("changes in the rules:")
    for change in changes[:_TOLD]:
        say(f"  {change}")
    if len(changes) > _TOLD:
        say(f"  and {len(changes) - _TOLD} more: mailgate rules diff {candidate.folder}")
    say()
    if outlook is None:
        say("the rules in the folder now have mistakes, so there is nothing to compare with: mailgate check")
    else:
        say_outlook(outlook, _EXAMPLES)
    if html and outlook:
        say(f"\nthe report to read and to print: {html}")
    say()
